// The import modules `boot`, `kernel` and `user` of host-ABI generation F, for the main thread and for workers.
import { writeSync } from 'node:fs';
import { describe, trap, View } from './wasm.mjs';

const HALT = Symbol('halt');
const EXEC = Symbol('exec');
const HOT = new Set(['kernel.return_address', 'kernel.get_now_nsec', 'user.read', 'user.write', 'kernel.boot_console_write']);
const EFAULT = -14, ENOMEM = -12, ENOEXEC = -8, EINVAL = -22, ENOSYS = -38;

/**
 * Makes the imports of one instance. `context` has: memory (kernel memory), name (of the task), onMain, clockOffset,
 * inherited ({module, memory, maxPages} or undefined), and send(message) to the main thread. Set `exports` once the
 * instance exists.
 */
export class Imports {
  exports = undefined;
  unwinding = undefined;
  lastImport = '';

  constructor(context) {
    Object.assign(this, context);
    this.view = new View(this.memory);
    this.user = { ...this.inherited, instance: undefined, entry: undefined, frames: [] };
    this.modules = { kernel: this.kernelModule(), user: this.userModule() };
  }

  /** Adds another module's functions, and wraps everything for tracing when asked to. */
  finish(extra = {}) {
    Object.assign(this.modules, extra);
    for (const [module, functions] of Object.entries(this.modules)) {
      for (const [name, call] of Object.entries(functions)) functions[name] = this.traced(`${module}.${name}`, call);
    }
    return { ...this.modules, env: { memory: this.memory } };
  }

  traced(label, call) {
    const level = Number(process.env.NODE_HOST_TRACE ?? 0);
    if (level < 1 || (level < 2 && HOT.has(label))) return call;
    const hex = (v) => (typeof v === 'number' ? '0x' + (v >>> 0).toString(16) : String(v));
    return (...args) => {
      const line = `[${this.name}] ${label}(${args.map(hex).join(', ')})`;
      this.log(line);
      const result = call(...args);
      if (result !== undefined) this.log(`${line} = ${hex(result)}`);
      return result;
    };
  }

  log(text) {
    writeSync(2, `node-host: ${text}\n`);
  }

  unwind(reason) {
    this.unwinding = reason;
    trap();
  }

  /** Ends the machine because of a bug, with the stack that shows it. */
  fatal(error) {
    const text = typeof error === 'string' ? new Error(error).stack : error.stack ?? String(error);
    this.log(`FATAL in task "${this.name}"${this.onMain ? ' (main)' : ''}: ${text}`);
    this.send({ fatal: true });
    if (!this.onMain) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  /** Runs a function as the outermost guest frame of this thread. */
  run(call) {
    try {
      call();
      this.log(`task "${this.name}": its function returned`);
    } catch (error) {
      if (this.unwinding !== HALT) this.fatal(error);
    }
  }

  kernelModule() {
    const { view } = this;
    return {
      breakpoint: () => this.log(`[${this.name}] breakpoint ${new Error().stack}`),
      halt_worker: () => this.unwind(HALT),
      terminate_machine: (reason) => {
        this.send({ terminate: reason });
        if (!this.onMain) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
      boot_console_write: (address, length) => { writeSync(2, Buffer.from(view.bytes(address >>> 0, length >>> 0))); },
      boot_console_close: () => {},
      return_address: () => 0,
      get_now_nsec: () => process.hrtime.bigint() + this.clockOffset,
      get_stacktrace: (buffer, size) => {
        const text = Buffer.from(new Error().stack.split('\n').slice(2).join('\n') + '\0').subarray(0, size >>> 0);
        view.bytes(buffer >>> 0, text.length).set(text);
        return text.length;
      },
      spawn_worker: (fn, arg, name, length, mode) => {
        const task = { fn, arg, name: view.text(name >>> 0, length >>> 0) };
        const { module, memory, maxPages } = this.user;
        if (mode !== 0) task.user = { module, memory, maxPages };
        try {
          if (mode === 2) task.user.memory = this.copyMemory();
        } catch (error) {
          this.log(`[${this.name}] cannot copy user memory for "${task.name}": ${error.message}`);
          return ENOMEM;
        }
        this.send({ spawn: task });
        return 0;
      },
      run_on_main: (fn, arg) => this.send({ call: { fn, arg } }),
    };
  }

  copyMemory() {
    const from = this.userView();
    from.refresh();
    const initial = from.u8.length / 65536;
    const copy = new WebAssembly.Memory({ initial, maximum: this.user.maximum ?? this.user.limits().max, shared: true });
    new Uint8Array(copy.buffer).set(from.u8);
    return copy;
  }

  userModule() {
    const guard = (call) => (...args) => {
      if (this.onMain) this.fatal('a user.* import was called on main');
      return call(...args);
    };
    const functions = {
      compile_begin: (length) => {
        this.upload = new Uint8Array(length >>> 0);
        return 0;
      },
      compile_write: (source, offset, length) => {
        if (!this.upload || (offset >>> 0) + (length >>> 0) > this.upload.length) return EINVAL;
        this.upload.set(this.view.bytes(source >>> 0, length >>> 0), offset >>> 0);
        return 0;
      },
      compile_end: (maxPages) => this.compile(maxPages >>> 0),
      compile_abort: () => { this.upload = undefined; },
      instantiate: (fresh) => this.instantiate(fresh),
      call: () => this.callUser(),
      switch_entry: (fn, arg) => { this.user.entry = { fn, arg }; },
      call_signal_handler: (fn, signal) => this.table().get(fn)(signal),
      call_siginfo_handler: (trampoline, fn, signal) => {
        const frame = { result: EINVAL };
        this.user.frames.push(frame);
        try {
          this.table().get(trampoline)(fn, signal);
        } finally {
          this.user.frames.pop();
          this.exports.clear_siginfo();
        }
        return frame.result;
      },
      read: (to, from, n) => this.copy(this.view, to >>> 0, this.userView(), from >>> 0, n >>> 0),
      write: (to, from, n) => this.copy(this.userView(), to >>> 0, this.view, from >>> 0, n >>> 0),
      write_zeroes: (to, n) => {
        const view = this.userView();
        if (!view?.has(to >>> 0, n >>> 0)) return n;
        view.u8.fill(0, to >>> 0, (to >>> 0) + (n >>> 0));
        return 0;
      },
      futex_atomic_op: (old, address, op, arg) => this.futex(old >>> 0, address >>> 0, (words, i) => {
        switch (op) {
          case 0: return Atomics.exchange(words, i, arg);
          case 1: return Atomics.add(words, i, arg);
          case 2: return Atomics.or(words, i, arg);
          case 3: return Atomics.and(words, i, ~arg);
          case 4: return Atomics.xor(words, i, arg);
          default: return undefined;
        }
      }),
      futex_atomic_cmpxchg: (old, address, expected, value) =>
        this.futex(old >>> 0, address >>> 0, (words, i) => Atomics.compareExchange(words, i, expected, value)),
    };
    return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, this.onMain ? guard(call) : call]));
  }

  userView() {
    if (this.cachedView?.memory !== this.user.memory) this.cachedView = new View(this.user.memory);
    return this.cachedView;
  }

  copy(target, to, source, from, n) {
    if (!target || !source || !target.has(to, n) || !source.has(from, n)) return n;
    if (n === 1) target.u8[to] = source.u8[from];
    else target.u8.set(source.u8.subarray(from, from + n), to);
    return 0;
  }

  futex(old, address, operate) {
    const view = this.user.memory && this.userView();
    if (address & 3 || !view?.has(address, 4)) return EFAULT;
    const value = operate(view.i32, address >> 2);
    if (value === undefined) return ENOSYS;
    this.view.i32[old >> 2] = value;
    return 0;
  }

  compile(maxPages) {
    const bytes = this.upload;
    this.upload = undefined;
    if (!bytes) return EINVAL;
    try {
      const { imports, definesMemory } = describe(bytes);
      const [memory, ...more] = imports.filter((i) => i.kind === 2);
      const others = imports.filter((i) => i.kind !== 2 && !(i.kind === 0 && i.module === 'linux'));
      const fits = memory?.module === 'env' && memory.name === 'memory' && memory.shared && memory.max !== undefined;
      if (!fits || more.length > 0 || definesMemory || others.length > 0) {
        const names = others.map((i) => `${i.module}.${i.name}`).join(', ');
        throw new Error(`needs one shared env.memory with a maximum and only linux.* functions ${names}`);
      }
      if (memory.min > maxPages) return ENOMEM;
      const module = new WebAssembly.Module(bytes);
      this.next = { module, maxPages, min: memory.min, maximum: Math.min(memory.max, maxPages) };
      return 0;
    } catch (error) {
      this.log(`[${this.name}] program of ${bytes.length} bytes refused: ${error.message}`);
      return error instanceof RangeError ? ENOMEM : ENOEXEC;
    }
  }

  /** Makes the user instance: of the module just compiled, or of the inherited one in a clone's child. */
  instantiate(fresh) {
    if (this.next) {
      const { module, maxPages, min, maximum } = this.next;
      Object.assign(this.user, { module, maxPages, min, maximum, entry: undefined });
      this.next = undefined;
      if (fresh || !this.user.memory) {
        this.user.memory = new WebAssembly.Memory({ initial: min, maximum, shared: true });
      }
    }
    const { exports: kernel, user } = this;
    let self;
    const linux = {
      syscall: (...args) => {
        const result = this.intoKernel(() => kernel.syscall(...args));
        if (user.instance !== self) this.unwind(EXEC);
        return result;
      },
      get_thread_area: () => kernel.get_thread_area(),
      copy_siginfo: (address) => {
        const result = kernel.copy_siginfo(address);
        const frame = user.frames.at(-1);
        if (frame) frame.result = result;
        return result;
      },
    };
    self = new WebAssembly.Instance(user.module, { env: { memory: user.memory }, linux });
    user.instance = self;
    return 0;
  }

  /** Calls the kernel for user code: an error that is no unwinding and no user trap is the kernel's own. */
  intoKernel(call) {
    try {
      return call();
    } catch (error) {
      if (this.unwinding === undefined && this.userTrap !== error) this.fatal(error);
      throw error;
    }
  }

  table() {
    return this.user.instance.exports.__indirect_function_table;
  }

  /** Runs the program until it traps or returns; an exec restarts it with the new program. */
  callUser() {
    const { __stack_pointer: stack } = this.exports;
    const saved = stack?.value;
    for (;;) {
      if (!this.user.instance) this.instantiate(0);
      const { instance, entry } = this.user;
      try {
        if (entry) this.table().get(entry.fn)(entry.arg);
        else instance.exports._start();
        return;
      } catch (error) {
        if (this.unwinding === HALT) throw error;
        if (this.unwinding === undefined) {
          this.log(`[${this.name}] user program trapped: ${error.stack ?? error}`);
          if (stack) stack.value = saved;
          return;
        }
        this.unwinding = undefined;
        if (stack) stack.value = saved;
      }
    }
  }
}
