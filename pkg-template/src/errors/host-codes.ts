import type { CoreCode } from './codes.js';

/** A row of the error table for what fails outside of the core. */
interface HostCodeRow {
  /** Not a finding about a package: the caller or the host has to act. */
  readonly class: 'host';
  readonly meaning: string;
  readonly hint: string;
}

/** The codes that JavaScript itself raises; `codes.ts` has those of the core. */
export const HOST_CODES = {
  HTTP_STATUS: {
    class: 'host',
    meaning: 'A server answered a request with another status than success.',
    hint: 'Nothing was decided about the package. Check the address; packages are removed from channels too.',
  },
  RANGE_INVALID: {
    class: 'host',
    meaning: 'A server was asked for a range of a file, and sent other bytes than those.',
    hint: 'Nothing was decided about the package. Look whether its size is right; else the server, or a cache before it, is at fault: fetch the whole file.',
  },
  RANGES_UNSUPPORTED: {
    class: 'host',
    meaning: 'A file can\'t be had in ranges, and is longer than what may be fetched whole.',
    hint: 'Nothing was decided about the package. Raise `wholeUpTo`, or fetch the whole file and verify it.',
  },
  REDIRECT_REFUSED: {
    class: 'host',
    meaning: 'A mirror redirected a request to a place that is none of the channel\'s.',
    hint: 'If the channel is known to keep its files there, list that place in the option `redirects` of verifiedFetch; what comes from there is verified all the same.',
  },
  NETWORK_FAILED: {
    class: 'host',
    meaning: 'A server could not be reached, or the connection broke.',
    hint: 'Nothing was decided about the package. Check the address and the connection, and try again.',
  },
  TIMED_OUT: {
    class: 'host',
    meaning: 'A server gave no answer, or stopped in the middle of one, for longer than it may.',
    hint: 'Nothing was decided. Try again later, or another mirror; the option `timeout` says how long to wait.',
  },
  FILE_UNREADABLE: {
    class: 'host',
    meaning: 'A file could not be read.',
    hint: 'Nothing was decided about the package. Check the path and who may read it.',
  },
  FILE_UNWRITABLE: {
    class: 'host',
    meaning: 'A file could not be written.',
    hint: 'What was to be kept is lost. Check the path, who may write there, and whether there is room.',
  },
  OUT_OF_MEMORY: {
    class: 'host',
    meaning: 'The engine has no memory for what would have to be held in one piece.',
    hint: 'Nothing was decided about the package. `onFile` takes each file as a whole, and without it none is held; an archive need not be in memory where it can be read by `readAt`. Else use an engine, or a machine, that gives more.',
  },
  STORE_FAILED: {
    class: 'host',
    meaning: 'A store of what is trusted could not be read or written.',
    hint: 'What is trusted now stays so, but the versions that were seen may be forgotten. See whether the store is blocked or full.',
  },
  STREAM_FAILED: {
    class: 'host',
    meaning: 'A stream that was given as a source failed.',
    hint: 'Nothing was decided about the package. The cause is what the stream failed with.',
  },
  REPODATA_MISPLACED: {
    class: 'host',
    meaning: 'Repodata says that it is of another subdir than the one it was added for.',
    hint: 'Look whether the address of the repodata has the right subdir in it. If it has, tell the channel.',
  },
  REQUEST_REFUSED: {
    class: 'host',
    meaning: 'Something was asked for that can\'t be verified, and was not fetched.',
    hint: 'Ask for a whole file of a channel by its plain address. Channels that an installer takes packages from have to be named, by the URLs that it has; look at its lock file if the address is an odd one.',
  },
  UNVERIFIED: {
    class: 'host',
    meaning: 'Nothing was wrong with a file, but nobody vouches for it, and only what is verified was to come.',
    hint: 'Pin the root of a channel that is signed, or list the file in a manifest. Where what nobody vouches for may be used, set the option `allowUnverified`, or for wheels `allowWheels`, and look at what is told of each file.',
  },
  MANIFEST_INVALID: {
    class: 'host',
    meaning: 'A manifest of files is not of the form that `conda-verifier manifest` writes.',
    hint: 'Look whether it is the right file, and whether all of it came. If it is, use nothing that it lists: make it anew from the build.',
  },
  DIGEST_UNAVAILABLE: {
    class: 'host',
    meaning: 'There is no WebCrypto, which has to hash a file.',
    hint: 'Nothing was decided about the file. Serve the page over HTTPS, or from localhost: browsers have WebCrypto there alone.',
  },
  WASM_UNAVAILABLE: {
    class: 'host',
    meaning: 'The WebAssembly file could not be loaded, compiled or started.',
    hint: 'Serve conda_verifier_bg.wasm of the same version beside the JavaScript, or pass it as the option `wasm`; a Content-Security-Policy needs \'wasm-unsafe-eval\'.',
  },
  INSTANCE_POISONED: {
    class: 'host',
    meaning: 'The WebAssembly code trapped; its memory can no longer be relied on.',
    hint: 'Make a new verifier with Verifier.create() and begin again. A trap is a defect: please report it, with the package if you may.',
  },
  WORKER_FAILED: {
    class: 'host',
    meaning: 'A Web Worker that verifies could not be started, or ended before it had answered.',
    hint: 'Nothing was decided. Make a new VerifierWorker; a VerifierPool does so by itself. Where none starts, serve the script of the worker, or give one as the option `worker`. Where there are no workers, use Verifier.',
  },
  FREED: {
    class: 'host',
    meaning: 'The verifier was used after free().',
    hint: 'Call free() after the last use, or make a new verifier.',
  },
  BUSY: {
    class: 'host',
    meaning: 'The verifier was called from within the readAt() of a source that it reads.',
    hint: 'Let readAt() only copy bytes; call the verifier after it has returned.',
  },
} as const satisfies Record<string, HostCodeRow>;

/** A code that JavaScript itself raises. */
export type HostCode = keyof typeof HOST_CODES;

/** Codes of the core that say nothing about data. */
const CORE_HOST_CODES: readonly string[] = ['SOURCE_READ', 'ROLE_UNAVAILABLE'] satisfies CoreCode[];

/** Codes of JavaScript that say something about data. */
const ABOUT_DATA: readonly string[] = ['MANIFEST_INVALID', 'REPODATA_MISPLACED'] satisfies HostCode[];

/** Whether a code says that nothing was decided: nobody was found to have done wrong. */
export function decidesNothing(code: string): boolean {
  // Not told by the core, and about data all the same.
  if (ABOUT_DATA.includes(code)) return false;
  return code in HOST_CODES || CORE_HOST_CODES.includes(code);
}
