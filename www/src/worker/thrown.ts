import { transferHandlers } from 'comlink';
import { type ErrorJson, VerifierError } from 'conda-verifier';

/** What a `throw` is to Comlink. */
interface Thrown {
  value: unknown;
}

type Sent = { readonly ours: ErrorJson } | { readonly name: string; readonly message: string };

/**
 * Lets errors cross with their codes: what is a VerifierError in the worker is one in the page.
 * Called on both sides.
 */
export function letErrorsCross(): void {
  const usual = transferHandlers.get('throw');
  if (usual === undefined) return;
  transferHandlers.set('throw', {
    canHandle: usual.canHandle,
    serialize({ value }: Thrown): [Sent, []] {
      if (VerifierError.isVerifierError(value)) return [{ ours: value.toJSON() }, []];
      const { name = 'Error', message = String(value) } = (value ?? {}) as Partial<Error>;
      return [{ name, message }, []];
    },
    deserialize(sent: Sent): never {
      if ('ours' in sent) throw VerifierError.fromJSON(sent.ours);
      throw Object.assign(new Error(sent.message), { name: sent.name });
    },
  });
}

/** What is shown of an error, whatever it is. */
export function faultOf(error: unknown): ErrorJson {
  if (VerifierError.isVerifierError(error)) return error.toJSON();
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return {
    name,
    code: 'INTERNAL',
    message: `${name}: ${message}`,
    hint: 'This is a fault of the page. Reload it; if it happens again, please report it with this text.',
  };
}

/** Whether somebody ended the work. */
export function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'AbortError';
}

/** Codes of what says nothing about a file, since it did not come. */
const UNDECIDED = new Set([
  'NETWORK_FAILED',
  'TIMED_OUT',
  'HTTP_STATUS',
  'ROLE_UNAVAILABLE',
  'ROLES_NOT_LOADED',
  'SOURCE_READ',
  'STREAM_FAILED',
  'WASM_UNAVAILABLE',
  'INSTANCE_POISONED',
  'FREED',
  'INTERNAL',
]);

/** Whether a fault says that nothing was decided, and not that something is wrong. */
export function isUndecided(code: string): boolean {
  return UNDECIDED.has(code);
}
