// Packages verified whole, against untarjs, zstddec and native tools, on packages made for it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { clocked } from './support/clocks.mjs';
import { lone } from './support/lone-run.mjs';
import { makePackages, packagesFolder, PythonTools, residentPeak } from './support/python.mjs';
import { expect, raceInParts } from './support/rounds.mjs';
import { atMost, quantity } from './support/table.mjs';
import * as unpackers from './support/unpackers.mjs';

/** Bytes of WebAssembly's memory that a package may take whose window is no more than 8 MiB. */
const MEMORY = 64;

/** Below so many bytes of an archive, Node.js itself is most of what is resident. */
const LARGE = 10e6;

/** What is read, in the order of the table. `runs` make a lap, where one would be too short. */
const PACKAGES = [
  { name: 'small', rounds: 9, runs: 40 },
  { name: 'python', rounds: 9, runs: 1 },
  { name: 'large', rounds: 3, runs: 1 },
  { name: 'many', rounds: 3, runs: 1 },
  { name: 'older', rounds: 3, runs: 1 },
];

export default async function packages(quick) {
  const folder = packagesFolder(quick);
  makePackages(folder, quick);
  const tools = new PythonTools();
  const rows = [];
  for (const { name, rounds, runs } of PACKAGES) {
    const given = quick ? [1, 1] : [rounds, runs];
    rows.push(...(await rowsOf(folder, name, tools, ...given)));
  }
  tools.close();
  return rows;
}

async function rowsOf(folder, name, tools, rounds, runs) {
  const made = unpackers.packageIn(folder, name);
  const isConda = made.fileName.endsWith('.conda');
  const contenders = {};
  const names = ['Ours', 'OursByRecord', 'OursAlone', 'DropIn', 'UntarJs', 'UntarJsHashed', ...(isConda ? ['ZstdDec'] : [])];
  for (const contender of names) {
    contenders[contender] = lap(await unpackers[contender].of(made), made, runs);
  }
  for (const tool of ['streaming', 'rattler']) {
    contenders[tool] = async () => {
      const { wall, process } = await tools.run(tool, made.path);
      return { times: { wall, main: NaN, process } };
    };
  }
  const laps = await raceInParts(rounds, contenders);
  const times = Object.fromEntries(Object.entries(laps).map(([who, { times }]) => [who, times]));

  const size = `${quantity(made.bytes.length / 1e6, 'MB')}, ${quantity(made.unpackedBytes / 1e6, 'MB')} in ${made.files.toLocaleString('en')} files`;
  const rows = [{ what: `${isConda ? '.conda' : '.tar.bz2'} of ${size}`, ours: '' }];
  const row = (what, ours, peer, clock, called, bar) => {
    // Where a clock is not known, nothing is said of it.
    if (Number.isNaN(times[ours][clock]) || Number.isNaN(times[peer][clock])) return;
    const ratio = times[ours][clock] / times[peer][clock];
    rows.push({
      what: `  ${what}`,
      ours: quantity(times[ours][clock], 'ms'),
      peer: `${quantity(times[peer][clock], 'ms')} ${called}`,
      ratio,
      bar: bar && atMost(ratio, bar, ' ×'),
    });
  };
  if (isConda) {
    row('verify, main thread', 'Ours', 'UntarJsHashed', 'main', HASHED, 1);
    row('verify, process', 'Ours', 'UntarJsHashed', 'process', HASHED, 1);
    row('verify, wall', 'Ours', 'UntarJsHashed', 'wall', HASHED, 0.9);
    row('by a record with an MD5, main thread', 'OursByRecord', 'UntarJsHashed', 'main', HASHED);
    row('by a record with an MD5, wall', 'OursByRecord', 'UntarJsHashed', 'wall', HASHED);
    row('without WebCrypto, main thread', 'OursAlone', 'UntarJs', 'main', UNPACKED, 1.6);
    row('verify, main thread', 'Ours', 'ZstdDec', 'main', 'zstddec + tar in JavaScript + subtle');
    row('verify, wall', 'Ours', 'ZstdDec', 'wall', 'zstddec + tar in JavaScript + subtle');
  } else {
    // One thread: what verifies all by itself against what verifies nothing.
    row('without WebCrypto, main thread', 'OursAlone', 'UntarJs', 'main', UNPACKED, 1);
    row('verify, main thread', 'Ours', 'UntarJsHashed', 'main', HASHED);
    row('verify, wall', 'Ours', 'UntarJsHashed', 'wall', HASHED);
  }
  for (const clock of ['main', 'process']) {
    const what = `hand over as untarjs does, ${clock === 'main' ? 'main thread' : 'process'}`;
    row(what, 'DropIn', 'UntarJs', clock, UNPACKED);
    row(what, 'DropIn', 'UntarJsHashed', clock, HASHED);
  }
  row('verify, process', 'Ours', 'streaming', 'process', 'conda-package-streaming + hashlib');
  row('verify, process', 'Ours', 'rattler', 'process', 'py-rattler, unpacks to disk');
  rows.push(...memoryRows(folder, name, made));
  return rows;
}

const HASHED = 'untarjs + subtle';
const UNPACKED = 'untarjs, unpacks only';

/** Laps of a contender, each with what its predecessor left cleared away. */
function lap(contender, { bytes, files }, runs) {
  return async () => {
    collectGarbage();
    const times = await clocked(async () => {
      for (let run = 0; run < runs; run += 1) {
        const found = await contender.run(bytes);
        // What unpacks only counts links too.
        expect(found >= files, true, 'files');
      }
    });
    for (const clock of Object.keys(times)) times[clock] /= runs;
    return { times };
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** Each in a process of its own, which does nothing else. */
function memoryRows(folder, name, { path, record: { size } }) {
  const [ours, byBlob, untarJs, none] = [
    lone('Ours', folder, name),
    lone('Ours', folder, name, 'blob'),
    lone('UntarJsHashed', folder, name),
    lone('none', folder, name),
  ];
  const row = (what, bytes, peer, called, bar) => ({
    what: `  ${what}`,
    ours: mebibytes(bytes),
    peer: `${mebibytes(peer)} ${called}`,
    ratio: bytes / peer,
    bar: bar && atMost(bytes / peer, bar, ' ×'),
  });
  return [
    {
      what: '  memory of WebAssembly',
      ours: mebibytes(ours.wasm),
      peer: `${mebibytes(untarJs.wasm)} ${HASHED}`,
      ratio: ours.wasm / untarJs.wasm,
      bar: atMost(ours.wasm / 2 ** 20, MEMORY, ' MiB'),
    },
    row('resident, at most', ours.resident, untarJs.resident, HASHED, size > LARGE ? 0.6 : undefined),
    row('resident, of a file as Blob', byBlob.resident, untarJs.resident, HASHED),
    row('resident, Node.js with the bytes alone', none.resident, untarJs.resident, HASHED),
    row('resident, at most', ours.resident, residentPeak('streaming', path), 'conda-package-streaming + hashlib'),
  ];
}

const mebibytes = (bytes) => quantity(bytes / 2 ** 20, 'MiB');
