import { proxy, type Remote, wrap } from 'comlink';
import wasmUrl from 'conda-verifier/conda_verifier.wasm?url';
import sampleUrl from '../../generated/sample.bin?url';
import type { OnProgress } from '../protocol.js';
import type { Inspector } from './inspector.js';
import scriptUrl from './script.ts?worker&url';
import { letErrorsCross } from './thrown.js';

/** The worker, in which everything is verified. */
export type Client = Remote<Inspector>;

let last = 0;

/** Starts the worker: its script has the digest that the page was built with, or does not run. */
export async function startWorker(): Promise<Client> {
  letErrorsCross();
  const client = wrap<Inspector>(await workerOf(scriptUrl));
  await client.start({ wasm: own(wasmUrl), sample: own(sampleUrl) });
  return client;
}

/**
 * Work in the worker that can be ended: `signal` ends it there too.
 *
 * @param run Is given the number by which the worker knows the work.
 */
export async function during<T>(
  client: Client,
  signal: AbortSignal,
  run: (task: number) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const task = ++last;
  const cancel = () => void client.cancel(task);
  signal.addEventListener('abort', cancel);
  try {
    const value = await run(task);
    // Nobody waits for it any more.
    signal.throwIfAborted();
    return value;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** A callback that the worker may call. */
export function listening(onProgress: OnProgress): OnProgress {
  return proxy(onProgress);
}

async function workerOf(url: string): Promise<Worker> {
  const { url: address, integrity } = own(url);
  if (integrity === '') return new Worker(trusted(address), { type: 'module' });
  const response = await fetch(address, { integrity });
  if (!response.ok) throw new Error(`${address}: the answer was ${response.status}`);
  const text = new Blob([await response.text()], { type: 'text/javascript' });
  const object = URL.createObjectURL(text);
  try {
    return new Worker(trusted(object), { type: 'module' });
  } finally {
    // The worker has taken it by then.
    setTimeout(() => URL.revokeObjectURL(object), 60_000);
  }
}

/** One of the page's own files, with its digest where the page has a list of them. */
function own(url: string): { url: string; integrity: string } {
  const address = new URL(url, document.baseURI);
  const name = address.pathname.slice(new URL('.', document.baseURI).pathname.length);
  const list = digests();
  const integrity = Object.hasOwn(list, name) ? list[name] : undefined;
  // Only while somebody works on the page there is no list.
  if (integrity === undefined && !Object.hasOwn(list, 'integrity')) throw new Error(`the page has no digest of ${name}`);
  return { url: address.href, integrity: integrity ?? '' };
}

function digests(): Readonly<Record<string, string>> {
  return JSON.parse(document.getElementById('integrity')?.textContent ?? '{}') as Record<string, string>;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

let policy: { createScriptURL(url: string): string } | undefined;

/** Says to browsers that know Trusted Types that this address is meant to be a script. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('worker', { createScriptURL: (url) => url });
  return policy?.createScriptURL(url) ?? url;
}
