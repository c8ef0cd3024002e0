// What runs in a worker that this package makes.
import { Verifier } from '../entry/browser.js';
import { serveOn } from './host.js';

serveOn(globalThis, Verifier);
