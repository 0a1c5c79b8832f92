#include <signal.h>
#include "pthread_impl.h"
#include "syscall.h"

__attribute__((__import_module__("linux"), __import_name__("copy_siginfo")))
long __linux_copy_siginfo(siginfo_t *);

/* What the trampolines of restore.s call, on a stack that the interrupted code does not use. */
hidden void __run_handler(void (*handler)(int), int sig)
{
	handler(sig);
}

hidden void __run_siginfo_handler(void (*handler)(int, siginfo_t *, void *), int sig)
{
	siginfo_t info = { .si_signo = sig };
	ucontext_t context = { 0 };

	__linux_copy_siginfo(&info);
	handler(sig, &info, &context);
}
