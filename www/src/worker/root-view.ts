import { Verifier, VerifierError } from 'conda-verifier';
import type { RootView } from '../protocol.js';
import { isPage } from './web-page.js';
import { webFetch } from './web-fetch.js';

/** The longest root that is read, as for those that follow it. */
const LONGEST = 512_000;

/** A root as somebody sees it before it is pinned; throws what is wrong with it. */
export async function viewOfRoot(wasm: WebAssembly.Module, root: Uint8Array, url: string | null): Promise<RootView> {
  const verifier = await Verifier.create({ wasm, trustedRoot: root });
  try {
    const { trust } = verifier;
    const [report] = verifier.roles();
    if (trust === null || report === undefined) throw new Error('a root has a report');
    return { report, anchor: trust.anchor, format: trust.format, url };
  } finally {
    verifier.free();
  }
}

/** The root that a channel itself hands out. */
export async function fetchRoot(mirror: string, signal: AbortSignal): Promise<{ root: Uint8Array; url: string }> {
  const base = mirror.replace(/\/*$/, '/');
  for (const name of ['root.json', '1.root.json']) {
    const url = `${base}${name}`;
    const response = await asked(url, signal);
    if (response.ok) {
      if (await isPage(response.clone())) throw noRoot(base, `${url} is an HTML page`);
      return { root: await read(response, url), url };
    }
    await response.body?.cancel();
    if (response.status !== 404 && response.status !== 403 && response.status !== 410) {
      throw noRoot(base, `the answer to ${url} was ${response.status}`);
    }
  }
  throw noRoot(base, 'there is neither root.json nor 1.root.json');
}

async function asked(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await webFetch(url, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    const message = `can't fetch ${url}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new VerifierError({ code: 'NETWORK_FAILED', message, hint: 'Check the address and the connection, and try again.' }, { cause });
  }
}

async function read(response: Response, url: string): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return new Uint8Array(await new Blob(pieces).arrayBuffer());
    length += piece.value.length;
    if (length > LONGEST) {
      await reader?.cancel();
      throw new VerifierError({ code: 'LIMIT_EXCEEDED', message: `${url} is longer than a root may be`, hint: 'This is no root.' });
    }
    pieces.push(piece.value);
  }
}

function noRoot(base: string, reason: string): VerifierError {
  const hint = 'Most channels have no root today: nobody signs them. If the publisher of this one offers a root elsewhere, paste it or choose its file.';
  return new VerifierError({ code: 'ROLE_MISSING', message: `${base} hands out no root: ${reason}`, hint });
}
