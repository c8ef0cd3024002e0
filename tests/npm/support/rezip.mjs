// Packages in other forms of zip than tools write.

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
  for (const { name: own, crc, data } of membersOf(bytes)) {
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
