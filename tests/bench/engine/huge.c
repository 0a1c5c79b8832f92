// SPDX-License-Identifier: Apache-2.0
/*
 * A machine with 1,536 instructions in one dispatch function: beyond the 64 KiB that a JVM method can have. Its instructions do
 * different things each, as those of real interpreters do: operands and constants follow from the opcode's number.
 */
#include "workloads.h"
#include <string.h>

#define CELLS 4096
#define CODE 2048
#define OPCODES 1536

static uint32_t registers[16];
static uint32_t cells[CELLS];
static uint16_t program[CODE];

/* Constants and registers of an opcode; all known to the compiler. */
#define K(n, salt) ((uint32_t)((n) * 2654435761u + (salt) * 40503u))
#define R(n, salt) registers[((n) * 7 + (salt) * 5 + ((n) >> 4)) & 15]

#define OPCODE(n)                                                                                                        \
	case (n): {                                                                                                     \
		uint32_t x = R(n, 1), y = R(n, 2);                                                                      \
		switch ((n) & 7) {                                                                                      \
		case 0: x = x * (K(n, 1) | 1) + y; break;                                                               \
		case 1: x = (x ^ K(n, 2)) + (y << ((n) >> 3 & 31)); break;                                              \
		case 2: x += cells[(y + K(n, 3)) & (CELLS - 1)]; break;                                                 \
		case 3: cells[(x ^ K(n, 4)) & (CELLS - 1)] = y + pc; x += 3; break;                                     \
		case 4: if (x > y + K(n, 5)) { pc += 1 + ((n) >> 3 & 3); x -= y; } else x ^= K(n, 6); break;            \
		case 5: x = x / ((y & 1023) + 1 + ((n) >> 5)) + K(n, 7); break;                                         \
		case 6: x = (x >> ((n) >> 3 & 15) | x << (32 - ((n) >> 3 & 15) & 31)) ^ y; break;                       \
		case 7: x += cells[x & (CELLS - 1)] ^ cells[(y + (n)) & (CELLS - 1)]; break;                            \
		}                                                                                                       \
		if (((n) & 48) == 16)                                                                                   \
			cells[(n) & (CELLS - 1)] += x ^ K(n, 8);                                                        \
		R(n, 3) = x;                                                                                            \
		break;                                                                                                  \
	}

#define OPCODES4(n) OPCODE(n) OPCODE((n) + 1) OPCODE((n) + 2) OPCODE((n) + 3)
#define OPCODES16(n) OPCODES4(n) OPCODES4((n) + 4) OPCODES4((n) + 8) OPCODES4((n) + 12)
#define OPCODES64(n) OPCODES16(n) OPCODES16((n) + 16) OPCODES16((n) + 32) OPCODES16((n) + 48)
#define OPCODES256(n) OPCODES64(n) OPCODES64((n) + 64) OPCODES64((n) + 128) OPCODES64((n) + 192)

static void execute(uint32_t steps)
{
	uint32_t pc = 0;

	while (steps-- > 0) {
		uint32_t opcode = program[pc & (CODE - 1)];

		pc++;
		switch (opcode) {
			OPCODES256(0) OPCODES256(256) OPCODES256(512)
			OPCODES256(768) OPCODES256(1024) OPCODES256(1280)
		}
	}
}

/* Nine of ten instructions come from 60 opcodes, the rest from all. */
WORKLOAD(huge)
{
	uint32_t sum = 0, state = 20011;

	memset(cells, 0, sizeof(cells));
	for (uint32_t i = 0; i < 16; i++)
		registers[i] = next_random(&state);
	for (uint32_t i = 0; i < CODE; i++) {
		uint32_t hot = (next_random(&state) % 60) * 389 % OPCODES;
		program[i] = (uint16_t)(next_random(&state) % 10 ? hot : (state >> 8) % OPCODES);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		execute(300000);
		for (uint32_t i = 0; i < 16; i++)
			sum = sum * 31 + registers[i];
	}
	return sum;
}
