// The options of trust: checked, and none of them ignored in silence.
import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';

import { Verifier } from 'conda-verifier';

import { keyMgrText, NOW, repodataText, rootText } from './support/keys.mjs';
import { attacked, attackOf, but, CHANNEL, expires, fetcherOf, fileOf, honest, now, pinned, subdir, victim } from './support/trust.mjs';

const trustedRoot = fileOf('root.json');

test('a name that is not known is an error, with the nearest one', async () => {
  const cases = [
    [{ trustedRot: trustedRoot }, 'options.trustedRot', 'did you mean trustedRoot?'],
    [{ trustedRoot, chanel: CHANNEL }, 'options.chanel', 'did you mean channel?'],
    [{ trustedRoot, nwo: now }, 'options.nwo', 'rawRootSignatures, minVersions'],
    [{ trustedRoot, pkgMgr: 'auto' }, 'options.pkgMgr', ''],
    [{ trustedRoot, canonicalform: 'both' }, 'options.canonicalform', 'did you mean canonicalForm?'],
    [{ trustedRoot, rawRootSignature: 'accept' }, 'options.rawRootSignature', 'did you mean rawRootSignatures?'],
    [{ trustedRoot, minVersions: { keymgr: 1 } }, 'options.minVersions.keymgr', 'did you mean keyMgr?'],
    [{ trustedRoot, minVersions: { mirrors: 1 } }, 'options.minVersions.mirrors', 'there are root, keyMgr, pkgMgr, timestamp, snapshot, targets'],
  ];
  for (const [options, argument, advice] of cases) {
    await assert.rejects(Verifier.create(options), (error) => {
      assert.equal(error.code, 'ARGUMENT_INVALID');
      assert.ok(error.message.includes(argument) && error.message.endsWith(advice), error.message);
      return true;
    });
  }
});

test('without a root, options of trust would be ignored', async () => {
  const options = {
    channel: CHANNEL,
    now,
    pkgMgrFile: 'auto',
    canonicalForm: 'both',
    rawRootSignatures: 'accept',
    minVersions: {},
  };
  for (const [name, value] of Object.entries(options)) {
    await assert.rejects(Verifier.create({ [name]: value }), (error) => {
      assert.ok(error.message.includes(`options.${name}`) && /trustedRoot/.test(error.message), error.message);
      return error.code === 'ARGUMENT_INVALID';
    });
    assert.equal((await Verifier.create({ [name]: undefined })).trust, null);
    assert.ok((await Verifier.create({ trustedRoot, [name]: undefined })).trust !== null);
  }
  // A root that was looked up in vain is not one that nobody wanted.
  for (const none of [undefined, null]) {
    await assert.rejects(Verifier.create({ trustedRoot: none }), { code: 'ARGUMENT_INVALID' });
    await assert.rejects(Verifier.create({ trustedRoot: none, channel: CHANNEL }), { code: 'ARGUMENT_INVALID' });
  }
});

test('values that are not valid are errors', async () => {
  const wrong = {
    trustedRoot: [7, {}, [], true, new URL(CHANNEL), new Response(trustedRoot), new Blob([trustedRoot]), Promise.resolve(trustedRoot)],
    channel: [null, '', 7, {}, [], true, 'https://user@example.org/', 'https://u:p@example.org/', 'https://example.org/?x', 'https://example.org/#x'],
    now: [null, true, {}, [], 'now', '2030-01-01', '2030-01-01T00:00:00', '2030-01-01T00:00:00+00:00', '2030-02-30T00:00:00Z', '2030-01-01T24:00:00Z', '2030-01-01T00:00:60Z', 'x2030-01-01T00:00:00Z', NaN, Infinity, -1, 253_402_300_800_000, new Date(NaN), new Date(-1), 1n, () => undefined, () => null, () => NaN, async () => now, () => () => now],
    pkgMgrFile: [null, true, '', 'required', 'never', 1],
    canonicalForm: [null, true, '', 'mamba', 'BOTH', ['both']],
    rawRootSignatures: [null, true, false, '', 'reject'],
    minVersions: [null, 7, 'text', [], new Map([['root', 1]]), { root: null }, { root: -1 }, { root: 1.5 }, { keyMgr: '1' }, { pkgMgr: NaN }, { root: 2 ** 53 }, { root: 1n }],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      await assert.rejects(pinned({ [name]: value }), (error) => {
        assert.equal(error.code, 'ARGUMENT_INVALID', `${name}: ${String(value)}`);
        return error.message.includes(name);
      }, `${name}: ${String(value)}`);
    }
  }
  await pinned({ minVersions: { root: undefined, keyMgr: 0, pkgMgr: 2 ** 53 - 1 } });
});

test('a time is a Date, a number, a text or a function of one', async () => {
  const milliseconds = Date.parse(now);
  const foreign = vm.runInNewContext(`new Date(${milliseconds})`);
  const good = [now, milliseconds, milliseconds + 999.5, new Date(milliseconds), foreign, '2030-01-01T00:00:00.000Z'];
  const late = [expires, Date.parse(expires), new Date(expires), '2031-01-01T00:00:00.001Z', '9999-12-31T23:59:59Z'];
  for (const [times, code] of [[good, undefined], [late, 'EXPIRED']]) {
    for (const time of times.flatMap((time) => [time, () => time])) {
      const verifier = await pinned({ now: time });
      const error = await verifier.refresh(fetcherOf(honest)).then(() => undefined, (error) => error);
      assert.equal(error?.code, code, String(time));
    }
  }
  // The last moment before.
  const last = await pinned({ now: Date.parse(expires) - 1 });
  await last.refresh(fetcherOf(honest));
  // What a clock throws comes through as it is, and does no harm.
  const cause = new Error('no clock');
  let isBroken = false;
  const verifier = await pinned({
    now: () => {
      if (isBroken) throw cause;
      return now;
    },
  });
  isBroken = true;
  await assert.rejects(verifier.refresh(fetcherOf(honest)), cause);
  assert.throws(() => verifier.next(), cause);
  isBroken = false;
  await verifier.refresh(fetcherOf(honest));
  // The machine's clock, unless another is given: these roles last beyond it.
  const usual = await pinned({ now: undefined });
  const found = await usual.refresh(fetcherOf(honest)).then(() => 'fresh', (error) => error.code);
  assert.equal(found, Date.now() < Date.parse(expires) ? 'fresh' : 'EXPIRED');
});

test('a name of a channel that is no URL is kept as it is', async () => {
  for (const [channel, name] of [
    ['conda-forge', 'conda-forge'],
    ['my channel/x', 'my channel/x'],
    ['https://example.org', 'https://example.org/'],
    ['https://EXAMPLE.org:443/a//b', 'https://example.org/a//b/'],
    [new URL('https://example.org/a'), 'https://example.org/a/'],
    [vm.runInNewContext('x', { x: new URL('file:///srv/channel') }), 'file:///srv/channel/'],
  ]) {
    assert.equal((await pinned({ channel })).trust.channel, name);
  }
});

test('roots that are signed without OpenPGP\'s headers may be refused', async () => {
  await assert.rejects(pinned({ rawRootSignatures: 'refuse' }), { code: 'SIGNATURE_ENCODING' });
  await pinned({ rawRootSignatures: 'accept' });
});

test('mamba\'s way to write JSON counts, or does not', async () => {
  const members = { build: '0', name: 'a', sha256: '0'.repeat(64), subdir: 'noarch', summary: 'café', version: '1' };
  const record = JSON.stringify(members);
  const raw = Buffer.from(JSON.stringify(members, null, 2));
  const escaped = Buffer.from(raw.toString().replace('é', '\\u00e9'));
  for (const [bytes, canonicalForm, code] of [
    [raw, 'both', undefined],
    [raw, undefined, undefined],
    [raw, 'conda-content-trust', 'THRESHOLD_NOT_MET'],
    [escaped, 'both', undefined],
    [escaped, 'conda-content-trust', undefined],
  ]) {
    const own = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: NOW, canonicalForm });
    await own.refresh(fetcherOf(but(() => undefined, { 'key_mgr.json': keyMgrText() })));
    await own.addRepodata('noarch', repodataText([{ fileName: 'a-1-0.conda', record, bytes }]));
    const verify = () => own.verifyRecord('noarch', 'a-1-0.conda').name;
    if (code === undefined) assert.equal(verify(), 'a');
    else assert.throws(verify, { code });
  }
});

test('options are each verifier\'s own', async () => {
  const files = attacked(attackOf('pkg-mgr-withheld'));
  const [auto, strict] = await Promise.all([pinned(), pinned({ pkgMgrFile: 'require' })]);
  await auto.refresh(fetcherOf(files));
  await assert.rejects(strict.refresh(fetcherOf(files)), { code: 'ROLE_MISSING' });
  await auto.addRepodata(subdir, files(`${subdir}/repodata.json`));
  assert.equal(auto.verifyRecord(subdir, victim).fileName, victim);
});

test('a record that is given in place of what to expect', async () => {
  const verifier = await pinned();
  await verifier.refresh(fetcherOf(honest));
  await verifier.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  const record = verifier.verifyRecord(subdir, victim);
  await assert.rejects(verifier.verifyPackage(fileOf(`${subdir}/${victim}`), record), /pass \{ record \}/);
  for (const [folder, name] of [[7, victim], ['linux-64', victim], ['__proto__', victim], [undefined, victim], [subdir, 7], [subdir, undefined], [subdir, null]]) {
    assert.throws(() => verifier.verifyRecord(folder, name), { code: 'ARGUMENT_INVALID' });
  }
  assert.throws(() => verifier.verifyRecord(subdir, 'x'), { code: 'RECORD_MISSING' });
});
