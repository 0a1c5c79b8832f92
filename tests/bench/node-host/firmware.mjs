// What a machine finds at boot: the flattened device tree and the built-in cpio archive.
import { randomBytes } from 'node:crypto';

const u32 = (...values) => {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, 4 * i));
  return out;
};
const u64 = (value) => { const out = Buffer.alloc(8); out.writeBigUInt64BE(value); return out; };
const string = (value) => Buffer.from(value + '\0');
const pad4 = (buffer) => Buffer.concat([buffer, Buffer.alloc(-buffer.length & 3)]);

/** Writes a tree of {property: Buffer, child: {...}} as FDT version 17 with the given memory reservations. */
export function flatten(tree, reservations = []) {
  const parts = [];
  const offsets = new Map();
  let strings = '';
  const offset = (name) => {
    if (!offsets.has(name)) {
      offsets.set(name, strings.length);
      strings += name + '\0';
    }
    return offsets.get(name);
  };
  const node = (name, content) => {
    parts.push(u32(1), pad4(string(name)));
    const entries = Object.entries(content);
    for (const [key, value] of entries) {
      if (Buffer.isBuffer(value)) parts.push(u32(3, value.length, offset(key)), pad4(value));
    }
    for (const [key, value] of entries) if (!Buffer.isBuffer(value)) node(key, value);
    parts.push(u32(2));
  };
  node('', tree);
  parts.push(u32(9));
  const reserved = Buffer.concat([...reservations, [0n, 0n]].flatMap(([a, size]) => [u64(BigInt(a)), u64(BigInt(size))]));
  const struct = Buffer.concat(parts);
  const table = Buffer.from(strings);
  const atStruct = 40 + reserved.length;
  const atStrings = atStruct + struct.length;
  const header = u32(0xd00dfeed, atStrings + table.length, atStruct, atStrings, 40, 17, 16, 0, table.length, struct.length);
  return Buffer.concat([header, reserved, struct, table]);
}

/** The device tree of host-ABI generation F. `initrd` is {start, end} or undefined. */
export function deviceTree({ bootargs, ncpus, memoryBytes, initrd, devices, sections }) {
  const chosen = { 'rng-seed': randomBytes(64), bootargs: string(bootargs), ncpus: u32(ncpus) };
  if (initrd) {
    chosen['linux,initrd-start'] = u32(initrd.start);
    chosen['linux,initrd-end'] = u32(initrd.end);
  }
  if (sections) {
    chosen.sections = Object.fromEntries(
      Object.entries(sections).map(([name, s]) => [name, u32(...(Array.isArray(s) ? s : [s.address ?? s.start, s.size]))]));
  }
  const tree = {
    '#address-cells': u32(1),
    '#size-cells': u32(1),
    chosen,
    memory: { device_type: string('memory'), reg: u32(0, memoryBytes) },
    'reserved-memory': { '#address-cells': u32(1), '#size-cells': u32(1), ranges: Buffer.alloc(0) },
    aliases: {},
  };
  devices.forEach((device, id) => {
    tree[`virtio${id}`] = {
      compatible: string('virtio,wasm'),
      'host-id': u32(id),
      'virtio-device-id': u32(device.type),
      features: u64(device.features),
      config: Buffer.from(device.config),
    };
  });
  return flatten(tree, initrd ? [[initrd.start, initrd.end - initrd.start]] : []);
}

/** The newc archive that a kernel without one of its own starts from: /dev, /dev/console and /root. */
export function builtInCpio() {
  const hex = (value) => value.toString(16).padStart(8, '0');
  const entry = (name, mode, [major, minor] = [0, 0], inode = 1) => {
    const fields = [inode, mode, 0, 0, 1, 0, 0, 0, 0, major, minor, name.length + 1, 0];
    return pad4(Buffer.from('070701' + fields.map(hex).join('') + name + '\0'));
  };
  return Buffer.concat([
    entry('dev', 0o40755, undefined, 1), entry('dev/console', 0o20600, [5, 1], 2), entry('root', 0o40700, undefined, 3),
    entry('TRAILER!!!', 0, undefined, 0),
  ]);
}
