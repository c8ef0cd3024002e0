export type { RemoteVerifier } from './methods.js';
export type { PoolOptions } from './pool-options.js';
export type { WorkerPort } from './port.js';
export type { WorkerOptions } from './worker-options.js';
