// Reads what the JavaScript API does not tell about a module: memory limits and imported memories.

/** Thrown for a module that is no well-formed wasm binary. */
export class BadModule extends Error {}

/**
 * Lists the imports of a wasm binary as {module, name, kind, min, max, shared} (kind 0 function, 1 table, 2 memory,
 * 3 global, 4 tag; limits for memories only) and says whether the module defines a memory of its own.
 */
export function describe(bytes) {
  let at = 8;
  const u32 = () => {
    for (let value = 0, shift = 0; shift < 35; shift += 7) {
      const b = bytes[at++];
      if (b === undefined) throw new BadModule('truncated module');
      value += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) return value;
    }
    throw new BadModule('over-long LEB128');
  };
  const text = () => {
    const length = u32();
    at += length;
    return Buffer.from(bytes.slice(at - length, at)).toString();
  };
  const limits = () => {
    const flags = u32();
    return { min: u32(), max: flags & 1 ? u32() : undefined, shared: (flags & 2) !== 0 };
  };
  const readImport = () => {
    const entry = { module: text(), name: text(), kind: u32() };
    if (entry.kind === 0) u32();
    else if (entry.kind === 1) { u32(); limits(); }
    else if (entry.kind === 2) Object.assign(entry, limits());
    else if (entry.kind === 3) { u32(); u32(); }
    else if (entry.kind === 4) { u32(); u32(); }
    else throw new BadModule(`import of unknown kind ${entry.kind}`);
    return entry;
  };
  if (Buffer.from(bytes.slice(0, 8)).toString('hex') !== '0061736d01000000') throw new BadModule('no wasm header');
  const result = { imports: [], definesMemory: false };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = u32() + at;
    if (id === 2) for (let n = u32(); n > 0; n--) result.imports.push(readImport());
    if (id === 5) result.definesMemory = u32() > 0;
    if (id > 5 && id !== 13) break;
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
    this.memory.grow(0); // the only way to make this thread's buffer object show other threads' growth
    this.u8 = new Uint8Array(this.memory.buffer);
    this.i32 = new Int32Array(this.memory.buffer);
    this.data = new DataView(this.memory.buffer);
  }

  /** Whether the range lies in the memory; refreshes the arrays when it has grown. */
  has(address, length) {
    if (address + length > this.u8.length) this.refresh();
    return address + length <= this.u8.length;
  }

  /** The bytes at an address, not copied. */
  bytes(address, length) {
    if (!this.has(address, length)) {
      throw new RangeError(`${length} bytes at 0x${address.toString(16)} lie outside memory of ${this.u8.length}`);
    }
    return this.u8.subarray(address, address + length);
  }

  /** A decoded UTF-8 string. */
  text(address, length) {
    return Buffer.from(this.bytes(address, length)).toString();
  }
}

const trapBytes = Uint8Array.from(
  Buffer.from('0061736d010000000104016000000302010007050101740000' + '0a05010300000b', 'hex'));

/**
 * A function that raises a wasm trap. Traps, unlike JavaScript exceptions, cannot be caught by a guest's catch_all, so
 * this is how the host unwinds guest frames.
 */
export const trap = new WebAssembly.Instance(new WebAssembly.Module(trapBytes)).exports.t;
