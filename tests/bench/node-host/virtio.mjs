// Virtio devices on packed rings (virtio 1.2, section 2.8), served on the main thread.
import { fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';

const NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 0x80, USED = 0x8000;
const bit = (...bits) => bits.reduce((sum, n) => sum | (1n << BigInt(n)), 0n);
const TRANSPORT = bit(28, 32, 34);

class Queue {
  constructor(view, size, desc, irq) {
    Object.assign(this, { view, size, desc, irq, next: 0, nextWrap: 1, used: 0, usedWrap: 1 });
  }

  /** Takes the next available chain as {id, length, buffers}, or undefined. */
  pop() {
    const { view } = this;
    const count = { value: 0 };
    const buffers = [];
    for (;;) {
      const at = this.desc + 16 * this.next;
      view.bytes(at, 16);
      const flags = Atomics.load(new Uint16Array(view.u8.buffer, at + 14, 1), 0);
      const available = ((flags & AVAIL) !== 0) === (this.nextWrap === 1) && ((flags & USED) !== 0) !== (this.nextWrap === 1);
      if (!available) {
        if (count.value > 0) throw new Error(`chain at ring index ${this.next} has no end`);
        return undefined;
      }
      this.collect(at, flags, buffers);
      const id = view.data.getUint16(at + 12, true);
      if (++this.next === this.size) { this.next = 0; this.nextWrap ^= 1; }
      if (++count.value > this.size) throw new Error('chain longer than its ring');
      if (!(flags & NEXT) || flags & INDIRECT) return { id, length: count.value, buffers };
    }
  }

  collect(at, flags, buffers) {
    const address = Number(this.view.data.getBigUint64(at, true));
    const length = this.view.data.getUint32(at + 8, true);
    if (!(flags & INDIRECT)) {
      buffers.push({ bytes: this.view.bytes(address, length), writable: (flags & WRITE) !== 0 });
      return;
    }
    this.view.bytes(address, length);
    for (let entry = address; entry + 16 <= address + length; entry += 16) {
      this.collect(entry, this.view.data.getUint16(entry + 14, true) & WRITE, buffers);
    }
  }

  /** Gives a chain back with the number of bytes that were written into it. */
  push(chain, written) {
    const at = this.desc + 16 * this.used;
    this.view.data.setUint32(at + 8, written, true);
    this.view.data.setUint16(at + 12, chain.id, true);
    const flags = (this.usedWrap ? AVAIL | USED : 0) | (written > 0 ? WRITE : 0);
    Atomics.store(new Uint16Array(this.view.u8.buffer, at + 14, 1), 0, flags);
    this.used += chain.length;
    if (this.used >= this.size) { this.used -= this.size; this.usedWrap ^= 1; }
  }
}

const readable = (chain) => Buffer.concat(chain.buffers.filter((b) => !b.writable).map((b) => b.bytes));
const fill = (chain, source, from = 0) => {
  let done = from;
  for (const { bytes, writable } of chain.buffers) {
    if (!writable || done >= source.length) continue;
    const part = source.subarray(done, done + bytes.length);
    bytes.set(part);
    done += part.length;
  }
  return done - from;
};

/** Device 3: port 0. `output` takes bytes; `input(bytes)` holds them until the guest has buffers. */
export class ConsoleDevice {
  type = 3;
  features = TRANSPORT | bit(0);
  config = new Uint8Array(12);
  pending = [];

  constructor(output, wantMore) {
    Object.assign(this, { output, wantMore });
  }

  resize(columns, rows) {
    new Uint16Array(this.config.buffer, 0, 2).set([columns, rows]);
  }

  serve(vq, queue) {
    let served = false;
    if (vq === 1) {
      for (let chain; (chain = queue.pop()); served = true) {
        this.output(readable(chain));
        queue.push(chain, 0);
      }
    } else {
      for (let chain; this.pending.length > 0 && (chain = queue.pop()); served = true) {
        const done = fill(chain, this.pending[0]);
        this.pending[0] = this.pending[0].subarray(done);
        if (this.pending[0].length === 0) this.pending.shift();
        queue.push(chain, done);
      }
      if (this.pending.length === 0) this.wantMore();
    }
    return served;
  }
}

/** Device 2: a raw file. */
export class BlockDevice {
  type = 2;

  constructor(path, readOnly) {
    this.fd = openSync(path, readOnly ? 'r' : 'r+');
    this.readOnly = readOnly;
    this.sectors = Math.floor(fstatSync(this.fd).size / 512);
    this.features = TRANSPORT | bit(2, 6, 9) | (readOnly ? bit(5) : 0n);
    this.config = new Uint8Array(64);
    const config = new DataView(this.config.buffer);
    config.setBigUint64(0, BigInt(this.sectors), true);
    config.setUint32(12, 126, true); // seg_max
    config.setUint32(20, 512, true); // blk_size
  }

  serve(vq, queue) {
    let served = false;
    for (let chain; (chain = queue.pop()); served = true) {
      const last = chain.buffers.at(-1);
      const status = last.bytes.subarray(last.bytes.length - 1);
      last.bytes = last.bytes.subarray(0, last.bytes.length - 1);
      let written = 1;
      try {
        written += this.execute(chain);
        status[0] = 0;
      } catch (error) {
        status[0] = error.unsupported ? 2 : 1;
      }
      queue.push(chain, written);
    }
    return served;
  }

  execute(chain) {
    const head = Buffer.concat(chain.buffers.filter((b) => !b.writable).map((b) => b.bytes));
    const kind = head.readUInt32LE(0);
    let at = Number(head.readBigUInt64LE(8)) * 512;
    const check = (length) => { if (at + length > this.sectors * 512) throw new RangeError('beyond the disk'); };
    if (kind === 0) {
      let total = 0;
      for (const { bytes } of chain.buffers.filter((b) => b.writable)) {
        check(bytes.length);
        total += readSync(this.fd, bytes, 0, bytes.length, at);
        at += bytes.length;
      }
      return total;
    }
    if (kind === 1 && !this.readOnly) {
      check(head.length - 16);
      writeSync(this.fd, head, 16, head.length - 16, at);
      return 0;
    }
    if (kind === 4) return fsyncSync(this.fd), 0;
    if (kind === 8) return fill(chain, Buffer.from('node-host\0'.padEnd(20, '\0')));
    throw Object.assign(new Error(`request ${kind}`), { unsupported: true });
  }
}

/** Device 4: random bytes. */
export class EntropyDevice {
  type = 4;
  features = TRANSPORT;
  config = new Uint8Array(0);

  serve(vq, queue) {
    let served = false;
    for (let chain; (chain = queue.pop()); served = true) {
      queue.push(chain, fill(chain, randomFillSync(Buffer.alloc(chain.buffers.reduce((n, b) => n + b.bytes.length, 0)))));
    }
    return served;
  }
}

/** The `virtio` imports over a list of devices. `irq(n)` interrupts the kernel. */
export function transport(devices, view, irq) {
  const states = devices.map((device) => ({ device, queues: new Map() }));
  const kick = (id, vq) => {
    const queue = states[id].queues.get(vq);
    if (queue && states[id].device.serve(vq, queue)) irq(queue.irq);
  };
  const imports = {
    set_features(id, features) {
      if (BigInt.asUintN(64, features) !== devices[id].features) throw new Error(`virtio${id}: accepted features ${features}`);
    },
    setup(id, configIrq, config, length) {
      const target = view.bytes(config >>> 0, length >>> 0);
      target.set(devices[id].config.subarray(0, target.length));
      Object.assign(states[id], { configIrq, target });
    },
    enable_vring(id, vq, size, desc, queueIrq) {
      states[id].queues.set(vq, new Queue(view, size, desc >>> 0, queueIrq));
    },
    disable_vring(id, vq) { states[id].queues.delete(vq); },
    notify: kick,
    reset(id) { states[id].queues.clear(); },
    config_written() {},
  };
  const configChanged = (device) => {
    const { target, configIrq } = states[devices.indexOf(device)];
    if (!target) return;
    target.set(device.config.subarray(0, target.length));
    irq(configIrq);
  };
  return { imports, kick: (device, vq) => kick(devices.indexOf(device), vq), configChanged };
}
