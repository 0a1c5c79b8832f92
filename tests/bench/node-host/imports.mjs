// The import modules `boot`, `kernel` and `user` of host-ABI generation F, for the main thread and for workers.
import { writeSync } from 'node:fs';
import { describe, trap, View } from './wasm.mjs';

const [HALT, EXEC] = ['halt', 'exec'];
const [ENOEXEC, ENOMEM, EFAULT, EINVAL, ENOSYS] = [-8, -12, -14, -22, -38];
const HOT = ['kernel.return_address', 'kernel.get_now_nsec', 'user.read', 'user.write', 'kernel.boot_console_write'];
const TRACE = Number(process.env.NODE_HOST_TRACE ?? 0);

/** Traces an import when NODE_HOST_TRACE asks for it: 1 all but the hottest, 2 all. */
function traced(task, label, call) {
  if (TRACE < 1 || (TRACE < 2 && HOT.includes(label))) return call;
  const hex = (v) => (typeof v === 'number' ? '0x' + (v >>> 0).toString(16) : String(v));
  return (...args) => {
    const line = `[${task}] ${label}(${args.map(hex).join(', ')})`;
    log(line);
    const result = call(...args);
    if (result !== undefined) log(`${line} = ${hex(result)}`);
    return result;
  };
}

export function log(text) {
  writeSync(2, `node-host: ${text}\n`);
}

/** The state of one kernel instance: `exports` is set by whoever makes it. */
export class Host {
  /** `send` takes messages for the main thread; `inherited` is a parent's {module, memory, maximum}. */
  constructor({ memory, name, clockOffset, inherited, onMain, send }) {
    Object.assign(this, { memory, name, clockOffset, onMain, send, view: new View(memory), user: { ...inherited, frames: [] } });
  }

  /** All import modules; `extra` has those of the main thread. */
  imports(extra = {}) {
    const modules = { ...extra, kernel: this.kernel(), user: this.onMain ? this.refused(this.userModule()) : this.userModule() };
    for (const [module, calls] of Object.entries(modules)) {
      for (const [name, call] of Object.entries(calls)) calls[name] = traced(this.name, `${module}.${name}`, call);
    }
    return { ...modules, env: { memory: this.memory } };
  }

  /** The same functions, called on the wrong thread. */
  refused(calls) {
    const refusal = (name) => () => this.fatal(new Error(`${name}: called on the wrong thread`));
    return Object.fromEntries(Object.keys(calls).map((name) => [name, refusal(name)]));
  }

  unwind(reason) {
    this.unwinding = reason;
    trap();
  }

  stop(message) {
    this.send(message);
    if (!this.onMain) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  fatal(error) {
    log(`FATAL in task "${this.name}": ${error.stack ?? error}`);
    this.stop({ fatal: true });
  }

  kernel() {
    const bytes = (at, length) => Buffer.from(this.view.bytes(at >>> 0, length >>> 0));
    return {
      breakpoint: () => log(`[${this.name}] breakpoint ${new Error().stack}`),
      halt_worker: () => this.unwind(HALT),
      terminate_machine: (reason) => this.stop({ terminate: reason }),
      boot_console_write: (at, length) => void writeSync(2, bytes(at, length)),
      boot_console_close: () => {},
      return_address: () => 0,
      get_now_nsec: () => process.hrtime.bigint() + this.clockOffset,
      get_stacktrace: (at, size) => {
        const text = Buffer.from(new Error().stack.split('\n').slice(2).join('\n') + '\0').subarray(0, size >>> 0);
        this.view.bytes(at >>> 0, text.length).set(text);
      },
      spawn_worker: (fn, arg, name, length, mode) => {
        const { module, memory, maximum } = this.user;
        const task = { fn, arg, name: bytes(name, length).toString(), user: mode ? { module, memory, maximum } : undefined };
        try {
          if (mode === 2) task.user.memory = this.copyMemory();
        } catch (error) {
          log(`[${this.name}] no memory for a copy of the program: ${error.message}`);
          return ENOMEM;
        }
        this.send({ spawn: task });
        return 0;
      },
      run_on_main: (fn, arg) => this.send({ call: { fn, arg } }),
    };
  }

  userModule() {
    const to = (target, at, source, from, n) => {
      if (!target.has(at, n) || !source.has(from, n)) return n;
      if (n === 1) target.u8[at] = source.u8[from];
      else target.u8.set(source.u8.subarray(from, from + n), at);
      return 0;
    };
    return {
      compile_begin: (length) => ((this.upload = new Uint8Array(length >>> 0)), 0),
      compile_write: (source, offset, length) => {
        if (!this.upload || (offset >>> 0) + (length >>> 0) > this.upload.length) return EINVAL;
        return this.upload.set(this.view.bytes(source >>> 0, length >>> 0), offset >>> 0) ?? 0;
      },
      compile_end: (maxPages) => this.compile(maxPages >>> 0),
      compile_abort: () => { this.upload = undefined; },
      instantiate: (fresh) => this.instantiate(fresh),
      call: () => this.call(),
      switch_entry: (fn, arg) => { this.user.entry = { fn, arg }; },
      call_signal_handler: (fn, signal) => this.handler(() => this.table().get(fn)(signal)),
      call_siginfo_handler: (trampoline, fn, signal) => {
        const frame = { result: EINVAL };
        this.user.frames.push(frame);
        try {
          this.handler(() => this.table().get(trampoline)(fn, signal));
        } finally {
          this.user.frames.pop();
          this.exports.clear_siginfo();
        }
        return frame.result;
      },
      read: (at, from, n) => to(this.view, at >>> 0, this.userView(), from >>> 0, n >>> 0),
      write: (at, from, n) => to(this.userView(), at >>> 0, this.view, from >>> 0, n >>> 0),
      write_zeroes: (at, n) => {
        const view = this.userView();
        return view.has(at >>> 0, n >>> 0) ? (view.u8.fill(0, at >>> 0, (at >>> 0) + (n >>> 0)), 0) : n;
      },
      futex_atomic_op: (old, at, op, arg) => {
        const operate = [Atomics.exchange, Atomics.add, Atomics.or, Atomics.and, Atomics.xor][op];
        return operate ? this.futex(old >>> 0, at >>> 0, (words, i) => operate(words, i, op === 3 ? ~arg : arg)) : ENOSYS;
      },
      futex_atomic_cmpxchg: (old, at, expected, value) =>
        this.futex(old >>> 0, at >>> 0, (words, i) => Atomics.compareExchange(words, i, expected, value)),
    };
  }

  userView() {
    if (this.cachedView?.memory !== this.user.memory) this.cachedView = new View(this.user.memory);
    return this.cachedView;
  }

  copyMemory() {
    const { maximum } = this.user;
    const from = this.userView();
    from.refresh();
    const copy = new WebAssembly.Memory({ initial: from.u8.length / 65536, maximum, shared: true });
    new Uint8Array(copy.buffer).set(from.u8);
    return copy;
  }

  futex(old, at, operate) {
    const view = this.userView();
    if (at & 3 || !view.has(at, 4)) return EFAULT;
    this.view.i32[old >> 2] = operate(view.i32, at >> 2);
    return 0;
  }

  compile(maxPages) {
    const bytes = this.upload;
    if (!bytes) return EINVAL;
    this.upload = undefined;
    try {
      const module = new WebAssembly.Module(bytes);
      const { imports, definesMemory } = describe(bytes);
      const [memory, ...others] = imports.filter((i) => i.module !== 'linux' || i.kind !== 0);
      const { name, min, max, shared } = memory ?? {};
      if (others.length > 0 || memory?.module !== 'env' || name !== 'memory' || !shared || max === undefined || definesMemory) {
        throw new Error('it must import one shared env.memory with a maximum, and only linux.* functions');
      }
      const maximum = Math.min(max, maxPages);
      this.next = { module, maximum, memory: new WebAssembly.Memory({ initial: min, maximum, shared: true }), entry: undefined };
      return 0;
    } catch (error) {
      log(`[${this.name}] program of ${bytes.length} bytes refused: ${error.message}`);
      return error instanceof RangeError ? ENOMEM : ENOEXEC;
    }
  }

  /** Makes the user instance: of the program just compiled, or of the parent's in a clone's child. */
  instantiate(fresh) {
    const { exports: kernel, user } = this;
    if (fresh) Object.assign(user, this.next);
    this.next = undefined;
    const linux = {
      syscall: (...args) => {
        const result = this.intoKernel(args);
        if (user.instance !== self) this.unwind(EXEC);
        return result;
      },
      get_thread_area: () => kernel.get_thread_area(),
      copy_siginfo: (at) => {
        const result = kernel.copy_siginfo(at);
        if (user.frames.length > 0) user.frames.at(-1).result = result;
        return result;
      },
    };
    const self = new WebAssembly.Instance(user.module, { env: { memory: user.memory }, linux });
    user.instance = self;
    return 0;
  }

  /** Runs user code inside a system call: its traps end the program, and are no fault of the kernel. */
  handler(call) {
    try {
      call();
    } catch (error) {
      this.userTrap ??= error;
      throw error;
    }
  }

  /** A system call: an error in it that is neither an unwinding nor a signal handler's trap is the kernel's own. */
  intoKernel(args) {
    try {
      return this.exports.syscall(...args);
    } catch (error) {
      if (!this.unwinding && this.userTrap !== error) this.fatal(error);
      throw error;
    }
  }

  table() {
    return this.user.instance.exports.__indirect_function_table;
  }

  /** Runs the program until it traps or returns; an exec restarts it with the new program. */
  call() {
    const stack = this.exports.__stack_pointer;
    const saved = stack?.value;
    for (;;) {
      if (!this.user.instance && !this.user.module) return;
      if (!this.user.instance) this.instantiate(0);
      const { instance, entry } = this.user;
      try {
        if (entry) this.table().get(entry.fn)(entry.arg);
        else instance.exports._start();
        return;
      } catch (error) {
        if (this.unwinding === HALT) throw error;
        if (stack) stack.value = saved; // kernel frames may have been unwound too
        if (!this.unwinding) return log(`[${this.name}] user program trapped: ${error.stack ?? error}`);
        this.unwinding = undefined;
      }
    }
  }
}
