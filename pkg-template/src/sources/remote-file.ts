import type { Runtime } from '../core/runtime.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { Progress } from '../progress.js';
import { leave, responseOf, timedOut } from '../trust/fetching.js';
import { StallWatch } from '../trust/stall-watch.js';
import { unlessAborted } from '../unless-aborted.js';
import { Blocks } from './blocks.js';
import { bodyOf, statusError } from './package-source.js';

/** Requests like `fetch` does. */
export type RemoteFetch = (url: URL, init: RequestInit) => Promise<Response> | Response;

/** How a remote file is asked for. */
export interface RemoteFetching {
  readonly fetcher: RemoteFetch;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly runtime: Runtime;
  /** Milliseconds without progress after which the server is left. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** What came of a request for a range. */
export type RangeAnswer =
  /** The bytes; and the length of the whole, where the server lets it be read. */
  | { readonly kind: 'range'; readonly bytes: Uint8Array; readonly total: number | null }
  /** The file ends before the last of the bytes. */
  | { readonly kind: 'shorter'; readonly total: number }
  /** The server sends the whole: its body waits to be read or left. */
  | { readonly kind: 'whole'; readonly response: Response }
  /** It sends a part of a compressed form, which is of no use. */
  | { readonly kind: 'encoded' };

/** By what an answer shows which state of the file it is of. */
const MARKS = ['etag', 'last-modified'] as const;

/** What a mark was at first, and what it is now. */
export interface Change {
  readonly mark: (typeof MARKS)[number];
  readonly was: string;
  readonly now: string;
}

type Marks = Readonly<Record<(typeof MARKS)[number], string | null>>;

/**
 * A file on a server, of which ranges are asked for.
 *
 * Requests are such that a browser sends them to another origin without asking that one first
 * (a preflight): GET and HEAD, and of headers one `Range` with a beginning.
 */
export class RemoteFile {
  readonly url: URL;
  readonly #fetching: RemoteFetching;
  readonly #marks: Marks[] = [];
  #requests = 0;
  #bytes = 0;

  constructor(url: URL, fetching: RemoteFetching) {
    this.url = url;
    this.#fetching = fetching;
  }

  /** Requests that were made. */
  get requests(): number {
    return this.#requests;
  }

  /** Bytes of bodies that have arrived. */
  get bytes(): number {
    return this.#bytes;
  }

  /** By what the answers are seen to be of more than one state of the file, if they are. */
  get change(): Change | undefined {
    for (const mark of MARKS) {
      const told = this.#marks.map((marks) => marks[mark]).filter((value) => value !== null);
      const now = told.find((value) => value !== told[0]);
      if (told[0] !== undefined && now !== undefined) return { mark, was: told[0], now };
    }
    return undefined;
  }

  /** Whether all answers are shown to be of one state of the file. */
  get isCoherent(): boolean {
    if (this.#marks.length <= 1) return true;
    return this.change === undefined && MARKS.some((mark) => this.#marks.every((marks) => marks[mark] !== null));
  }

  /**
   * The length; null where the server doesn't say.
   *
   * @throws VerifierError HTTP_STATUS where there is no such file; NETWORK_FAILED; TIMED_OUT.
   */
  async length(): Promise<number | null> {
    // With a range browsers ask for the file as it is, and not for a compressed form of it.
    return this.#ask('HEAD', 'bytes=0-', 0, async (response) => {
      leave(response);
      const { status, headers } = response;
      // Some servers refuse the method, which says nothing about the file.
      if ([400, 403, 405, 501].includes(status)) return null;
      if (!response.ok) throw statusError(response, this.url);
      this.#mark(response);
      if (isEncoded(headers)) return null;
      return contentRange(headers)?.total ?? wholeNumber(headers.get('content-length'));
    });
  }

  /**
   * Asks for some bytes.
   *
   * @throws VerifierError RANGE_INVALID where others come; HTTP_STATUS; NETWORK_FAILED; TIMED_OUT.
   */
  async range(offset: number, length: number): Promise<RangeAnswer> {
    const range = `bytes=${offset}-${offset + length - 1}`;
    return this.#ask('GET', range, length, async (response, watch): Promise<RangeAnswer> => {
      if (response.status === 200) return { kind: 'whole', response };
      const { headers } = response;
      const total = totalOf(headers);
      if ([206, 416].includes(response.status) && total !== null && total < offset + length) {
        leave(response);
        return { kind: 'shorter', total };
      }
      if (response.status !== 206) {
        leave(response);
        throw statusError(response, this.url);
      }
      if (isEncoded(headers)) {
        leave(response);
        return { kind: 'encoded' };
      }
      this.#mark(response);
      const refuse = (what: string) => {
        leave(response);
        const message = `${quoted(this.url.href)} was asked for ${range}, and ${what}`;
        return VerifierError.of('RANGE_INVALID', message, { details: { url: this.url.href, offset, length } });
      };
      const told = headers.get('content-range');
      const part = contentRange(headers);
      if (told !== null && (part?.offset !== offset || part.length !== length)) {
        throw refuse(`the answer has ${quoted(told)}`);
      }
      const stated = wholeNumber(headers.get('content-length'));
      if (stated !== null && stated !== length) throw refuse(`the answer has ${stated} bytes`);
      const blocks = await this.#body(response, length + 1, watch);
      if (blocks.length > length) throw refuse('more bytes came');
      if (blocks.length < length) throw refuse(`${blocks.length} bytes came`);
      const bytes = new Uint8Array(length);
      blocks.readAt(0, bytes);
      return { kind: 'range', bytes, total: part?.total ?? null };
    });
  }

  /**
   * The whole file; or, where it is longer than `limit`, as much of it as shows that.
   *
   * @param most The most bytes that are worth fetching.
   * @param limit The most bytes that the whole may have.
   * @param begun An answer that brings it; it is asked for unless there is one.
   * @throws VerifierError RANGES_UNSUPPORTED where it is longer than `most`; HTTP_STATUS;
   * NETWORK_FAILED; TIMED_OUT.
   */
  async whole(most: number, limit: number, begun?: Response): Promise<Blocks> {
    const bound = Math.min(most, limit);
    const read = async (response: Response, watch: StallWatch): Promise<Blocks> => {
      const { status } = response;
      if (status !== 200) {
        leave(response);
        throw statusError(response, this.url);
      }
      const stated = isEncoded(response.headers) ? null : wholeNumber(response.headers.get('content-length'));
      if (stated !== null && stated > bound) {
        leave(response);
        if (stated <= limit) throw this.#tooLong(`the whole has ${stated} bytes`, most);
        const none = new Blocks();
        none.declare(stated);
        return none;
      }
      const blocks = await this.#body(response, bound + 1, watch);
      if (blocks.length > bound && most < limit) throw this.#tooLong('the whole is longer', most);
      return blocks;
    };
    if (begun === undefined) return this.#ask('GET', undefined, bound, read);
    return this.#watched(bound, (watch) => {
      watch.begun();
      return read(begun, watch);
    });
  }

  #tooLong(what: string, most: number): VerifierError {
    const message = `${quoted(this.url.href)} can't be had in ranges, and ${what}: more than the ${most} that are fetched whole`;
    return VerifierError.of('RANGES_UNSUPPORTED', message, { details: { url: this.url.href, max: most } });
  }

  async #ask<T>(
    method: 'GET' | 'HEAD',
    range: string | undefined,
    most: number,
    read: (response: Response, watch: StallWatch) => Promise<T>,
  ): Promise<T> {
    const { fetcher, headers, runtime } = this.#fetching;
    this.#requests++;
    return this.#watched(most, async (watch) => {
      const { signal } = watch;
      const sent = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
      if (range !== undefined) sent.set('range', range);
      // What a cache holds may be of another state of the file.
      const cache = 'cache' in runtime.fetchOptions ? { cache: 'no-store' as const } : {};
      const ask = () => fetcher(this.url, { method, headers: sent, signal, ...cache });
      const response = await responseOf(ask, this.url, signal);
      if (signal.aborted) leave(response);
      signal.throwIfAborted();
      watch.begun();
      return read(response, watch);
    });
  }

  async #watched<T>(most: number, work: (watch: StallWatch) => Promise<T>): Promise<T> {
    const { timeout, signal } = this.#fetching;
    const watch = new StallWatch(timeout, most, signal, () => timedOut(this.url, timeout));
    try {
      // A fetcher may take no notice of the signal, and neither may a stream.
      return await unlessAborted(work(watch), watch.signal);
    } finally {
      watch.end();
    }
  }

  async #body(response: Response, cut: number, watch: StallWatch): Promise<Blocks> {
    let before = 0;
    return bodyOf(response, {
      cut,
      signal: watch.signal,
      onBytes: (done) => {
        watch.arrived(done);
        this.#bytes += done - before;
        before = done;
        this.#fetching.report({ phase: 'reading', done: this.#bytes, total: null });
      },
    });
  }

  #mark({ headers }: Response): void {
    this.#marks.push({ etag: headers.get('etag'), 'last-modified': headers.get('last-modified') });
  }
}

function isEncoded(headers: Headers): boolean {
  const encoding = headers.get('content-encoding');
  return encoding !== null && encoding.trim().toLowerCase() !== 'identity';
}

/** What a part is of, where the server lets it be read (RFC 9110, 14.4). */
function contentRange(headers: Headers): { offset: number; length: number; total: number | null } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(headers.get('content-range')?.trim() ?? '');
  if (match === null) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  const total = wholeNumber(match[3] ?? null);
  return { offset: first, length: last - first + 1, total };
}

/** The length of a file, of which a part came or there is no such part (RFC 9110, 14.4). */
function totalOf(headers: Headers): number | null {
  const match = /^bytes (?:\d+-\d+|\*)\/(\d+)$/i.exec(headers.get('content-range')?.trim() ?? '');
  return wholeNumber(match?.[1] ?? null);
}

function wholeNumber(text: string | null): number | null {
  if (text === null || !/^\d+$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}
