#define _GNU_SOURCE
#include <unistd.h>
#include <errno.h>
#include "pthread_impl.h"
#include "syscall.h"
#include "tuxloom.h"

/*
 * vfork without a copy of the stack: the child goes on in the caller's frames,
 * and when it has left, the parent comes back by longjmp to where it called
 * vfork. The macro in <unistd.h> expands to
 *
 *	setjmp(__vfork_enter()) ? __vfork_resumed() : __vfork_child()
 *
 * because the setjmp must stand in the frame of the caller itself.
 */

/* A frame too many must not spoil the last one: the caller never comes back to the spare one. */
struct __jmp_buf_tag *__vfork_enter(void)
{
	pthread_t self = __pthread_self();

	return (struct __jmp_buf_tag *)self->vfork_frames[self->vfork_depth].jump;
}

pid_t __vfork_child(void)
{
	pthread_t self = __pthread_self();

	if (self->vfork_depth == VFORK_DEPTH) {
		errno = EAGAIN;
		return -1;
	}
	self->vfork_frames[self->vfork_depth].pid = __syscall(SYS_getpid);
	self->vfork_depth++;
	long r = __syscall(SYS_tuxloom_vfork);
	if (r < 0) self->vfork_depth--;
	return __syscall_ret(r);
}

pid_t __vfork_resumed(void)
{
	return __syscall_ret(__syscall(SYS_tuxloom_vfork_pid));
}

/* A pointer to vfork cannot have the caller's frame: there is nothing to return to twice. */
pid_t (vfork)(void)
{
	errno = ENOSYS;
	return -1;
}
