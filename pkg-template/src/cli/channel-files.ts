import { decidesNothing } from '../errors/host-codes.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { Fetcher } from '../trust/fetching.js';
import type { Mirror } from '../trust/mirror-places.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Verdict } from '../verdict/verdict.js';
import { wrongBytes } from '../verdict/wrong-bytes.js';
import type { ChannelPlace } from './channel-place.js';
import type { Input } from './input.js';

/** The files of a channel, each from the first of its places that has it right. */
export class ChannelFiles {
  /**
   * The channel's own URL, also where all of its places are mirrors; ends in a slash. What is
   * kept of the channel is kept under this name.
   */
  readonly url: URL;
  /** The place that was named first; it says what there is. */
  readonly main: ChannelPlace;
  readonly #metadata: ChannelPlace | undefined;
  /** Those that failed are at the end. */
  #order: readonly ChannelPlace[];
  readonly #failures: MirrorFailure[] = [];

  /** @param metadata Where the files of roles are, if not at the main place. */
  constructor(main: ChannelPlace, mirrors: readonly ChannelPlace[], metadata: ChannelPlace | undefined, url: URL) {
    this.url = url;
    this.main = main;
    this.#metadata = metadata;
    this.#order = [main, ...mirrors];
  }

  /** What the places failed at that were passed over. */
  get failures(): readonly MirrorFailure[] {
    return this.#failures;
  }

  /** The places, as `refresh` takes them. */
  get mirrors(): readonly Mirror[] {
    return this.#order.map((place) => {
      const { base: targets } = place;
      const isSplit = place === this.main && this.#metadata !== undefined;
      return isSplit ? { metadata: this.#metadata.base, targets } : targets;
    });
  }

  /** Fetches from these places, and from nowhere else. */
  readonly fetcher: Fetcher = async (url, { signal }) => {
    const places = [...this.#order, ...(this.#metadata === undefined ? [] : [this.#metadata])];
    const [nearest] = places
      .filter(({ base }) => url.href.startsWith(base.href))
      .sort((a, b) => b.base.href.length - a.base.href.length);
    return nearest?.answer(url, signal) ?? new Response(null, { status: 404 });
  };

  /** Takes note of what failed: nobody waits for a place twice that is dead. */
  passedOver(failures: readonly MirrorFailure[]): void {
    this.#failures.push(...failures);
    const failed = failures.map(({ mirror }) => mirror);
    const hasFailed = (place: ChannelPlace) =>
      failed.includes(place.base.href) || (place === this.main && failed.includes(`${this.#metadata?.base.href}`));
    this.#order = [...this.#order.filter((place) => !hasFailed(place)), ...this.#order.filter(hasFailed)];
  }

  /**
   * Opens a file of a subdir, where one of the places has it; null where none has.
   *
   * @throws VerifierError FILE_UNREADABLE; NETWORK_FAILED; HTTP_STATUS.
   */
  async open(subdir: string, name: string): Promise<Input | null> {
    let opened: Input | null = null;
    const take = (input: Input) => {
      opened = input;
      return Promise.resolve(undefined);
    };
    await this.#first(subdir, [name], take, () => undefined);
    return opened;
  }

  /**
   * The verdict on a file of a subdir, where it may go by several names; null where it is
   * nowhere. What one of the places has wrong is looked for at the next.
   */
  async verdict(
    subdir: string,
    names: readonly string[],
    examine: (input: Input) => Promise<Verdict>,
  ): Promise<Verdict | null> {
    const closing = async (input: Input) => {
      try {
        return await examine(input);
      } finally {
        input.close();
      }
    };
    return this.#first(subdir, names, closing, wrongBytes);
  }

  /** What `work` gives for the first file that is not wrong; else for the first. */
  async #first<T>(
    subdir: string,
    names: readonly string[],
    work: (input: Input) => Promise<T>,
    wrong: (value: T) => { readonly code: string; readonly message: string } | undefined,
  ): Promise<T | null> {
    const values: T[] = [];
    const errors: VerifierError[] = [];
    for (const place of this.#order) {
      let fault: { readonly code: string; readonly message: string } | undefined;
      try {
        const input = await openAt(place, subdir, names, this.#order.length > 1);
        if (input === null) continue;
        const value = await work(input);
        fault = wrong(value);
        if (fault === undefined) return value;
        values.push(value);
      } catch (error) {
        if (!VerifierError.isVerifierError(error) || !decidesNothing(error.code)) throw error;
        errors.push(error);
        fault = error;
      }
      const { code, message } = fault;
      const [name = ''] = names;
      if (this.#order.length > 1) {
        this.passedOver([{ mirror: place.base.href, path: `${subdir}/${name}`, code, message }]);
      }
    }
    const [value] = values;
    if (value !== undefined) return value;
    if (errors.length > 0) throw errors[0];
    return null;
  }
}

async function openAt(
  place: ChannelPlace,
  subdir: string,
  names: readonly string[],
  hasOthers: boolean,
): Promise<Input | null> {
  for (const name of names) {
    const input = await place.open(subdir, name);
    if (input === null) continue;
    const { source } = input;
    // Where there is another place; else whoever reads it says so.
    if (hasOthers && source instanceof Response && !source.ok) {
      input.close();
      throw VerifierError.of('HTTP_STATUS', `${source.url} answers with status ${source.status}`, {
        details: { status: source.status, url: source.url },
      });
    }
    return input;
  }
  return null;
}
