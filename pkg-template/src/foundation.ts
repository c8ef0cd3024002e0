import type { Core } from './core/core.js';
import type { Runtime } from './core/runtime.js';
import type { Settings } from './options/settings.js';
import type { Running } from './running.js';

/** What all parts of a verifier stand on. */
export interface Foundation {
  readonly core: Core;
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly running: Running;
}
