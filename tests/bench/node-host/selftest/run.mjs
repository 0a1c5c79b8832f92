// Boots the hand-written kernel on the Node host and compares what it prints. Needs wat2wasm (package wabt).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'node-host-'));
const run = (command, args) => {
  const result = spawnSync(command, args, { input: '', encoding: 'utf8', timeout: 60_000 });
  if (result.error) throw new Error(`${command}: ${result.error.message}`);
  return result;
};
const assemble = (name, source) => {
  writeFileSync(join(work, `${name}.wat`), source);
  const result = run('wat2wasm', ['--enable-threads', '--debug-names', join(work, `${name}.wat`), '-o', join(work, `${name}.wasm`)]);
  if (result.status !== 0) throw new Error(result.stderr);
  return readFileSync(join(work, `${name}.wasm`));
};
let failures = 0;
const check = (what, actual, expected) => {
  const good = expected instanceof RegExp ? expected.test(actual) : actual === expected;
  if (!good) failures++;
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} ${what}\n${good ? '' : `  expected ${expected}\n  got      ${JSON.stringify(actual)}\n`}`);
};
try {
  const user = assemble('user', readFileSync(join(here, 'user.wat'), 'utf8'));
  const escaped = [...user].map((b) => '\\' + b.toString(16).padStart(2, '0')).join('');
  const source = readFileSync(join(here, 'kernel.wat'), 'utf8');
  assemble('kernel', source.replaceAll('USER_SIZE', String(user.length)).replace('USER_BYTES', () => escaped));
  const result = run(process.execPath, [join(here, '../boot.mjs'), '--kernel', join(work, 'kernel.wasm'), '--memory', '4']);
  const once = 'user: hello\nuser: signal\n';
  check('console output', result.stdout, `console: ring works\n${once}${once}user: clone\nuser trap seen, clone ended\n`);
  check('boot console', result.stderr, /^boot\nsecond runs\n/);
  check('the trap in user code is shown with its function', result.stderr, /"?clone"?\] user program trapped: .*unreachable[^]*thread/);
  check('exit status of a restart', result.status, 32);
  const wrong = run(process.execPath, [join(here, '../boot.mjs'), '--kernel', join(work, 'user.wasm')]);
  check('a module of another ABI is refused by name', wrong.stderr, /unknown imports linux\.syscall/);
  check('its exit status', wrong.status, 35);
} finally {
  rmSync(work, { recursive: true });
}
process.exit(failures > 0 ? 1 : 0);
