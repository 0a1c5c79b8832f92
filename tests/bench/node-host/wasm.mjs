// What the JavaScript API does not offer: a module's memory limits, views that follow growth, traps raised by the host.

/** The imports of a wasm binary as {module, name, kind, min, max, shared} (kind 2 is a memory), and whether it defines a memory. */
export function describe(bytes) {
  if (Buffer.from(bytes.subarray(0, 8)).toString('hex') !== '0061736d01000000') throw new Error('no wasm binary');
  let at = 8;
  const u32 = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      if (at >= bytes.length || scale > 2 ** 28) throw new Error(`broken module at offset ${at}`);
      value += (bytes[at] & 127) * scale;
      if (bytes[at++] < 128) return value;
    }
  };
  const text = () => {
    const length = u32();
    return Buffer.from(bytes.slice(at, (at += length))).toString();
  };
  const limits = () => {
    const flags = u32();
    return { min: u32(), max: flags & 1 ? u32() : undefined, shared: (flags & 2) !== 0 };
  };
  const types = [() => void u32(), () => void (u32(), limits()), limits, () => void (u32(), u32()), () => void (u32(), u32())];
  const result = { imports: [], definesMemory: false };
  while (at < bytes.length) {
    const id = u32();
    const end = u32() + at;
    if (id === 2) {
      for (let n = u32(); n > 0; n--) {
        const entry = { module: text(), name: text(), kind: u32() };
        result.imports.push({ ...entry, ...types[entry.kind]() });
      }
    }
    if (id === 5) result.definesMemory = u32() > 0;
    at = end;
  }
  return result;
}

/** A view of a shared memory that follows its growth by any thread. */
export class View {
  constructor(memory) {
    this.memory = memory;
    this.refresh();
  }

  refresh() {
    this.memory.grow(0); // without it this thread's buffer object does not show other threads' growth
    const { buffer } = this.memory;
    Object.assign(this, { u8: new Uint8Array(buffer), u16: new Uint16Array(buffer), i32: new Int32Array(buffer) });
    this.data = new DataView(buffer);
  }

  has(address, length) {
    if (address + length > this.u8.length) this.refresh();
    return address + length <= this.u8.length;
  }

  /** The bytes at an address, not copied. */
  bytes(address, length) {
    if (this.has(address, length)) return this.u8.subarray(address, address + length);
    throw new RangeError(`${length} bytes at 0x${address.toString(16)} lie outside a memory of ${this.u8.length}`);
  }
}

/** Raises a wasm trap. A guest's catch_all cannot catch it, unlike a JavaScript exception: this is how guest frames are unwound. */
export const trap = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(
  '0061736d0100000001040160000003020100070501017400000a05010300000b', 'hex'))).exports.t;
