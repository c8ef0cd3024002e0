// Repodata like that of a large channel, the same text for the same number of records.
import { createHash } from 'node:crypto';

import { hex, sign } from './key.mjs';

const WORDS = ['arrow', 'boost', 'cairo', 'dask', 'emcee', 'flask', 'gdal', 'hdf5', 'jinja2', 'numpy', 'pandas', 'zlib'];
const LICENSES = ['BSD-3-Clause', 'MIT', 'Apache-2.0', 'LGPL-2.1-or-later', 'GPL-3.0-only AND MIT'];

/** A record, its members sorted, and its file name. */
function record(index) {
  const digest = createHash('sha256').update(`${index}`).digest();
  const pick = (list, at) => list[digest[at] % list.length];
  const name = `${pick(WORDS, 0)}-${pick(WORDS, 1)}-${index >> 4}`;
  const version = `${digest[2] % 10}.${digest[3] % 40}.${index % 16}`;
  const build = `py3${digest[4] % 5}h${digest.toString('hex', 5, 9)}_0`;
  const depends = Array.from(
    { length: 7 + (digest[9] % 12) },
    (_, at) => `${pick(WORDS, 10 + at)} >=${digest[11 + at] % 10}.${digest[12 + at] % 30},<${10 + (digest[13 + at] % 5)}.0a0`,
  );
  const record = {
    build,
    build_number: digest[5] % 10,
    constrains: [`${pick(WORDS, 20)} <${digest[21] % 10}.0`, `${pick(WORDS, 22)}-static <0.0a0`],
    depends,
    license: pick(LICENSES, 6),
    license_family: 'OTHER',
    md5: digest.toString('hex', 0, 16),
    name,
    sha256: digest.toString('hex'),
    size: digest.readUInt32LE(24),
    subdir: 'linux-64',
    timestamp: 1_600_000_000_000 + digest.readUInt32LE(28),
    version,
  };
  return [`${name}-${version}-${build}.conda`, record];
}

/**
 * The text of so many records as bytes, signed or not: 710 bytes each, 260 more for a signature.
 * They are in the order of their names, as channels write them, or in none.
 */
export function repodataText(count, { isSigned = false, isSorted = true } = {}) {
  const named = Array.from({ length: count }, (_, index) => record(index));
  if (isSorted) named.sort(([a], [b]) => (a < b ? -1 : 1));
  const records = [];
  const signatures = [];
  for (const [fileName, value] of named) {
    records.push(`"${fileName}":${JSON.stringify(value)}`);
    if (isSigned) {
      // Sorted members and ASCII: this is what Python's json.dumps(indent=2) writes, too.
      const signature = sign(Buffer.from(JSON.stringify(value, null, 2))).toString('hex');
      signatures.push(`"${fileName}":{"${hex}":{"signature":"${signature}"}}`);
    }
  }
  return Buffer.concat([
    Buffer.from('{"info":{"subdir":"linux-64"},"packages":{},"packages.conda":{'),
    Buffer.from(records.join(',')),
    Buffer.from(`},"removed":[],"repodata_version":1,"signatures":{${signatures.join(',')}}}`),
  ]);
}
