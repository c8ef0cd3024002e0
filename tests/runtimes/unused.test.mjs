// What bundlers leave of the package where a program uses little of it, or nothing.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { project } from './support/bundled.mjs';
import { esbuild, vite } from './support/tools.mjs';

/** What each bundler makes of a program, as one text. */
const bundlers = {
  async esbuild(folder, conditions) {
    const { build } = await esbuild();
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: ['main.mjs'],
      bundle: true,
      minify: true,
      format: 'esm',
      conditions,
      // Where the package is for the web they would fail.
      external: conditions.includes('node') ? ['node:*'] : [],
      loader: { '.wasm': 'copy' },
      outdir: 'out',
      write: false,
      logLevel: 'error',
    });
    return outputFiles.find(({ path }) => path.endsWith('.js')).text;
  },
  async Vite(folder, conditions) {
    const { build } = await vite();
    const { output } = await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      resolve: { conditions },
      build: {
        write: false,
        modulePreload: false,
        rollupOptions: { input: join(folder, 'main.mjs'), external: conditions.includes('node') ? [/^node:/] : [] },
      },
    });
    return output.filter(({ type }) => type === 'chunk').map(({ code }) => code).join('');
  },
};

const NAMES = 'Verifier, VerifierError, PackageRejected, InstalledRejected, MemoryStore, IndexedDbStore, CacheStore, KeyValueStore';

for (const [name, bundle] of Object.entries(bundlers)) {
  for (const conditions of [['browser'], ['node'], ['workerd']]) {
    // Vite makes no Workers by itself: it takes no module out of a .wasm file.
    if (name === 'Vite' && conditions[0] === 'workerd') continue;
    test(`${name} drops all of it where nothing is used, for ${conditions}`, async (t) => {
      const nothing = ['', '/worker', '/untarjs', '/site'].flatMap((part) => [
        `import 'conda-verifier${part}';`,
        `import * as all from 'conda-verifier${part}';`,
      ]);
      nothing.push(`import { ${NAMES} } from 'conda-verifier';`, "import { VerifierPool, VerifierWorker } from 'conda-verifier/worker';");
      for (const line of nothing) {
        const text = await bundle(project(t, { 'main.mjs': line }), conditions);
        assert.equal(text.trim(), '', line);
      }
    });
  }

  test(`${name} leaves the WebAssembly code to those who verify`, async (t) => {
    const sizeOf = async (line) => (await bundle(project(t, { 'main.mjs': line }), ['browser'])).length;
    const errors = await sizeOf("import { VerifierError } from 'conda-verifier'; console.log(VerifierError.isVerifierError(1));");
    const all = await sizeOf("import { Verifier } from 'conda-verifier'; console.log(Verifier);");
    t.diagnostic(`${errors} bytes for VerifierError, ${all} for Verifier`);
    assert.ok(errors > 500 && errors < all / 4, `${errors} of ${all} bytes`);
  });
}
