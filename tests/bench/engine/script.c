// SPDX-License-Identifier: Apache-2.0
/* Lua (Debian's source package): one large function executes all opcodes of a byte code. */
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "workloads.h"
#include <string.h>

static void *allocate(void *unused, void *old, size_t old_size, size_t new_size)
{
	void *block = NULL;

	(void)unused;
	if (new_size) {
		block = block_alloc(new_size);
		if (block && old)
			memcpy(block, old, old_size < new_size ? old_size : new_size);
		if (!block)
			return NULL;
	}
	if (old)
		block_free(old, old_size);
	return block;
}

static const char program[] =
	"local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end\n"
	"local sum = fib(19)\n"
	"local t = {}\n"
	"for i = 1, 8000 do t[i] = (i * 7919) % 4001 end\n"
	"table.sort(t)\n"
	"for i = 1, #t, 3 do sum = sum + t[i] * i end\n"
	"local words = {}\n"
	"for i = 1, 1500 do local w = 'w' .. (i % 97); words[w] = (words[w] or 0) + #w end\n"
	"local keys = {}\n"
	"for k, v in pairs(words) do keys[#keys + 1] = k .. '=' .. v end\n"
	"table.sort(keys)\n"
	"sum = sum + #table.concat(keys, ',')\n"
	"local Point = {}\n"
	"Point.__index = Point\n"
	"Point.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Point) end\n"
	"function Point:norm() return self.x * self.x + self.y * self.y end\n"
	"local p = setmetatable({x = 0, y = 0}, Point)\n"
	"for i = 1, 4000 do p = p + setmetatable({x = i, y = i * 0.5}, Point); if p:norm() > 1e9 then p.x = 0 end end\n"
	"sum = sum + math.floor(p:norm())\n"
	"local x, y = 12345, 0\n"
	"for i = 1, 60000 do x = (x * 1103515245 + 12345) & 0x7fffffff; if x % 3 == 0 then y = y ~ x else y = y + (x >> 5) end end\n"
	"sum = sum + y % 1000003\n"
	"local s = string.rep('the quick brown fox ', 40)\n"
	"sum = sum + select(2, s:gsub('%a+', function(w) return w:upper():sub(1, 3) end))\n"
	"return sum % 2147483647\n";

WORKLOAD(lua)
{
	uint32_t sum = 0;

	for (uint32_t r = 0; r < rounds; r++) {
		lua_State *state = lua_newstate(allocate, NULL);

		luaL_requiref(state, "_G", luaopen_base, 1);
		luaL_requiref(state, "string", luaopen_string, 1);
		luaL_requiref(state, "table", luaopen_table, 1);
		luaL_requiref(state, "math", luaopen_math, 1);
		if (luaL_loadbufferx(state, program, sizeof(program) - 1, "program", "t") != LUA_OK)
			__builtin_trap();
		lua_callk(state, 0, 1, 0, NULL);
		sum = sum * 31 + (uint32_t)lua_tointegerx(state, -1, NULL);
		lua_close(state);
	}
	return sum;
}
