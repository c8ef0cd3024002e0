// The bytes that other tools sign, where vectors of them are at hand.
//
// There is no way to ask for canonical bytes, so a value of the vectors becomes the last
// member of a record, or of a TUF-shaped root, that Node.js signs over the bytes that the
// vector gives: whoever verifies that signature has made the same bytes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { keyMgrText, keyOf, NOW, repodataText, rootText, signaturesOver } from './support/keys.mjs';
import { root } from './support/places.mjs';

const folder = join(root, '../shared/vectors/trust');

/** What conda-content-trust reads and a strict reader refuses: it takes the last of two
 * members, skips a byte order mark, and knows Infinity and half characters. */
const REFUSED = ['canonical-bom', 'canonical-dup-keys', 'canonical-float-overflow', 'canonical-lone-surrogate'];

/** Where mamba's own bytes are not written: it rounds integers beyond 64 bits, so that two
 * records have the same bytes. */
const NOT_AS_MAMBA = ['canonical-int-under-i64'];

const FILE = 'a-1-0.conda';
const MEMBERS = { build: '0', name: 'a', sha256: '0'.repeat(64), subdir: 'noarch', version: '1' };

/** A record with a value as its last member, and its indented bytes with those of the value. */
function recordWith(value, canonicalValue) {
  const text = JSON.stringify(MEMBERS).slice(0, -1);
  const record = Buffer.concat([Buffer.from(`${text},"zzz":`), value, Buffer.from('}')]);
  const indented = Buffer.from(canonicalValue.toString('latin1').replaceAll('\n', '\n  '), 'latin1');
  const before = JSON.stringify(MEMBERS, null, 2).slice(0, -2);
  const bytes = Buffer.concat([Buffer.from(`${before},\n  "zzz": `), indented, Buffer.from('\n}')]);
  return { fileName: FILE, record, bytes };
}

async function verifierOf(canonicalForm) {
  const verifier = await Verifier.create({ trustedRoot: rootText(), now: NOW, canonicalForm });
  for (let want = verifier.next(); want !== null; want = verifier.next()) {
    if (want.role === 'key_mgr') verifier.update(want, Buffer.from(keyMgrText()));
    else verifier.unavailable(want, 404);
  }
  return verifier;
}

/** How a record with that value, signed over those bytes, is judged: a code, or `ok`. */
async function judged(verifier, value, canonicalValue) {
  try {
    await verifier.addRepodata('noarch', repodataText([recordWith(value, canonicalValue)]));
    verifier.verifyRecord('noarch', FILE);
    return 'ok';
  } catch (error) {
    return error.code;
  }
}

/** The same for a TUF-shaped root, in mamba's compact form. */
async function judgedRoot(value, canonicalValue, canonicalForm) {
  const key = keyOf('v1');
  const role = { keyids: [key.hex], threshold: 1 };
  const signed = {
    _type: 'root',
    consistent_snapshot: false,
    expires: '2031-01-01T00:00:00Z',
    keys: { [key.hex]: { keytype: 'ed25519', keyval: { public: key.hex }, scheme: 'ed25519' } },
    roles: { root: role, snapshot: role, targets: role, timestamp: role },
    spec_version: '1.0.17',
    version: 1,
  };
  const before = Buffer.from(`${JSON.stringify(signed).slice(0, -1)},"zzz":`);
  const end = Buffer.from('}');
  const [entry] = Object.entries(signaturesOver(Buffer.concat([before, canonicalValue, end]), key));
  const signatures = JSON.stringify([{ keyid: entry[0], sig: entry[1].signature }]);
  const trustedRoot = Buffer.concat([Buffer.from('{"signed":'), before, value, end, Buffer.from(`,"signatures":${signatures}}`)]);
  try {
    await Verifier.create({ trustedRoot, now: NOW, canonicalForm });
    return 'ok';
  } catch (error) {
    return error.code;
  }
}

if (!existsSync(folder)) {
  console.log('vectors left out: ../shared is not here');
} else {
  const read = (path) => readFileSync(join(folder, path));
  const { vectors } = JSON.parse(read('manifest.json'));
  const own = vectors.filter(({ operation }) => operation === 'canonicalize');
  const bytesOf = (hex) => (hex === null ? undefined : Buffer.from(hex, 'hex'));
  const counts = { accepted: 0, refused: 0, mamba: 0, compact: 0 };

  for (const { id, files, expected } of own) {
    test(id, async () => {
      const value = read(files.input);
      const [cct, mamba, compact] = ['cct_hex', 'mamba06_hex', 'mamba1_hex'].map((form) => bytesOf(expected[form]));
      const [both, strict] = [await verifierOf('both'), await verifierOf('conda-content-trust')];
      if (cct === undefined || REFUSED.includes(id)) {
        counts.refused++;
        for (const bytes of [cct, mamba, value].filter(Boolean)) {
          for (const verifier of [both, strict]) assert.equal(await judged(verifier, value, bytes), 'JSON_INVALID');
          assert.equal(await judgedRoot(value, compact ?? bytes, 'both'), 'JSON_INVALID');
        }
        return;
      }
      counts.accepted++;
      for (const verifier of [both, strict]) assert.equal(await judged(verifier, value, cct), 'ok');
      // One byte more or less, and they are other bytes.
      assert.equal(await judged(both, value, Buffer.concat([cct, Buffer.from(' ')])), 'THRESHOLD_NOT_MET');
      if (mamba !== undefined) {
        counts.mamba++;
        const isSame = mamba.equals(cct);
        const isWritten = !NOT_AS_MAMBA.includes(id);
        assert.equal(await judged(both, value, mamba), isSame || isWritten ? 'ok' : 'THRESHOLD_NOT_MET');
        assert.equal(await judged(strict, value, mamba), isSame ? 'ok' : 'THRESHOLD_NOT_MET');
      }
      if (compact !== undefined) {
        counts.compact++;
        const isWritten = !NOT_AS_MAMBA.includes(id);
        assert.equal(await judgedRoot(value, compact, 'both'), isWritten ? 'ok' : 'THRESHOLD_NOT_MET');
        assert.equal(await judgedRoot(value, Buffer.concat([compact, Buffer.from(' ')]), 'both'), 'THRESHOLD_NOT_MET');
      }
    });
  }

  test('all of them were looked at', () => {
    assert.equal(counts.accepted + counts.refused, own.length);
    assert.ok(counts.accepted > 20 && counts.refused > 5 && counts.mamba > 20 && counts.compact > 20, JSON.stringify(counts));
    console.log(`canonical bytes: ${JSON.stringify(counts)}`);
  });

  for (const { id, files, params, expected } of vectors.filter(({ operation }) => operation === 'canonicalize_record')) {
    test(id, async () => {
      const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
      const repodata = read(files.repodata);
      const { info } = JSON.parse(repodata);
      // The record as it stands there, signed over the bytes that the tools sign.
      const reader = await Verifier.create({ trustedRoot: read('chain/2.root.json'), now: NOW });
      for (const path of ['chan/key_mgr.json', 'chan/pkg_mgr.json']) {
        let want = reader.next();
        while (want.role === 'root') {
          reader.unavailable(want, 404);
          want = reader.next();
        }
        reader.update(want, read(path));
      }
      await reader.addRepodata(info.subdir, repodata);
      const isUsable = params.filename !== 'numbers-1.0-0.tar.bz2';
      // Its size is 2^64: a signature may be good, and the record is of no use.
      if (!isUsable) {
        assert.throws(() => reader.verifyRecord(info.subdir, params.filename), { code: 'RECORD_INVALID' });
        return;
      }
      const { record } = reader.verifyRecord(info.subdir, params.filename).evidence;
      const [cct, mamba] = ['cct', 'mamba06'].map((name) => {
        const bytes = read(files[name]);
        assert.equal(sha256(bytes), expected[`${name}_sha256`]);
        return bytes;
      });
      for (const [bytes, form, isGood] of [
        [cct, 'both', true],
        [cct, 'conda-content-trust', true],
        [mamba, 'both', true],
        [mamba, 'conda-content-trust', mamba.equals(cct)],
      ]) {
        const verifier = await verifierOf(form);
        await verifier.addRepodata(info.subdir, repodataText([{ fileName: params.filename, record, bytes }], info));
        const verify = () => verifier.verifyRecord(info.subdir, params.filename);
        if (isGood) assert.equal(verify().fileName, params.filename);
        else assert.throws(verify, { code: 'THRESHOLD_NOT_MET' });
      }
    });
  }
}
