// Runs the check of workers where there is a command line: `run-workers.mjs URL` prints what it
// gave, as JSON. That it ends shows that no worker is left.
import process from 'node:process';

import * as entry from 'conda-verifier';
import * as workers from 'conda-verifier/worker';

import { checkWorkers } from './workers.mjs';

console.log(JSON.stringify(await checkWorkers({ ...entry, ...workers }, process.argv[2])));
