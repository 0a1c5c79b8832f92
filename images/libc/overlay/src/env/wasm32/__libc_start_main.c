#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>
#include "libc.h"
#include "syscall.h"

hidden void __wasm_call_ctors(void);
hidden void __wasm_init_memory_map(void);
int __main_argc_argv(int, char **);

extern hidden size_t __hwcap, __sysinfo;

void __init_libc(char **envp, char *pn)
{
	size_t i, *auxv, random = 0;

	__environ = envp;
	for (i=0; envp[i]; i++);
	libc.auxv = auxv = (void *)(envp+i+1);
	libc.page_size = PAGE_SIZE;
	for (i=0; auxv[i]; i+=2) switch (auxv[i]) {
	case 16: __hwcap = auxv[i+1]; break;		/* AT_HWCAP */
	case 23: libc.secure = auxv[i+1] != 0; break;	/* AT_SECURE */
	case 25: random = auxv[i+1]; break;		/* AT_RANDOM */
	case 31: if (!pn) pn = (void *)auxv[i+1]; break;	/* AT_EXECFN */
	}
	if (!pn) pn = "";
	__progname = __progname_full = pn;
	for (i=0; pn[i]; i++) if (pn[i]=='/') __progname = pn+i+1;

	__init_tls(0);
	__init_ssp((void *)random);
	__wasm_init_memory_map();
}

/* Destructors are registered with atexit by the constructors clang makes. */
void __libc_exit_fini(void)
{
}

int __libc_start_main(int (*main)(int, char **), int argc, char **argv)
{
	__init_libc(argv+argc+1, argv[0]);
	__wasm_call_ctors();
	exit(main(argc, argv));
}
