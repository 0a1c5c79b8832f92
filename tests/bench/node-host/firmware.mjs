// What a machine finds at boot: the flattened device tree (version 17) and the built-in cpio archive.
import { randomBytes } from 'node:crypto';

const u32 = (...values) => {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, 4 * i));
  return out;
};
const u64 = (value) => u32(Number(BigInt(value) >> 32n), Number(BigInt(value) & 0xffffffffn));
const string = (value) => Buffer.from(value + '\0');
const pad4 = (buffer) => Buffer.concat([buffer, Buffer.alloc(-buffer.length & 3)]);

/** Flattens a tree of {property: Buffer, child: {...}}, with [address, size] pairs as memory reservations. */
function flatten(tree, reservations) {
  const parts = [];
  let strings = '\0';
  const node = (name, content) => {
    parts.push(u32(1), pad4(string(name)));
    for (const [key, value] of Object.entries(content)) {
      if (!Buffer.isBuffer(value)) { node(key, value); continue; }
      if (!strings.includes(`\0${key}\0`)) strings += key + '\0';
      parts.push(u32(3, value.length, strings.indexOf(`\0${key}\0`) + 1), pad4(value));
    }
    parts.push(u32(2));
  };
  node('', tree);
  const reserved = Buffer.concat([...reservations, [0, 0]].flat().map(u64));
  const struct = Buffer.concat([...parts, u32(9)]);
  const [atStruct, atStrings] = [40 + reserved.length, 40 + reserved.length + struct.length];
  const header = u32(0xd00dfeed, atStrings + strings.length, atStruct, atStrings, 40, 17, 16, 0, strings.length, struct.length);
  return Buffer.concat([header, reserved, struct, Buffer.from(strings)]);
}

/** The device tree of generation F. `initrd` is [start, end] or undefined; `sections` a table {name: [address, size]} or undefined. */
export function deviceTree({ bootargs, ncpus, memoryBytes, initrd, devices, sections }) {
  const chosen = { 'rng-seed': randomBytes(64), bootargs: string(bootargs), ncpus: u32(ncpus) };
  if (initrd) Object.assign(chosen, { 'linux,initrd-start': u32(initrd[0]), 'linux,initrd-end': u32(initrd[1]) });
  if (sections) chosen.sections = Object.fromEntries(Object.entries(sections).map(([name, range]) => [name, u32(...range)]));
  const cells = { '#address-cells': u32(1), '#size-cells': u32(1) };
  const virtio = devices.map(({ type, features, config }, id) => [`virtio${id}`, {
    compatible: string('virtio,wasm'), 'host-id': u32(id), 'virtio-device-id': u32(type), features: u64(features),
    config: Buffer.from(config),
  }]);
  const memory = { device_type: string('memory'), reg: u32(0, memoryBytes) };
  const reserved = { ...cells, ranges: Buffer.alloc(0) };
  const tree = { ...cells, chosen, memory, 'reserved-memory': reserved, aliases: {}, ...Object.fromEntries(virtio) };
  return flatten(tree, initrd ? [[initrd[0], initrd[1] - initrd[0]]] : []);
}

/** The newc archive that a kernel without one of its own starts from: /dev, /dev/console and /root. */
export function builtInCpio() {
  const entry = (name, inode, mode, major = 0, minor = 0) => {
    const numbers = [inode, mode, 0, 0, 1, 0, 0, 0, 0, major, minor, name.length + 1, 0];
    return pad4(string('070701' + numbers.map((value) => value.toString(16).padStart(8, '0')).join('') + name));
  };
  return Buffer.concat([
    entry('dev', 1, 0o40755), entry('dev/console', 2, 0o20600, 5, 1), entry('root', 3, 0o40700), entry('TRAILER!!!', 0, 0)]);
}
