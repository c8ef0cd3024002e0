// A small reader of .conda and of tar in JavaScript, as one writes it who trusts the archive: no
// limits, no checks, nothing but what well-formed packages have. For the peer that has no own.

/** The members of a zip whose members are stored, by name. */
export function storedMembers(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  // The end record: the archives that benchmarks make have no comment.
  const end = bytes.length - 22;
  const members = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const size = view.getUint32(at + 20, true);
    members.set(text.decode(bytes.subarray(at + 46, at + 46 + name)), bytes.subarray(start, start + size));
    at += 46 + name + extra + comment;
  }
  return members;
}

/** The regular files of a tar, by name, as views of it. */
export function tarFiles(bytes) {
  const text = new TextDecoder();
  const string = (at, length) => {
    const zero = bytes.indexOf(0, at);
    return text.decode(bytes.subarray(at, zero >= 0 && zero < at + length ? zero : at + length));
  };
  const files = new Map();
  let longName;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(string(at + 124, 12), 8);
    const type = String.fromCharCode(bytes[at + 156]);
    const content = bytes.subarray(at + 512, at + 512 + size);
    if (type === 'x') {
      longName = /\d+ path=(.*)\n/.exec(text.decode(content))?.[1];
    } else {
      const prefix = string(at + 345, 155);
      const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + string(at, 100);
      longName = undefined;
      if (type === '0') files.set(name, content);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
