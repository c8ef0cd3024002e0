// Ours and peers side by side, in one run: `cargo xtask bench` runs this.
import { cpus } from 'node:os';

import canonical from './canonical.mjs';
import ed25519 from './ed25519.mjs';
import firstVerdict from './first-verdict.mjs';
import packages from './packages.mjs';
import repodata from './repodata.mjs';
import signed from './signed-repodata.mjs';
import { table } from './support/table.mjs';
import targets from './targets.mjs';
import tufBins from './tuf-bins.mjs';
import tufFlat from './tuf-flat.mjs';

// Small data and few rounds: to see that everything runs, not to measure.
const quick = process.argv.includes('--quick');

let rows = [];
// Repodata first: its first scan is to be the first there is.
for (const bench of [repodata, ed25519, canonical, signed, targets, tufFlat, tufBins, firstVerdict, packages]) {
  rows.push(...(await bench(quick)));
}
if (quick) rows = rows.map(({ bar, ...row }) => row);
console.log(`Node.js ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}, medians\n`);
console.log(table(rows));
const missed = rows.filter((row) => row.bar?.isHeld === false).length;
if (quick) console.log('\nThis was --quick: too little data for the figures to mean anything.');
else if (missed > 0) console.log(`\nBars missed: ${missed}.`);
else console.log('\nEvery bar is held.');
