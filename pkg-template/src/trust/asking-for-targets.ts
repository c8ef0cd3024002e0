import { VerifierError } from '../errors/verifier-error.js';

/** Whoever knows of which kind the root is. */
interface Rooted {
  info(): { readonly format: 'content-trust' | 'tuf'; readonly keyMgr: object | null };
}

const MESSAGE =
  'the trusted root is one of content trust, which vouches for records; targets are what roles of TUF list';

const HINT =
  'Take records instead: verifyRecord(), then verifyPackage(source, { record }). If the channel has roles of TUF too, give their root to Verifier.create() as `trustedRoot`.';

/**
 * Asks for targets. Under a root of content trust no refresh brings the roles that are missing,
 * and whoever is told to refresh would do so for ever.
 */
export function askingForTargets<T>(trust: Rooted, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!VerifierError.isVerifierError(error) || error.code !== 'ROLES_NOT_LOADED') throw error;
    const { format, keyMgr } = trust.info();
    // Before a refresh a root of TUF may follow it yet.
    if (format !== 'content-trust' || keyMgr === null) throw error;
    throw new VerifierError({ code: error.code, message: MESSAGE, hint: HINT }, { cause: error });
  }
}
