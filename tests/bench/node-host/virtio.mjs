// Virtio devices on packed rings (virtio 1.2, section 2.8), served on the main thread.
import { fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

const NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 0x80, USED = 0x8000;
const bits = (...numbers) => numbers.reduce((sum, n) => sum | (1n << BigInt(n)), 0n);
const length = (buffers) => buffers.reduce((sum, bytes) => sum + bytes.length, 0);

class Queue {
  constructor(view, size, desc, irq) {
    Object.assign(this, { view, size, desc, irq, next: 0, nextWrap: true, used: 0, usedWrap: true });
  }

  /** The available chains as {id, count, input, output}: the buffers that the driver wrote, and those for the device. */
  *chains() {
    for (let chain = { count: 0, input: [], output: [] }; ;) {
      const at = this.desc + 16 * this.next;
      this.view.bytes(at, 16);
      const flags = Atomics.load(this.view.u16, (at + 14) >> 1);
      const available = (flags & AVAIL) !== 0 === this.nextWrap && (flags & USED) !== 0 !== this.nextWrap;
      if (!available && chain.count > 0) throw new Error(`chain without end at ring index ${this.next}`);
      if (!available) return;
      this.collect(at, flags, chain);
      if (++chain.count > this.size) throw new Error(`chain longer than its ring of ${this.size}`);
      if (++this.next === this.size) [this.next, this.nextWrap] = [0, !this.nextWrap];
      if (flags & NEXT) continue;
      yield Object.assign(chain, { id: this.view.data.getUint16(at + 12, true) });
      chain = { count: 0, input: [], output: [] };
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
  push({ id, count }, written) {
    const at = this.desc + 16 * this.used;
    this.view.data.setUint32(at + 8, written, true);
    this.view.data.setUint16(at + 12, id, true);
    Atomics.store(this.view.u16, (at + 14) >> 1, (this.usedWrap ? AVAIL | USED : 0) | (written > 0 ? WRITE : 0));
    this.used += count;
    if (this.used >= this.size) [this.used, this.usedWrap] = [this.used - this.size, !this.usedWrap];
  }
}

/** Copies bytes into a chain's buffers, as far as they go, and returns how many. */
function fill({ output }, source) {
  let done = 0;
  for (const bytes of output) {
    bytes.set(source.subarray(done, done + bytes.length));
    done = Math.min(source.length, done + bytes.length);
  }
  return done;
}

/** A device answers each chain with the number of bytes it wrote into it. */
class Device {
  constructor(type, config, ...features) {
    // always INDIRECT_DESC, VERSION_1 and RING_PACKED
    Object.assign(this, { type, config, features: bits(28, 32, 34, ...features), queues: new Map() });
  }

  serve(vq, queue) {
    let served = false;
    for (const chain of queue.chains()) {
      queue.push(chain, this.reply(chain));
      served = true;
    }
    return served;
  }
}

/** Device 3, port 0. `write(bytes)` takes output; input waits in `pending` for guest buffers, then `wantMore()` is called. */
export class ConsoleDevice extends Device {
  pending = [];

  constructor(columns, rows, write, wantMore) {
    super(3, new Uint8Array(new Uint16Array([columns, rows, 0, 0, 0, 0]).buffer), 0);
    Object.assign(this, { wantMore, reply: (chain) => (write(Buffer.concat(chain.input)), 0) });
  }

  serve(vq, queue) {
    if (vq === 1) return super.serve(vq, queue);
    let served = false;
    for (const chains = queue.chains(); this.pending.length > 0; served = true) {
      const { value: chain } = chains.next();
      if (!chain) return served;
      const done = fill(chain, this.pending[0]);
      queue.push(chain, done);
      this.pending[0] = this.pending[0].subarray(done);
      if (this.pending[0].length === 0) this.pending.shift();
    }
    this.wantMore();
    return served;
  }
}

/** Device 2: a raw file. */
export class BlockDevice extends Device {
  constructor(path, readOnly) {
    super(2, new Uint8Array(64), 2, 6, 9, ...(readOnly ? [5] : [])); // SEG_MAX, BLK_SIZE, FLUSH, RO
    this.fd = openSync(path, readOnly ? 'r' : 'r+');
    this.size = fstatSync(this.fd).size;
    const config = new DataView(this.config.buffer);
    config.setBigUint64(0, BigInt(Math.floor(this.size / 512)), true);
    config.setUint32(12, 126, true); // seg_max
    config.setUint32(20, 512, true); // blk_size
  }

  reply(chain) {
    const last = chain.output.pop();
    chain.output.push(last.subarray(0, -1));
    const [written, status] = this.execute(Buffer.concat(chain.input), chain);
    last[last.length - 1] = status;
    return written + 1;
  }

  /** Returns the number of bytes read and the status. */
  execute(request, chain) {
    const [kind, from] = [request.readUInt32LE(0), Number(request.readBigUInt64LE(8)) * 512];
    const total = length(chain.output) + request.length - 16;
    try {
      if (kind < 2 && from + total > this.size) return [0, 1];
      if (kind === 0) for (let [i, at] = [0, from]; i < chain.output.length; at += chain.output[i++].length) {
        readSync(this.fd, chain.output[i], 0, chain.output[i].length, at);
      }
      if (kind === 1) writeSync(this.fd, request, 16, total, from);
      if (kind === 4) fsyncSync(this.fd);
      if (kind === 8) fill(chain, Buffer.from('node-host'.padEnd(20, '\0')));
      return [kind === 0 || kind === 8 ? total : 0, [0, 1, 4, 8].includes(kind) ? 0 : 2];
    } catch {
      return [0, 1];
    }
  }
}

/** Device 4: random bytes. */
export class EntropyDevice extends Device {
  reply = (chain) => fill(chain, randomBytes(length(chain.output)));
}

/** The `virtio` imports over a list of devices, for kernel memory `view`, and the function that serves a queue; `irq(n)` interrupts. */
export function transport(devices, view, irq) {
  const kick = (device, vq) => {
    const queue = device.queues.get(vq);
    if (queue && device.serve(vq, queue)) irq(queue.irq);
  };
  const imports = {
    set_features: (id, features) => {
      if (BigInt.asUintN(64, features) !== devices[id].features) throw new Error(`virtio${id}: driver accepted ${features}`);
    },
    setup: (id, configIrq, config, size) => view.bytes(config >>> 0, size >>> 0).set(devices[id].config.subarray(0, size >>> 0)),
    enable_vring: (id, vq, size, desc, vqIrq) => void devices[id].queues.set(vq, new Queue(view, size, desc >>> 0, vqIrq)),
    disable_vring: (id, vq) => void devices[id].queues.delete(vq),
    notify: (id, vq) => kick(devices[id], vq),
    reset: (id) => devices[id].queues.clear(),
    config_written: () => {},
  };
  return { imports, kick };
}
