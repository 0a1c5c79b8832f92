// SPDX-License-Identifier: Apache-2.0
/*
 * The first process: mounts the usual file systems, keeps a shell on the
 * console, buries orphans, and ends the machine on the signals that BusyBox's
 * halt, poweroff and reboot send. Does in a few system calls what would cost a
 * script a process each, and shuts down without fixed sleeps.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <net/if.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONSOLE_LIST "/sys/class/tty/console/active"
#define CONSOLE_DRIVER "/sys/bus/virtio/drivers/virtio_console"
#define PORTS "/sys/class/virtio-ports"
#define PORT_LINKS "/dev/virtio-ports"
/* A netlink protocol. */
#define UEVENTS 15
#define LOCAL_SCRIPT "/etc/rc.local"
#define MAX_MOUNTS 64
/* How long processes may take to follow SIGTERM. */
#define TERM_GRACE_MS 100
/* How long the command that asked for the end may take to end itself, so that its shell need not report its death. */
#define SENDER_GRACE_MS 20
/* How long a console with several ports may take to come, which the host announces when the kernel runs already. */
#define CONSOLE_GRACE_MS 2000
/* A shell that ends sooner than this is started again only after a pause. */
#define SHORT_LIFE_MS 1000

static const struct {
	const char *type, *dir, *options;
	unsigned long flags;
} file_systems[] = {
	{ "proc", "/proc", "", MS_NOSUID | MS_NODEV | MS_NOEXEC },
	{ "sysfs", "/sys", "", MS_NOSUID | MS_NODEV | MS_NOEXEC },
	{ "devtmpfs", "/dev", "mode=0755", MS_NOSUID },
	{ "devpts", "/dev/pts", "mode=0620,gid=5,ptmxmode=0666", MS_NOSUID | MS_NOEXEC },
	{ "tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/run", "mode=0755", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/tmp", "mode=1777", MS_NOSUID | MS_NODEV },
};

static char console[32] = "/dev/console";

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void complain(const char *what, const char *which)
{
	fprintf(stderr, "init: %s %s: %s\n", what, which, strerror(errno));
}

static void mount_file_systems(void)
{
	for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++) {
		mkdir(file_systems[i].dir, 0755);
		if (mount(file_systems[i].type, file_systems[i].dir, file_systems[i].type,
			  file_systems[i].flags, file_systems[i].options) < 0 && errno != EBUSY)
			complain("cannot mount", file_systems[i].dir);
	}
	symlink("/proc/self/fd", "/dev/fd");
	symlink("fd/0", "/dev/stdin");
	symlink("fd/1", "/dev/stdout");
	symlink("fd/2", "/dev/stderr");
}

/* Returns the length read, or 0. */
static size_t read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, line, size - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		n = 0;
	line[n] = 0;
	line[strcspn(line, "\n")] = 0;
	return strlen(line);
}

/*
 * The kernel mounts a disk read-only unless it is told otherwise. Only a plain
 * "ro" on its command line means that it should stay so; a file system that
 * cannot be written refuses by itself.
 */
static void make_root_writable(void)
{
	char line[2048];

	read_line("/proc/cmdline", line, sizeof line);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		if (!strcmp(word, "ro"))
			return;
	mount("none", "/", NULL, MS_REMOUNT, NULL);
}

/* Gives every port of the host's that has a name a link of that name; the kernel calls them vport0p1 and so on. */
static void link_ports(void)
{
	DIR *ports = opendir(PORTS);
	struct dirent *port;

	if (!ports)
		return;
	while ((port = readdir(ports))) {
		char path[sizeof PORTS + NAME_MAX + sizeof "//name"], name[128];
		char target[NAME_MAX + sizeof "../"], path_of_link[sizeof PORT_LINKS + sizeof name];

		snprintf(path, sizeof path, PORTS "/%s/name", port->d_name);
		if (port->d_name[0] == '.' || !read_line(path, name, sizeof name) || strchr(name, '/'))
			continue;
		mkdir(PORT_LINKS, 0755);
		snprintf(target, sizeof target, "../%s", port->d_name);
		snprintf(path_of_link, sizeof path_of_link, PORT_LINKS "/%s", name);
		symlink(target, path_of_link);
	}
	closedir(ports);
}

/* From now on SIGIO says that the kernel has found or named a device. Returns -1 if it cannot. */
static int watch_devices(void)
{
	/* The C library knows nothing of the kernel's own addresses. */
	struct {
		sa_family_t family;
		unsigned short pad;
		unsigned int pid, groups;
	} kernel = { .family = AF_NETLINK, .groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, UEVENTS);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void forget_events(int fd)
{
	char event[4096];

	while (recv(fd, event, sizeof event, 0) > 0)
		;
}

static int has_entry(const char *dir, const char *part)
{
	DIR *entries = opendir(dir);
	struct dirent *entry = NULL;

	while (entries && (entry = readdir(entries)) && !strstr(entry->d_name, part))
		;
	if (entries)
		closedir(entries);
	return entry != NULL;
}

/* Whether there is a port 0, which is a console, or may be soon. */
static int console_is_coming(void)
{
	return has_entry(PORTS, "p0") || (!has_entry(PORTS, "vport") && has_entry(CONSOLE_DRIVER, "virtio"));
}

/* /dev/console can never be a controlling terminal, so Ctrl-C needs the device behind it. */
static void find_console(void)
{
	char line[64];
	long end = now_ms() + CONSOLE_GRACE_MS;

	while (!read_line(CONSOLE_LIST, line, sizeof line)) {
		if (!console_is_coming() || now_ms() > end)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	char *last = strrchr(line, ' ');
	snprintf(console, sizeof console, "/dev/%s", last ? last + 1 : line);
}

/* The kernel gives it its address by itself. */
static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* A kernel without a network is no reason to complain. */
	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

static void set_up_environment(void)
{
	const char *term = getenv("TERM");
	char name[65];

	if (read_line("/etc/hostname", name, sizeof name))
		sethostname(name, strlen(name));
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", 1);
	setenv("HOME", "/root", 1);
	setenv("SHELL", "/bin/sh", 1);
	setenv("USER", "root", 1);
	/* The kernel's own default is of no use on a terminal emulator. */
	if (!term || !strcmp(term, "linux"))
		setenv("TERM", "xterm", 1);
}

static pid_t start(char *const argv[], const char *path, int as_session)
{
	sigset_t none;
	pid_t pid = vfork();

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (as_session) {
		setsid();
		int fd = open(console, O_RDWR);
		if (fd >= 0) {
			ioctl(fd, TIOCSCTTY, 1);
			for (int i = 0; i < 3; i++)
				dup2(fd, i);
			if (fd > 2)
				close(fd);
		}
	}
	chdir(getenv("HOME"));
	execv(path, argv);
	_exit(127);
}

static void run_local_script(void)
{
	if (access(LOCAL_SCRIPT, X_OK) < 0)
		return;
	pid_t pid = start((char *[]){ LOCAL_SCRIPT, NULL }, LOCAL_SCRIPT, 0);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static pid_t start_shell(void)
{
	pid_t pid = start((char *[]){ "-sh", NULL }, "/bin/sh", 1);

	if (pid < 0)
		complain("cannot start", "/bin/sh");
	return pid;
}

/* Waits until no process is left or the time is over. */
static void wait_for_all(long grace_ms)
{
	sigset_t child;
	long end = now_ms() + grace_ms;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);
		if (pid > 0)
			continue;
		long left = end - now_ms();
		if (pid < 0 || left <= 0)
			return;
		sigtimedwait(&child, NULL, &(struct timespec){ .tv_nsec = left * 1000000 });
	}
}

static void unmount_all(void)
{
	char *dirs[MAX_MOUNTS];
	int n = 0;
	FILE *mounts = setmntent("/proc/mounts", "r");
	struct mntent *m;

	while (mounts && n < MAX_MOUNTS && (m = getmntent(mounts)))
		if (strcmp(m->mnt_dir, "/") && strncmp(m->mnt_fsname, "devtmpfs", 8))
			dirs[n++] = strdup(m->mnt_dir);
	if (mounts)
		endmntent(mounts);
	/* The latest first; what is busy is made read-only instead. */
	while (n--)
		if (umount2(dirs[n], 0) < 0 && errno == EBUSY)
			mount("none", dirs[n], NULL, MS_REMOUNT | MS_RDONLY, NULL);
	/* Fails harmlessly where the root is the initramfs. */
	mount("none", "/", NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

static void wait_for_sender(pid_t pid)
{
	for (int i = 0; i < SENDER_GRACE_MS && pid > 0 && !kill(pid, 0); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void shut_down(int how, pid_t sender)
{
	wait_for_sender(sender);
	kill(-1, SIGTERM);
	/* A login shell ignores SIGTERM, but not its terminal's end. */
	kill(-1, SIGHUP);
	kill(-1, SIGCONT);
	wait_for_all(TERM_GRACE_MS);
	kill(-1, SIGKILL);
	wait_for_all(TERM_GRACE_MS);
	sync();
	unmount_all();
	sync();
	reboot(how);
	complain("cannot end", "the machine");
}

static void serve(const sigset_t *signals, int devices)
{
	long started = now_ms();
	pid_t shell = start_shell();

	for (;;) {
		siginfo_t info = { 0 };

		switch (sigwaitinfo(signals, &info)) {
		case SIGUSR1: shut_down(RB_HALT_SYSTEM, info.si_pid); break;
		case SIGUSR2: shut_down(RB_POWER_OFF, info.si_pid); break;
		case SIGTERM: case SIGINT: shut_down(RB_AUTOBOOT, info.si_pid); break;
		case SIGIO:
			forget_events(devices);
			link_ports();
			continue;
		default: break;
		}
		int ended = 0;
		for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0; )
			ended |= pid == shell;
		if (!ended && shell > 0)
			continue;
		if (now_ms() - started < SHORT_LIFE_MS)
			sigtimedwait(signals, NULL, &(struct timespec){ .tv_sec = 1 });
		started = now_ms();
		shell = start_shell();
	}
}

int main(void)
{
	sigset_t signals;
	int devices;

	if (getpid() != 1) {
		fprintf(stderr, "init: only the first process may run this\n");
		return 1;
	}
	sigfillset(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* Ctrl-Alt-Del would be a signal as well; no keyboard here can send it. */
	reboot(RB_DISABLE_CAD);
	setsid();
	mount_file_systems();
	make_root_writable();
	/* First watched, then looked at: so none is missed. */
	devices = watch_devices();
	link_ports();
	find_console();
	bring_up_loopback();
	set_up_environment();
	run_local_script();
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGUSR2);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGIO);
	serve(&signals, devices);
}
