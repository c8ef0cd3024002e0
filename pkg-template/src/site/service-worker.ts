/** What is used of a service worker's `FetchEvent`. */
export interface SiteFetchEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
  stopImmediatePropagation(): void;
}

/** What is used of a service worker's `self`. */
export interface SiteWorker {
  readonly registration: { readonly scope: string };
  addEventListener(type: 'fetch', listener: (event: SiteFetchEvent) => void): void;
}

/** Whether something is the `self` of a service worker. */
export function isSiteWorker(self: unknown): self is SiteWorker {
  const { registration, addEventListener } = self as Partial<SiteWorker>;
  return typeof registration?.scope === 'string' && typeof addEventListener === 'function';
}
