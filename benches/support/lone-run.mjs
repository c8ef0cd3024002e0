// One run of one contender in a process of its own: how much memory it takes. Called by
// itself, with the name of a class in unpackers.mjs, a folder of packages, a package, and how
// it is given.
import { execFileSync } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { residentPeak } from './clocks.mjs';

/**
 * The most bytes at once, of the process and of WebAssembly; `milliseconds` from loading the
 * contender's code to its first verdict. `given` is `bytes` or `blob`.
 */
export function lone(contender, packages, name, given = 'bytes') {
  const path = fileURLToPath(import.meta.url);
  return JSON.parse(execFileSync(process.execPath, [path, contender, packages, name, given], { encoding: 'utf8' }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , contender, packages, name, given] = process.argv;
  const memories = watchMemories();
  const unpackers = await import('./unpackers.mjs');
  const made = unpackers.packageIn(packages, name, { withBytes: given === 'bytes' });
  const source = given === 'blob' ? await openAsBlob(made.path) : made.bytes;
  const start = performance.now();
  // `none` is Node.js and the package's bytes alone.
  if (contender !== 'none') await (await unpackers[contender].of(made)).run(source);
  const milliseconds = performance.now() - start;
  const wasm = [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  console.log(JSON.stringify({ resident: residentPeak(), wasm, milliseconds }));
}

/** Lists the memories of all instances from now on: they never shrink. */
function watchMemories() {
  const memories = new Set();
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const result = await instantiate.apply(WebAssembly, given);
    const { exports } = result.instance ?? result;
    const values = [exports, ...Object.values(given[1] ?? {})].flatMap((all) => Object.values(all));
    for (const value of values) if (value instanceof WebAssembly.Memory) memories.add(value);
    return result;
  };
  return memories;
}
