// What runs in a thread of Node.js that this package makes.
import { parentPort } from 'node:worker_threads';

import { Verifier } from '../entry/node.js';
import { serveOn } from './host.js';

if (parentPort !== null) serveOn(parentPort, Verifier);
