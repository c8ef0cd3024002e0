// The generator's packages: honest ones, and every way to spoil one.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { channel } from './places.mjs';

/** The path of a file of the sample channel. */
export const pathOf = (name) => join(channel, name);

/** The bytes of a file of the sample channel, in a buffer of their own. */
export const bytesOf = (name) => new Uint8Array(readFileSync(pathOf(name)));

/** The SHA-256 of bytes, in hex. */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The list of all packages. */
export const fixtures = JSON.parse(readFileSync(pathOf('fixtures.json'), 'utf8'));

/** A small package in either format, and one of some MB. */
export const small = 'noarch/hello-1.0-pyh0_0.conda';
export const smallBz2 = 'noarch/hello-1.0-pyh0_0.tar.bz2';
export const big = 'noarch/big-2.3.4-h0_1.conda';

/** Its repodata, and a package in it that was tampered with. */
export const repodata = 'noarch/repodata.json';
export const tampered = fixtures.tampered[0];

/** The codes of a verdict's findings that reject, sorted, each once. */
export function errorCodes(verdict) {
  const errors = verdict.findings.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ code }) => code))].sort();
}
