// One guest task: an instance of the kernel on a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { Imports } from './imports.mjs';

Error.stackTraceLimit = 200;
const { module, memory, clockOffset, task } = workerData;
const onlyOnMain = (name) => () => imports.fatal(`${name} was called on a worker`);
const imports = new Imports({
  memory, clockOffset, name: task.name, inherited: task.user, onMain: false,
  send: (message) => parentPort.postMessage(message),
});
const extra = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (from === 'boot' || from === 'virtio') (extra[from] ??= {})[name] = onlyOnMain(`${from}.${name}`);
}
imports.run(() => {
  const instance = new WebAssembly.Instance(module, imports.finish(extra));
  imports.exports = instance.exports;
  instance.exports.__indirect_function_table.get(task.fn)(task.arg);
});
process.exit(0);
