// From nothing to the verdict on a small package: loading the code, compiling and instantiating
// the WebAssembly file, and the verdict. Each lap in a new process, and in a new page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Chromium } from './support/chromium.mjs';
import { lone } from './support/lone-run.mjs';
import { raceInParts } from './support/rounds.mjs';
import { makePackages, packagesFolder } from './support/python.mjs';
import { atMost, quantity } from './support/table.mjs';
import { packageIn } from './support/unpackers.mjs';

const folder = process.env.CONDA_VERIFIER_PACKAGE;

/** Milliseconds in Chromium. */
const BAR = 50;

export default async function firstVerdict(quick) {
  const packages = packagesFolder(quick);
  makePackages(packages, quick);
  const made = packageIn(packages, 'small');
  const laps = {};
  for (const name of ['Ours', 'UntarJsHashed', 'ZstdDec']) {
    laps[name] = async () => ({ times: { all: lone(name, packages, 'small').milliseconds } });
  }
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json')));
  const entry = exports['.'].default.default.replace('.', '/pkg');
  const path = `/${made.fileName}`;
  const chromium = await Chromium.of(folder, { [path]: made.bytes });
  const given = { entry, path, expected: { fileName: made.fileName, sha256: made.record.sha256 } };
  laps.chromium = async () => ({ times: await chromium.inNewPage(inPage, given) });
  try {
    const medians = await raceInParts(quick ? 1 : 15, laps);
    const size = quantity(made.bytes.length / 1e3, 'kB');
    const { code, verdict, all } = medians.chromium.times;
    const row = (what, time, bar) => ({ what, ours: quantity(time, 'ms'), bar: bar && atMost(time, bar, ' ms') });
    const peer = (name, called) => {
      const [ours, theirs] = [medians.Ours.times.all, medians[name].times.all];
      return {
        what: '  in Node.js',
        ours: quantity(ours, 'ms'),
        peer: `${quantity(theirs, 'ms')} ${called}`,
        ratio: ours / theirs,
      };
    };
    return [
      row(`first verdict, ${size}, in Chromium: instantiate, verify`, verdict, BAR),
      row('  and its modules, each a request', all),
      row('  of that, the modules alone', code),
      peer('UntarJsHashed', 'untarjs + subtle'),
      peer('ZstdDec', 'zstddec + tar in JavaScript + subtle'),
    ];
  } finally {
    await chromium.close();
  }
}

/** In the page: `code` is what a bundler would make one file of. */
async function inPage({ entry, path, expected }) {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const start = performance.now();
  const { Verifier } = await import(entry);
  const loaded = performance.now();
  const verifier = await Verifier.create();
  const { verdict } = await verifier.verifyPackage(bytes, expected);
  const end = performance.now();
  if (verdict !== 'verified') throw new Error(verdict);
  return { code: loaded - start, verdict: end - loaded, all: end - start };
}
