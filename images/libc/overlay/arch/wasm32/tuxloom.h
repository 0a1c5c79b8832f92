/*
 * What the guest kernel's arch/wasm offers beyond the asm-generic system
 * calls. Internal to the C library; numbers as in the kernel's own table.
 */
#ifndef TUXLOOM_H
#define TUXLOOM_H

#define SYS_tuxloom_get_args 245
#define SYS_tuxloom_vfork 246
#define SYS_tuxloom_vfork_pid 247

/*
 * What a system call of a vfork child returns once the child has left for
 * good (exec, exit, death): from here on the caller is the parent again.
 * Below the errno range's use, above its end.
 */
#define VFORK_RESUME (-4094L)

/* How deep vfork children may call vfork themselves. */
#define VFORK_DEPTH 4

/* Where a vfork parent comes back to. */
struct vfork_frame {
	unsigned long jump[5];	/* the used part of a jmp_buf */
	int pid;		/* of the parent */
};

#endif
