// SPDX-License-Identifier: Apache-2.0
/*
 * A machine with 512 instructions in one dispatch function (18 KB of JVM bytecode): 32 operations in 16 variants of
 * operands each, over registers in locals and a memory. Few of them are hot, as in any interpreter. It runs many programs: with a
 * single one, all that counts is whether a processor's branch predictor just holds the 512 jumps of it (native builds that differ in the
 * placement of code only took from 1.6 to 4.4 ms).
 */
#include "workloads.h"
#include <string.h>

#define CELLS 4096
#define CODE 512
#define PROGRAMS 64
#define STEPS 7812

struct state {
	uint32_t cell[CELLS];
	uint64_t wide[64];
	uint32_t count[8];
};

static struct state machine_state;
static uint16_t code[CODE];

#define FETCH(n) code[(pc + (n)) & (CODE - 1)]

/* Each operation with operands X (read and written) and Y (read). */
#define VARIANT(number, X, Y)                                                                                            \
	case 0 * 16 + number: X = X + Y + FETCH(0); break;                                                              \
	case 1 * 16 + number: X = X - Y; s->count[0]++; break;                                                          \
	case 2 * 16 + number: X = X * (Y | 1); break;                                                                   \
	case 3 * 16 + number: X = X ^ Y << 3; break;                                                                    \
	case 4 * 16 + number: X = s->cell[(X + Y) & (CELLS - 1)]; break;                                                \
	case 5 * 16 + number: s->cell[(X ^ Y) & (CELLS - 1)] = X + pc; break;                                           \
	case 6 * 16 + number: if (X > Y) pc += 1 + (Y & 1); break;                                                      \
	case 7 * 16 + number: if ((int32_t)X < (int32_t)Y) { X = ~X; s->count[1] += X & 1; } break;                     \
	case 8 * 16 + number: X = X / (Y | 3); break;                                                                   \
	case 9 * 16 + number: X = X % (Y | 5) + (Y >> 9); break;                                                        \
	case 10 * 16 + number: w += (uint64_t)X * Y; X ^= (uint32_t)(w >> 32); break;                                   \
	case 11 * 16 + number: s->wide[X & 63] += w + Y; break;                                                         \
	case 12 * 16 + number: w ^= s->wide[(X >> 5) & 63] + FETCH(1); break;                                           \
	case 13 * 16 + number: X = X << (Y & 31) | X >> (32 - (Y & 31) & 31); break;                                    \
	case 14 * 16 + number: X = (uint32_t)__builtin_popcount(X ^ Y) + (X << 5); break;                               \
	case 15 * 16 + number: X = (uint32_t)__builtin_clz(X | 1) * 77 + Y; break;                                      \
	case 16 * 16 + number: { uint32_t t = s->cell[Y & (CELLS - 1)]; s->cell[Y & (CELLS - 1)] = X; X = t; } break;   \
	case 17 * 16 + number: ((uint8_t *)s->cell)[(X + 3 * Y) & (CELLS - 1)] += (uint8_t)X; X++; break;               \
	case 18 * 16 + number: X += ((uint8_t *)s->cell)[Y & (4 * CELLS - 1)]; break;                                   \
	case 19 * 16 + number: X = ((uint16_t *)s->cell)[(X - Y) & (2 * CELLS - 1)] * 3u + X; break;                    \
	case 20 * 16 + number: ((uint16_t *)s->cell)[(Y + 11) & (2 * CELLS - 1)] = (uint16_t)(X >> 3); X -= 5; break;   \
	case 21 * 16 + number: for (uint32_t i = X & 3; i > 0; i--) X = X * 5 + Y; break;                               \
	case 22 * 16 + number: X = X < Y ? X + 0x9e3779b9 : Y + 0x85ebca6b; break;                                      \
	case 23 * 16 + number: X = (X & 0xff00ff) << 8 | (X >> 8 & 0xff00ff); s->count[2] ^= X; break;                  \
	case 24 * 16 + number: w = w * 0x9e3779b97f4a7c15ULL + X; X += (uint32_t)(w >> 17) ^ Y; break;                  \
	case 25 * 16 + number: X += s->count[Y & 7]; s->count[X & 7] += Y; break;                                       \
	case 26 * 16 + number: pc += X & Y & 3; break;                                                                  \
	case 27 * 16 + number: X = s->cell[s->cell[Y & (CELLS - 1)] & (CELLS - 1)] + X; break;                          \
	case 28 * 16 + number: X = (uint32_t)((int32_t)X >> (Y & 7)) + (Y << 1); break;                                 \
	case 29 * 16 + number: { uint32_t t = X; X = Y + FETCH(2); Y = t; } break;                                      \
	case 30 * 16 + number: X = (X | Y) - (X & Y) + (uint32_t)w; break;                                              \
	case 31 * 16 + number: w = (w << 9 | w >> 55) ^ X; X = Y ^ (uint32_t)w; break;

static uint32_t execute(struct state *s, uint32_t steps)
{
	uint32_t a = 1, b = 2, c = 3, d = 4, pc = 0;
	uint64_t w = 5;

	while (steps-- > 0) {
		uint32_t opcode = code[pc & (CODE - 1)];

		pc++;
		switch (opcode) {
			VARIANT(0, a, b) VARIANT(1, a, c) VARIANT(2, a, d) VARIANT(3, b, a)
			VARIANT(4, b, c) VARIANT(5, b, d) VARIANT(6, c, a) VARIANT(7, c, b)
			VARIANT(8, c, d) VARIANT(9, d, a) VARIANT(10, d, b) VARIANT(11, d, c)
			VARIANT(12, a, s->cell[16]) VARIANT(13, b, s->cell[17])
			VARIANT(14, c, s->cell[18]) VARIANT(15, d, s->cell[19])
		}
	}
	return a ^ b ^ c ^ d ^ (uint32_t)w;
}

/* Nine of ten instructions come from 40 opcodes, the rest from all. */
static void write_program(uint32_t *state)
{
	for (uint32_t i = 0; i < CODE; i++) {
		uint32_t hot = (next_random(state) % 40) * 197 & 511;
		code[i] = (uint16_t)(next_random(state) % 10 ? hot : *state >> 8 & 511);
	}
}

WORKLOAD(machine)
{
	uint32_t sum = 0, state = 31337;

	memset(&machine_state, 0, sizeof(machine_state));
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t p = 0; p < PROGRAMS; p++) {
			write_program(&state);
			sum = sum * 31 + execute(&machine_state, STEPS);
		}
	}
	return sum;
}
