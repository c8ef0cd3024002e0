import type { TrustInfo } from '../trust/channel-trust.js';
import type { RoleReport } from '../trust/role-report.js';
import { Verifier } from '../entry/node.js';
import { limitOf } from '../options/settings.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { VerifierOptions } from '../verifier-options.js';
import type { ChannelFiles } from './channel-files.js';
import type { ChannelOptions } from './channel-options.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, statusOfError } from './exit-status.js';
import { readRoleFile } from './role-file.js';
import { InputError } from './input-error.js';
import { filesOf, placeOf } from './place-of.js';
import { StateFile } from './state-file.js';
import { aboutPlace, aboutRoot } from './wrong-input.js';

/** A channel as far as it is trusted. */
export type OpenChannel = TrustedChannel | RefusedChannel;

interface AnyChannel {
  readonly files: ChannelFiles;
  /** What is trusted of the roles; null where the root itself was refused. */
  readonly trust: TrustInfo | null;
  /** Who signed them; of none where the root itself was refused. */
  roles(): readonly RoleReport[];
  /** Why what is trusted could not be kept; told already where it is no rejection. */
  readonly unsaved: VerifierError | null;
}

/** A channel whose roles are trusted. */
export interface TrustedChannel extends AnyChannel {
  readonly verifier: Verifier;
  /** Keeps roles that were fetched since; gives and tells why that could not be. */
  keep(): Promise<VerifierError | null>;
  readonly failure: null;
}

/** A channel of which nothing below the roles is trusted, and why. */
export interface RefusedChannel extends AnyChannel {
  readonly verifier: null;
  readonly failure: VerifierError;
}

/**
 * Brings what is trusted of a channel up to date, and keeps it, also where a later step failed.
 *
 * @throws InputError where the channel or the root can't be read.
 */
export async function openChannel(
  options: ChannelOptions,
  { policy, limits = {} }: Pick<VerifierOptions, 'policy' | 'limits'>,
  output: CommandOutput,
): Promise<OpenChannel> {
  const { channel, root, now } = options;
  const files = await filesOf(options, (argument) => reading(argument, () => placeOf(argument)));
  const trustedRoot = await reading(root, () => readRoleFile(root, limitOf(limits, 'roleBytes')));
  let verifier: Verifier;
  try {
    verifier = await Verifier.create({ policy, limits, trustedRoot, channel: files.url, now });
  } catch (error) {
    if (!VerifierError.isVerifierError(error) || error.code === 'ARGUMENT_INVALID') throw error;
    return { files, verifier: null, trust: null, roles: () => [], failure: aboutRoot(error, root), unsaved: null };
  }
  const roles = () => verifier.roles();
  const state = options.state === undefined ? undefined : new StateFile(options.state, files.url);
  const spoiled = await failureOf(() => state?.restoreTo(verifier));
  if (spoiled !== null) {
    return { files, verifier: null, trust: verifier.trust, roles, failure: spoiled, unsaved: null };
  }
  let unsaved = await failureOf(() => state?.checkPlace());
  tell(unsaved, options, output);
  const onProgress = output.progress(channel);
  const { trust: before } = verifier;
  const refused = await failureOf(async () => {
    const { fetcher, mirrors } = files;
    files.passedOver((await verifier.refresh(fetcher, { mirrors, onProgress })).mirrors);
  });
  const keep = async (): Promise<VerifierError | null> => {
    if (unsaved !== null) return unsaved;
    unsaved = await failureOf(() => state?.save(verifier));
    tell(unsaved, options, output);
    return unsaved;
  };
  await keep();
  const { trust } = verifier;
  const failure =
    refused && (await aboutPlace(refused, files.main, before, trust, options.repodataName));
  if (failure !== null) return { files, verifier: null, trust, roles, failure, unsaved };
  return { files, verifier, trust, roles, failure, unsaved, keep };
}

/** Before all else that is said: so that a person who waits may stop and mend it. */
function tell(unsaved: VerifierError | null, { state }: ChannelOptions, output: CommandOutput): void {
  if (unsaved !== null && statusOfError(unsaved) !== EXIT.rejected) output.error(unsaved, state);
}

async function failureOf(work: () => unknown): Promise<VerifierError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (VerifierError.isVerifierError(error)) return error;
    throw error;
  }
}

async function reading<T>(argument: string, work: () => T): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    if (VerifierError.isVerifierError(error)) throw new InputError(error, argument);
    throw error;
  }
}
