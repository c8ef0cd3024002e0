// Runs the check where there is a command line: `run.mjs URL FOLDER` prints what it gave, as JSON.
import process from 'node:process';

import * as entry from 'conda-verifier';

import { check } from './check.mjs';

console.log(JSON.stringify(await check(entry, process.argv[2], {}, process.argv[3])));
