// TEST KEYS, made anew in every run and kept nowhere.
import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';

import { canonical } from './canonical-json.mjs';

const { RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN } = constants;

/** What is made of each key type: `keytype` and `scheme` as the metadata has them. */
const TYPES = {
  ed25519: {
    scheme: 'ed25519',
    pair: () => generateKeyPairSync('ed25519'),
    // RFC 8410 4: the last 32 bytes of the SPKI are the key.
    public: (key) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    sign: (bytes, key) => sign(null, bytes, key),
  },
  ecdsa: {
    scheme: 'ecdsa-sha2-nistp256',
    pair: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
    public: (key) => key.export({ format: 'pem', type: 'spki' }),
    sign: (bytes, key) => sign('sha256', bytes, { key, dsaEncoding: 'der' }),
  },
  rsa: {
    scheme: 'rsassa-pss-sha256',
    pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    public: (key) => key.export({ format: 'pem', type: 'spki' }),
    sign: (bytes, key, saltLength = RSA_PSS_SALTLEN_DIGEST) =>
      sign('sha256', bytes, { key, padding: RSA_PKCS1_PSS_PADDING, saltLength }),
  },
};

/** A key of a role: what the metadata says of it, and what signs with it. */
export class Key {
  #type;
  #private;
  /** The salt of RSA-PSS: of the digest's length, unless this is set. */
  saltLength;

  /** `more`: a `keytype` that is spelt otherwise, a `keyid` that is not the key's hash. */
  constructor(type = 'ed25519', { keytype = type, keyid, ...fields } = {}) {
    this.#type = TYPES[type];
    const { privateKey, publicKey } = this.#type.pair();
    this.#private = privateKey;
    /** The key as metadata lists it. */
    this.listed = {
      keytype,
      scheme: this.#type.scheme,
      keyval: { public: this.#type.public(publicKey) },
      ...fields,
    };
    /** As securesystemslib makes it; a label for verifiers (TUF 4.2.1). */
    this.keyid = keyid ?? createHash('sha256').update(canonical(this.listed)).digest('hex');
  }

  /** The same key by another name. */
  alias(keyid) {
    return Object.assign(Object.create(this), { keyid, signatureOver: (signed) => this.signatureOver(signed, keyid) });
  }

  /** An entry of `signatures` over the canonical bytes of `signed`. */
  signatureOver(signed, keyid = this.keyid) {
    return { keyid, sig: this.#type.sign(canonical(signed), this.#private, this.saltLength).toString('hex') };
  }

  /** From now on with the longest salt that fits, as some signers have it. */
  useLongestSalt() {
    this.saltLength = RSA_PSS_SALTLEN_MAX_SIGN;
  }
}
