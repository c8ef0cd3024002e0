import { VerifierError } from 'conda-verifier';

/**
 * An address that may be asked for; null for others, which are no servers. One with a user in it
 * is none: browsers ask for nothing there, and it may be made to look like another host's.
 */
export function webAddress(text: string): string | null {
  const address = URL.canParse(text) ? new URL(text) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) return null;
  return address.username === '' && address.password === '' ? address.href : null;
}

/** What a file is called there; of what is no address, all of it. */
export function lastPart(address: string): string {
  if (!URL.canParse(address)) return address;
  const last = new URL(address).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** What is to say of one that may not. */
export function noAddress(text: string): VerifierError {
  return new VerifierError({
    code: 'ARGUMENT_INVALID',
    message: `${JSON.stringify(text)} is no address that a page can ask`,
    hint: 'Addresses begin with https:// or http://, and have no user or password in them.',
  });
}
