import { VerifierError, PackageRejected } from '../errors/verifier-error.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { Foundation } from '../foundation.js';
import { frozen } from '../frozen.js';
import { quoted } from '../printable.js';
import type { KeptRepodata } from '../records/kept-repodata.js';
import { pathOf } from '../records/path-names.js';
import type { RepodataRecord } from '../records/repodata-record.js';
import type { Fetcher } from '../trust/fetching.js';
import { withReport } from '../trust/failure-report.js';
import { mirrorPlaces } from '../trust/mirror-places.js';
import { type MirroredFile, Mirrors } from '../trust/mirrors.js';
import type { PinnedChannel } from '../trust/pinned-channel.js';
import { type RefreshOptions, timeoutOf } from '../trust/refresh-options.js';
import type { Target } from '../trust/target.js';
import { onFileOf } from '../verdict/examine-options.js';
import type { Expected } from '../verdict/expectation.js';
import type { Packages } from '../verdict/packages.js';
import { wrongBytes } from '../verdict/wrong-bytes.js';
import type { Work, WorkOptions } from '../work.js';
import {
  FETCH_PACKAGE_OPTIONS,
  FETCH_REPODATA_OPTIONS,
  type FetchPackageOptions,
  type FetchRepodataOptions,
  namesOf,
} from './fetch-options.js';
import type { FetchedPackage, FetchedRepodata } from './fetched.js';

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
    const paths = namesOf(options).map((name) => pathOf(subdir, name));
    const maxLength = this.#foundation.settings.limit('repodataBytes');
    return this.#during(fetcher, options, FETCH_REPODATA_OPTIONS, async (mirrors, work) => {
      const targets = await this.#targets(paths, fetcher, options, work);
      const add = async (path: string, bytes: Uint8Array) => ({
        ...(await this.#repodata.add(subdir, bytes, { ...optionsOf(work), ...(targets === null ? {} : { target: path }) })),
        path,
        bytes,
      });
      if (targets === null) {
        return mirrors.file(fileOf(paths.map(encoded), maxLength), {
          accept: ({ bytes }, path) => add(decodeURIComponent(path), bytes),
          absent: (status) => missing(`none of ${paths.join(', ')}`, status),
        });
      }
      let absent: unknown;
      for (const target of targets) {
        try {
          const { bytes, mirrors: failures } = await this.#channel.fetchTarget(target.path, fetcher, sessionOf(options, work));
          mirrors.note(failures);
          return await add(target.path, bytes);
        } catch (error) {
          if (!VerifierError.isVerifierError(error) || error.code !== 'HTTP_STATUS') throw error;
          absent ??= error;
        }
      }
      throw absent;
    });
  }

  /** Fetches a package, and verifies it. */
  async package(subdir: string, fileName: string, fetcher: Fetcher, options: FetchPackageOptions): Promise<FetchedPackage> {
    const path = pathOf(subdir, fileName);
    const onFile = onFileOf(options);
    const longest = this.#foundation.settings.limit('archiveBytes');
    return this.#during(fetcher, options, FETCH_PACKAGE_OPTIONS, async (mirrors, work) => {
      // Also beside a record: the roles that may list the file are loaded then.
      const [target] = (await this.#targets([path], fetcher, options, work, true)) ?? [];
      const record = this.#record(subdir, fileName, target);
      const expected: Expected = record === null ? { target: path } : { record };
      const size = record?.size ?? target?.length ?? longest;
      const names = [...(target?.paths ?? []), encoded(path)];
      const found = await mirrors.file(fileOf([...new Set(names)], Math.min(size, longest)), {
        accept: async (blocks) => {
          const verdict = await this.#packages.inspect(blocks, expected, { ...optionsOf(work), onFile });
          // Another mirror may have it right.
          if (wrongBytes(verdict) !== undefined) throw new PackageRejected(verdict);
          return { verdict, blocks };
        },
        absent: (status) => missing(path, status),
      });
      const { verdict, blocks } = found;
      if (verdict.verdict === 'rejected') throw new PackageRejected(verdict);
      return { path, verdict, bytes: blocks.bytes, record };
    });
  }

  /** What the repodata that was added says of a file; null where a target alone vouches for it. */
  #record(subdir: string, fileName: string, target: Target | undefined): RepodataRecord | null {
    if (target !== undefined && !this.#repodata.subdirs.holds(subdir)) return null;
    return this.#repodata.find(subdir, fileName);
  }

  /**
   * The targets that roles of TUF list, and the roles that this takes; null where the root is
   * none of TUF.
   *
   * @throws VerifierError TARGET_MISSING where none is listed, unless that `isOptional`.
   */
  async #targets(
    paths: readonly string[],
    fetcher: Fetcher,
    options: RefreshOptions,
    work: Work,
    isOptional = false,
  ): Promise<Target[] | null> {
    if (this.#channel.known?.info().format !== 'tuf') return null;
    const targets: Target[] = [];
    let missing: unknown;
    for (const path of paths) {
      try {
        targets.push(await this.#channel.loadTarget(path, fetcher, sessionOf(options, work)));
      } catch (error) {
        if (!VerifierError.isVerifierError(error) || error.code !== 'TARGET_MISSING') throw error;
        missing ??= error;
      }
    }
    if (targets.length === 0 && !isOptional) throw missing;
    return targets;
  }

  async #during<T extends object>(
    fetcher: Fetcher,
    options: RefreshOptions,
    names: readonly string[],
    run: (mirrors: Mirrors, work: Work) => Promise<T>,
  ): Promise<T & Pick<FetchedPackage, 'mirrors'>> {
    const { running, runtime } = this.#foundation;
    if (typeof fetcher !== 'function') throw invalidArgument('fetcher', 'it is no function like fetch');
    const whole = async (work: Work) => {
      const { signal, report } = work;
      const places = mirrorPlaces(options.mirrors, this.#channel.known?.info().channel ?? null);
      const { fetchOptions } = runtime;
      const mirrors = new Mirrors(places, { fetcher, fetchOptions, timeout: timeoutOf(options), signal, report });
      try {
        const found = await run(mirrors, work);
        return Object.freeze({ ...found, mirrors: frozen([...mirrors.failures]) });
      } catch (error) {
        signal?.throwIfAborted();
        throw withReport(error, places.length > 1 ? mirrors.failures : []);
      }
    };
    return running.during(options, whole, names);
  }
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

function missing(what: string, status: number): never {
  throw VerifierError.of('HTTP_STATUS', `${quoted(what)} was asked for, and the answer was ${status}`, {
    details: { status },
  });
}
