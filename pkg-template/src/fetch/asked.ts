/** A request in any of the forms that `fetch` takes. */
export interface Asked {
  /** Undefined for what is no URL: `fetch` says so. */
  readonly url: URL | undefined;
  /** As it was written; undefined where it was made a URL before. */
  readonly text: string | undefined;
  /** What a relative URL is relative to. */
  readonly base: string | undefined;
  readonly method: string;
  readonly headers: () => Headers;
  readonly integrity: string;
  readonly signal: AbortSignal | undefined;
  /**
   * What is asked for where it is passed on: an object that is made a text is made one only once,
   * and of a URL that was changed since, what it was.
   */
  readonly passed: () => unknown;
}

/** Looks at the arguments of `fetch`, and reads no body. */
export function askedFor(input: unknown, init: RequestInit | null | undefined): Asked {
  // By its class, since those of workerd have no tag before the compatibility date 2024-09-26, or by
  // its tag, since it may be of another realm.
  const tag = Object.prototype.toString.call(input);
  const request = tag === '[object Request]' || input instanceof Request ? (input as Request) : undefined;
  const isUrl = tag === '[object URL]' || input instanceof URL;
  const text = request === undefined && !isUrl ? String(input) : undefined;
  const href = isUrl ? String(input) : undefined;
  const base = baseUrl();
  const { method = request?.method, headers = request?.headers, integrity = request?.integrity } = init ?? {};
  const signal = init?.signal === undefined ? request?.signal : init.signal;
  return {
    url: urlOf(text ?? href ?? request?.url ?? '', base),
    text,
    base,
    method: String(method ?? 'GET').toUpperCase(),
    headers: () => new Headers(headers),
    integrity: integrity ?? '',
    signal: signal ?? undefined,
    passed: () => text ?? (href === undefined || String(input) === href ? input : href),
  };
}

/** Undefined for what is no URL. */
export function urlOf(text: string, base: string | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** The address of the page or worker; Node.js has none. */
function baseUrl(): string | undefined {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI?: string };
    readonly location?: { readonly href?: string };
  };
  return document?.baseURI ?? location?.href;
}
