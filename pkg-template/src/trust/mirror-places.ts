import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { checkNames } from '../options/named-options.js';
import { quoted } from '../printable.js';
import { folderUrl, isAddress, urlOf } from './folder-url.js';

/**
 * A place that has the channel's files: its URL; or those of the roles' files and of what they
 * are about, for TUF repositories that have them at different places.
 */
export type Mirror =
  | string
  | URL
  | {
      /** The URL of the folder that the files of the roles are in. */
      readonly metadata: string | URL;
      /** That of what they are about; a place without it has only the roles' files. */
      readonly targets?: string | URL | undefined;
    };

/** Where a mirror has what. */
export interface MirrorPlace {
  readonly metadata: URL;
  /** Null where it has only the files of roles. */
  readonly targets: URL | null;
}

/** The most mirrors: each of them is asked before a file is believed not to be there. */
const MOST = 64;

/**
 * Where to fetch from, in the order in which it was given; the channel itself unless something
 * was given.
 *
 * @throws VerifierError ARGUMENT_INVALID.
 */
export function mirrorPlaces(
  mirrors: readonly Mirror[] | undefined,
  channel: string | null,
): readonly MirrorPlace[] {
  if (mirrors === undefined) {
    if (channel === null) throw unknownPlace();
    const url = placeOf('options.channel', channel);
    return [{ metadata: url, targets: url }];
  }
  if (!Array.isArray(mirrors)) throw invalidArgument('options.mirrors', 'it is no list of URLs');
  if (mirrors.length === 0 || mirrors.length > MOST) {
    throw invalidArgument('options.mirrors', `there are ${mirrors.length}; there may be 1 to ${MOST}`);
  }
  return Array.from(mirrors, (mirror: Mirror, index) => {
    const argument = `options.mirrors[${index}]`;
    if (isAddress(mirror)) {
      const url = placeOf(argument, mirror);
      return { metadata: url, targets: url };
    }
    checkNames(argument, mirror, ['metadata', 'targets']);
    const { metadata, targets } = mirror;
    return {
      metadata: placeOf(`${argument}.metadata`, metadata),
      targets: targets === undefined ? null : placeOf(`${argument}.targets`, targets),
    };
  });
}

function placeOf(argument: string, address: unknown): URL {
  if (!isAddress(address)) {
    throw invalidArgument(argument, 'it is neither a string nor a URL');
  }
  const url = urlOf(String(address));
  if (url !== undefined) return folderUrl(argument, url);
  const reason = `${quoted(String(address))} is no absolute URL, below which the channel's files are`;
  throw invalidArgument(argument, reason);
}

function unknownPlace(): VerifierError {
  return new VerifierError({
    code: 'ARGUMENT_INVALID',
    message: 'it is not known where the channel is',
    hint: 'Give its URL to Verifier.create() as `channel`, beside `trustedRoot`, or the option `mirrors`.',
    details: { argument: 'options.channel' },
  });
}
