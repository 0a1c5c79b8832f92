// The import modules `kernel` and `user` of host-ABI generation F, for the main thread and for workers.
import { writeSync } from 'node:fs';
import { memoryType, trap, View } from './wasm.mjs';

const [ENOEXEC, ENOMEM, EFAULT, EINVAL, ENOSYS] = [-8, -12, -14, -22, -38];
const HOT = ['kernel.return_address', 'kernel.get_now_nsec', 'user.read', 'user.write', 'kernel.boot_console_write'];
const TRACE = Number(process.env.NODE_HOST_TRACE ?? 0); // 1 traces all imports but the hottest, 2 all
const FUTEX_OPS = [Atomics.exchange, Atomics.add, Atomics.or, (words, i, arg) => Atomics.and(words, i, ~arg), Atomics.xor];

export const log = (text) => void writeSync(2, `node-host: ${text}\n`);
const map = (calls, change) => Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, change(name, call)]));

function traced(label, name, call) {
  if (TRACE < 1 || (TRACE < 2 && HOT.includes(name))) return call;
  const hex = (v) => (typeof v === 'number' ? '0x' + (v >>> 0).toString(16) : String(v));
  return (...args) => {
    log(`${label} ${name}(${args.map(hex).join(', ')})`);
    const result = call(...args);
    if (result !== undefined) log(`${label} ${name} = ${hex(result)}`);
    return result;
  };
}

/** Loads a program into a memory of its own as {module, memory, maximum}; the result may be an errno. */
function load(label, bytes, maxPages) {
  try {
    const module = new WebAssembly.Module(bytes);
    const { minimum: initial, maximum: declared, shared } = memoryType(module) ?? {};
    const others = WebAssembly.Module.imports(module).filter(({ module: from, kind }) => from !== 'linux' || kind !== 'function');
    if (others.length !== 1 || !shared || declared === undefined) {
      throw new Error('it must import one shared env.memory with a maximum, and only linux.* functions');
    }
    const maximum = Math.min(declared, maxPages);
    return { module, maximum, memory: new WebAssembly.Memory({ initial, maximum, shared }) };
  } catch (error) {
    log(`${label} program of ${bytes.length} bytes refused: ${error.message}`);
    return error instanceof RangeError ? ENOMEM : ENOEXEC;
  }
}

/** A private copy of a program's memory. */
function snapshot({ memory, maximum }) {
  const { u8 } = new View(memory);
  const copy = new WebAssembly.Memory({ initial: u8.length / 65536, maximum, shared: true });
  new Uint8Array(copy.buffer).set(u8);
  return copy;
}

/**
 * The host side of one kernel instance; whoever makes that sets `host.exports`. `send` takes messages for the main thread,
 * `inherited` is a parent's {module, memory, maximum}.
 */
export function makeHost({ memory, name: task, clockOffset, inherited, onMain, send }) {
  const host = { fatal, imports, view: new View(memory), exports: undefined, halted: false };
  const user = { ...inherited, instance: undefined, entry: undefined, frames: [] };
  const label = `[${task}]`;
  let upload; // the program being written by compile_write
  let loaded; // the program that instantiate(1) switches to
  let execed = false; // whether frames of a program that has been replaced are being unwound
  let userError; // what a signal handler threw: a trap on its way to user.call, or a longjmp's exception
  let cachedView;

  const stop = (message) => {
    send(message);
    if (!onMain) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  function fatal(error) {
    log(`FATAL in task "${task}": ${error.stack ?? error}`);
    stop({ fatal: true });
  }
  const bytes = (at, length) => host.view.bytes(at >>> 0, length >>> 0);
  const userView = () => (cachedView?.memory === user.memory ? cachedView : (cachedView = new View(user.memory)));
  const table = () => user.instance.exports.__indirect_function_table;

  function copy(target, at, source, from, n) {
    if (!target.has(at >>> 0, n >>> 0) || !source.has(from >>> 0, n >>> 0)) return n;
    if (n === 1) target.u8[at >>> 0] = source.u8[from >>> 0];
    else target.u8.set(source.u8.subarray(from >>> 0, (from >>> 0) + (n >>> 0)), at >>> 0);
    return 0;
  }

  function futex(old, at, operate) {
    if (at & 3 || !userView().has(at >>> 0, 4)) return EFAULT;
    host.view.i32[old >>> 2] = operate(userView().i32, at >>> 2);
    return 0;
  }

  /** A system call. An error in it that is neither an unwinding nor a signal handler's is the kernel's own. */
  function syscall(instance, args) {
    const stack = host.exports.__stack_pointer;
    const saved = stack?.value;
    let result;
    try {
      result = host.exports.syscall(...args);
    } catch (error) {
      if (!host.halted && !execed && userError !== error) fatal(error);
      if (stack) stack.value = saved; // the kernel's frames are gone
      throw error;
    }
    if (user.instance === instance) return result;
    execed = true;
    return trap();
  }

  function instantiate(fresh) {
    if (fresh) Object.assign(user, loaded, { entry: undefined });
    const { frames } = user;
    const linux = {
      syscall: (...args) => syscall(self, args),
      get_thread_area: () => host.exports.get_thread_area(),
      copy_siginfo: (at) => ((frames.at(-1) ?? {}).result = host.exports.copy_siginfo(at)),
    };
    const self = new WebAssembly.Instance(user.module, { env: { memory: user.memory }, linux });
    user.instance = self;
    return 0;
  }

  /** Runs the program until it traps or returns; an exec starts the new one. */
  function call() {
    while (user.module) {
      if (!user.instance) instantiate(0);
      try {
        const { entry } = user;
        return void (entry ? table().get(entry.fn)(entry.arg) : user.instance.exports._start());
      } catch (error) {
        if (host.halted) throw error;
        if (!execed) return log(`${label} user program trapped: ${error.stack ?? error}`);
        execed = false;
      }
    }
  }

  /** Runs a signal handler inside a system call; its trap is the program's fault, not the kernel's, and it may leave by longjmp. */
  function handle(handler, ...args) {
    try {
      table().get(handler)(...args);
    } catch (error) {
      userError = error;
      throw error;
    }
  }

  function handleWithInfo(trampoline, fn, signal) {
    const frame = { result: EINVAL };
    user.frames.push(frame);
    try {
      handle(trampoline, fn, signal);
    } finally {
      user.frames.pop();
      host.exports.clear_siginfo();
    }
    return frame.result;
  }

  function spawn(fn, arg, at, length, mode) {
    try {
      const { module, maximum } = user;
      const program = mode ? { module, maximum, memory: mode === 2 ? snapshot(user) : user.memory } : undefined;
      send({ spawn: { fn, arg, name: Buffer.from(bytes(at, length)).toString(), user: program } });
      return 0;
    } catch (error) {
      log(`${label} cannot spawn a worker: ${error.message}`);
      return ENOMEM;
    }
  }

  const kernelModule = {
    breakpoint: () => log(`${label} breakpoint ${new Error().stack}`),
    halt_worker: () => trap((host.halted = true)),
    terminate_machine: (reason) => stop({ terminate: reason }),
    boot_console_write: (at, length) => void writeSync(2, Buffer.from(bytes(at, length))),
    boot_console_close: () => {},
    return_address: () => 0,
    get_now_nsec: () => process.hrtime.bigint() + clockOffset,
    get_stacktrace: (at, size) => {
      const text = Buffer.from(new Error().stack.split('\n').slice(2).join('\n') + '\0').subarray(0, size >>> 0);
      bytes(at, text.length).set(text);
    },
    spawn_worker: spawn,
    run_on_main: (fn, arg) => send({ call: { fn, arg } }),
  };
  const userModule = {
    compile_begin: (length) => ((upload = new Uint8Array(length >>> 0)), 0),
    compile_write: (source, offset, length) =>
      (offset >>> 0) + (length >>> 0) > (upload?.length ?? -1) ? EINVAL : (upload.set(bytes(source, length), offset >>> 0), 0),
    compile_end: (maxPages) => {
      const result = upload ? load(label, upload, maxPages >>> 0) : EINVAL;
      [upload, loaded] = [undefined, result];
      return typeof result === 'number' ? result : 0;
    },
    compile_abort: () => void (upload = undefined),
    instantiate,
    call,
    switch_entry: (fn, arg) => void (user.entry = { fn, arg }),
    call_signal_handler: handle,
    call_siginfo_handler: handleWithInfo,
    read: (at, from, n) => copy(host.view, at, userView(), from, n),
    write: (at, from, n) => copy(userView(), at, host.view, from, n),
    write_zeroes: (at, n) => (userView().has(at >>> 0, n >>> 0) ? (userView().bytes(at >>> 0, n >>> 0).fill(0), 0) : n),
    futex_atomic_op: (old, at, op, arg) => (FUTEX_OPS[op] ? futex(old, at, (words, i) => FUTEX_OPS[op](words, i, arg)) : ENOSYS),
    futex_atomic_cmpxchg: (old, at, expected, value) =>
      futex(old, at, (words, i) => Atomics.compareExchange(words, i, expected, value)),
  };

  /** All import modules; those of `extra`, and `user` on main, only answer that they were called on the wrong thread. */
  function imports(extra = {}) {
    const refuse = (name) => () => fatal(new Error(`${name}: called on the wrong thread`));
    const others = onMain ? { ...extra, user: map(userModule, refuse) } : { ...map(extra, (_, calls) => map(calls, refuse)), user: userModule };
    const all = { kernel: kernelModule, ...others };
    return { ...map(all, (from, calls) => map(calls, (name, call) => traced(label, `${from}.${name}`, call))), env: { memory } };
  }
  return host;
}
