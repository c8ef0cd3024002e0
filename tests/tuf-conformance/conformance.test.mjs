// What a TUF client has to hold, each by the name that it has in the official suite.
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';

import { cases } from './cases/all.mjs';
import { command } from './simulator/client-process.mjs';
import { means } from './simulator/clock.mjs';
import { Trial } from './simulator/trial.mjs';

console.log(`client: ${command.join(' ')}\nother times by: ${means}`);

// A test waits for its client most of the time.
describe('TUF conformance', { concurrency: availableParallelism() + 2 }, () => {
  for (const [name, body] of cases) it(name, () => Trial.run(body));
});
