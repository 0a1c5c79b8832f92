// SPDX-License-Identifier: Apache-2.0
/* SQLite (Debian's source package, amalgamated) with a database in memory and real queries. */
#include "sqlite3.h"
#include "workloads.h"
#include <string.h>

#define HEAP_BYTES (24 << 20)
static _Alignas(16) uint8_t heap[HEAP_BYTES];

/* SQLite asks its system for little as long as the database is in memory. */
static int no_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	(void)vfs, (void)name, (void)file, (void)flags, (void)out;
	return SQLITE_CANTOPEN;
}

static int no_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs, (void)name, (void)sync;
	return SQLITE_IOERR_DELETE;
}

static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs, (void)name, (void)flags;
	*out = 0;
	return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	(void)vfs;
	strncpy(out, name, (size_t)size);
	return SQLITE_OK;
}

static int fixed_random(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs;
	memset(out, 7, (size_t)size);
	return size;
}

static int no_sleep(sqlite3_vfs *vfs, int micros)
{
	(void)vfs;
	return micros;
}

static int fixed_time(sqlite3_vfs *vfs, double *days)
{
	(void)vfs;
	*days = 2460000.5;
	return SQLITE_OK;
}

static sqlite3_vfs memory_only = {
	.iVersion = 1,
	.szOsFile = sizeof(sqlite3_file),
	.mxPathname = 64,
	.zName = "none",
	.xOpen = no_open,
	.xDelete = no_delete,
	.xAccess = no_access,
	.xFullPathname = full_path,
	.xRandomness = fixed_random,
	.xSleep = no_sleep,
	.xCurrentTime = fixed_time,
};

int sqlite3_os_init(void)
{
	return sqlite3_vfs_register(&memory_only, 1);
}

int sqlite3_os_end(void)
{
	return SQLITE_OK;
}

static uint32_t checksum;

static void run(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	while (*sql) {
		if (sqlite3_prepare_v2(db, sql, -1, &statement, &sql) != SQLITE_OK)
			__builtin_trap();
		while (statement && sqlite3_step(statement) == SQLITE_ROW)
			for (int i = 0; i < sqlite3_column_count(statement); i++) {
				const unsigned char *text = sqlite3_column_text(statement, i);
				while (text && *text)
					checksum = checksum * 31 + *text++;
			}
		sqlite3_finalize(statement);
		while (*sql == ' ' || *sql == '\n')
			sql++;
	}
}

static const char schema[] =
	"CREATE TABLE part(id INTEGER PRIMARY KEY, name TEXT, kind INTEGER, weight REAL);"
	"CREATE TABLE sale(id INTEGER PRIMARY KEY, part INTEGER REFERENCES part, region TEXT, pieces INTEGER, price REAL);";

static const char filling[] =
	"BEGIN;"
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
	" INSERT INTO part SELECT i, 'part-' || (i * 7919 % 1000), i % 13, i * 0.75 FROM n;"
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
	" INSERT INTO sale SELECT i, 1 + i * 31 % 400, substr('northsoutheastwest', 1 + i % 4 * 4, 4), i % 17, i % 101 * 1.25 FROM n;"
	"COMMIT;"
	"CREATE INDEX sale_part ON sale(part);"
	"CREATE INDEX part_name ON part(name);";

static const char queries[] =
	"SELECT kind, count(*), sum(pieces * price), max(name) FROM sale JOIN part ON part.id = sale.part"
	" GROUP BY kind ORDER BY 3 DESC;"
	"SELECT region, avg(price) FROM sale WHERE part IN (SELECT id FROM part WHERE name LIKE 'part-1%') GROUP BY region;"
	"SELECT name, (SELECT count(*) FROM sale WHERE sale.part = part.id AND pieces > 8) AS n FROM part ORDER BY n DESC, name LIMIT 20;"
	"UPDATE sale SET price = price * 1.01 WHERE pieces BETWEEN 3 AND 9;"
	"DELETE FROM sale WHERE id % 10 = 3;"
	"SELECT upper(name) || ':' || printf('%08.3f', weight) FROM part WHERE weight > 200 ORDER BY name;"
	"SELECT count(*), total(price) FROM sale s1 WHERE EXISTS (SELECT 1 FROM sale s2 WHERE s2.part = s1.part AND s2.price > s1.price);"
	"PRAGMA integrity_check;";

WORKLOAD(sqlite)
{
	static int configured;
	sqlite3 *db;

	if (!configured) {
		if (sqlite3_config(SQLITE_CONFIG_HEAP, heap, HEAP_BYTES, 64) != SQLITE_OK)
			__builtin_trap();
		configured = 1;
	}
	checksum = 1;
	for (uint32_t r = 0; r < rounds; r++) {
		if (sqlite3_open(":memory:", &db) != SQLITE_OK)
			__builtin_trap();
		run(db, schema);
		run(db, filling);
		run(db, queries);
		sqlite3_close(db);
	}
	return checksum;
}
