// A minimal Node host for Linux on WebAssembly (host-ABI generation F): the yardstick of the benchmarks.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { builtInCpio, deviceTree } from './firmware.mjs';
import { log, makeHost } from './imports.mjs';
import { BlockDevice, ConsoleDevice, EntropyDevice, transport } from './virtio.mjs';
import { memoryType } from './wasm.mjs';

Error.stackTraceLimit = 200;
const PAGE = 65536;
const STATUS = [0, 34, 32]; // by terminate_machine's reason: power-off, panic, restart
const text = (fallback) => ({ type: 'string', default: fallback });
const { values: options } = parseArgs({ options: {
  kernel: { type: 'string' }, initrd: { type: 'string' }, append: text(''), cpus: text('1'), memory: text('512'),
  disk: { type: 'string', multiple: true, default: [] },
} });

const refuse = (reason) => process.exit(log(reason) ?? 35);

if (!options.kernel) refuse('--kernel FILE is missing');
const initrd = options.initrd && readFileSync(options.initrd);
const module = await WebAssembly.compile(readFileSync(options.kernel));
const { minimum: min, maximum: max, shared } = memoryType(module) ?? {};
if (!shared) refuse(`${options.kernel} imports no shared memory`);
const memoryPages = Math.min(Number(options.memory) * 16, max, 0xffff);
const initial = min + Math.ceil((initrd?.length ?? 0) / PAGE);
if (initial > memoryPages) refuse(`kernel and initrd need ${initial} pages, --memory gives ${memoryPages}`);
const memory = new WebAssembly.Memory({ initial, maximum: max, shared: true });
if (initrd) new Uint8Array(memory.buffer).set(initrd, min * PAGE);

const { columns = 80, rows = 24 } = process.stdout;
const terminal = new ConsoleDevice(columns, rows, (bytes) => process.stdout.write(bytes), () => process.stdin.resume());
const disks = options.disk.map((spec) => new BlockDevice(spec.replace(/,ro$/, ''), spec.endsWith(',ro')));
const devices = [terminal, ...disks, new EntropyDevice(4, new Uint8Array(0))];
const section = (name) => WebAssembly.Module.customSections(module, name).map((bytes) => Buffer.from(bytes))[0];
const firmware = {
  devicetree: deviceTree({
    bootargs: `console=hvc0 ${options.append}`.trim(), ncpus: Number(options.cpus), memoryBytes: memoryPages * PAGE, devices,
    initrd: initrd && [min * PAGE, min * PAGE + initrd.length], sections: JSON.parse(section('.linux.sections') ?? 'null'),
  }),
  initramfs: section('.linux.initramfs') ?? builtInCpio(),
};

const tasks = new Set();
const clockOffset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
const host = makeHost({ memory, clockOffset, name: 'main', onMain: true, send: receive });
const virtio = transport(devices, host.view, (irq) => host.exports.trigger_irq(irq));
const provide = (name) => (buffer, size) => {
  const bytes = firmware[name];
  if (size !== 0 && bytes.length > size >>> 0) throw new Error(`${name} has ${bytes.length} bytes, the buffer ${size >>> 0}`);
  if (size !== 0) host.view.bytes(buffer >>> 0, bytes.length).set(bytes);
  return bytes.length;
};
const boot = { get_devicetree: provide('devicetree'), get_initramfs: provide('initramfs') };
const mainOnly = { boot: { ...boot }, virtio: { ...virtio.imports } };
for (const calls of Object.values(mainOnly)) for (const name of Object.keys(calls)) calls[name] = true; // only names cross threads
const listTasks = () => log(`${tasks.size} live tasks: ${[...tasks].map(({ name }) => name).join(', ')}`);

/** Takes a message of a worker, or of the kernel on main itself. */
function receive({ spawn, call, fatal, terminate }) {
  if (spawn) startWorker(spawn);
  else if (call) host.exports.__indirect_function_table.get(call.fn)(call.arg);
  else finish(fatal ? (listTasks() ?? 1) : (STATUS[terminate] ?? 1));
}

function startWorker(task) {
  const workerData = { module, memory, clockOffset, task, mainOnly };
  tasks.add(task);
  new Worker(new URL('./worker.mjs', import.meta.url), { workerData })
    .on('message', receive)
    .on('error', (error) => receive({ fatal: log(`the thread of task "${task.name}" died: ${error.stack}`) ?? true }))
    .on('exit', () => tasks.delete(task));
}

function finish(status) {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.stdout.write('', () => process.exit(status));
}

let prefix = false; // whether Ctrl-A was the last key
if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdin.on('error', () => {}).on('data', (bytes) => {
  if (process.stdin.isTTY && prefix && bytes[0] === 0x78) finish(0); // Ctrl-A x quits
  prefix = process.stdin.isTTY && !prefix && bytes.length === 1 && bytes[0] === 1;
  if (prefix) return;
  terminal.pending.push(bytes);
  process.stdin.pause();
  virtio.kick(terminal, 0);
});
process.on('SIGUSR2', listTasks).on('uncaughtException', host.fatal);

const modules = host.imports({ boot, virtio: virtio.imports });
const unknown = WebAssembly.Module.imports(module).filter((i) => !modules[i.module]?.[i.name]);
if (unknown.length > 0) refuse(`not generation F: unknown imports ${unknown.map((i) => `${i.module}.${i.name}`).join(', ')}`);
host.exports = new WebAssembly.Instance(module, modules).exports;
host.exports.boot();
