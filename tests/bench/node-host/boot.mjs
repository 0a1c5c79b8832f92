// A minimal Node host for Linux on WebAssembly (host-ABI generation F): the yardstick of the benchmarks.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { builtInCpio, deviceTree } from './firmware.mjs';
import { Imports } from './imports.mjs';
import { BlockDevice, ConsoleDevice, EntropyDevice, transport } from './virtio.mjs';
import { describe } from './wasm.mjs';

Error.stackTraceLimit = 200;
const EXIT = { 0: 0, 1: 34, 2: 32 };
const PAGE = 65536;

const { values: options } = parseArgs({
  options: {
    kernel: { type: 'string' },
    initrd: { type: 'string' },
    append: { type: 'string', default: '' },
    cpus: { type: 'string', default: '1' },
    memory: { type: 'string', default: '512' },
    disk: { type: 'string', multiple: true, default: [] },
  },
});

function usageError(text) {
  process.stderr.write(`node-host: ${text}\n`);
  process.exit(35);
}

if (!options.kernel) usageError('--kernel FILE is missing');
const kernelBytes = readFileSync(options.kernel);
const initrd = options.initrd && readFileSync(options.initrd);
const module = await WebAssembly.compile(kernelBytes);
const limits = describe(kernelBytes).imports.find((i) => i.kind === 2);
if (!limits?.shared) usageError(`${options.kernel} imports no shared memory`);
const memoryPages = Math.min(Number(options.memory) * 16, limits.max, 0xffff);
const initialPages = limits.min + Math.ceil((initrd?.length ?? 0) / PAGE);
if (initialPages > memoryPages) usageError(`kernel and initrd need ${initialPages} pages, --memory gives ${memoryPages}`);
const memory = new WebAssembly.Memory({ initial: initialPages, maximum: limits.max, shared: true });
const initrdStart = limits.min * PAGE;
if (initrd) new Uint8Array(memory.buffer).set(initrd, initrdStart);

const console0 = new ConsoleDevice((bytes) => process.stdout.write(bytes), () => process.stdin.resume());
const disks = options.disk.map((spec) => {
  const [path, flag] = spec.split(/,(?=ro$)/);
  return new BlockDevice(path, flag === 'ro');
});
const devices = [console0, ...disks, new EntropyDevice()];
const measure = () => console0.resize(process.stdout.columns ?? 80, process.stdout.rows ?? 24);
measure();

const sectionTable = WebAssembly.Module.customSections(module, '.linux.sections')[0];
const fdt = deviceTree({
  bootargs: `console=hvc0 ${options.append}`.trim(),
  ncpus: Number(options.cpus),
  memoryBytes: memoryPages * PAGE,
  initrd: initrd && { start: initrdStart, end: initrdStart + initrd.length },
  devices,
  sections: sectionTable && JSON.parse(Buffer.from(sectionTable).toString()),
});
const cpio = Buffer.from(WebAssembly.Module.customSections(module, '.linux.initramfs')[0] ?? builtInCpio());

const clockOffset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
const tasks = new Map();
let taskCount = 0;

function spawn(task) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { module, memory, clockOffset, task } });
  tasks.set(++taskCount, task.name);
  const id = taskCount;
  worker.on('message', receive);
  worker.on('error', (error) => { imports.log(`thread of task "${task.name}" died: ${error.stack}`); finish(1); });
  worker.on('exit', () => tasks.delete(id));
}

function finish(status) {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.stdout.write('', () => process.exit(status));
}

function receive(message) {
  if (message.spawn) spawn(message.spawn);
  else if (message.call) guarded(() => instance.exports.__indirect_function_table.get(message.call.fn)(message.call.arg));
  else if (message.fatal) { listTasks(); finish(1); }
  else finish(EXIT[message.terminate] ?? 1);
}

function listTasks() {
  imports.log(`${tasks.size} live tasks: ${[...tasks.values()].join(', ')}`);
}

function guarded(call) {
  try {
    call();
  } catch (error) {
    imports.fatal(error);
  }
}

const imports = new Imports({ memory, clockOffset, name: 'main', onMain: true, send: receive });
const virtio = transport(devices, imports.view, (irq) => instance.exports.trigger_irq(irq));
const modules = imports.finish({
  boot: {
    get_devicetree(buffer, size) {
      if ((size >>> 0) === 0) return fdt.length;
      if (fdt.length > size >>> 0) throw new Error(`device tree of ${fdt.length} bytes, buffer of ${size >>> 0}`);
      imports.view.bytes(buffer >>> 0, fdt.length).set(fdt);
      return fdt.length;
    },
    get_initramfs(buffer, size) {
      if ((size >>> 0) === 0) return cpio.length;
      if (cpio.length > size >>> 0) throw new Error(`built-in cpio of ${cpio.length} bytes, buffer of ${size >>> 0}`);
      imports.view.bytes(buffer >>> 0, cpio.length).set(cpio);
      return cpio.length;
    },
  },
  virtio: virtio.imports,
});
const unknown = WebAssembly.Module.imports(module).filter((i) => !modules[i.module]?.[i.name]);
if (unknown.length > 0) {
  usageError(`not generation F, unknown imports: ${unknown.map((i) => `${i.module}.${i.name} (${i.kind})`).join(', ')}`);
}

let escape = false;
if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => {
  if (process.stdin.isTTY) {
    if (escape && bytes[0] === 0x78) finish(0); // Ctrl-A x quits, as in tuxloom
    escape = !escape && bytes[0] === 1 && bytes.length === 1;
    if (escape) return;
  }
  console0.pending.push(bytes);
  process.stdin.pause();
  guarded(() => virtio.kick(console0, 0));
});
process.stdin.on('error', () => {});
process.stdout.on('resize', () => { measure(); guarded(() => virtio.configChanged(console0)); });
process.on('SIGUSR2', listTasks);

let instance;
guarded(() => {
  instance = new WebAssembly.Instance(module, modules);
  imports.exports = instance.exports;
  instance.exports.boot();
});
