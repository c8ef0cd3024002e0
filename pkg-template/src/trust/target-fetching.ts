import type { Core, HashedFile } from '../core/core.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { Blocks } from '../sources/blocks.js';
import type { ChannelTrust } from './channel-trust.js';
import type { MirrorFailure } from './refresh-report.js';
import type { Mirrors } from './mirrors.js';
import type { RefreshOptions } from './refresh-options.js';
import type { Target } from './target.js';

/** The options of `Verifier.fetchTarget`. */
export interface TargetOptions extends RefreshOptions {
  /**
   * Whether the file goes by the name that begins with its hash: `true`, that alone; `false`,
   * its own name alone. Unless given, the roles decide, and where there is no file of that name
   * its own name is tried.
   */
  readonly hashPrefix?: boolean | undefined;
}

/** A file that is the one that the roles vouch for. */
export interface FetchedTarget {
  /** What the roles say of it. */
  readonly target: Target;
  /** All of it; length and hashes are those of the target. */
  readonly bytes: Uint8Array;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
}

/** Fetches the roles that a search needs, one after the other, until it has come to its end. */
export async function loadTarget(trust: ChannelTrust, mirrors: Mirrors, path: string): Promise<Target> {
  for (;;) {
    const { target, want } = trust.findTarget(path);
    if (want === null) return target;
    await mirrors.file(
      { base: 'metadata', paths: [want.path], maxLength: want.maxLength, optional: false },
      {
        accept: ({ bytes }) => void trust.accept(want, bytes),
        absent: (status) => trust.unavailable(want, status),
      },
    );
  }
}

/** Fetches a target from the first mirror that has it as the roles want it. */
export async function fetchTarget(
  trust: ChannelTrust,
  mirrors: Mirrors,
  target: Target,
  hashPrefix: boolean | undefined,
  hashed: (target: Target, file: Blocks) => Promise<HashedFile>,
  core: Core,
): Promise<Blocks> {
  const own = target.path.split('/').map(encodeURIComponent).join('/');
  const paths = hashPrefix === false ? [own] : [...target.paths];
  // Nobody but conda's own clients asks for a name without the hash.
  if (hashPrefix === undefined && !paths.includes(own)) paths.push(own);
  return mirrors.file(
    { base: 'targets', paths, maxLength: target.length, optional: false },
    {
      accept: async (blocks) => {
        const file = await hashed(target, blocks);
        try {
          trust.verifyTarget(file);
        } finally {
          core.free(file);
        }
        return blocks;
      },
      absent: (status) => {
        const message = `${quoted(target.path)} was asked for, and the answer was ${status}`;
        throw VerifierError.of('HTTP_STATUS', message, { details: { status } });
      },
    },
  );
}
