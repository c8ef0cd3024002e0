import { Verifier } from '../entry/node.js';
import type { RecordIndex } from '../record-index.js';
import type { Verdict } from '../verdict.js';
import { VerifierError } from '../verifier-error.js';
import type { CommandOutput } from './command-output.js';
import { type ExitStatus, statusOfError, statusOfVerdict, together } from './exit-status.js';
import { type Input, nameOf, openInput } from './input.js';
import { InputError } from './input-error.js';
import type { PackageInvocation } from './invocation.js';

/** `conda-verifier package`: each file gets its verdict, whatever becomes of the others. */
export async function verifyPackages(
  invocation: PackageInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const statuses: ExitStatus[] = [];
  let session = await open(invocation, output);
  for (const file of invocation.files) {
    try {
      const verdict = await examine(file, invocation, session, output);
      output.verdict(verdict, file);
      statuses.push(statusOfVerdict(verdict.verdict, invocation.allowUnverified));
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      output.undecided(error, file);
      statuses.push(statusOfError(error));
      // The others shall have their verdicts from an instance that is sound.
      if (error.code === 'INSTANCE_POISONED') session = await open(invocation, output);
    }
  }
  if (invocation.files.length > 1) output.summary();
  return together(statuses);
}

interface Session {
  readonly verifier: Verifier;
  readonly records: RecordIndex | undefined;
}

async function open(
  { policy, repodata }: PackageInvocation,
  output: CommandOutput,
): Promise<Session> {
  const verifier = await Verifier.create({ policy });
  if (repodata === undefined) return { verifier, records: undefined };
  const onProgress = output.progress(repodata);
  let input: Input | undefined;
  try {
    input = await openInput(repodata);
    return { verifier, records: await verifier.readRepodata(input.source, { onProgress }) };
  } catch (error) {
    if (!VerifierError.isVerifierError(error)) throw error;
    throw new InputError(error, repodata);
  } finally {
    input?.close();
  }
}

async function examine(
  file: string,
  { sha256, size }: PackageInvocation,
  { verifier, records }: Session,
  output: CommandOutput,
): Promise<Verdict> {
  const onProgress = output.progress(file);
  const input = await openInput(file);
  try {
    const record = records?.lookUp(input.fileName ?? nameOf(file));
    const expectation = { fileName: input.fileName, sha256, size, record };
    return await verifier.examine(input.source, expectation, { onProgress });
  } finally {
    input.close();
  }
}
