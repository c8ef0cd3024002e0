// Packages in other forms of zip than tools write, and of other contents.
import { createHash, randomFillSync } from 'node:crypto';
import { crc32 } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Little-endian fields: pairs of a length in bytes and a value. */
function fields(...pairs) {
  const bytes = Buffer.alloc(pairs.reduce((sum, [length]) => sum + length, 0));
  let at = 0;
  for (const [length, value] of pairs) at = bytes.writeUIntLE(value, at, length);
  return bytes;
}

/** The members of a zip that has neither comments nor data descriptors. */
function membersOf(bytes) {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = zip.readUInt16LE(zip.length - 12);
  let at = zip.readUInt32LE(zip.length - 6);
  return Array.from({ length: count }, () => {
    const [crc, size, nameLength, extraLength] = [16, 20, 28, 30].map((field) =>
      field < 28 ? zip.readUInt32LE(at + field) : zip.readUInt16LE(at + field),
    );
    const offset = zip.readUInt32LE(at + 42);
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const member = { name: zip.toString('utf8', at + 46, at + 46 + nameLength), crc, data: zip.subarray(start, start + size) };
    at += 46 + nameLength + extraLength;
    return member;
  });
}

/** The package with data descriptors, in a folder, or with fields of times and owners. */
export function zippedAgain(bytes, form) {
  return zipped(membersOf(bytes), form);
}

/** A package of which `info/` is that long, and nearly all there is. */
export function mostlyInfo(length) {
  return packed('wordy', [], {}, { 'info/long': Buffer.alloc(length, 'x') });
}

/** A package of one file that has a placeholder in it. */
export function withPlaceholder(path, data, placeholder) {
  const sha256 = createHash('sha256').update(data).digest('hex');
  const entry = { _path: path, path_type: 'hardlink', sha256, size_in_bytes: data.length, file_mode: 'binary', prefix_placeholder: placeholder };
  return packed('placed', [entry], { [path]: data });
}

/**
 * A package of so many files of that length each, of which every sixteenth block is noise: the
 * archive is as much shorter.
 */
export function large(name, count, length) {
  const data = Buffer.alloc(length, 'x');
  for (let at = 0; at < length; at += 16 << 17) randomFillSync(data, at, Math.min(1 << 17, length - at));
  const sha256 = createHash('sha256').update(data).digest('hex');
  const names = Array.from({ length: count }, (_, index) => `lib/${index}.bin`);
  const paths = names.map((_path) => ({ _path, path_type: 'hardlink', sha256, size_in_bytes: length }));
  return packed(name, paths, Object.fromEntries(names.map((path) => [path, data])));
}

/** A package, NAME-1-0.conda. */
export function packed(name, paths, files, more = {}) {
  const json = (value) => Buffer.from(JSON.stringify(value));
  const index = { name, version: '1', build: '0', build_number: 0, subdir: 'noarch', depends: [] };
  const info = { 'info/index.json': json(index), 'info/paths.json': json({ paths, paths_version: 1 }), ...more };
  const members = { 'metadata.json': json({ conda_pkg_format_version: 2 }), [`pkg-${name}-1-0.tar.zst`]: stored(tar(files)), [`info-${name}-1-0.tar.zst`]: stored(tar(info)) };
  return zipped(Object.entries(members).map(([name, data]) => ({ name, data, crc: crc32(data) })));
}

/** A zip of these files, by their names: as a wheel is one. */
export function zipOf(files) {
  return zipped(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text), crc: crc32(Buffer.from(text)) })));
}

/** A tar of regular files. */
export function tar(files) {
  const entries = Object.entries(files).map(([name, data]) => {
    const octal = (number, width) => `${number.toString(8).padStart(width - 1, '0')}\0`;
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(`${octal(0o644, 8)}${octal(0, 8)}${octal(0, 8)}${octal(data.length, 12)}${octal(0, 12)}        0`, 100);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, data, Buffer.alloc(-data.length & 511)]);
  });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}

/** A zstd frame of blocks that are not compressed, or are one byte over and over (RFC 8878, 3.1.1.2). */
function stored(data) {
  // A long one has a window of 8 MiB, and not one of its own length.
  const isLong = data.length > 8 << 20;
  const descriptor = isLong ? [[1, 0x80], [1, 13 << 3]] : [[1, 0xa0]];
  const parts = [fields([4, 0xfd2fb528], ...descriptor, [4, data.length])];
  for (let at = 0; at < data.length; at += 1 << 17) {
    const block = data.subarray(at, at + (1 << 17));
    const isLast = at + block.length === data.length ? 1 : 0;
    const isSame = block.every((byte) => byte === block[0]) ? 2 : 0;
    parts.push(fields([3, block.length * 8 + isSame + isLast]), isSame ? block.subarray(0, 1) : block);
  }
  return Buffer.concat(parts);
}

/** A zip of members that are not compressed. */
function zipped(members, form) {
  const isDescribed = form === 'described';
  const flags = isDescribed ? 8 : 0;
  const owners = [[2, 0x7875], [2, 11], [1, 1], [1, 4], [4, 1000], [1, 4], [4, 1000]];
  const extras = form !== 'stamped' ? [Buffer.alloc(0), Buffer.alloc(0)] : [
    fields([2, 0x5455], [2, 9], [1, 3], [4, 1e9], [4, 1e9], ...owners),
    fields([2, 0x5455], [2, 5], [1, 3], [4, 1e9], ...owners),
  ];
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name: own, crc, data } of members) {
    const name = Buffer.from(form === 'nested' ? `folder/${own}` : own);
    const facts = (crc, size, extra) => [[2, flags], [2, 0], [4, 0x210000], [4, crc], [4, size], [4, size], [2, name.length], [2, extra.length]];
    const [local, central] = extras;
    const shown = isDescribed ? facts(0, 0, local) : facts(crc, data.length, local);
    const member = [
      fields([4, LOCAL], [2, 20], ...shown), name, local, data,
      isDescribed ? fields([4, 0x08074b50], [4, crc], [4, data.length], [4, data.length]) : Buffer.alloc(0),
    ];
    directory.push(fields([4, CENTRAL], [2, 20], [2, 20], ...facts(crc, data.length, central), [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name, central);
    parts.push(...member);
    offset += member.reduce((sum, { length }) => sum + length, 0);
  }
  const length = directory.reduce((sum, { length }) => sum + length, 0);
  const count = directory.length / 3;
  const end = fields([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset], [2, 0]);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}
