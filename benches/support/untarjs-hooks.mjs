// How Node.js loads untarjs, which is written for a bundler: its modules name each other without
// an end, are ES modules that no package.json announces, and import a .wasm file as its URL.
import { readFile } from 'node:fs/promises';

const FOLDER = '/@emscripten-forge/untarjs/lib/';

export async function resolve(specifier, context, next) {
  const isOurs = context.parentURL?.includes(FOLDER) && specifier.startsWith('./');
  if (!isOurs || /\.(js|wasm)$/.test(specifier)) return next(specifier, context);
  return next(`${specifier}.js`, context);
}

export async function load(url, context, next) {
  if (!url.includes(FOLDER)) return next(url, context);
  const bytes = await readFile(new URL(url));
  // Emscripten fetches it; what Node.js can fetch of a file is its bytes in a URL.
  const source = url.endsWith('.wasm')
    ? `export default 'data:application/wasm;base64,${bytes.toString('base64')}'`
    // Emscripten's own is a script with a name for what it defines.
    : url.endsWith('/unpack.js') ? `${bytes}\nexport default Module;` : bytes;
  return { format: 'module', shortCircuit: true, source };
}
