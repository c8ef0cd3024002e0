// untarjs under Node.js. It is written for a bundler: its modules name each other without an
// end, are ES modules that no package.json announces, and import a .wasm file as its URL. So
// copies that Node.js can load are made below target/, with nothing else changed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGE = '@emscripten-forge/untarjs';
const FOLDER = fileURLToPath(new URL('../../target/xtask/untarjs', import.meta.url));

// What begins so is for Emscripten no file that it could compile while it arrives.
const WASM = 'data:application/octet-stream;base64,';

/** A new instance of untarjs, with a memory of its own. */
export async function initUntarJs() {
  const from = dirname(createRequire(import.meta.url).resolve(PACKAGE));
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ['index', 'helper', 'types', 'unpack']) {
    const code = readFileSync(join(from, `${name}.js`), 'utf8')
      .replace(/from '\.\/unpack\.wasm'/, "from './wasm.mjs'")
      .replace(/from '(\.\/\w+)'/g, "from '$1.mjs'");
    // This one is a script that defines `Module`.
    const end = name === 'unpack' ? 'export default Module;\n' : '';
    writeFileSync(join(FOLDER, `${name}.mjs`), code + end);
  }
  writeFileSync(join(FOLDER, 'wasm.mjs'), `export default '${WASM}';\n`);
  const { initUntarJS } = await import(pathToFileURL(join(FOLDER, 'index.mjs')).href);
  const { fetch } = globalThis;
  try {
    // It fetches the file, which Node.js can't.
    globalThis.fetch = async (url) => {
      if (url !== WASM) throw new Error(`untarjs fetches ${url}`);
      return { ok: true, arrayBuffer: async () => readFileSync(join(from, 'unpack.wasm')) };
    };
    return await initUntarJS();
  } finally {
    globalThis.fetch = fetch;
  }
}
