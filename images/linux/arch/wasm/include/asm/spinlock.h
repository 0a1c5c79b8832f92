/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SPINLOCK_H
#define _ASM_WASM_SPINLOCK_H

#include <linux/atomic.h>
#include <asm/wasm.h>
#include <asm/processor.h>

/*
 * The holder may be a CPU whose host thread does not run at all (there can be
 * more CPUs than host cores), so waiting in a loop could take a host time
 * slice. A waiter therefore spins shortly, then sleeps on the lock word.
 */
void wasm_spin_lock_slow(arch_spinlock_t *lock);

static __always_inline int arch_spin_trylock(arch_spinlock_t *lock)
{
	u32 free = 0;

	return __atomic_compare_exchange_n(&lock->word, &free, 1, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static __always_inline void arch_spin_lock(arch_spinlock_t *lock)
{
	if (unlikely(!arch_spin_trylock(lock)))
		wasm_spin_lock_slow(lock);
}

static __always_inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	if (unlikely(__atomic_exchange_n(&lock->word, 0, __ATOMIC_SEQ_CST) == 2))
		wasm_notify(&lock->word, 1);
}

static __always_inline int arch_spin_is_locked(arch_spinlock_t *lock)
{
	return READ_ONCE(lock->word) != 0;
}

static __always_inline int arch_spin_value_unlocked(arch_spinlock_t lock)
{
	return lock.word == 0;
}

static __always_inline int arch_spin_is_contended(arch_spinlock_t *lock)
{
	return READ_ONCE(lock->word) == 2;
}

#include <asm/qrwlock.h>

#endif
