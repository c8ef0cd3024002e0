import { createHash } from 'node:crypto';

import { type Fault, VerifierError } from '../errors/verifier-error.js';
import { missing, otherDigest, otherSize, otherType, unlisted } from '../manifest/file-fault.js';
import { readManifest, type SiteManifest } from '../manifest/site-manifest.js';
import { limitOf } from '../options/settings.js';
import type { Finding, Status } from '../verdict/verdict.js';
import { findingOf, type Open, type Undecided, undecidedOf } from './channel-report.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError, together } from './exit-status.js';
import { measured, type Walked } from './file-walk.js';
import { comparisonBlock } from './manifest-block.js';
import type { ManifestInvocation } from './manifest-invocation.js';
import type { ManifestComparison } from './manifest-report.js';
import { readRoleFile } from './role-file.js';
import { tellComparison } from './sarif-manifest.js';
import { SiteFolder } from './site-folder.js';

/** What `manifest --check` is told. */
type CheckInvocation = ManifestInvocation & { readonly check: string };

/** `conda-verifier manifest --check`: every file that is there, and every one that is listed. */
export async function compareFolder(invocation: CheckInvocation, output: CommandOutput): Promise<ExitStatus> {
  const { folder, check, limits, exclude } = invocation;
  const bytes = readRoleFile(check, limitOf(limits, 'infoBytes'));
  const site = new SiteFolder(folder, exclude, check);
  const comparison = new Comparison(invocation, createHash('sha256').update(bytes).digest('hex'), output);
  try {
    await comparison.run(site, readManifest(bytes, { limits }));
  } catch (error) {
    if (!VerifierError.isVerifierError(error) || statusOfError(error) !== EXIT.rejected) throw error;
    comparison.refused(error);
  }
  return comparison.end(site);
}

/** One run over a folder. */
class Comparison {
  readonly #invocation: CheckInvocation;
  readonly #sha256: string;
  readonly #output: CommandOutput;
  readonly #findings: Finding[] = [];
  readonly #undecided: Undecided[] = [];
  readonly #notReached: Open[] = [];
  /** Entries of a list: data decides how many there could be. */
  readonly #longest: number;
  #omitted = 0;
  #undecidedCount = 0;
  #files = 0;
  #bytes = 0;
  #matched = 0;

  constructor(invocation: CheckInvocation, sha256: string, output: CommandOutput) {
    this.#invocation = invocation;
    this.#sha256 = sha256;
    this.#output = output;
    this.#longest = limitOf(invocation.limits, 'findings');
  }

  async run(site: SiteFolder, manifest: SiteManifest): Promise<void> {
    this.#files = manifest.size;
    for (const [, { size }] of manifest) this.#bytes += size;
    const onProgress = this.#output.progress(this.#invocation.folder);
    const wanted = wantedOf(manifest);
    const seen = new Set<string>();
    /** Folders that could not be read, each with a slash. */
    const closed: string[] = [];
    let done = 0;
    for (const walked of site.walk((path) => wanted.has(path))) {
      onProgress({ phase: 'files', done: ++done, total: null });
      const { path, error } = walked;
      seen.add(path);
      try {
        if (error !== undefined) throw error;
        await this.#file(walked, manifest);
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        closed.push(path === '' ? '' : `${path}/`);
        this.#unread(site.tree.label(path), error);
      }
    }
    for (const path of manifest.paths()) {
      // Of what is below a folder that can't be read nobody knows whether it is there.
      if (!seen.has(path) && !closed.some((folder) => path.startsWith(folder))) this.found(missing(path));
    }
  }

  /** Takes note of a manifest that is none. */
  refused(error: VerifierError): void {
    this.found(error);
    this.#notReached.push({ check: 'files', reason: `not reached: ${error.code}` });
  }

  /** Takes note of what is wrong. */
  found(fault: Fault): void {
    if (this.#findings.length < this.#longest) this.#findings.push(findingOf(fault));
    else this.#omitted++;
  }

  /** Tells what it came to. */
  end(site: SiteFolder): ExitStatus {
    const { folder, check } = this.#invocation;
    const report: ManifestComparison = {
      folder,
      manifest: check,
      sha256: this.#sha256,
      verdict: this.#verdict(),
      files: this.#files,
      bytes: this.#bytes,
      matched: this.#matched,
      findings: this.#findings,
      findingsOmitted: this.#omitted,
      undecided: this.#undecided,
      notChecked: [...this.#notReached, ...site.notChecked('compared')],
    };
    this.#output.note(EXIT[report.verdict]);
    this.#output.document(report);
    this.#output.sarif((sarif) => tellComparison(sarif, report));
    this.#output.show((terminal) => comparisonBlock(report, terminal));
    return together([EXIT[report.verdict], this.#undecidedCount > 0 ? EXIT.unreadable : EXIT.verified]);
  }

  async #file({ path, file }: Walked, manifest: SiteManifest): Promise<void> {
    const listed = manifest.get(path);
    if (listed === undefined) return this.found(unlisted(path));
    if (file?.type !== 'file') return this.found(otherType(path, file?.type ?? 'other'));
    // What has another size need not be hashed.
    if (file.size !== listed.size) return this.found(otherSize(path, listed, file.size));
    const { size, sha256 } = await measured(file);
    if (size !== listed.size) this.found(otherSize(path, listed, size));
    else if (sha256 !== listed.sha256) this.found(otherDigest(path, listed, sha256));
    else this.#matched++;
  }

  #unread(what: string, error: VerifierError): void {
    this.#undecidedCount++;
    if (this.#undecided.length < this.#longest) this.#undecided.push(undecidedOf(what, error));
    this.#output.error(error);
  }

  #verdict(): Status {
    if (this.#findings.length + this.#omitted > 0) return 'rejected';
    // Where nothing was selected, nothing could fail.
    return this.#undecidedCount > 0 || this.#files === 0 ? 'unverified' : 'verified';
  }
}

/** Paths that are listed, and the folders that lead to them. */
function wantedOf(manifest: SiteManifest): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const path of manifest.paths()) {
    wanted.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) wanted.add(path.slice(0, end));
  }
  return wanted;
}
