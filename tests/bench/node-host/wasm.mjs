// What the JavaScript API does not offer: a module's memory limits, views that follow growth, traps raised by the host.

/** The imports of a valid wasm binary: {module, name, kind, min, max, shared} (kind 2 is a memory); and whether it defines a memory. */
export function describe(bytes) {
  let at = 8;
  const u32 = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      value += (bytes[at] & 127) * scale;
      if (!(bytes[at++] >= 128)) return value;
    }
  };
  const text = (length = u32()) => Buffer.from(bytes.slice(at, (at += length))).toString();
  const limits = (flags = u32()) => ({ min: u32(), max: flags & 1 ? u32() : undefined, shared: (flags & 2) !== 0 });
  const skip = (count) => () => void Array.from({ length: count }, u32);
  const types = [skip(1), () => void (u32(), limits()), limits, skip(2), skip(2)]; // function, table, memory, global, tag
  const result = { imports: [], definesMemory: false };
  while (at < bytes.length) {
    const [id, size] = [u32(), u32()];
    const end = at + size;
    for (let n = id === 2 ? u32() : 0; n > 0; n--) {
      const entry = { module: text(), name: text(), kind: u32() };
      result.imports.push({ ...entry, ...types[entry.kind]() });
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

const unreachable = '0061736d0100000001040160000003020100070501017400000a05010300000b';
/** Raises a wasm trap. A guest's catch_all cannot catch it, unlike a JavaScript exception: this is how guest frames are unwound. */
export const trap = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(unreachable, 'hex'))).exports.t;
