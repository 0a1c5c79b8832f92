// What the JavaScript API does not offer: a module's memory limits, views that follow growth, traps raised by the host.
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--experimental-wasm-type-reflection'); // Module.imports() then tells the types too

/** The type of the memory that a module imports as env.memory, as {minimum, maximum, shared}; undefined without one. */
export function memoryType(module) {
  return WebAssembly.Module.imports(module).find((i) => `${i.module}.${i.name}.${i.kind}` === 'env.memory.memory')?.type;
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
