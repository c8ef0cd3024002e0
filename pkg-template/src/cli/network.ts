import { printable, quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_SOCKET: 'the connection was closed',
};

/**
 * Requests a URL.
 *
 * @throws VerifierError NETWORK_FAILED where there is no answer.
 */
export async function request(
  url: string | URL,
  { signal, ...init }: Omit<RequestInit, 'signal'> & { signal?: AbortSignal | null | undefined } = {},
): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: signal ?? null });
  } catch (error) {
    signal?.throwIfAborted();
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    const { code = '', message = '' } = cause as { code?: string; message?: string };
    const what = WORDS[code] ?? (printable(message) || 'the request failed');
    throw VerifierError.of('NETWORK_FAILED', `cannot fetch ${quoted(String(url))}: ${what}`, {
      hint: 'Check the address and the connection.',
      cause: error,
    });
  }
}
