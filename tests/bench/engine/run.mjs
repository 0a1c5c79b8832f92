// SPDX-License-Identifier: Apache-2.0
// Runs one workload of a module on V8: prints nanoseconds and checksum of each repetition.
// Usage: node run.mjs MODULE WORKLOAD ROUNDS REPETITIONS MILLISECONDS. The first repetition's time includes reading and
// compiling the module; after the given number of milliseconds no further repetition begins.
import { readFileSync } from 'node:fs';

const [file, name, rounds, repetitions, milliseconds] = process.argv.slice(2);
let start = process.hrtime.bigint();
const begin = start;
const module = new WebAssembly.Module(readFileSync(file));
const memory = new WebAssembly.Memory({ initial: 1700, maximum: 4096, shared: true });
const ENOSYS = -38;
const linux = { syscall: () => ENOSYS, get_thread_area: () => 0 };
const run = new WebAssembly.Instance(module, { env: { memory }, linux }).exports[name];
for (let i = 0; i < Number(repetitions); i++) {
    const sum = run(Number(rounds)) >>> 0;
    const end = process.hrtime.bigint();
    console.log(`${end - start} ${sum}`);
    if (end - begin > BigInt(milliseconds) * 1000000n) break;
    start = process.hrtime.bigint();
}
