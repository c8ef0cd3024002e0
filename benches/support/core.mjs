// The core as it ships, and the exports of its feature `bench`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.CONDA_VERIFIER_BENCH;
if (folder === undefined) {
  throw new Error('CONDA_VERIFIER_BENCH is not set; run `cargo xtask bench`');
}
const module = new WebAssembly.Module(readFileSync(join(folder, 'conda_verifier_bg.wasm')));
let instances = 0;

/** A new instance, with a memory of its own that has not grown yet. */
export async function instantiate() {
  const url = pathToFileURL(join(folder, 'conda_verifier.js'));
  // The glue holds one instance; another address makes it another module.
  url.search = `${(instances += 1)}`;
  const glue = await import(url.href);
  const { memory } = glue.initSync({ module });
  return { ...glue, memory };
}

/**
 * Bytes as the core reads them from JavaScript: what arrived as bytes, or in a response, is
 * fixed, because the npm package holds a copy of it; a file is not.
 */
export const source = (bytes, { fixed = true } = {}) => ({
  size: bytes.length,
  fixed,
  readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
});
