import type { Examination, ExaminationOptions, HostSource } from '../core/core.js';
import { Owned } from '../core/owned.js';
import { Pace } from '../core/pace.js';
import type { Foundation } from '../foundation.js';
import type { RecordSource } from '../records/record-source.js';
import { optionOf } from '../records/repodata-record.js';
import type { Subdirs } from '../records/subdirs.js';
import { fileNameOf, fileNameOfUrl, hostSource, type PackageSource } from '../sources/package-source.js';
import { RemoteFile } from '../sources/remote-file.js';
import type { PinnedChannel } from '../trust/pinned-channel.js';
import type { Work } from '../work.js';
import { EXAMINE_OPTIONS, type ExamineOptions, onFileOf } from './examine-options.js';
import { examine } from './examining.js';
import { type CoreExpectation, expectationOf, type Expected, expectedSize, sizeBound } from './expectation.js';
import { inspectRemote, type RemoteInspection } from './remote-inspection.js';
import { expectedIn, REMOTE_OPTIONS, type RemoteOptions, remoteSettings, remoteUrl } from './remote-options.js';
import type { Verdict } from './verdict.js';

/** What a package is compared with, and the repodata that its record was found in. */
interface Compared {
  readonly expectation: CoreExpectation;
  readonly records?: RecordSource | undefined;
}

/** What is not there to read; for trying out options. */
const NOTHING: HostSource = { size: 0, fixed: true, readAt: () => undefined };

/** Verdicts on packages, by what a verifier trusts and was given. */
export class Packages {
  readonly #foundation: Foundation;
  readonly #channel: PinnedChannel;
  readonly #subdirs: Subdirs;

  constructor(foundation: Foundation, channel: PinnedChannel, subdirs: Subdirs) {
    this.#foundation = foundation;
    this.#channel = channel;
    this.#subdirs = subdirs;
  }

  /** The verdict on a package. */
  async inspect(source: PackageSource, expected: Expected, options: ExamineOptions): Promise<Verdict> {
    const expectation = expectationOf(expected, fileNameOf(source), this.#channel.known !== undefined);
    const { record, target } = expectation;
    // Throws where there is no root that could vouch for it.
    if (record?.requested !== undefined) void this.#channel.trust;
    const trust = this.#channel.known;
    if (target !== undefined && trust?.info().format === 'content-trust') trust.knownTarget(target);
    return this.#examine(source, () => this.#compared(expectation), options);
  }

  /** The same by what the core is told, for callers who looked records up. */
  async examine(
    source: PackageSource,
    expectation: CoreExpectation,
    options: ExamineOptions,
    records?: RecordSource,
  ): Promise<Verdict> {
    return this.#examine(source, () => ({ expectation, records }), options);
  }

  /** What a package on a server says of itself. */
  async inspectRemote(url: URL | string, options: RemoteOptions): Promise<RemoteInspection> {
    const place = remoteUrl(url);
    const settings = remoteSettings(options);
    const expected = expectedIn(options);
    const hasRoot = this.#channel.known !== undefined;
    const expectation = expectationOf(expected, fileNameOfUrl(place.href), hasRoot);
    const { fileName } = expectation;
    // The roles of a channel say nothing of a part of a file.
    const given = { ...this.#options(expectation), target: undefined };
    const { core, runtime, running } = this.#foundation;
    const run = async (work: Work): Promise<RemoteInspection> => {
      const end = new AbortController();
      const abort = () => end.abort(work.signal?.reason);
      work.signal?.addEventListener('abort', abort, { once: true });
      const { signal } = end;
      try {
        // Before anything is asked for.
        core.free(core.partialExamination(NOTHING, given));
        return await inspectRemote({
          core,
          file: new RemoteFile(place, { ...settings, runtime, signal, report: work.report }),
          options: given,
          isBz2: fileName !== undefined && /\.tar\.bz2$/.test(fileName),
          size: expectedSize(expectation),
          hasDigest: ['sha256', 'record', 'target'].some((name) => name in expected),
          wholeUpTo: settings.wholeUpTo,
          archiveBytes: this.#foundation.settings.limit('archiveBytes'),
          verify: (blocks, onFile) =>
            this.inspect(blocks, fileName === undefined ? expected : { ...expected, fileName }, {
              signal: work.signal,
              onProgress: work.report,
              onFile,
            }),
          pace: new Pace(runtime.turn),
          signal: work.signal,
        });
      } finally {
        // Of several requests one may have failed, and the others go on.
        end.abort();
        work.signal?.removeEventListener('abort', abort);
      }
    };
    return running.during(options, run, REMOTE_OPTIONS);
  }

  /** Lets the core say what it thinks of options. */
  tryOut(expectation: CoreExpectation, records?: RecordSource): void {
    this.#foundation.core.free(this.#examination(NOTHING, expectation, records));
  }

  /** Looks up, in repodata as it is now, what a package is compared with. */
  #compared(expectation: CoreExpectation): Compared {
    const { record, target } = expectation;
    // Sources combine by AND: where there is repodata, a package has a record in it.
    const beside =
      record === undefined && target !== undefined ? this.#subdirs.beside(target) : undefined;
    if (beside !== undefined) {
      return { expectation: { ...expectation, record: beside.record }, records: beside.records };
    }
    const isTuf = this.#channel.known?.info().format === 'tuf';
    if (record?.requested === undefined || !isTuf) return { expectation };
    // Whoever hands a record on vouches for nothing: it is looked up where it is vouched for.
    const found = this.#subdirs.again(record.requested, record);
    return { expectation: { ...expectation, record: found }, records: this.#subdirs.get(record.requested) };
  }

  async #examine(
    source: PackageSource,
    compared: () => Compared,
    options: ExamineOptions,
  ): Promise<Verdict> {
    const { core, settings, runtime, running } = this.#foundation;
    const run = async (work: Work): Promise<Verdict> => {
      const onFile = onFileOf(options);
      // Before anything is downloaded.
      const { expectation, records } = compared();
      this.tryOut(expectation, records);
      const host = await hostSource(source, {
        cut: sizeBound(expectation, settings) + 1,
        signal: work.signal,
        onBytes: (done, total) => work.report({ phase: 'reading', done, total }),
      });
      work.signal?.throwIfAborted();
      // The repodata may have been replaced meanwhile, and its memory given back.
      const now = compared();
      const examination = this.#examination(host, now.expectation, now.records);
      return examine(core, examination, host, work, new Pace(runtime.turn), onFile);
    };
    return running.during(options, run, EXAMINE_OPTIONS);
  }

  #options(expectation: CoreExpectation): ExaminationOptions {
    const { policy, limits } = this.#foundation.settings;
    const record = expectation.record && optionOf(expectation.record);
    return { ...expectation, record, policy, limits };
  }

  /** `records`: the repodata that the expected record was found in. */
  #examination(host: HostSource, expectation: CoreExpectation, records?: RecordSource): Examination {
    const { core, running } = this.#foundation;
    running.checkAlive();
    const options = this.#options(expectation);
    const trust = this.#channel.known;
    if (trust === undefined) return core.examination(host, options);
    if (records !== undefined) return trust.examination(host, options, records.file);
    const none = new Owned(core, core.noFile());
    try {
      return trust.examination(host, options, none);
    } finally {
      none.free();
    }
  }
}
