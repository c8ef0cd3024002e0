// Packages that are made up for one look at them.
import { createHash } from 'node:crypto';

import { packed } from '../../npm/support/rezip.mjs';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** NAME-1-0.conda with these files, which are listed as they are but for what `changed` says of an entry. */
export function packageOf(name, files, { info = {}, changed = (entry) => entry, more = [] } = {}) {
  const contents = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  const entries = Object.entries(contents).map(([_path, bytes]) =>
    changed({ _path, path_type: 'hardlink', sha256: sha256(bytes), size_in_bytes: bytes.length }),
  );
  const documents = Object.fromEntries(
    Object.entries(info).map(([path, value]) => [`info/${path}`, Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))]),
  );
  return Buffer.from(packed(name, [...entries, ...more], contents, documents));
}

/** A grey PNG of two by two pixels. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNocGBwaAAABIYBgTpPuL0AAAAASUVORK5CYII=',
  'base64',
);

/** What a file picker is given. */
export const picked = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: bytes });
