int __main_void(void);

/* For programs whose main takes no arguments. */
__attribute__((__weak__))
int __main_argc_argv(int argc, char **argv)
{
	return __main_void();
}
