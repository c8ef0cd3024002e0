import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';

import { VerifierError } from '../errors/verifier-error.js';
import { systemError, unwritable } from '../files/file-errors.js';
import { replaceFile } from '../files/replaced-file.js';
import type { Target } from '../trust/target.js';
import { trustBlock } from './channel-block.js';
import { findingOf } from './channel-report.js';
import { ChannelTargets } from './channel-targets.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError, together } from './exit-status.js';
import { InputError } from './input-error.js';
import { type OpenChannel, openChannel, type TrustedChannel } from './open-channel.js';
import { targetBlock, targetsLine } from './target-block.js';
import { plainNameOf, type TargetInvocation } from './target-invocation.js';
import type { TargetVerdict } from './target-report.js';
import { UsageError } from './usage-error.js';

/** `conda-verifier target`: files of any kind that the roles of TUF vouch for. */
export async function verifyTargets(
  invocation: TargetInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  if (invocation.output !== undefined) checkFolder(invocation.output);
  const channel = await openChannel(invocation, { limits: invocation.limits }, output);
  const { trust, failure, unsaved } = channel;
  if (failure === null && trust?.format !== 'tuf') {
    throw new UsageError('this root is one of content trust, which vouches for records; targets are what roles of TUF list');
  }
  const run = new TargetRun(invocation, channel, output);
  output.show((terminal) => trustBlock(invocation, trust, terminal));
  if (failure === null) return run.all(channel);
  if (unsaved !== null && statusOfError(unsaved) === EXIT.rejected) output.error(unsaved, invocation.state);
  return run.refused(failure);
}

/** One run over the files that were named. */
class TargetRun {
  readonly #invocation: TargetInvocation;
  readonly #channel: OpenChannel;
  readonly #output: CommandOutput;
  readonly #statuses: ExitStatus[] = [];
  readonly #counts = { verified: 0, rejected: 0, undecided: 0 };
  /** Failures of mirrors that were told. */
  #told = 0;

  constructor(invocation: TargetInvocation, channel: OpenChannel, output: CommandOutput) {
    this.#invocation = invocation;
    this.#channel = channel;
    this.#output = output;
  }

  async all(channel: TrustedChannel): Promise<ExitStatus> {
    const targets = new ChannelTargets(channel.files, channel.verifier);
    for (const path of this.#invocation.paths) await this.#file(targets, path);
    const unsaved = await channel.keep();
    if (unsaved !== null) this.#statuses.push(statusOfError(unsaved));
    this.#end(unsaved === null);
    return together(this.#statuses);
  }

  /** No file is looked at where the roles are refused. */
  refused(failure: VerifierError): ExitStatus {
    const { channel, paths, json } = this.#invocation;
    const isDecided = statusOfError(failure) === EXIT.rejected;
    if (!isDecided) throw new InputError(failure, channel);
    if (!json) {
      const [path = ''] = paths;
      const named = paths.length === 1 ? path : `all ${paths.length} files`;
      const report = { ...this.#report(path, failure), path: named };
      this.#output.show((terminal) => targetBlock(report, terminal));
    }
    for (const path of paths) this.#output.document(this.#report(path, failure));
    this.#output.note(EXIT.rejected);
    return EXIT.rejected;
  }

  async #file(targets: ChannelTargets, path: string): Promise<void> {
    let report: TargetVerdict;
    try {
      const { target, bytes } = await targets.fetch(path, this.#output.progress(path));
      report = this.#report(path, null, target, this.#write(path, bytes));
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      const status = statusOfError(error);
      this.#statuses.push(status);
      if (status === EXIT.unreadable) {
        this.#counts.undecided++;
        this.#output.error(error, path);
        return;
      }
      if (status === EXIT.usage) throw error;
      report = this.#report(path, error, await listed(targets, path));
    }
    const { verdict } = report;
    this.#counts[verdict]++;
    this.#statuses.push(EXIT[verdict]);
    this.#output.note(EXIT[verdict]);
    this.#output.document(report);
    this.#output.show((terminal) => targetBlock(report, terminal));
  }

  /** Writes a file, if that is wanted; null where it could not be. */
  #write(path: string, bytes: Uint8Array): string | null {
    const folder = this.#invocation.output;
    if (folder === undefined) return null;
    const file = join(folder, plainNameOf(path));
    try {
      // Another process may write the same one: each has a name of its own before it is whole.
      replaceFile(file, bytes, join(folder, `.conda-verifier-${randomUUID()}.part`));
      return file;
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      this.#statuses.push(statusOfError(error));
      this.#output.error(error, file);
      return null;
    }
  }

  #report(
    path: string,
    error: VerifierError | null,
    target: Target | null = null,
    written: string | null = null,
  ): TargetVerdict {
    const { failures } = this.#channel.files;
    const mirrors = failures.slice(this.#told);
    this.#told = failures.length;
    const anchor = this.#channel.trust?.anchor ?? null;
    return {
      path,
      verdict: error === null ? 'verified' : 'rejected',
      trust: error === null ? { basis: 'tuf', anchor } : { basis: 'none', anchor: null },
      target: target === null ? null : withoutPaths(target),
      written,
      findings: error === null ? [] : [findingOf(error)],
      mirrors,
    };
  }

  #end(isKept: boolean): void {
    if (this.#invocation.paths.length === 1 && isKept) return;
    this.#output.show((terminal) => targetsLine(this.#counts, isKept, terminal));
  }
}

/** Where it may be is known by now. */
function withoutPaths({ paths: _, ...target }: Target): TargetVerdict['target'] {
  return target;
}

/** What the roles say of a file that is not what they say. */
async function listed(targets: ChannelTargets, path: string): Promise<Target | null> {
  try {
    return await targets.find(path);
  } catch (error) {
    if (VerifierError.isVerifierError(error)) return null;
    throw error;
  }
}

/** Before anything is fetched. */
function checkFolder(path: string): void {
  try {
    if (!statSync(path).isDirectory()) throw systemError('ENOTDIR');
  } catch (error) {
    throw new InputError(unwritable(path, error), path);
  }
}
