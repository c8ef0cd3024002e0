// Signed channels: an honest one, by a fetcher and by hand, and every attack on it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';

import { PackageRejected, VerifierError } from 'conda-verifier';

import { errorCodes, fixtures, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import {
  attacked,
  attackOf,
  but,
  CHANNEL,
  expires,
  failure,
  fetcherOf,
  fileOf,
  honest,
  honestNames,
  pinned,
  refreshByHand,
  subdir,
  trusting,
  victim,
} from './support/trust.mjs';

const anchor = `sha256:${sha256(fileOf('root.json'))}`;
const ASKED = [
  ...[2, 3, 4].flatMap((n) => ['sv1.', 'sv0.7.', 'sv0.6.', ''].map((infix) => `${n}.${infix}root.json`)),
  'key_mgr.json',
  'pkg_mgr.json',
];

test('a refresh brings what is trusted up to date', async () => {
  const verifier = await pinned();
  assert.deepEqual(verifier.trust, {
    format: 'content-trust',
    anchor,
    channel: CHANNEL,
    root: { version: 1, expires },
    keyMgr: null,
    pkgMgr: null,
    timestamp: null,
    snapshot: null,
    targets: null,
    notChecked: verifier.trust.notChecked,
  });
  const progress = [];
  const asked = [];
  const report = await verifier.refresh(fetcherOf(honest, asked), { onProgress: (step) => progress.push(step) });
  const { mirrors, store, ...info } = report;
  assert.deepEqual([mirrors, store], [[], null]);
  assert.deepEqual(asked, ASKED);
  assert.deepEqual([info.root.version, info.keyMgr, info.pkgMgr], [3, { version: 2, expires }, { version: 2, expires }]);
  assert.deepEqual(verifier.trust, info);
  assert.ok([report, mirrors, info.root, info.notChecked].every(Object.isFrozen));
  assert.deepEqual([...new Set(progress.map(({ phase }) => phase))], ['reading']);
  // Where nothing is new, nothing changes.
  const before = verifier.export();
  await verifier.refresh(fetcherOf(honest));
  assert.deepEqual(verifier.export(), before);
});

test('a refresh asks below the channel\'s URL', async () => {
  for (const channel of ['https://example.org/a/b', new URL('https://example.org/a/b/'), 'HTTPS://EXAMPLE.org/a/b']) {
    const verifier = await pinned({ channel });
    const urls = [];
    const fetcher = async (url, options) => {
      assert.ok(url instanceof URL);
      assert.deepEqual(Object.keys(options).sort(), ['cache', 'signal']);
      assert.ok(options.signal instanceof AbortSignal && options.cache === 'no-cache');
      urls.push(url.href);
      return new Response(null, { status: 404 });
    };
    await assert.rejects(verifier.refresh(fetcher), { code: 'ROLE_MISSING' });
    assert.equal(verifier.trust.channel, 'https://example.org/a/b/');
    assert.equal(urls.at(0), 'https://example.org/a/b/2.sv1.root.json');
    assert.equal(urls.at(-1), 'https://example.org/a/b/key_mgr.json');
  }
  const names = ['conda-forge', 'a/b', '//example.org/a', 'conda-forge:main', 'C:\\channels\\a', 'data:,x', 'https://'];
  for (const channel of [undefined, ...names]) {
    const verifier = await pinned({ channel });
    assert.equal(verifier.trust.channel, channel ?? null);
    await assert.rejects(verifier.refresh(fetcherOf(honest)), { code: 'ARGUMENT_INVALID' });
    // By hand it does not matter.
    refreshByHand(verifier, honest);
    assert.equal(verifier.trust.keyMgr.version, 2);
  }
});

test('a refresh by hand asks for one file after the other', async () => {
  const verifier = await pinned();
  const asked = [];
  const store = new Map();
  for (let want = verifier.next(); want !== null; want = verifier.next()) {
    assert.deepEqual(verifier.next(), want, 'asking changes nothing');
    assert.ok(Object.isFrozen(want));
    const { role, path, maxLength, optional, ...more } = want;
    assert.deepEqual([maxLength, optional, more], [512_000, role !== 'key_mgr', {}]);
    assert.equal(role, /(root|key_mgr|pkg_mgr)\.json$/.exec(path)[1]);
    asked.push(path);
    const bytes = honest(path);
    if (bytes === undefined) {
      verifier.unavailable(want, 404);
      continue;
    }
    const { accepted, persist } = verifier.update(want, bytes);
    const version = role === 'root' ? Number.parseInt(path) : 2;
    assert.deepEqual(accepted, { role, path, version });
    assert.ok(persist.some(({ key, bytes: kept }) => key === path && Buffer.compare(kept, bytes) === 0));
    for (const { key, bytes } of persist) {
      if (bytes === null) store.delete(key);
      else store.set(key, bytes);
    }
    // Whatever happens next: what was said to be kept is what there is to be kept.
    assert.deepEqual([...store].sort(), verifier.export().map(({ key, bytes }) => [key, bytes]).sort());
  }
  assert.deepEqual(asked, ASKED);
  const fetched = await pinned();
  await fetched.refresh(fetcherOf(honest));
  assert.deepEqual(verifier.export(), fetched.export());
});

test('by hand, an answer that was not asked for, or is none, is refused', async () => {
  const verifier = await pinned();
  const bytes = fileOf('2.root.json');
  assert.throws(() => verifier.update({ role: 'root', path: '2.root.json' }, bytes), { code: 'ARGUMENT_INVALID' });
  const want = verifier.next();
  const before = verifier.export();
  const calls = [
    () => verifier.update({ ...want, path: '2.root.json' }, bytes),
    () => verifier.update({ ...want, role: 'timestamp' }, bytes),
    () => verifier.update({ ...want, role: '__proto__' }, bytes),
    () => verifier.update({ ...want, role: 'key_mgr' }, bytes),
    () => verifier.update(null, bytes),
    () => verifier.update(undefined, bytes),
    () => verifier.update('2.root.json', bytes),
    () => verifier.update(want, 'text'),
    () => verifier.update(want, null),
    () => verifier.update(want, { length: 3 }),
    () => verifier.unavailable(want),
    () => verifier.unavailable(want, '404'),
    () => verifier.unavailable(want, 404.5),
    () => verifier.unavailable(want, -1),
    () => verifier.unavailable(want, 65_940),
    () => verifier.unavailable({ ...want, path: 'x.root.json' }, 404),
    () => verifier.unavailable(null, 404),
  ];
  for (const call of calls) assert.throws(call, { code: 'ARGUMENT_INVALID' }, String(call));
  assert.deepEqual(verifier.next(), want);
  assert.deepEqual(verifier.export(), before);
  // Given up, and begun anew.
  verifier.unavailable(want, 404);
  assert.notDeepEqual(verifier.next(), want);
  verifier.abandon();
  verifier.abandon();
  assert.throws(() => verifier.unavailable(want, 404), { code: 'ARGUMENT_INVALID' });
  assert.deepEqual(verifier.next(), want);
  refreshByHand(verifier, honest);
  assert.equal(verifier.trust.root.version, 3);
});

test('a refresh takes no heed of one that was begun by hand', async () => {
  const verifier = await pinned();
  verifier.unavailable(verifier.next(), 404);
  const asked = [];
  await verifier.refresh(fetcherOf(honest, asked));
  assert.deepEqual(asked, ASKED);
});

test('bytes may be of any kind, in shared memory too', async () => {
  const shared = (bytes) => {
    const buffer = new SharedArrayBuffer(bytes.length + 2);
    const view = new Uint8Array(buffer, 1, bytes.length);
    view.set(bytes);
    return view;
  };
  const kinds = [
    (bytes) => bytes,
    (bytes) => Buffer.from(bytes),
    (bytes) => bytes.slice().buffer,
    (bytes) => new DataView(bytes.slice().buffer),
    shared,
    (bytes) => shared(bytes).buffer.slice(1, bytes.length + 1),
  ];
  const expected = await trusting();
  for (const kind of kinds) {
    const verifier = await pinned({ trustedRoot: kind(fileOf('root.json')) });
    refreshByHand(verifier, (path) => honest(path) && kind(honest(path)));
    assert.deepEqual(verifier.export(), expected.export(), String(kind));
    const again = await pinned();
    again.restore(verifier.export().map(({ key, bytes }) => ({ key, bytes: kind(bytes) })));
    assert.deepEqual(again.export(), expected.export(), String(kind));
  }
  const text = await pinned({ trustedRoot: Buffer.from(fileOf('root.json')).toString() });
  assert.deepEqual(text.trust.anchor, anchor);
});

test('every record of an honest channel verifies its package', async () => {
  const verifier = await trusting();
  for (const name of honestNames) {
    const record = verifier.verifyRecord(subdir, name);
    assert.deepEqual(record.trust, { basis: 'content-trust', anchor });
    assert.equal(record.fileName, name);
    const verdict = await verifier.verifyPackage(fileOf(`${subdir}/${name}`), { record });
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, verdict.file, verdict.reasons, verdict.trust], ['verified', name, [], record.trust]);
    const checks = verdict.checks.map(({ check, outcome }) => `${check} ${outcome}`);
    for (const check of ['signature', 'pkg_mgr.json', 'record', 'archive-sha256', 'archive-size']) {
      assert.ok(checks.includes(`${check} passed`), check);
    }
    assert.ok(!checks.some((check) => check.startsWith('matches-unsigned-record')));
    // semantics: what a signed record leaves open is named in each verdict.
    const open = verdict.notChecked.map(({ check }) => check);
    assert.deepEqual(open, ['freshness', 'completeness', 'removed', 'base_url', 'info/*']);
    assert.deepEqual(verifier.trust.notChecked, verdict.notChecked.slice(0, 4));
  }
  const bytes = fileOf(`${subdir}/${victim}`);
  bytes[bytes.length - 1] ^= 1;
  const record = verifier.verifyRecord(subdir, victim);
  const error = await failure(() => verifier.verifyPackage(bytes, { record }));
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'SHA256_MISMATCH');
  assert.match(error.message, /signed record/);
});

test('a channel without pkg_mgr.json says so in each verdict', async () => {
  const verifier = await trusting({}, but(honest, { 'pkg_mgr.json': null }));
  assert.equal(verifier.trust.pkgMgr, null);
  const record = verifier.verifyRecord(subdir, victim);
  const verdict = await verifier.verifyPackage(fileOf(`${subdir}/${victim}`), { record });
  checkVerdict(verdict);
  assert.equal(verdict.verdict, 'verified');
  assert.ok(verdict.notChecked.some(({ check }) => check === 'pkg_mgr.json'));
  const strict = await pinned({ pkgMgrFile: 'require' });
  const files = fetcherOf(but(honest, { 'pkg_mgr.json': null }));
  await assert.rejects(strict.refresh(files), { code: 'ROLE_MISSING' });
});

test('.zst and .bz2 carry the same signatures', async () => {
  const verifier = await trusting();
  for (const suffix of ['.zst', '.bz2']) {
    await verifier.addRepodata(subdir, fileOf(`${subdir}/repodata.json${suffix}`));
    assert.equal(verifier.verifyRecord(subdir, victim).fileName, victim);
  }
});

/** What became of a channel that was attacked, as far as it goes. */
async function outcome(attack) {
  const files = attacked(attack);
  let verifier;
  let want;
  try {
    verifier = await pinned({}, files);
    for (want = verifier.next(); want !== null; want = verifier.next()) {
      const bytes = files(want.path);
      const before = verifier.export();
      try {
        if (bytes === undefined) verifier.unavailable(want, 404);
        else verifier.update(want, bytes);
      } catch (error) {
        // semantics: the file that is refused changes nothing.
        assert.deepEqual(verifier.export(), before);
        throw error;
      }
    }
  } catch (error) {
    return { verifier, refused: error, role: want?.role };
  }
  try {
    await verifier.addRepodata(subdir, files(`${subdir}/repodata.json`));
  } catch (error) {
    return { verifier, refused: error, role: 'repodata' };
  }
  const report = await verifier.auditRecords(subdir);
  const packageBytes = files(`${subdir}/${victim}`);
  const one = await (async () => verifier.verifyRecord(subdir, victim))().catch((error) => error);
  const verdict = VerifierError.isVerifierError(one)
    ? undefined
    : await verifier.inspectPackage(packageBytes, { record: one });
  if (verdict !== undefined) checkVerdict(verdict);
  return { verifier, report, one, verdict };
}

const isError = (x) => VerifierError.isVerifierError(x);

for (const attack of fixtures.attacks) {
  test(`attack ${attack.way}: ${attack.expected}`, async () => {
    const { verifier, refused, role, report, one, verdict } = await outcome(attack);
    if (refused !== undefined) {
      assert.ok(isError(refused), String(refused));
      assert.ok(refused.hint !== '' && refused.message !== '');
      assert.notEqual(refused.code, 'ARGUMENT_INVALID');
    }
    switch (attack.notices) {
      case 'Root':
        // The newest root's age is looked at before anything below it is asked for.
        assert.ok(refused !== undefined && (role === undefined || role === 'root' || refused.code === 'EXPIRED'), role);
        break;
      case 'KeyMgr':
        assert.equal(role, 'key_mgr');
        break;
      case 'PkgMgr':
        assert.equal(role, 'pkg_mgr');
        break;
      case 'Repodata':
        assert.equal(role, 'repodata');
        break;
      case 'Records':
        assert.deepEqual([report.trusted, isError(one)], [0, true]);
        break;
      case 'Record':
        assert.equal(report.trusted, report.records - 1);
        assert.ok(isError(one) || report.weak.join() === victim);
        if (verdict !== undefined) assert.deepEqual(errorCodes(verdict), ['WEAK_DIGEST']);
        break;
      case 'Package':
        assert.deepEqual([report.trusted, verdict.verdict], [report.records, 'rejected']);
        break;
      case 'Memory':
        assert.deepEqual([report.trusted, verdict.verdict], [report.records, 'verified']);
        break;
      case 'Nothing':
        assert.deepEqual([report.trusted, verdict.verdict], [report.records, 'verified']);
        break;
      default:
        assert.fail(`nobody knows what ${attack.notices} means`);
    }
    // Whoever knows the honest channel takes none of it, and loses nothing.
    const holder = await trusting();
    const before = holder.export();
    const files = attacked(attack);
    // The root that is pinned is not fetched again.
    const again = await holder.refresh(fetcherOf(files)).catch((error) => error);
    if (['KeyMgr', 'PkgMgr', 'Memory'].includes(attack.notices)) {
      assert.ok(isError(again), attack.way);
      assert.match(again.code, attack.notices === 'Memory' ? /^(ROLE_ROLLBACK|ROLE_MISSING)$/ : /./);
    }
    if (isError(again)) assert.deepEqual(holder.export(), before, attack.way);
    // And the honest channel is as good as ever, also for whoever was attacked first.
    await holder.refresh(fetcherOf(honest));
    assert.deepEqual(holder.export(), before);
    if (verifier !== undefined && !['Memory', 'Nothing'].includes(attack.notices)) {
      verifier.abandon();
      const healed = await verifier.refresh(fetcherOf(honest)).catch((error) => error);
      // A root that was accepted, and is the attacker's as much as the channel's, stays.
      if (isError(healed)) assert.match(attack.way, /^root-(expired|expires)/);
      else assert.equal(healed.keyMgr.version, 2);
    }
  });
}

test('the attacks are all there', () => {
  assert.ok(fixtures.attacks.length >= 80);
  assert.deepEqual(
    [...new Set(fixtures.attacks.map(({ notices }) => notices))].sort(),
    ['KeyMgr', 'Memory', 'Nothing', 'Package', 'PkgMgr', 'Record', 'Records', 'Repodata', 'Root'],
  );
});

test('errors say what happened', async () => {
  const cases = [
    ['root-rolled-back', 'ROLE_ROLLBACK', ['root', '3.root.json', 2, 1]],
    ['root-skipped', 'ROLE_VERSION_SKIPPED', ['root', '2.root.json', 3]],
    ['root-old-short', 'THRESHOLD_NOT_MET', ['2.root.json', 2, 1]],
    ['key-mgr-expired', 'EXPIRED', ['key_mgr', 'key_mgr.json', '2029-12-31T23:59:59Z', '2030-01-01T00:00:00Z']],
    ['key-mgr-withheld', 'ROLE_MISSING', ['key_mgr.json']],
    ['signature-not-hex', 'SIGNATURE_ENCODING', ['key_mgr.json', 2, 1]],
    ['duplicate-member', 'JSON_INVALID', ['key_mgr.json']],
    ['root-huge', 'LIMIT_EXCEEDED', ['roleBytes', 512_000]],
  ];
  for (const [way, code, facts] of cases) {
    const files = attacked(attackOf(way));
    const verifier = await pinned({}, files);
    const error = await failure(() => verifier.refresh(fetcherOf(files)));
    assert.equal(error.code, code, way);
    const told = `${error.message}\n${JSON.stringify(error.toJSON())}`;
    for (const fact of facts) assert.ok(told.includes(String(fact)), `${way}: no ${fact} in ${told}`);
    assert.deepEqual(VerifierError.fromJSON(JSON.parse(JSON.stringify(error))).toJSON(), error.toJSON());
  }
});

test('what is pinned has to be a root', async () => {
  const cases = [
    ['', 'JSON_INVALID'],
    ['<!DOCTYPE html>', 'JSON_INVALID'],
    ['{}', 'ROLE_MALFORMED'],
    [fileOf('key_mgr.json'), 'ROLE_TYPE_MISMATCH'],
    [`\ufeff${Buffer.from(fileOf('root.json'))}`, 'JSON_INVALID'],
    [' '.repeat(512_001), 'LIMIT_EXCEEDED'],
    [attacked(attackOf('pinned-root-short'))('root.json'), 'THRESHOLD_NOT_MET'],
  ];
  for (const [trustedRoot, code] of cases) {
    await assert.rejects(pinned({ trustedRoot }), { code }, String(trustedRoot).slice(0, 60));
  }
  // One that has expired is a beginning: a newer one may follow.
  const late = await pinned({ now: expires });
  await assert.rejects(late.refresh(fetcherOf(honest)), { code: 'EXPIRED' });
  assert.equal(late.trust.root.version, 3);
  // A digest of the file is what everything rests on.
  const digest = createHash('sha256').update(fileOf('root.json')).digest('hex');
  assert.equal(late.trust.anchor, `sha256:${digest}`);
});
