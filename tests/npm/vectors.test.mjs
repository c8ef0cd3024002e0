// Vectors of content trust, where they are at hand: the packed package says what the other
// tools' vectors expect.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier, VerifierError } from 'conda-verifier';

import { envelope, keyOf, rootText } from './support/keys.mjs';
import { root } from './support/places.mjs';

const folder = join(root, '../shared/vectors/trust');

/** The vectors' words, and the codes that they mean here. */
const CODES = {
  ok: [],
  threshold_not_met: ['THRESHOLD_NOT_MET'],
  bad_signature_encoding: ['SIGNATURE_ENCODING'],
  bad_format: ['ROLE_MALFORMED'],
  wrong_type: ['ROLE_TYPE_MISMATCH'],
  version_skip: ['ROLE_VERSION_SKIPPED'],
  rollback: ['ROLE_ROLLBACK'],
  expired: ['EXPIRED'],
  spec_version: ['ROLE_SPEC_UNSUPPORTED'],
  missing_role: ['ROLE_MISSING'],
  missing_signature: ['RECORD_UNSIGNED'],
  filename_mismatch: ['RECORD_NAME_MISMATCH'],
  subdir_mismatch: ['RECORD_SUBDIR_MISMATCH'],
  // In a record or a role; twice the same file name is told of the repodata.
  duplicate_json_key: ['JSON_INVALID', 'REPODATA_INVALID'],
  // There is no way to ask for a role that content trust does not have.
  unknown_role: ['ARGUMENT_INVALID'],
};

/** Where TUF says otherwise: a key that is of no use refuses no root, and signs for nothing. */
const TUF = { 'v1-rsa-keytype': ['KEY_TYPE_UNSUPPORTED'] };

/** What the vectors leave to a policy, and what is done here. */
const POLICY = {
  // The key is written as TUF writes it, and not as mamba does: both are read.
  'v1-keyval-object': 'ok',
  // A record is bound to name, version and build; which format the bytes are is the digest's to say.
  'pkg-both-formats': 'ok',
  // A signed record says nothing of records withheld: `completeness` is in `notChecked`.
  'index-packages-removed': 'ok',
};

/** A signed record that can't be used all the same: its size is 2^64. */
const UNUSABLE = 'numbers-1.0-0.tar.bz2';

const read = (path) => readFileSync(join(folder, path === 'chan/2.root.json' ? 'chain/2.root.json' : path));

/** Answers with 404 until a root of the plain name is asked for; gives that, or what is below. */
function askedFor(verifier, role) {
  for (let want = verifier.next(); want !== null; want = verifier.next()) {
    const isPlain = /^\d+\.root\.json$/.test(want.path);
    if (want.role === role && (role !== 'root' || isPlain)) return want;
    verifier.unavailable(want, 404);
  }
  return undefined;
}

/** The first fault among all records of a repodata. */
async function firstFault(verifier) {
  const { bad, unsigned } = await verifier.auditRecords('noarch');
  const fault = bad.find(({ fileName, error }) => fileName !== UNUSABLE || error.code !== 'RECORD_INVALID');
  if (fault !== undefined) throw VerifierError.fromJSON(fault.error);
  if (unsigned.length > 0) verifier.verifyRecord('noarch', unsigned[0]);
}

/** What a reader that takes the last of two members makes of repodata. */
const repodataOf = (path) => JSON.parse(read(path));

async function below({ files, now }, subdir = 'noarch') {
  const verifier = await Verifier.create({ trustedRoot: read(files.root), now });
  for (const role of ['key_mgr', 'pkg_mgr']) verifier.update(askedFor(verifier, role), read(files[role]));
  assert.equal(verifier.next(), null);
  await verifier.addRepodata(subdir, read(files.repodata));
  return verifier;
}

/** That a TUF-shaped root has not expired shows by how a refresh ends: it asks for TUF's roles. */
function ending(verifier) {
  verifier.abandon();
  try {
    askedFor(verifier, 'key_mgr');
  } catch (error) {
    if (error.code !== 'TUF_ROLES_MISSING') throw error;
    return;
  }
  assert.fail('a TUF-shaped root led to key_mgr');
}

async function updateRoot({ trusted, offered, now }) {
  const verifier = await Verifier.create({ trustedRoot: read(trusted), now });
  const before = verifier.export();
  const want = askedFor(verifier, 'root');
  try {
    verifier.update(want, read(offered));
  } catch (error) {
    assert.deepEqual(verifier.export(), before, 'what is refused changes nothing');
    throw error;
  }
  return verifier;
}

const operations = {
  async verify_root_update({ files, now }) {
    const verifier = await updateRoot({ trusted: files.trusted, offered: files.untrusted, now });
    assert.equal(verifier.trust.root.version, JSON.parse(read(files.untrusted)).signed.version);
  },

  async verify_delegation({ files, params, now }) {
    const verifier = await Verifier.create({
      trustedRoot: read(params.role === 'pkg_mgr' ? 'chain/2.root.json' : files.trusted),
      now,
    });
    if (params.role === 'pkg_mgr') verifier.update(askedFor(verifier, 'key_mgr'), read(files.trusted));
    const want = askedFor(verifier, params.role === 'pkg_mgr' ? 'pkg_mgr' : 'key_mgr');
    const isKnown = want.role === params.role;
    verifier.update(isKnown ? want : { ...want, role: params.role, path: `${params.role}.json` }, read(files.untrusted));
  },

  async verify_package_record({ files, params, now }) {
    const { info } = repodataOf(files.repodata);
    const verifier = await below({ files, now }, info.subdir);
    if (info.subdir !== 'noarch') {
      // It is refused as a whole where it was asked for in noarch.
      const call = verifier.addRepodata('noarch', read(files.repodata));
      await assert.rejects(call, { code: 'REPODATA_MISPLACED' });
    }
    const record = verifier.verifyRecord(info.subdir, params.filename);
    assert.deepEqual([record.fileName, record.trust.basis], [params.filename, 'content-trust']);
  },

  async verify_index({ files, now }) {
    await firstFault(await below({ files, now }));
  },

  async client_update({ files, now }) {
    const verifier = await Verifier.create({ trustedRoot: read(files.trusted_root), channel: 'https://example.org/', now });
    const cache = Object.entries(files.cache).map(([key, path]) => ({ key, bytes: read(path) }));
    const facts = { channel: 'https://example.org/', pkgMgrSeen: false, root: 1, version: 1 };
    if (cache.length > 0) verifier.restore([...cache, { key: 'state.json', bytes: Buffer.from(JSON.stringify(facts)) }]);
    await verifier.refresh(async (url) => {
      const path = files.channel[url.pathname.slice(1)];
      return path === undefined ? new Response(null, { status: 404 }) : new Response(read(path));
    });
    if (files.repodata === null) return;
    await verifier.addRepodata('noarch', read(files.repodata));
    await firstFault(verifier);
  },

  async v1_root_load({ files, now }) {
    ending(await Verifier.create({ trustedRoot: read(files.root), now }));
  },

  async v1_root_update({ files, now }) {
    ending(await updateRoot({ trusted: files.trusted, offered: files.root, now }));
  },

  async openpgp_verify({ files, now }) {
    const text = read(files.root).toString();
    await Verifier.create({ trustedRoot: text, rawRootSignatures: 'refuse', now });
    const [, digit] = /"signature": "(.)/.exec(text);
    const changed = text.replace(`"signature": "${digit}`, `"signature": "${digit === '0' ? '1' : '0'}`);
    await assert.rejects(Verifier.create({ trustedRoot: changed, now }), { code: 'THRESHOLD_NOT_MET' });
  },
};

if (!existsSync(folder)) {
  console.log('vectors left out: ../shared is not here');
} else {
  const { now, vectors } = JSON.parse(read('manifest.json'));
  const seen = new Map();
  for (const { id, operation, files, params, expected } of vectors) {
    seen.set(operation, (seen.get(operation) ?? 0) + 1);
    if (operation.startsWith('canonicalize')) continue;
    test(`${operation} ${id}`, async (t) => {
      const lacking = Object.values(files.cache ?? {}).filter((path) => !existsSync(join(folder, path)));
      if (lacking.length > 0) {
        // trust-state.test.mjs has the case: a withheld role does not fall back to a copy.
        console.log(`${id} left out: there is no ${lacking} among the vectors`);
        return t.skip(`there is no ${lacking}`);
      }
      const word = expected === 'policy' ? POLICY[id] : expected;
      assert.ok(word in CODES, `the word ${word} has no code`);
      const given = { files, params, now: params.now ?? now };
      const found = await operations[operation](given).then(() => undefined, (error) => error);
      if (word === 'ok') assert.equal(found, undefined, String(found));
      else assert.ok((TUF[id] ?? CODES[word]).includes(found?.code), `${word}: ${found}`);
      return undefined;
    });
  }

  test('every operation has vectors, and every vector an operation', () => {
    const known = [...Object.keys(operations), 'canonicalize', 'canonicalize_record'];
    assert.deepEqual([...seen.keys()].sort(), known.sort());
    assert.equal([...seen.values()].reduce((sum, count) => sum + count), vectors.length);
    const left = vectors.filter(({ expected }) => expected === 'policy').map(({ id }) => id);
    assert.deepEqual(left.sort(), Object.keys(POLICY).sort());
  });

  // What the tools' own repositories publish. The clock is one at which it had not expired.
  const then = '2021-01-01T00:00:00Z';
  const origin = (path) => read(join('origin', path));

  test('conda-content-trust\'s roots follow each other', async () => {
    const verifier = await Verifier.create({ trustedRoot: origin('cct-testdata/1.root.json'), now: then });
    const offer = (path) => {
      verifier.abandon();
      return () => verifier.update(askedFor(verifier, 'root'), origin(`cct-testdata/${path}`));
    };
    assert.throws(offer('3.root.json'), { code: 'ROLE_VERSION_SKIPPED' });
    assert.throws(offer('2.root_invalid.json'), { code: 'THRESHOLD_NOT_MET' });
    assert.deepEqual(offer('2.root.json')().accepted, { role: 'root', path: '2.root.json', version: 2 });
    assert.throws(offer('3.root_invalid.json'), { code: 'THRESHOLD_NOT_MET' });
    assert.throws(offer('1.root.json'), { code: 'ROLE_ROLLBACK' });
    offer('3.root.json')();
    assert.equal(verifier.trust.root.version, 3);
    verifier.abandon();
    const want = askedFor(verifier, 'key_mgr');
    for (const path of ['key_mgr_invalid.json', 'key_mgr_verify.json']) {
      assert.throws(() => verifier.update(want, origin(`cct-testdata/${path}`)), { code: 'THRESHOLD_NOT_MET' }, path);
    }
  });

  test('quetz\'s key_mgr is delegated by its root, which GnuPG signed', async () => {
    const trustedRoot = origin('quetz/root.json');
    const { expiration } = JSON.parse(trustedRoot).signed;
    const now = new Date(Math.min(Date.parse(expiration), Date.parse(JSON.parse(origin('quetz/key_mgr.json')).signed.expiration)) - 1000);
    const verifier = await Verifier.create({ trustedRoot, rawRootSignatures: 'refuse', now });
    const { accepted } = verifier.update(askedFor(verifier, 'key_mgr'), origin('quetz/key_mgr.json'));
    assert.equal(accepted.role, 'key_mgr');
  });

  test('mamba\'s root loads', async () => {
    const verifier = await Verifier.create({ trustedRoot: origin('mamba/1.sv0.6.root.json'), rawRootSignatures: 'refuse' });
    assert.equal(verifier.trust.root.version, 1);
  });

  test('conda-content-trust\'s repodata, under a root of our own that delegates as its key_mgr does', async () => {
    // No root that is published signs that key_mgr.
    const { delegations } = JSON.parse(origin('cct-testdata/key_mgr_verify.json')).signed;
    const signed = {
      delegations,
      expiration: '2031-01-01T00:00:00Z',
      metadata_spec_version: '0.6.0',
      timestamp: '2029-01-01T00:00:00Z',
      type: 'key_mgr',
      version: 1,
    };
    const verifier = await Verifier.create({ trustedRoot: rootText(), now });
    verifier.update(askedFor(verifier, 'key_mgr'), Buffer.from(envelope(signed, keyOf('key_mgr'))));
    verifier.unavailable(verifier.next(), 404);
    const { subdir } = JSON.parse(origin('cct-testdata/repodata.json')).info;
    await verifier.addRepodata(subdir, origin('cct-testdata/repodata.json'));
    for (const [name, code] of [
      // The signatures are good; the names are made up, and bind nothing.
      ['first.tar.bz2', 'FILE_NAME_INVALID'],
      ['second.conda', 'FILE_NAME_INVALID'],
      ['third.conda', 'FILE_NAME_INVALID'],
      ['broken-0.0.1-broken.tar.bz2', 'THRESHOLD_NOT_MET'],
      ['broken-0.0.1-broken.conda', 'RECORD_UNSIGNED'],
    ]) {
      assert.throws(() => verifier.verifyRecord(subdir, name), { code }, name);
    }
    const report = await verifier.auditRecords(subdir);
    assert.deepEqual([report.trusted, report.unsigned, report.bad.length], [0, ['broken-0.0.1-broken.conda'], 4]);
  });
}
