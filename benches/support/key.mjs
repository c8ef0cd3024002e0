// A TEST KEY for Ed25519: Node.js signs with it, its seed is 32 times 7.
import { createPrivateKey, createPublicKey, sign as signWith, verify as verifyWith } from 'node:crypto';

// RFC 8410 7: what stands before the seed in PKCS #8.
const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = createPrivateKey({
  key: Buffer.concat([prefix, Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);

/** The public key as 64 hex digits. */
export const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

export const sign = (message) => signWith(null, message, privateKey);
export const verify = (message, signature) => verifyWith(null, message, publicKey, signature);
