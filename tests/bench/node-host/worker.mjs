// One guest task: an instance of the kernel on a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { log, makeHost } from './imports.mjs';

Error.stackTraceLimit = 200;
const { module, memory, clockOffset, task, mainOnly } = workerData;
const send = (message) => parentPort.postMessage(message);
const host = makeHost({ memory, clockOffset, name: task.name, inherited: task.user, onMain: false, send });
try {
  host.exports = new WebAssembly.Instance(module, host.imports(mainOnly)).exports;
  host.exports.__indirect_function_table.get(task.fn)(task.arg);
  log(`the function of task "${task.name}" returned`);
} catch (error) {
  if (!host.halted) host.fatal(error);
}
process.exit(0);
