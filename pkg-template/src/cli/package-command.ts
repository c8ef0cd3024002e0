import { Verifier } from '../entry/node.js';
import type { Verdict } from '../verdict/verdict.js';
import { VerifierError } from '../errors/verifier-error.js';
import { findingBlock, trustBlock } from './channel-block.js';
import { ChannelRecords, type Found } from './channel-records.js';
import { findingOf } from './channel-report.js';
import type { ChannelFiles } from './channel-files.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError, statusOfVerdict, together } from './exit-status.js';
import { type Input, isUrl, nameOf, openInput } from './input.js';
import { InputError } from './input-error.js';
import type { ChannelOptions } from './channel-options.js';
import { openChannel } from './open-channel.js';
import { notReached } from './not-reached.js';
import { RepodataFiles } from './repodata-files.js';
import type { PackageInvocation } from './package-invocation.js';
import { UsageError } from './usage-error.js';
import { aboutRepodata } from './wrong-input.js';

/** `conda-verifier package`: each file gets its verdict, whatever becomes of the others. */
export async function verifyPackages(
  invocation: PackageInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const statuses: ExitStatus[] = [];
  let session = await openOrRefuse(invocation, invocation.files, output);
  for (const [number, file] of invocation.files.entries()) {
    // Standard input has no other name.
    const label = file === '-' ? (invocation.fileName ?? file) : file;
    try {
      const verdict = await examine(file, invocation, session, output);
      output.verdict(verdict, file, label);
      statuses.push(statusOfVerdict(verdict.verdict, invocation.allowUnverified));
    } catch (error) {
      if (error instanceof UsageError) {
        output.line(error.message);
        statuses.push(EXIT.usage);
        continue;
      }
      if (!VerifierError.isVerifierError(error)) throw error;
      if (statusOfError(error) === EXIT.rejected) {
        // What vouches for it was refused: that is a verdict.
        output.verdict({ ...notReached(error), file }, file, label);
        statuses.push(EXIT.rejected);
        continue;
      }
      output.undecided(error, file);
      statuses.push(statusOfError(error));
      // The others shall have their verdicts from an instance that is sound.
      if (error.code === 'INSTANCE_POISONED') {
        session = await openOrRefuse(invocation, invocation.files.slice(number + 1), output);
      }
    }
  }
  for (const { mirror, path, code, message } of session.files?.failures ?? []) {
    output.line(`${mirror} was passed over for ${path}: ${message} [${code}]`);
  }
  const unsaved = (await session.keep?.()) ?? session.unsaved;
  if (unsaved !== null) statuses.push(statusOfError(unsaved));
  const isKept = unsaved === null;
  if (invocation.files.length > 1 || !isKept) output.summary(isKept);
  return together(statuses);
}

/** Who verifies, and how records are found. */
interface Session {
  readonly verifier: Verifier;
  readonly find?: (argument: string, fileName: string) => Promise<Found>;
  /** The channel's files. */
  readonly files?: ChannelFiles;
  /** Keeps roles that were fetched for single packages; gives why it could not. */
  readonly keep?: () => Promise<VerifierError | null>;
  /** Why the trust in the channel could not be kept. */
  readonly unsaved: VerifierError | null;
}

/** What a refusal means for packages that are not looked at is told for each of them. */
async function openOrRefuse(
  invocation: PackageInvocation,
  files: readonly string[],
  output: CommandOutput,
): Promise<Session> {
  try {
    return await open(invocation, output);
  } catch (error) {
    if (error instanceof InputError && statusOfError(error.cause) === EXIT.rejected) {
      for (const file of files) output.refused(notReached(error.cause), file);
    }
    throw error;
  }
}

async function open(invocation: PackageInvocation, output: CommandOutput): Promise<Session> {
  const { policy, limits, repodata, channel } = invocation;
  if (channel !== undefined) return openSigned(channel, invocation, output);
  const verifier = await Verifier.create({ policy, limits });
  if (repodata === undefined) return { verifier, unsaved: null };
  const onProgress = output.progress(repodata);
  let input: Input | undefined;
  try {
    input = await openInput(repodata);
    const records = await verifier.readRepodata('', input.source, { onProgress });
    return { verifier, unsaved: null, find: async (_, fileName) => ({ record: records.lookUp(fileName) }) };
  } catch (error) {
    if (!VerifierError.isVerifierError(error)) throw error;
    throw new InputError(aboutRepodata(error, nameOf(repodata)), repodata);
  } finally {
    input?.close();
  }
}

async function openSigned(
  options: ChannelOptions,
  { policy, limits, subdir, json }: PackageInvocation,
  output: CommandOutput,
): Promise<Session> {
  const channel = await openChannel(options, { policy, limits }, output);
  const { files, verifier, failure, unsaved, trust } = channel;
  if (unsaved !== null && statusOfError(unsaved) === EXIT.rejected) output.error(unsaved, options.state);
  if (failure !== null) {
    const finding = findingOf(failure);
    output.show((terminal) => trustBlock(options, trust, terminal) + findingBlock(finding, terminal));
    throw new InputError(failure, options.channel, !json);
  }
  const repodata = new RepodataFiles(files, verifier, options.repodataName, output);
  const records = new ChannelRecords(files, repodata);
  return {
    verifier,
    find: (argument, fileName) => records.find(argument, fileName, subdir),
    unsaved,
    files,
    keep: () => channel.keep(),
  };
}

async function examine(
  file: string,
  { sha256, size, fileName: given }: PackageInvocation,
  { verifier, find }: Session,
  output: CommandOutput,
): Promise<Verdict> {
  // Before a server is kept waiting: reading repodata may take long.
  const known = given ?? (isUrl(file) ? nameOf(file) : undefined);
  const early = known === undefined ? undefined : await find?.(file, known);
  const input = await openInput(file);
  try {
    const fileName = given ?? input.fileName;
    const found = early ?? (await find?.(file, fileName ?? nameOf(file)));
    const onProgress = output.progress(file);
    const { record, target, index } = found ?? {};
    const expectation = { fileName, sha256, size, record, ...(target === undefined ? {} : { target }) };
    return await verifier.examine(input.source, expectation, { onProgress }, index);
  } finally {
    input.close();
  }
}
