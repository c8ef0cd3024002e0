/** How files are asked for. */
export type PageFetch = (url: URL | string, init?: RequestInit) => Promise<Response>;

/** Asks servers without telling them who asks, or from where. */
export function webFetch(url: URL | string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, credentials: 'omit', referrerPolicy: 'no-referrer' });
}
