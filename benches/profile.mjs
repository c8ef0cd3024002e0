// Where the main thread spends its time while the 24 MB package is verified:
// `cargo xtask bench --profile` runs this, with a WebAssembly file that has its functions' names.
import { Session } from 'node:inspector/promises';

import { expect } from './support/rounds.mjs';
import { makePackages, packagesFolder } from './support/python.mjs';
import { Ours, packageIn } from './support/unpackers.mjs';

const RUNS = 5;
/** Microseconds between samples. */
const INTERVAL = 200;
const FUNCTIONS = 30;

const packages = packagesFolder(false);
makePackages(packages, false);
const made = packageIn(packages, 'python');
const ours = await Ours.of(made);
// The first run is the engine's, to optimise the code.
expect(await ours.run(made.bytes), made.files, 'files');
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
await session.post('Profiler.start');
for (let run = 0; run < RUNS; run += 1) await ours.run(made.bytes);
const { profile } = await session.post('Profiler.stop');
session.disconnect();

const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
const [byFunction, byCrate] = [new Map(), new Map()];
let whole = 0;
profile.samples.forEach((id, at) => {
  const milliseconds = profile.timeDeltas[at] / 1e3 / RUNS;
  const { functionName, url } = frames.get(id);
  const isWasm = url.startsWith('wasm:');
  // Without the hash that tells two of a name apart.
  const name = isWasm ? functionName.replace(/::h[0-9a-f]{16}$/, '') : `${functionName} ${url.split('/').at(-1)}`;
  if (functionName === '(idle)') return;
  add(byFunction, name, milliseconds);
  // The crate of a path, that of the first type in `<A as B>::f`.
  add(byCrate, isWasm ? /\w+(?=::)/.exec(name)?.[0] ?? 'WebAssembly, other' : 'JavaScript and Node.js', milliseconds);
  whole += milliseconds;
});

console.log(`${made.fileName}: ${whole.toFixed(0)} ms of the main thread for each of ${RUNS} verifications\n`);
print('by crate', byCrate, 20);
print('by function, without what it calls', byFunction, FUNCTIONS);

function add(sums, name, milliseconds) {
  sums.set(name, (sums.get(name) ?? 0) + milliseconds);
}

function print(title, sums, count) {
  console.log(title);
  for (const [name, milliseconds] of [...sums].sort(([, a], [, b]) => b - a).slice(0, count)) {
    const share = `${((milliseconds / whole) * 100).toFixed(1)} %`;
    console.log(`${milliseconds.toFixed(1).padStart(9)} ms  ${share.padStart(6)}  ${name.slice(0, 110)}`);
  }
  console.log();
}
