import { VerifierError, PackageRejected } from '../errors/verifier-error.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { limitReached } from '../errors/limit-reached.js';
import type { Foundation } from '../foundation.js';
import { frozen } from '../frozen.js';
import { checkNames } from '../options/named-options.js';
import { quoted } from '../printable.js';
import type { KeptRepodata } from '../records/kept-repodata.js';
import { pathOf } from '../records/path-names.js';
import type { RepodataRecord } from '../records/repodata-record.js';
import type { Blocks } from '../sources/blocks.js';
import type { Fetcher } from '../trust/fetching.js';
import { withReport } from '../trust/failure-report.js';
import { mirrorPlaces } from '../trust/mirror-places.js';
import { ABSENCE, isOfMirror, type MirroredFile, Mirrors, mostTelling } from '../trust/mirrors.js';
import type { PinnedChannel } from '../trust/pinned-channel.js';
import { type RefreshOptions, storeOf, timeoutOf } from '../trust/refresh-options.js';
import type { Target } from '../trust/target.js';
import { type ExamineOptions, onFileOf } from '../verdict/examine-options.js';
import type { Expected } from '../verdict/expectation.js';
import type { Packages } from '../verdict/packages.js';
import type { Verdict } from '../verdict/verdict.js';
import { wrongBytes } from '../verdict/wrong-bytes.js';
import type { Work, WorkOptions } from '../work.js';
import {
  FETCH_PACKAGE_OPTIONS,
  FETCH_REPODATA_OPTIONS,
  type FetchPackageOptions,
  type FetchRepodataOptions,
  namesOf,
} from './fetch-options.js';
import type { FetchedPackage, FetchedRepodata, FetchingReport } from './fetched.js';

/** Fetches a channel's files, each from the first of its mirrors that has it right. */
export class ChannelFetching {
  readonly #foundation: Foundation;
  readonly #channel: PinnedChannel;
  readonly #repodata: KeptRepodata;
  readonly #packages: Packages;

  constructor(foundation: Foundation, channel: PinnedChannel, repodata: KeptRepodata, packages: Packages) {
    this.#foundation = foundation;
    this.#channel = channel;
    this.#repodata = repodata;
    this.#packages = packages;
  }

  /** Fetches the repodata of a subdir, and adds it. */
  async repodata(subdir: string, fetcher: Fetcher, options: FetchRepodataOptions): Promise<FetchedRepodata> {
    checkOptions(options, FETCH_REPODATA_OPTIONS);
    const paths = namesOf(options).map((name) => pathOf(subdir, name));
    const maxLength = this.#foundation.settings.limit('repodataBytes');
    return this.#during(fetcher, options, FETCH_REPODATA_OPTIONS, async (fetching) => {
      const { mirrors, work } = fetching;
      // Of a plain text these very blocks are kept: the caller gets others.
      const add = async (path: string, blocks: Blocks, target: object = {}) => ({
        ...(await this.#repodata.add(subdir, blocks, { ...optionsOf(work), ...target })),
        path,
        bytes: blocks.copy(),
      });
      const { targets, missing } = await this.#targets(paths, fetching);
      if (targets === null) {
        return mirrors.file(fileOf(paths.map(encoded), maxLength), {
          accept: (blocks, path) => add(decodeURIComponent(path), blocks),
          absent: (status, url) => withoutRepodata(paths, status, url),
        });
      }
      if (targets.length === 0) throw missing;
      const errors: VerifierError[] = [];
      for (const { path } of targets) {
        let blocks: Blocks;
        try {
          blocks = await this.#channel.fetchFrom(mirrors, path);
        } catch (error) {
          // What no mirror has in this form, one may have in the next.
          if (!isOfMirror(error)) throw error;
          errors.push(error);
          continue;
        }
        return add(path, blocks, { target: path });
      }
      throw mostTelling(errors);
    });
  }

  /** Fetches a package, and verifies it. */
  async package(subdir: string, fileName: string, fetcher: Fetcher, options: FetchPackageOptions): Promise<FetchedPackage> {
    checkOptions(options, FETCH_PACKAGE_OPTIONS);
    const path = pathOf(subdir, fileName);
    const onFile = onFileOf(options);
    const longest = this.#foundation.settings.limit('archiveBytes');
    return this.#during(fetcher, options, FETCH_PACKAGE_OPTIONS, async (fetching) => {
      const { mirrors, work } = fetching;
      // Also beside a record: the roles that may list the file are loaded then.
      const [target] = (await this.#targets([path], fetching)).targets ?? [];
      const record = this.#record(subdir, fileName, target);
      const expected: Expected = record === null ? { target: path } : { record };
      const size = record?.size ?? target?.length ?? longest;
      if (size > longest) throw limitReached('archiveBytes', longest);
      const names = [...(target?.paths ?? []), encoded(path)];
      const found = await mirrors.file(fileOf([...new Set(names)], size), {
        accept: (blocks) => this.#examined(blocks, size, expected, { ...optionsOf(work), onFile }),
        absent: (status, url) => absent(url, status),
      });
      if ('error' in found) throw found.error;
      const { verdict, blocks } = found;
      if (verdict.verdict === 'rejected') throw new PackageRejected(verdict);
      return { path, verdict, bytes: blocks.bytes, record };
    });
  }

  /**
   * The verdict on bytes that a mirror served. Only other bytes than were asked for are its fault:
   * what else fails is thrown past it.
   *
   * @throws PackageRejected where another mirror may have it right.
   */
  async #examined(
    blocks: Blocks,
    maxLength: number,
    expected: Expected,
    options: ExamineOptions,
  ): Promise<{ verdict: Verdict; blocks: Blocks } | { error: unknown }> {
    let verdict: Verdict;
    try {
      verdict = await this.#packages.inspect(blocks, expected, options);
    } catch (error) {
      return { error };
    }
    const isCut = verdict.verdict === 'rejected' && blocks.size > maxLength;
    if (isCut || wrongBytes(verdict) !== undefined) throw new PackageRejected(verdict);
    return { verdict, blocks };
  }

  /**
   * What the repodata that was added says of a file; null where a target alone vouches for it,
   * and no role for the repodata.
   */
  #record(subdir: string, fileName: string, target: Target | undefined): RepodataRecord | null {
    if (target !== undefined && this.#repodata.subdirs.beside(target.path) === undefined) return null;
    return this.#repodata.find(subdir, fileName);
  }

  /**
   * The targets that roles of TUF list, and the roles that this takes; null where the root is
   * none of TUF. `missing`: why one of them is none.
   */
  async #targets(
    paths: readonly string[],
    { fetcher, options, work, mirrors, note }: ChannelWork,
  ): Promise<{ targets: Target[] | null; missing?: unknown }> {
    if (this.#channel.known?.info().format !== 'tuf') return { targets: null };
    const targets: Target[] = [];
    let missing: unknown;
    for (const path of paths) {
      try {
        const loaded = await this.#channel.loadTarget(path, fetcher, sessionOf(options, work));
        mirrors.note(loaded.mirrors);
        note(loaded.store);
        targets.push(loaded.value);
      } catch (error) {
        if (!VerifierError.isVerifierError(error) || error.code !== 'TARGET_MISSING') throw error;
        missing ??= error;
      }
    }
    return { targets, missing };
  }

  async #during<T extends object>(
    fetcher: Fetcher,
    options: RefreshOptions,
    names: readonly string[],
    run: (work: ChannelWork) => Promise<T>,
  ): Promise<T & FetchingReport> {
    const { running, runtime } = this.#foundation;
    if (typeof fetcher !== 'function') throw invalidArgument('fetcher', 'it is no function like fetch');
    const whole = async (work: Work) => {
      const { signal, report } = work;
      const places = mirrorPlaces(options.mirrors, this.#channel.known?.info().channel ?? null);
      storeOf(options);
      const { fetchOptions } = runtime;
      const mirrors = new Mirrors(places, { fetcher, fetchOptions, timeout: timeoutOf(options), signal, report });
      let store: FetchingReport['store'] = null;
      const note = (fault: FetchingReport['store']) => void (store ??= fault);
      try {
        const found = await run({ fetcher, options, work, mirrors, note });
        return Object.freeze({ ...found, mirrors: frozen([...mirrors.failures]), store: frozen(store) });
      } catch (error) {
        signal?.throwIfAborted();
        throw withReport(error, places.length > 1 ? mirrors.failures : []);
      }
    };
    return running.during(options, whole, names);
  }
}

/** What one call has to do with. */
interface ChannelWork {
  readonly fetcher: Fetcher;
  readonly options: RefreshOptions;
  readonly work: Work;
  readonly mirrors: Mirrors;
  /** Takes what a store did wrong; the first of it is told. */
  readonly note: (fault: FetchingReport['store']) => void;
}

/** Before their members are looked at. */
function checkOptions(options: RefreshOptions, names: readonly string[]): void {
  checkNames('options', options, ['signal', 'onProgress', ...names]);
}

/** A file that any mirror may have, and some mirror has to. */
function fileOf(paths: readonly string[], maxLength: number): MirroredFile {
  return { base: 'targets', paths, maxLength, optional: false };
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The options of a session with the roles, which has its own watch over time. */
function sessionOf({ mirrors, store, timeout }: RefreshOptions, work: Work): RefreshOptions {
  return { mirrors, store, timeout, ...optionsOf(work) };
}

function optionsOf({ signal, report }: Work): WorkOptions {
  return { signal, onProgress: report };
}

function withoutRepodata(paths: readonly string[], status: number, url: string): never {
  if (!ABSENCE.includes(status)) return absent(url, status);
  const place = url.slice(0, url.lastIndexOf('/'));
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ');
  throw VerifierError.of('HTTP_STATUS', `${quoted(place)} has no repodata: ${names} were asked for, and the answer was ${status}`, {
    hint: 'Check the channel\'s address and the name of the subdir.',
    details: { status, url: place },
  });
}

function absent(url: string, status: number): never {
  throw VerifierError.of('HTTP_STATUS', `${quoted(url)} was asked for, and the answer was ${status}`, {
    details: { status, url },
  });
}
