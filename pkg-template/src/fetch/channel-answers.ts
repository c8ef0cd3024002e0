import { VerifierError } from '../errors/verifier-error.js';
import { leave, type Fetcher } from '../trust/fetching.js';
import type { Mirror } from '../trust/mirror-places.js';
import type { TrustInfo } from '../trust/channel-trust.js';
import type { Trust } from '../verdict/verdict.js';
import { quoted } from '../printable.js';
import { unlessAborted } from '../unless-aborted.js';
import { type Content, fileContent, noContent } from './answer.js';
import type { ChannelPlaces, Located } from './channel-places.js';
import type { FetchSettings } from './fetch-options.js';
import type { FetchVerdict } from './fetch-verdict.js';
import { type FileKind, kindOf } from './file-kind.js';
import type { FetchingVerifier } from '../channel/fetching-verifier.js';
import { LoadedRepodata } from './loaded-repodata.js';
import { rawZstd } from './raw-zstd.js';
import { requestRefused } from './refusal.js';
import { auditedRecords, filteredRecords, untrustedRecords } from './repodata-answer.js';
import { inTurn } from './subdir-turns.js';
import { TrustUpkeep } from './trust-upkeep.js';

/** What is to be told of a request, and what to answer: content, the file as it is, or an error. */
export interface Answer extends Partial<Pick<FetchVerdict, 'notChecked' | 'reason' | 'verdict' | 'records' | 'mirrors'>> {
  readonly outcome: FetchVerdict['outcome'];
  readonly trust: Trust;
  readonly content?: Content;
  readonly error?: VerifierError;
}

/** Nobody vouches for it. */
export const NOBODY: Trust = Object.freeze({ basis: 'none', anchor: null });

/** The file as it is. */
export const PASSED: Answer = Object.freeze({ outcome: 'passed', trust: NOBODY });

/** What may be wrong because what is trusted, or the repodata, has become old. */
const OF_AGE: readonly string[] = [
  'EXPIRED',
  'HTTP_STATUS',
  'MD5_MISMATCH',
  'RECORD_CONFLICT',
  'RECORD_MISSING',
  'SHA256_MISMATCH',
  'SIZE_MISMATCH',
  'TARGET_DIGEST_MISMATCH',
  'TARGET_MISSING',
  'THRESHOLD_NOT_MET',
];

/** Milliseconds: a client that refreshes asks for one role after the other. */
const ROLES_AFTER = 1000;

/** Answers requests for a channel's files. */
export class ChannelAnswers {
  readonly #verifier: FetchingVerifier;
  readonly #settings: FetchSettings;
  readonly #places: ChannelPlaces;
  readonly #fetcher: Fetcher;
  readonly #fetching: { mirrors: readonly Mirror[]; store: FetchSettings['store']; timeout: number };
  readonly #upkeep: TrustUpkeep;
  readonly #repodata: LoadedRepodata;
  /** Repodata that is being fetched for somebody, by its path. */
  readonly #underWay = new Map<string, Promise<Answer>>();

  constructor(verifier: FetchingVerifier, settings: FetchSettings, places: ChannelPlaces, mirrors: readonly Mirror[]) {
    const { fetch, store, timeout, refreshAfter } = settings;
    this.#verifier = verifier;
    this.#settings = settings;
    this.#places = places;
    this.#fetcher = async (url, options) => this.#within(await fetch(url, options));
    this.#fetching = { mirrors, store, timeout };
    this.#repodata = new LoadedRepodata((subdir) => inTurn(verifier, subdir, () => this.#load(subdir)));
    this.#upkeep = new TrustUpkeep(
      () => verifier.refresh(this.#fetcher, this.#fetching),
      refreshAfter,
      () => this.#repodata.forgetAll(),
    );
  }

  /**
   * The answer to a request for a file.
   *
   * @throws VerifierError where there is none; the signal's reason.
   */
  async answer(file: Located, signal: AbortSignal | undefined): Promise<Answer> {
    const since = performance.now();
    const isSigned = (await this.#verifier.trust) !== null;
    // Whoever asks for roles wants to know which are the newest.
    const after = kindOf(file.path).kind === 'role' ? ROLES_AFTER : Infinity;
    if (isSigned) await this.#upkeep.ensure(signal, after);
    const { versions } = this.#upkeep;
    try {
      return await this.#once(file, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const subdir = file.path.slice(0, Math.max(0, file.path.indexOf('/')));
      if (!VerifierError.isVerifierError(error) || !OF_AGE.includes(error.code)) throw error;
      let isOld = this.#repodata.forgetOlder(subdir, this.#settings.refreshAfter);
      if (isSigned) {
        try {
          await this.#upkeep.renew(since, signal);
        } catch {
          signal?.throwIfAborted();
          throw error;
        }
        isOld ||= this.#upkeep.versions !== versions;
      }
      if (!isOld) throw error;
      return this.#once(file, signal);
    }
  }

  /** Whether a file can't be verified in this channel, whatever is asked of it. */
  async passesAnyway({ path }: Located): Promise<boolean> {
    const trust = await this.#verifier.trust;
    const { kind } = kindOf(path);
    return trust?.format !== 'tuf' && (kind === 'other' || kind === 'probe' || (kind === 'role' && trust === null));
  }

  async #once(file: Located, signal: AbortSignal | undefined): Promise<Answer> {
    // After a refresh: a root of content trust may be followed by one of TUF.
    const format = (await this.#verifier.trust)?.format ?? null;
    const kind = kindOf(file.path);
    const isRole = kind.kind === 'role';
    if (file.has === (isRole ? 'targets' : 'roles')) return this.#unknown(file);
    if (isRole && format !== null) return this.#role(file);
    switch (kind.kind) {
      case 'package':
        return this.#package(file, kind, format, signal);
      case 'repodata':
        return this.#sharedRepodata(file, kind, format, signal);
      default:
        return format === 'tuf' ? this.#target(file, kind, signal) : this.#unverifiable(file, kind);
    }
  }

  /** Roles come from what is trusted: there is no need to ask anybody again. */
  async #role({ path }: Located): Promise<Answer> {
    const [trust, state] = [await this.#verifier.trust, await this.#verifier.export()];
    const [, version, role] = /^(\d+)\.(snapshot|targets)\.json$/.exec(path) ?? [];
    const isCurrent = trust?.[role as 'snapshot' | 'targets']?.version === Number(version);
    const key = role !== undefined && isCurrent ? `${role}.json` : path;
    const entry = state.find((entry) => entry.key === key);
    if (entry === undefined) return absent('it is none of the files of roles that are trusted');
    return { outcome: 'verified', ...vouching(trust), content: fileContent(path, entry.bytes) };
  }

  async #package(
    { path }: Located,
    { subdir, fileName }: Extract<FileKind, { kind: 'package' }>,
    format: TrustInfo['format'] | null,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    // However well it agrees with repodata that nobody signs: it need not be fetched for that.
    if (format === null && !this.#settings.allowUnverified) throw unverified(path, ['unsigned']);
    const missing = await this.#repodata.ensure(subdir, signal);
    const fetching = this.#verifier.fetchPackage(subdir, fileName, this.#fetcher, { ...this.#fetching, signal });
    const { verdict, mirrors, bytes } = await fetching.catch((error: unknown) => {
      // There is no record, since there is no repodata; and no target either.
      const isNowhere = VerifierError.isVerifierError(error) && error.code === 'ARGUMENT_INVALID';
      throw isNowhere && missing !== null ? missing : error;
    });
    const { trust } = verdict;
    if (verdict.verdict === 'verified') {
      return { outcome: 'verified', trust, verdict, mirrors, content: fileContent(path, bytes) };
    }
    if (verdict.verdict === 'unverified' && this.#settings.allowUnverified) {
      return { outcome: 'unverified', trust, verdict, mirrors, content: fileContent(path, bytes) };
    }
    return { outcome: 'refused', trust, verdict, mirrors, error: unverified(path, verdict.reasons) };
  }

  /** Whoever asks for the same repodata while it is being fetched gets the same answer. */
  async #sharedRepodata(
    file: Located,
    kind: Extract<FileKind, { kind: 'repodata' }>,
    format: TrustInfo['format'] | null,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { path } = file;
    let answer = this.#underWay.get(path);
    if (answer === undefined) {
      const work = () => this.#repodataOf(file, kind, format);
      answer = inTurn(this.#verifier, kind.subdir, work).finally(() => this.#underWay.delete(path));
      this.#underWay.set(path, answer);
    }
    return unlessAborted(answer, signal);
  }

  async #repodataOf(
    { url, path }: Located,
    { subdir, fileName }: Extract<FileKind, { kind: 'repodata' }>,
    format: TrustInfo['format'] | null,
  ): Promise<Answer> {
    const { isFiltering, allowUnverified } = this.#settings;
    if (format === null && !allowUnverified) throw unverified(path, ['unsigned']);
    const isFiltered = isFiltering && format === 'content-trust';
    if (isFiltered && path.endsWith('.bz2')) {
      // rattler asks for it where there is no .zst, and ends its work at anything but a 404.
      return absent('with `repodata: "filter"` there is repodata.json.zst and repodata.json, which are written anew');
    }
    const loading = this.#verifier.fetchRepodata(subdir, this.#fetcher, {
      ...this.#fetching,
      ...(isFiltered ? {} : { fileName, exact: true }),
    });
    let fetched;
    try {
      fetched = await loading;
    } catch (error) {
      const why = absence(error, format);
      if (why === undefined) throw error;
      return absent(why);
    }
    this.#repodata.put(subdir, Promise.resolve(null));
    const { mirrors, bytes, baseUrl, target } = fetched;
    const trust = vouching(await this.#verifier.trust);
    if (isFiltered) {
      const report = await this.#verifier.trustedRepodata(subdir);
      const content = fileContent(path, path.endsWith('.zst') ? rawZstd(report.bytes) : report.bytes);
      return { outcome: 'verified', ...trust, records: filteredRecords(report), mirrors, content };
    }
    this.#checkBaseUrl(path, url, baseUrl);
    const content = fileContent(path, bytes);
    if (format === null) return { outcome: 'unverified', trust: NOBODY, mirrors, content };
    if (format === 'tuf') {
      if (target === null) throw unverified(path, ['unsigned']);
      return { outcome: 'verified', ...trust, mirrors, content };
    }
    const records = auditedRecords(await this.#verifier.auditRecords(subdir));
    const { unsignedCount, badCount } = records;
    if (unsignedCount + badCount === 0) return { outcome: 'verified', ...trust, records, mirrors, content };
    if (badCount === 0 && allowUnverified) return { outcome: 'unverified', ...trust, records, mirrors, content };
    return { outcome: 'refused', ...trust, records, mirrors, error: untrustedRecords(path, records) };
  }

  /** Repodata for packages; under TUF there may be none that roles list. */
  async #load(subdir: string): Promise<VerifierError | null> {
    try {
      await this.#verifier.fetchRepodata(subdir, this.#fetcher, this.#fetching);
      return null;
    } catch (error) {
      if (VerifierError.isVerifierError(error) && error.code === 'TARGET_MISSING') return error;
      throw error;
    }
  }

  /** Any other file that roles of TUF list. */
  async #target(file: Located, kind: FileKind, signal: AbortSignal | undefined): Promise<Answer> {
    const { path } = file;
    try {
      const { bytes, mirrors } = await this.#verifier.fetchTarget(path, this.#fetcher, { ...this.#fetching, signal });
      const trust = vouching(await this.#verifier.trust);
      return { outcome: 'verified', ...trust, mirrors, content: fileContent(path, bytes) };
    } catch (error) {
      if (!VerifierError.isVerifierError(error) || error.code !== 'TARGET_MISSING') throw error;
      if (this.#settings.passes(path)) return PASSED;
      if (kind.kind === 'probe') return absent('no role lists it');
      throw error;
    }
  }

  #unverifiable(file: Located, { kind }: FileKind): Answer {
    if (this.#settings.passes(file.path)) return PASSED;
    if (kind === 'probe') return absent('the channel may have it, but it can\'t be verified');
    return this.#unknown(file);
  }

  #unknown({ url, path }: Located): Answer {
    return {
      outcome: 'refused',
      trust: NOBODY,
      error: requestRefused(url, 'file', `nobody vouches for ${quoted(path)}, so it can't be verified`),
    };
  }

  /** Clients would take packages from elsewhere, and nobody would look at them. */
  #checkBaseUrl(path: string, url: string, baseUrl: string | null): void {
    if (baseUrl === null || this.#places.holds(baseUrl, url)) return;
    throw requestRefused(
      url,
      'base_url',
      `${quoted(path)} says that its packages are below ${quoted(baseUrl)}, which is no place of the channel`,
      'If that is meant, list that place in the option `mirrors` of verifiedFetch.',
    );
  }

  /** The answer of a mirror, if it came from where it may come from. */
  #within(response: Response): Response {
    const { url } = response;
    if (typeof url !== 'string' || url === '' || this.#places.mayEndAt(url)) return response;
    leave(response);
    throw VerifierError.of('REDIRECT_REFUSED', `a request was redirected to ${quoted(url)}`, { details: { url } });
  }
}

/** Who vouches for what roles vouch for, and what stays open all the same. */
function vouching(trust: TrustInfo | null): Pick<FetchVerdict, 'trust' | 'notChecked'> {
  if (trust === null) return { trust: NOBODY, notChecked: [] };
  const { format: basis, anchor, notChecked } = trust;
  return { trust: { basis, anchor }, notChecked };
}

function absent(reason: string): Answer {
  return { outcome: 'absent', trust: NOBODY, reason, content: noContent(reason) };
}

/** Why a form of repodata is not there, if that is what the error says. */
function absence(error: unknown, format: TrustInfo['format'] | null): string | undefined {
  if (!VerifierError.isVerifierError(error)) return undefined;
  if (error.code === 'TARGET_MISSING') return 'no role lists it';
  // What roles list has to be there.
  if (error.code !== 'HTTP_STATUS' || format === 'tuf') return undefined;
  const { status } = error.details;
  return status === 404 || status === 410 ? `the channel answers with status ${status}` : undefined;
}

function unverified(path: string, reasons: readonly string[]): VerifierError {
  return VerifierError.of('UNVERIFIED', `${quoted(path)} was refused: nobody vouches for it (${reasons.join(', ')})`, {
    hint: 'Give Verifier.create() the root of a channel that is signed. Where what nobody vouches for may be used, set the option `allowUnverified` of verifiedFetch, and look at what it tells of each file.',
    details: { path, reasons },
  });
}
