import { Verifier } from '../entry/node.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { CommandOutput } from './command-output.js';
import { type ExitStatus, statusOfError, statusOfVerdict, together } from './exit-status.js';
import { described, type Described, infoInto } from '../verdict/described.js';
import type { Transfer } from '../verdict/remote-inspection.js';
import { isUrl, nameOf, openFile } from './input.js';
import type { InspectInvocation } from './inspect-invocation.js';
import { inspectionBlock } from './inspection-block.js';
import { request } from './network.js';

/** `conda-verifier inspect`: what packages say of themselves, by as few of their bytes as it takes. */
export async function inspectPackages(
  invocation: InspectInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const statuses: ExitStatus[] = [];
  const { files, policy, limits, allowUnverified } = invocation;
  let verifier = await Verifier.create({ policy, limits });
  for (const file of files) {
    try {
      const inspection = await inspect(verifier, file, invocation, output);
      const { verdict, index, paths, about, transfer } = inspection;
      output.inspection(verdict, { verdict: { ...verdict, file }, index, paths, about, transfer }, (terminal) =>
        inspectionBlock(inspection, file, terminal),
      );
      statuses.push(statusOfVerdict(verdict.verdict, allowUnverified));
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      output.undecided(error, file);
      statuses.push(statusOfError(error));
      // The others shall have their verdicts from an instance that is sound.
      if (error.code === 'INSTANCE_POISONED') verifier = await Verifier.create({ policy, limits });
    }
  }
  if (files.length > 1) output.summary(true);
  return together(statuses);
}

/** Of a file that is here nothing is fetched. */
type Inspected = Described & { readonly transfer: Transfer | null };

async function inspect(
  verifier: Verifier,
  file: string,
  { fileName = nameOf(file), size }: InspectInvocation,
  output: CommandOutput,
): Promise<Inspected> {
  const expected = { fileName, ...(size === undefined ? {} : { size }) };
  const onProgress = output.progress(file);
  if (isUrl(file)) {
    const fetch = (url: URL, init: RequestInit) => request(url, init);
    return verifier.inspectRemote(file, { ...expected, fetch, onProgress });
  }
  const { source, close } = openFile(file);
  try {
    const info = new Map<string, Uint8Array>();
    const verdict = await verifier.inspectPackage(source, expected, { onFile: infoInto(info), onProgress });
    return { ...described(verdict, info), transfer: null };
  } finally {
    close();
  }
}
