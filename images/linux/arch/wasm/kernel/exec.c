// SPDX-License-Identifier: GPL-2.0
/*
 * Programs: WebAssembly modules. The host compiles a module before the point
 * of no return, so that one that cannot run fails its exec.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/personality.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/exec.h>
#include <asm/mmu_context.h>
#include <asm/wasm.h>

#define WASM_PAGE_SHIFT		16
/* One page less than 4 GiB: sizes must fit 32 bits. */
#define WASM_PAGES_MAX		65535
/* How much of a file goes to the host at once. */
#define CHUNK			PAGE_SIZE

#define SECTION_IMPORT		2
#define IMPORT_MEMORY		2
#define LIMITS_HAS_MAX		1
#define LIMITS_SHARED		2

struct reader {
	const u8 *at;
	const u8 *end;
	bool failed;
};

static u8 read_u8(struct reader *r)
{
	if (r->at >= r->end) {
		r->failed = true;
		return 0;
	}
	return *r->at++;
}

static u32 read_leb(struct reader *r)
{
	u32 value = 0;
	unsigned int shift;

	for (shift = 0; shift < 35; shift += 7) {
		u8 byte = read_u8(r);

		value |= (u32)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	r->failed = true;
	return 0;
}

static void skip(struct reader *r, u32 n)
{
	if (n > r->end - r->at)
		r->failed = true;
	else
		r->at += n;
}

/* Skips an import that is no memory; false for kinds a program cannot have. */
static bool skip_import(struct reader *r, u8 kind)
{
	if (kind != 0)
		return false;
	read_leb(r);
	return true;
}

/* The limits of the memory that the module imports, which is its first. */
static int find_memory(const u8 *module, u32 len, u32 *min_pages, u32 *max_pages)
{
	struct reader r = { .at = module + 8, .end = module + len };
	u32 count;

	/* Custom and type sections may come before the imports. */
	for (;;) {
		u8 section = read_u8(&r);
		u32 size = read_leb(&r);

		if (r.failed || section > SECTION_IMPORT)
			return -ENOEXEC;
		if (section == SECTION_IMPORT)
			break;
		skip(&r, size);
	}
	for (count = read_leb(&r); count && !r.failed; count--) {
		u8 kind, flags;

		skip(&r, read_leb(&r));
		skip(&r, read_leb(&r));
		kind = read_u8(&r);
		if (kind == IMPORT_MEMORY) {
			flags = read_u8(&r);
			if (flags != (LIMITS_HAS_MAX | LIMITS_SHARED))
				return -ENOEXEC;
			*min_pages = read_leb(&r);
			*max_pages = read_leb(&r);
			return r.failed ? -ENOEXEC : 0;
		}
		if (!skip_import(&r, kind))
			return -ENOEXEC;
	}
	return -ENOEXEC;
}

static u32 pages_allowed(void)
{
	unsigned long limit = min(rlimit(RLIMIT_AS), rlimit(RLIMIT_DATA));

	return min_t(unsigned long, limit >> WASM_PAGE_SHIFT, WASM_PAGES_MAX);
}

/* Hands the file to the host's compiler; the memory's limits come back. */
static int compile(struct file *file, u32 *min_pages, u32 *max_pages)
{
	loff_t size = i_size_read(file_inode(file));
	loff_t pos = 0;
	u8 *chunk;
	int err;

	if (size > INT_MAX)
		return -ENOEXEC;
	chunk = (u8 *)__get_free_page(GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;
	err = host_user_compile_begin(size);
	if (err)
		goto out;
	while (pos < size) {
		u32 offset = pos;
		ssize_t n = kernel_read(file, chunk, CHUNK, &pos);

		err = n < 0 ? n : n == 0 ? -EIO : 0;
		if (!err && !offset)
			err = find_memory(chunk, n, min_pages, max_pages);
		if (!err)
			err = host_user_compile_write(chunk, offset, n);
		if (err)
			goto abort;
	}
	*max_pages = min(*max_pages, pages_allowed());
	err = host_user_compile_end(*max_pages);
	goto out;
abort:
	host_user_compile_abort();
out:
	free_page((unsigned long)chunk);
	return err;
}

/* Copies the strings that exec collected in pages: argv, envp, file name. */
static struct wasm_args *collect_args(struct linux_binprm *bprm)
{
	unsigned long start = bprm->p;
	unsigned long end = PAGE_SIZE * MAX_ARG_PAGES - sizeof(void *);
	struct wasm_args *args;
	unsigned long pos;
	int i;

	args = kvmalloc(struct_size(args, strings, end - start), GFP_KERNEL);
	if (!args)
		return NULL;
	refcount_set(&args->users, 1);
	for (pos = start; pos < end;) {
		u32 n = min(end - pos, PAGE_SIZE - offset_in_page(pos));

		memcpy(args->strings + (pos - start),
		       page_address(bprm->page[pos >> PAGE_SHIFT]) +
		       offset_in_page(pos), n);
		pos += n;
	}
	args->argc = bprm->argc;
	args->envc = bprm->envc;
	args->strings_len = end - start;
	args->execfn_offset = bprm->exec - start;
	for (i = 0, pos = 0; i < bprm->argc; i++)
		pos += strnlen(args->strings + pos, args->strings_len - pos) + 1;
	args->env_offset = pos;
	get_random_bytes(args->random, sizeof(args->random));
	return args;
}

static void put_args(struct wasm_args *args)
{
	if (args && refcount_dec_and_test(&args->users))
		kvfree(args);
}

/* A new mm, or a copy of the current one: both share nothing but the strings. */
int init_new_context(struct task_struct *tsk, struct mm_struct *mm)
{
	struct wasm_args *args = NULL;

	if (current->mm && mm->arg_start == current->mm->arg_start)
		args = current->mm->context.args;
	if (args)
		refcount_inc(&args->users);
	mm->context.args = args;
	return 0;
}

void destroy_context(struct mm_struct *mm)
{
	put_args(mm->context.args);
	mm->context.args = NULL;
}

int wasm_read_args(struct mm_struct *mm, unsigned long addr, void *buf, int len)
{
	if (addr < mm->arg_start || addr >= mm->env_end)
		return 0;
	len = min_t(unsigned long, len, mm->env_end - addr);
	memcpy(buf, (void *)addr, len);
	return len;
}

/* Puts the strings where /proc looks for them. */
static void set_args(struct mm_struct *mm, struct wasm_args *args)
{
	unsigned long strings = (unsigned long)args->strings;

	mm->context.args = args;
	mm->arg_start = strings;
	mm->arg_end = strings + args->env_offset;
	mm->env_start = mm->arg_end;
	mm->env_end = strings + args->execfn_offset;
}

/* Words of the image before the random bytes, without the strings. */
#define AUX_ENTRIES 11

static u32 image_words(const struct wasm_args *args)
{
	return 1 + args->argc + 1 + args->envc + 1 + 2 * AUX_ENTRIES;
}

static u32 *put_aux(u32 *word, u32 type, u32 value)
{
	*word++ = type;
	*word++ = value;
	return word;
}

static u32 *put_pointers(u32 *word, const struct wasm_args *args, u32 n,
			 u32 *offset, u32 strings)
{
	while (n--) {
		*word++ = strings + *offset;
		*offset += strlen(args->strings + *offset) + 1;
	}
	*word++ = 0;
	return word;
}

long wasm_write_args(const struct wasm_args *args, u32 buf, u32 size)
{
	u32 head = ALIGN(image_words(args) * sizeof(u32), 16);
	u32 random = head;
	u32 strings = random + sizeof(args->random);
	u32 total = strings + args->strings_len;
	u32 offset = 0;
	u32 *image, *word;
	long err = 0;

	if (!buf)
		return total;
	if (size < total)
		return -EINVAL;
	image = kvzalloc(head, GFP_KERNEL);
	if (!image)
		return -ENOMEM;
	word = image;
	*word++ = args->argc;
	word = put_pointers(word, args, args->argc, &offset, buf + strings);
	word = put_pointers(word, args, args->envc, &offset, buf + strings);
	word = put_aux(word, AT_PAGESZ, PAGE_SIZE);
	word = put_aux(word, AT_CLKTCK, CLOCKS_PER_SEC);
	word = put_aux(word, AT_UID, args->uid);
	word = put_aux(word, AT_EUID, args->euid);
	word = put_aux(word, AT_GID, args->gid);
	word = put_aux(word, AT_EGID, args->egid);
	word = put_aux(word, AT_SECURE, args->secure);
	word = put_aux(word, AT_RANDOM, buf + random);
	word = put_aux(word, AT_HWCAP, 0);
	word = put_aux(word, AT_EXECFN, buf + strings + args->execfn_offset);
	word = put_aux(word, AT_NULL, 0);

	if (host_user_write((void __user *)buf, image, head) ||
	    host_user_write((void __user *)(buf + random), args->random,
			    sizeof(args->random)) ||
	    host_user_write((void __user *)(buf + strings), args->strings,
			    args->strings_len))
		err = -EFAULT;
	kvfree(image);
	return err ?: total;
}

static void set_memory(struct mm_struct *mm, u32 min_pages, u32 max_pages)
{
	mm->start_code = mm->end_code = 0;
	mm->start_data = mm->end_data = 0;
	mm->start_stack = 0;
	mm->start_brk = mm->brk = (unsigned long)min_pages << WASM_PAGE_SHIFT;
	mm->context.end_brk = (unsigned long)max_pages << WASM_PAGE_SHIFT;
	mm->total_vm = max(1UL, (mm->brk) >> PAGE_SHIFT);
}

static struct linux_binfmt wasm_format;

static int load_wasm_binary(struct linux_binprm *bprm)
{
	static const u8 magic[8] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	const struct cred *cred;
	struct wasm_args *args;
	u32 min_pages = 0, max_pages = 0;
	int err;

	if (memcmp(bprm->buf, magic, sizeof(magic)))
		return -ENOEXEC;
	args = collect_args(bprm);
	if (!args)
		return -ENOMEM;
	err = compile(bprm->file, &min_pages, &max_pages);
	if (err) {
		put_args(args);
		return err;
	}

	err = begin_new_exec(bprm);
	if (err) {
		host_user_compile_abort();
		put_args(args);
		return err;
	}
	set_personality(PER_LINUX);
	setup_new_exec(bprm);
	set_binfmt(&wasm_format);

	cred = current_cred();
	args->uid = from_kuid_munged(cred->user_ns, cred->uid);
	args->euid = from_kuid_munged(cred->user_ns, cred->euid);
	args->gid = from_kgid_munged(cred->user_ns, cred->gid);
	args->egid = from_kgid_munged(cred->user_ns, cred->egid);
	args->secure = bprm->secureexec;
	set_args(current->mm, args);
	set_memory(current->mm, min_pages, max_pages);

	host_user_instantiate(1);
	finalize_exec(bprm);
	return 0;
}

static struct linux_binfmt wasm_format = {
	.module		= THIS_MODULE,
	.load_binary	= load_wasm_binary,
};

static int __init init_wasm_binfmt(void)
{
	register_binfmt(&wasm_format);
	return 0;
}
core_initcall(init_wasm_binfmt);
