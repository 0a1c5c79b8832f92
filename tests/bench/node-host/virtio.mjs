// Virtio devices on packed rings (virtio 1.2, section 2.8), served on the main thread.
import { fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

const NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 0x80, USED = 0x8000;
const TRANSPORT = bits(28, 32, 34); // INDIRECT_DESC, VERSION_1, RING_PACKED

function bits(...numbers) {
  return numbers.reduce((sum, n) => sum | (1n << BigInt(n)), 0n);
}

class Queue {
  constructor(view, size, desc, irq) {
    Object.assign(this, { view, size, desc, irq, next: 0, nextWrap: true, used: 0, usedWrap: true });
  }

  /** The available chains as {id, length, input, output}: the buffers that the driver wrote, and those for the device. */
  *chains() {
    for (let chain = { length: 0, input: [], output: [] }; ;) {
      const at = this.desc + 16 * this.next;
      this.view.bytes(at, 16);
      const flags = Atomics.load(this.view.u16, (at + 14) >> 1);
      const available = (flags & AVAIL) !== 0 === this.nextWrap && (flags & USED) !== 0 !== this.nextWrap;
      if (!available && chain.length > 0) throw new Error(`chain without end at ring index ${this.next}`);
      if (!available) return;
      this.collect(at, flags, chain);
      if (++chain.length > this.size) throw new Error(`chain longer than its ring of ${this.size}`);
      if (++this.next === this.size) [this.next, this.nextWrap] = [0, !this.nextWrap];
      if (flags & NEXT) continue;
      yield Object.assign(chain, { id: this.view.data.getUint16(at + 12, true) });
      chain = { length: 0, input: [], output: [] };
    }
  }

  collect(at, flags, chain) {
    const address = Number(this.view.data.getBigUint64(at, true));
    const bytes = this.view.bytes(address, this.view.data.getUint32(at + 8, true));
    if (!(flags & INDIRECT)) (flags & WRITE ? chain.output : chain.input).push(bytes);
    for (let entry = address; flags & INDIRECT && entry < address + bytes.length; entry += 16) {
      this.collect(entry, this.view.data.getUint16(entry + 14, true) & WRITE, chain);
    }
  }

  /** Gives a chain back with the number of bytes written into it. */
  push({ id, length }, written) {
    const at = this.desc + 16 * this.used;
    this.view.data.setUint32(at + 8, written, true);
    this.view.data.setUint16(at + 12, id, true);
    Atomics.store(this.view.u16, (at + 14) >> 1, (this.usedWrap ? AVAIL | USED : 0) | (written > 0 ? WRITE : 0));
    this.used += length;
    if (this.used >= this.size) [this.used, this.usedWrap] = [this.used - this.size, !this.usedWrap];
  }
}

/** Copies bytes into a chain's buffers, as far as they go. */
function fill({ output }, source) {
  let done = 0;
  for (const bytes of output) {
    const part = source.subarray(done, done + bytes.length);
    bytes.set(part);
    done += part.length;
  }
  return done;
}

/** Device 3, port 0. `write(bytes)` takes output; input waits in `pending` for guest buffers, then `wantMore()` is called. */
export class ConsoleDevice {
  type = 3;
  features = TRANSPORT | bits(0);
  config = new Uint8Array(12);
  pending = [];

  constructor(write, wantMore) {
    Object.assign(this, { write, wantMore });
  }

  resize(columns, rows) {
    new Uint16Array(this.config.buffer).set([columns, rows]);
  }

  serve(vq, queue) {
    let served = false;
    if (vq === 1) {
      for (const chain of queue.chains()) {
        this.write(Buffer.concat(chain.input));
        queue.push(chain, 0);
        served = true;
      }
      return served;
    }
    const chains = queue.chains();
    while (this.pending.length > 0) {
      const { value: chain } = chains.next();
      if (!chain) return served;
      const done = fill(chain, this.pending[0]);
      this.pending[0] = this.pending[0].subarray(done);
      if (this.pending[0].length === 0) this.pending.shift();
      queue.push(chain, done);
      served = true;
    }
    this.wantMore();
    return served;
  }
}

/** A device that answers each chain with the number of bytes it wrote. */
class ReplyDevice {
  serve(vq, queue) {
    let served = false;
    for (const chain of queue.chains()) {
      queue.push(chain, this.reply(chain));
      served = true;
    }
    return served;
  }
}

/** Device 2: a raw file. */
export class BlockDevice extends ReplyDevice {
  type = 2;
  config = new Uint8Array(64);

  constructor(path, readOnly) {
    super();
    this.fd = openSync(path, readOnly ? 'r' : 'r+');
    this.features = TRANSPORT | bits(2, 6, 9) | (readOnly ? bits(5) : 0n); // SEG_MAX, BLK_SIZE, FLUSH, RO
    this.size = fstatSync(this.fd).size;
    const config = new DataView(this.config.buffer);
    config.setBigUint64(0, BigInt(Math.floor(this.size / 512)), true);
    config.setUint32(12, 126, true); // seg_max
    config.setUint32(20, 512, true); // blk_size
  }

  reply(chain) {
    const last = chain.output.pop();
    const status = last.subarray(-1);
    chain.output.push(last.subarray(0, -1));
    try {
      const written = this.execute(Buffer.concat(chain.input), chain);
      status[0] = written === undefined ? 2 : 0;
      return 1 + (written ?? 0);
    } catch {
      status[0] = 1;
      return 1;
    }
  }

  /** Returns the number of bytes read, or undefined for an unknown request. */
  execute(request, chain) {
    const [kind, from] = [request.readUInt32LE(0), Number(request.readBigUInt64LE(8)) * 512];
    const total = chain.output.reduce((sum, bytes) => sum + bytes.length, request.length - 16);
    if (kind < 2 && from + total > this.size) throw new RangeError(`request ends at ${from + total} of ${this.size}`);
    if (kind === 0) return chain.output.reduce((sum, bytes) => sum + readSync(this.fd, bytes, 0, bytes.length, from + sum), 0);
    if (kind === 1) return writeSync(this.fd, request, 16, total, from) - total;
    if (kind === 4) return fsyncSync(this.fd) ?? 0;
    return kind === 8 ? fill(chain, Buffer.from('node-host'.padEnd(20, '\0'))) : undefined;
  }
}

/** Device 4: random bytes. */
export class EntropyDevice extends ReplyDevice {
  type = 4;
  features = TRANSPORT;
  config = new Uint8Array(0);
  reply = (chain) => fill(chain, randomBytes(chain.output.reduce((sum, bytes) => sum + bytes.length, 0)));
}

/** The `virtio` imports over a list of devices, for kernel memory `view`. `irq(n)` interrupts the kernel. */
export function transport(devices, view, irq) {
  const states = new Map(devices.map((device) => [device, new Map()]));
  const kick = (device, vq) => {
    const queue = states.get(device).get(vq);
    if (queue && device.serve(vq, queue)) irq(queue.irq);
  };
  const configChanged = (device) => {
    device.configTarget?.set(device.config.subarray(0, device.configTarget.length));
    if (device.configTarget) irq(device.configIrq);
  };
  const imports = {
    set_features: (id, features) => {
      if (BigInt.asUintN(64, features) !== devices[id].features) throw new Error(`virtio${id}: driver accepted ${features}`);
    },
    setup: (id, configIrq, config, length) => {
      const configTarget = view.bytes(config >>> 0, length >>> 0);
      configTarget.set(devices[id].config.subarray(0, length >>> 0));
      Object.assign(devices[id], { configIrq, configTarget });
    },
    enable_vring: (id, vq, size, desc, vqIrq) => {
      states.get(devices[id]).set(vq, new Queue(view, size, desc >>> 0, vqIrq));
    },
    disable_vring: (id, vq) => { states.get(devices[id]).delete(vq); },
    notify: (id, vq) => kick(devices[id], vq),
    reset: (id) => states.get(devices[id]).clear(),
    config_written: () => {},
  };
  return { imports, kick, configChanged };
}
