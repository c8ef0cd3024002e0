import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { frozen } from '../frozen.js';
import { quoted } from '../printable.js';
import { copied } from '../sources/copied.js';
import { isBytes } from '../sources/package-source.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Verdict } from '../verdict/verdict.js';
import { Batch } from './batch.js';
import { ChannelPackages } from './channel-packages.js';
import { checkListed, fetchListed, isPackage, type Listed, listedBytes, verifyListed } from './folder-files.js';
import { Handles } from './handles.js';
import { placeOf } from './place.js';
import type { FilesData, UnpackApi } from './unpack-api.js';
import type { UnpackReport } from './unpack-report.js';
import type { UnpackedFiles } from './unpacked-files.js';
import { type ChannelPlace, settingsOf, type UntarjsOptions, type UntarjsSettings } from './untarjs-options.js';
import { checkWheel, isZip } from './wheel.js';

/** A package that is not rejected. */
interface Found {
  readonly verdict: Verdict;
  readonly files: UnpackedFiles;
  readonly mirrors: readonly MirrorFailure[];
}

/**
 * Makes an object of untarjs' interface that hands over the files of verified packages alone:
 * for installers that take one, as `@emscripten-forge/mambajs-core` does as its option `untarjs`.
 *
 * - `extract(url)` finds the channel that the URL is below, has the verifier fetch the package,
 *   and compares it with the record in the repodata that the verifier fetched itself when it was
 *   first needed. What a lock file says is not asked.
 * - Below a folder with a manifest, the manifest is asked instead.
 * - All other URLs are refused, but for wheels with `allowWheels`.
 * - `extractData(bytes)` takes the halves of a `.conda` that `extract` gave, bytes whose digest a
 *   manifest lists, and wheels with `allowWheels`. Other bytes are refused: nothing says which
 *   package they are.
 *
 * Both throw what the verifier throws: PackageRejected, RECORD_MISSING, roles' codes and others;
 * and REQUEST_REFUSED, UNVERIFIED.
 *
 * @throws VerifierError ARGUMENT_INVALID; MANIFEST_INVALID.
 */
export function verifiedUntarjs(options: UntarjsOptions): UnpackApi {
  const untarjs = new VerifiedUntarjs(settingsOf(options));
  // Installers take the functions out of the object.
  return Object.freeze({
    extract: (url: string) => untarjs.extract(url),
    extractData: (data: Uint8Array, decompressionOnly?: boolean) => untarjs.extractData(data, decompressionOnly),
  });
}

class VerifiedUntarjs {
  readonly #settings: UntarjsSettings;
  readonly #channels: ReadonlyMap<ChannelPlace, ChannelPackages>;
  readonly #handles = new Handles();
  readonly #batch = new Batch();

  constructor(settings: UntarjsSettings) {
    this.#settings = settings;
    this.#channels = new Map(settings.channels.map((place) => [place, new ChannelPackages(place, settings)]));
  }

  async extract(address: string): Promise<FilesData> {
    return this.#whole(async () => {
      const place = placeOf(address, this.#settings);
      if ('wheel' in place) {
        const files = await unpackerOf(this.#settings, address).extract(place.wheel.href);
        return this.#wheel(address, files);
      }
      if ('channel' in place) {
        const { channel, subdir, fileName } = place;
        return this.#package(address, async () => {
          const found = await (this.#channels.get(channel) as ChannelPackages).fetch(subdir, fileName);
          const { verdict, mirrors } = found.fetched;
          return { verdict, mirrors, files: found.files };
        });
      }
      const { folder, path, url } = place;
      const file = folder.files.get(path);
      if (file === undefined) {
        throw unverified(`the manifest of ${quoted(folder.url.href)} does not list ${quoted(path)}`, { url: address });
      }
      const listed = { folder, path, file };
      return this.#listed(address, listed, await fetchListed(listed, url, this.#settings), false);
    });
  }

  async extractData(data: Uint8Array, decompressionOnly = false): Promise<FilesData> {
    this.#settings.signal?.throwIfAborted();
    if (!isBytes(data)) throw invalidArgument('data', 'it is no Uint8Array');
    const half = this.#handles.filesOf(data);
    if (half !== undefined) return half;
    return this.#whole(async () => {
      // Whoever holds them could change them in between.
      const bytes = copied(data);
      const listed = await listedBytes(bytes, this.#settings.folders);
      if (listed !== undefined) return this.#listed(null, listed, bytes, decompressionOnly);
      if (decompressionOnly || !isZip(bytes) || !this.#settings.allowWheels) {
        this.#report({ kind: 'unknown', url: null, status: 'unverified', refused: true });
        const why = this.#settings.allowWheels ? 'they are no wheel' : 'if they are a wheel, that is unverified too';
        throw unverified(`bytes without a name are refused: no manifest lists them, and ${why}`, { size: bytes.length });
      }
      return this.#wheel(null, await unpackerOf(this.#settings, null).extractData(bytes, false));
    });
  }

  async #whole(work: () => Promise<FilesData>): Promise<FilesData> {
    this.#settings.signal?.throwIfAborted();
    return this.#settings.together ? this.#batch.join(work) : work();
  }

  /** A file that a manifest lists. */
  async #listed(address: string | null, listed: Listed, bytes: Uint8Array, decompressionOnly: boolean): Promise<FilesData> {
    const { path } = listed;
    if (isPackage(path) && !decompressionOnly) {
      return this.#package(address ?? path, async () => ({ ...(await verifyListed(listed, bytes, this.#settings)), mirrors: [] }), address);
    }
    const kind = path.endsWith('.whl') ? 'wheel' : 'archive';
    try {
      await checkListed(listed, bytes);
    } catch (error) {
      this.#report({ kind, url: address, status: 'rejected', refused: true });
      throw error;
    }
    const isArchive = /\.(whl|zip|tar\.gz|tgz|tar\.bz2|conda)$/i.test(path);
    const files = await unpackerOf(this.#settings, path).extractData(bytes, decompressionOnly || !isArchive);
    this.#report({ kind, url: address, status: 'verified', refused: false });
    return files;
  }

  /** A package, in the form that installers have of one by that name. */
  async #package(name: string, find: () => Promise<Found>, url: string | null = name): Promise<FilesData> {
    let found: Found;
    try {
      found = await find();
    } catch (error) {
      if (VerifierError.isVerifierError(error) && 'verdict' in error) {
        this.#report({ kind: 'package', url, status: 'rejected', verdict: error.verdict as Verdict, refused: true });
      }
      throw error;
    }
    const { verdict, files, mirrors } = found;
    const { info, pkg, lost } = files.end();
    const refused = verdict.verdict !== 'verified' && !this.#settings.allowUnverified;
    this.#report({ kind: 'package', url, status: verdict.verdict, verdict, refused, lost, mirrors });
    if (refused) {
      const reasons = verdict.reasons.join(', ');
      throw unverified(`nobody vouches for ${quoted(name)}: it is unverified (${reasons})`, { url, reasons: verdict.reasons });
    }
    // By the same rule as mambajs, and by the same text.
    if (name.toLowerCase().endsWith('.conda')) return this.#handles.halves(info, pkg);
    return Object.assign(pkg, info);
  }

  /** A wheel, of which nothing is known. */
  #wheel(url: string | null, files: FilesData): FilesData {
    try {
      checkWheel(files);
    } catch (error) {
      this.#report({ kind: 'unknown', url, status: 'unverified', refused: true });
      throw error;
    }
    this.#report({ kind: 'wheel', url, status: 'unverified', refused: false });
    return files;
  }

  #report(report: Pick<UnpackReport, 'kind' | 'url' | 'status' | 'refused'> & Partial<UnpackReport>): void {
    this.#settings.onVerdict?.(frozen({ verdict: null, lost: null, mirrors: [], ...report }));
  }
}

/** @throws VerifierError UNVERIFIED where nobody was given who unpacks it. */
function unpackerOf({ unpack }: UntarjsSettings, name: string | null): UnpackApi {
  if (unpack !== undefined) return unpack;
  const what = name === null ? 'a wheel' : quoted(name);
  throw unverified(`${what} is no conda package, and there is no \`unpack\` that takes it`, name === null ? {} : { url: name });
}

function unverified(message: string, details: Record<string, unknown>): VerifierError {
  return VerifierError.of('UNVERIFIED', message, { details });
}
