import { decidesNothing } from '../errors/host-codes.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { atAddress, MISSING } from './answered.js';
import { type Answer, fetched, type Fetching } from './fetching.js';
import type { Blocks } from '../sources/blocks.js';
import type { MirrorPlace } from './mirror-places.js';
import type { MirrorFailure } from './refresh-report.js';

/** A file that any mirror may have. */
export interface MirroredFile {
  /** Below which of a mirror's URLs it is. */
  readonly base: keyof MirrorPlace;
  /** Where it may be below that: what is not under one name is looked for under the next. */
  readonly paths: readonly string[];
  /** In bytes. */
  readonly maxLength: number;
  /** Whether there may be no such file. */
  readonly optional: boolean;
}

/** Who decides what an answer is worth; throws a VerifierError where it is worth nothing. */
export interface Judge<T> {
  /** @param path Under which of the file's paths it was. */
  accept(file: Blocks, path: string): T | Promise<T>;
  /**
   * There is none, as the status says.
   *
   * @param url At which it was asked for last.
   */
  absent(status: number, url: string): T | Promise<T>;
}

/** What may mean that there is no such file. For which files it does is for the judge to say. */
export const ABSENCE: readonly number[] = [403, 404, 410];

/** What no mirror is to blame for. */
const OURS: readonly string[] = ['ARGUMENT_INVALID', 'BUSY', 'FREED', 'INSTANCE_POISONED', 'OUT_OF_MEMORY'];

/**
 * Mirrors, none of which is trusted: what one of them does not have, or has wrong, comes from
 * the next.
 *
 * That there is no such file is only believed when all of them have said so: a mirror that
 * withholds the newer root would otherwise keep its clients under keys that were revoked. It
 * costs each mirror one request for each such name at the end of the chain of roots. A mirror
 * that timed out is not waited for again just for that, and one that fails has no say: it would
 * take only one dead mirror to stop all refreshes. So freezing a client takes all the mirrors
 * that answer.
 *
 * A mirror that has fallen behind is found out by its versions, as far as newer ones were seen.
 * Of a file that everybody needs the first good answer counts: that another mirror has a later
 * version of it, which was never seen here, nobody can tell without asking them all; the
 * expiry of roles is what bounds that.
 */
export class Mirrors {
  readonly #fetching: Fetching;
  /** Those that failed are at the end, so that nobody waits for a dead one twice. */
  #order: readonly MirrorPlace[];
  readonly #stalled = new Set<MirrorPlace>();
  readonly #failures: MirrorFailure[] = [];

  constructor(places: readonly MirrorPlace[], fetching: Fetching) {
    this.#order = places;
    this.#fetching = fetching;
  }

  /** What the mirrors that were passed over failed at. */
  get failures(): readonly MirrorFailure[] {
    return this.#failures;
  }

  /**
   * Fetches a file from the first mirror that has it as the judge wants it.
   *
   * @throws VerifierError what the judge refused, if anything was; else what the network failed
   * at; of several the first.
   */
  async file<T>(file: MirroredFile, judge: Judge<T>): Promise<T> {
    const places = this.#order.filter((place) => place[file.base] !== null);
    if (places.length === 0) throw invalidArgument('options.mirrors', `none of them has ${file.base}`);
    const errors: VerifierError[] = [];
    const without: (readonly [MirrorPlace, number])[] = [];
    const attempt = async <R>(place: MirrorPlace, work: () => R | Promise<R>, [path = '']: readonly string[] = file.paths) => {
      try {
        return { value: await work() };
      } catch (error) {
        this.#fetching.signal?.throwIfAborted();
        if (!isOfMirror(error)) throw error;
        errors.push(error);
        if (error.code === 'TIMED_OUT') this.#stalled.add(place);
        this.#passOver(place, file, path, error);
        return undefined;
      }
    };
    for (const place of places) {
      if (without.length > 0 && this.#stalled.has(place)) continue;
      const { value: answer } = (await attempt(place, () => this.#ask(place, file))) ?? {};
      if (answer === undefined) continue;
      const { blocks, status, path } = answer;
      if (blocks === null && file.optional && ABSENCE.includes(status)) {
        without.push([place, status]);
        continue;
      }
      const judged = () => (blocks === null ? judge.absent(status, urlOf(place, file, path)) : judge.accept(blocks, path));
      const found = await attempt(place, () => located(place, file, answer, judged), [path]);
      if (found === undefined) continue;
      // They have fallen behind, or withhold it.
      for (const [place, status] of without) {
        const message = `it answers with status ${status}, and another mirror has the file`;
        this.#passOver(place, file, file.paths[0] ?? '', { code: 'ROLE_MISSING', message });
      }
      return found.value;
    }
    for (const [place, status] of without) {
      const answer = { blocks: null, status, path: file.paths[0] ?? '' } as const;
      const found = await attempt(place, () => located(place, file, answer, () => judge.absent(status, urlOf(place, file, answer.path))));
      if (found !== undefined) return found.value;
    }
    throw mostTelling(errors);
  }

  /** Looks for the file under each of its names. */
  async #ask(place: MirrorPlace, { base, paths, maxLength }: MirroredFile): Promise<Answer & { readonly path: string }> {
    let answer: (Answer & { readonly path: string }) | undefined;
    for (const path of paths) {
      answer = { ...(await fetched(new URL(`${place[base]?.href}${path}`), maxLength, this.#fetching)), path };
      if (answer.status === null || !ABSENCE.includes(answer.status)) return answer;
    }
    if (answer !== undefined) return answer;
    throw invalidArgument('paths', 'there are none');
  }

  /** Takes note of what failed in another way. */
  note(failures: readonly MirrorFailure[]): void {
    this.#failures.push(...failures);
  }

  #passOver(
    place: MirrorPlace,
    { base }: MirroredFile,
    path: string,
    { code, message }: { readonly code: string; readonly message: string },
  ): void {
    this.#order = [...this.#order.filter((other) => other !== place), place];
    this.#failures.push(Object.freeze({ mirror: `${place[base]?.href}`, path, code, message }));
  }
}

function urlOf(place: MirrorPlace, { base }: MirroredFile, path: string): string {
  return `${place[base]?.href}${path}`;
}

/** What the work gives; what it throws says where the file was asked for. */
async function located<T>(
  place: MirrorPlace,
  file: MirroredFile,
  answer: Answer & { readonly path: string },
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw atAddress(error, urlOf(place, file, answer.path), answer, file.optional);
  }
}

/** Whether another mirror may do better. */
export function isOfMirror(error: unknown): error is VerifierError {
  return VerifierError.isVerifierError(error) && !OURS.includes(error.code);
}

/** Somebody's wrongdoing says more than that a file is missing, and that more than silence. */
export function mostTelling(errors: readonly VerifierError[]): unknown {
  const weight = ({ code }: VerifierError) => (decidesNothing(code) ? 0 : MISSING.includes(code) ? 1 : 2);
  const most = Math.max(...errors.map(weight));
  return errors.find((error) => weight(error) === most);
}
