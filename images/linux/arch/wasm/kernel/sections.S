/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Symbols that other machines' linker scripts define. Code has no addresses
 * here, initialization data is not freed, and tables that nobody fills are
 * empty: all of them are one and the same place.
 */
	.section .data.wasm_sections,"",@
	.p2align 2
.macro empty name
	.globl \name
\name:
	.size \name, 0
.endm
	empty _text
	empty _stext
	empty _etext
	empty _sinittext
	empty _einittext
	empty _sdata
	empty _edata
	empty _end
	empty __bss_start
	empty __bss_stop
	empty __init_begin
	empty __init_end
	empty __start_rodata
	empty __end_rodata
	empty __start_ro_after_init
	empty __end_ro_after_init
	empty __start___ex_table
	empty __stop___ex_table
	empty __irqentry_text_start
	empty __irqentry_text_end
	empty __softirqentry_text_start
	empty __softirqentry_text_end
	empty __sched_text_start
	empty __sched_text_end
	empty __cpuidle_text_start
	empty __cpuidle_text_end
	empty __lock_text_start
	empty __lock_text_end
	empty __kprobes_text_start
	empty __kprobes_text_end
	empty __entry_text_start
	empty __entry_text_end
	empty __noinstr_text_start
	empty __noinstr_text_end
	empty __dtb_empty_root_begin
	empty __dtb_empty_root_end
	empty __dtb_start
	empty __dtb_end
	empty __start_notes
	empty __stop_notes
	empty __start_once
	empty __end_once
	.int32 0
