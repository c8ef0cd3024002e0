// fetchRepodata and fetchPackage: a channel's files from several mirrors, the verdict deciding.
import assert from 'node:assert/strict';
import test from 'node:test';

import { PackageRejected, Verifier, VerifierError } from 'conda-verifier';

import { at, badAt, mirrored } from './support/mirrors.mjs';
import { bytesOf, fixtures, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { failure, honest, pinned, subdir, victim } from './support/trust.mjs';
import { TufChannel } from './support/tuf.mjs';

const PACKAGE = `${subdir}/${victim}`;
const FORMS = ['.zst', '.bz2', ''].map((suffix) => `${subdir}/repodata.json${suffix}`);
const told = ({ mirrors }) => mirrors.map(({ mirror, path, code }) => `${/\/\/(\w+)/.exec(mirror)[1]} ${path} ${code}`);

const spoiled = (bytes) => {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
};

/** A verifier with roles and repodata of the honest channel, and what fetches from these mirrors. */
async function ready(mirrors, { options = {}, asked = [] } = {}) {
  const verifier = await pinned(options);
  const [good, from] = mirrored({ good: honest });
  await verifier.refresh(good, from);
  await verifier.fetchRepodata(subdir, good, from);
  const [fetcher, places] = mirrored(mirrors, asked);
  return { verifier, fetcher, places };
}

test('a package from its channel, by a signed record', async () => {
  const asked = [];
  const { verifier, fetcher, places } = await ready({ only: honest }, { asked });
  const files = [];
  const phases = new Set();
  const fetched = await verifier.fetchPackage(subdir, victim, fetcher, {
    ...places,
    onFile: ({ path }) => void files.push(path),
    onProgress: ({ phase }) => void phases.add(phase),
  });
  checkVerdict(fetched.verdict);
  assert.deepEqual(asked, [`only ${PACKAGE}`]);
  assert.deepEqual([fetched.path, fetched.verdict.verdict, fetched.verdict.trust.basis], [PACKAGE, 'verified', 'content-trust']);
  assert.equal(sha256(fetched.bytes), sha256(honest(PACKAGE)));
  assert.equal(fetched.bytes.byteLength, fetched.bytes.buffer.byteLength);
  assert.equal(fetched.record.sha256, sha256(fetched.bytes));
  assert.deepEqual(fetched.mirrors, []);
  assert.ok(Object.isFrozen(fetched) && files.includes('info/index.json'), String(files));
  assert.ok(phases.has('reading') && phases.has('done'), String([...phases]));
});

test('a mirror that serves a wrong byte is passed over and told, and the file comes from the next', async () => {
  const bad = {
    flipped: () => spoiled(honest(PACKAGE)),
    longer: () => Buffer.concat([honest(PACKAGE), Buffer.alloc(1)]),
    shorter: () => honest(PACKAGE).subarray(0, 100),
    other: () => honest(`${subdir}/empty-0.1-0.conda`),
    page: () => '<!doctype html>',
    broken: () => 500,
    missing: () => 404,
    empty: () => 204,
    dead: () => Promise.reject(new Error('no route')),
  };
  for (const [name, answer] of Object.entries(bad)) {
    const asked = [];
    const { verifier, fetcher, places } = await ready({ bad: badAt({ [PACKAGE]: answer === bad.empty ? () => new Response(null, { status: 204 }) : answer }), good: honest }, { asked });
    const handed = [];
    const fetched = await verifier.fetchPackage(subdir, victim, fetcher, { ...places, onFile: ({ path }) => void handed.push(path) });
    assert.equal(fetched.verdict.verdict, 'verified', name);
    assert.deepEqual(asked, [`bad ${PACKAGE}`, `good ${PACKAGE}`], name);
    const codes = { flipped: 'SHA256_MISMATCH', other: 'SIZE_MISMATCH', longer: 'SIZE_MISMATCH', shorter: 'SIZE_MISMATCH', page: 'SIZE_MISMATCH', dead: 'NETWORK_FAILED' };
    assert.deepEqual(told(fetched), [`bad ${PACKAGE} ${codes[name] ?? 'HTTP_STATUS'}`], name);
    assert.equal(new Set(handed).size, handed.length, `${name}: each file once`);
  }
});

test('where no mirror has it right, the error lists what each failed at', async () => {
  const wrong = badAt({ [PACKAGE]: () => spoiled(honest(PACKAGE)) });
  const dead = badAt({ [PACKAGE]: () => 503 });
  const { verifier, fetcher, places } = await ready({ dead, wrong });
  const error = await failure(() => verifier.fetchPackage(subdir, victim, fetcher, places));
  // Somebody's wrong byte says more than silence.
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'SHA256_MISMATCH');
  checkVerdict(error.verdict);
  assert.deepEqual(error.details.mirrors, [`${at('dead')} ${PACKAGE}: HTTP_STATUS`, `${at('wrong')} ${PACKAGE}: SHA256_MISMATCH`]);
  const again = VerifierError.fromJSON(JSON.parse(JSON.stringify(error)));
  assert.deepEqual(again.toJSON(), error.toJSON());
  const alone = await ready({ dead });
  const one = await failure(() => alone.verifier.fetchPackage(subdir, victim, alone.fetcher, alone.places));
  assert.deepEqual([one.code, one.details], ['HTTP_STATUS', { status: 503, url: 'https://dead.example/channel/noarch/hello-1.0-pyh0_0.conda' }]);
});

test('what is wrong in the right bytes rejects at once: all mirrors have the same', async () => {
  const { file, repodata } = fixtures.spoiled.find(({ way, file }) => way === 'unlisted-file' && file.endsWith('.conda'));
  const bytes = bytesOf(file);
  const name = file.split('/').at(-1);
  const asked = [];
  const files = (path) => (path.endsWith('repodata.json') ? bytesOf(repodata) : path === `${subdir}/${name}` ? bytes : undefined);
  const [fetcher, places] = mirrored({ first: files, second: files }, asked);
  const verifier = await Verifier.create();
  await verifier.fetchRepodata(subdir, fetcher, places);
  asked.length = 0;
  const error = await failure(() => verifier.fetchPackage(subdir, name, fetcher, places));
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'FILE_UNLISTED');
  assert.deepEqual(asked, [`first ${subdir}/${name}`]);
});

test('repodata: forms in their order, from the first mirror that has it right', async () => {
  const verifier = await pinned();
  const asked = [];
  const [fetcher, places] = mirrored({ only: honest }, asked);
  await verifier.refresh(fetcher, places);
  asked.length = 0;
  const fetched = await verifier.fetchRepodata(subdir, fetcher, places);
  assert.deepEqual([fetched.path, fetched.target, fetched.mirrors], [FORMS[0], null, []]);
  assert.deepEqual(Buffer.from(fetched.bytes), Buffer.from(honest(FORMS[0])));
  assert.deepEqual(asked, [`only ${FORMS[0]}`]);
  assert.ok(fetched.records > 0);
  for (const [index, path] of FORMS.entries()) {
    // One that has only that form.
    const some = (wanted) => (FORMS.includes(wanted) && wanted !== path ? undefined : honest(wanted));
    const [fetcher, places] = mirrored({ only: some });
    assert.equal((await verifier.fetchRepodata(subdir, fetcher, places)).path, path);
    const fileName = path.split('/')[1];
    const exact = await verifier.fetchRepodata(subdir, fetcher, { ...places, fileName, exact: true });
    assert.equal(exact.path, path);
    if (index === 2) continue;
    const error = await failure(() => verifier.fetchRepodata(subdir, fetcher, { ...places, fileName: 'repodata.json', exact: true }));
    assert.deepEqual([error.code, error.details.status], ['HTTP_STATUS', 404]);
  }
  const other = (path) => (path === FORMS[0] ? Buffer.from('{"packages": [') : honest(path));
  const [both, of] = mirrored({ bad: other, good: honest });
  const healed = await verifier.fetchRepodata(subdir, both, of);
  assert.deepEqual([healed.path, told(healed)], [FORMS[0], [`bad ${FORMS[0]} REPODATA_INVALID`]]);
  const misplaced = mirrored({ bad: (path) => honest(path.replace('linux-64/', `${subdir}/`)) });
  assert.equal((await failure(() => verifier.fetchRepodata('linux-64', misplaced[0], misplaced[1]))).code, 'REPODATA_MISPLACED');
});

test('under TUF the roles say which form there is, and the file has to be the one', async () => {
  const channel = new TufChannel({ listed: ['noarch/repodata.json.bz2'] });
  const stale = new TufChannel({ listed: ['noarch/repodata.json.zst'] });
  const mirrors = { bad: (path) => (path.endsWith('repodata.json.bz2') ? Buffer.from('no') : channel.at(path)), good: channel.at };
  const asked = [];
  const [fetcher, places] = mirrored(mirrors, asked);
  const verifier = await Verifier.create({ trustedRoot: channel.root });
  await verifier.refresh(fetcher, places);
  const fetched = await verifier.fetchRepodata('noarch', fetcher, places);
  assert.deepEqual([fetched.path, fetched.target], ['noarch/repodata.json.bz2', 'noarch/repodata.json.bz2']);
  assert.deepEqual(fetched.mirrors.map(({ code }) => code), ['TARGET_DIGEST_MISMATCH']);
  assert.ok(asked.every((path) => !path.endsWith('.zst')), 'what no role lists is not asked for');
  const found = await verifier.fetchPackage('noarch', victim, fetcher, places);
  assert.deepEqual([found.verdict.verdict, found.verdict.trust.basis], ['verified', 'tuf']);
  // Another form was asked for.
  const exact = { ...places, fileName: 'repodata.json.zst', exact: true };
  assert.equal((await failure(() => verifier.fetchRepodata('noarch', fetcher, exact))).code, 'TARGET_MISSING');
  const [old, from] = mirrored({ old: stale.at });
  assert.ok(VerifierError.isVerifierError(await failure(() => verifier.fetchRepodata('noarch', old, from))));
});

test('under TUF a package may be a target alone, or beside its record', async () => {
  const path = `noarch/${victim}`;
  for (const listed of [[path], ['noarch/repodata.json.zst', path]]) {
    const channel = new TufChannel({ listed });
    const bad = (wanted) => (wanted.endsWith(victim) ? spoiled(channel.at(wanted)) : channel.at(wanted));
    const [fetcher, places] = mirrored({ bad, good: channel.at });
    const verifier = await Verifier.create({ trustedRoot: channel.root });
    await verifier.refresh(fetcher, places);
    const hasRecord = listed.length > 1;
    if (hasRecord) await verifier.fetchRepodata('noarch', fetcher, places);
    const { verdict, record, mirrors } = await verifier.fetchPackage('noarch', victim, fetcher, places);
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, verdict.trust.basis, record !== null], ['verified', 'tuf', hasRecord]);
    assert.equal(verdict.notChecked.some(({ check }) => check === 'record'), !hasRecord);
    assert.equal(mirrors.length, 1);
  }
});

test('a channel that nobody signs: compared, and unverified', async () => {
  const verifier = await Verifier.create();
  const [fetcher, places] = mirrored({ only: honest });
  await verifier.fetchRepodata(subdir, fetcher, places);
  const { verdict } = await verifier.fetchPackage(subdir, victim, fetcher, places);
  assert.deepEqual([verdict.verdict, verdict.reasons], ['unverified', ['unsigned']]);
  // There is no channel whose URL it could be.
  const error = await failure(() => verifier.fetchPackage(subdir, victim, fetcher));
  assert.equal(error.code, 'ARGUMENT_INVALID');
});

test('what is asked for wrongly is told before anything is fetched', async () => {
  const asked = [];
  const { verifier, fetcher, places } = await ready({ only: honest }, { asked });
  const never = () => assert.fail('it was fetched');
  const calls = [
    () => verifier.fetchPackage(subdir, 'nowhere-1-0.conda', fetcher, places),
    () => verifier.fetchPackage('linux-64', victim, fetcher, places),
    () => verifier.fetchPackage('..', victim, never, places),
    () => verifier.fetchPackage(subdir, '../root.json', never, places),
    () => verifier.fetchPackage(subdir, '..', never, places),
    () => verifier.fetchPackage(subdir, victim, undefined, places),
    () => verifier.fetchPackage(subdir, victim, never, { ...places, timeout: 0 }),
    () => verifier.fetchPackage(subdir, victim, never, { ...places, onFiles: () => {} }),
    () => verifier.fetchPackage(subdir, victim, never, { mirrors: [] }),
    () => verifier.fetchRepodata('a/b', never, places),
    () => verifier.fetchRepodata(subdir, never, { ...places, fileName: '../repodata.json' }),
    () => verifier.fetchRepodata(subdir, never, { ...places, fileName: 'x.conda' }),
    () => verifier.fetchRepodata(subdir, never, { ...places, exact: 'yes' }),
  ];
  const codes = [];
  for (const call of calls) codes.push((await failure(call)).code);
  assert.deepEqual(codes, ['RECORD_MISSING', ...Array(12).fill('ARGUMENT_INVALID')]);
  assert.deepEqual(asked, []);
});

test('a signal and free() end it, and a silent mirror is left', async () => {
  const silent = badAt({ [PACKAGE]: () => new Promise(() => {}) });
  const { verifier, fetcher, places } = await ready({ silent, good: honest });
  const fetched = await verifier.fetchPackage(subdir, victim, fetcher, { ...places, timeout: 50 });
  assert.deepEqual(told(fetched), [`silent ${PACKAGE} TIMED_OUT`]);
  const controller = new AbortController();
  const call = verifier.fetchPackage(subdir, victim, fetcher, { ...places, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 5);
  await assert.rejects(call, { message: 'enough' });
  const last = verifier.fetchPackage(subdir, victim, fetcher, places);
  setTimeout(() => verifier.free(), 5);
  await assert.rejects(last, { code: 'FREED' });
});

/** What `call` gives, and how many pieces of memory it took that have so many bytes. */
async function counted(least, call) {
  const { Uint8Array } = globalThis;
  let count = 0;
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, made) {
      const array = Reflect.construct(target, args, made === globalThis.Uint8Array ? target : made);
      // Not a view of memory that is there.
      if (!(args[0] instanceof ArrayBuffer) && array.length >= least) count++;
      return array;
    },
  });
  try {
    return { given: await call(), count };
  } finally {
    globalThis.Uint8Array = Uint8Array;
  }
}

test('repodata is in memory twice at the most: what is kept, and what is given', async () => {
  const plain = JSON.parse(Buffer.from(honest(`${subdir}/repodata.json`)).toString());
  const text = Buffer.from(JSON.stringify(plain) + ' '.repeat(8 << 20));
  const path = `${subdir}/repodata.json`;
  const channel = new TufChannel({ listed: [] });
  channel.list('targets', path, text);
  channel.repository.release('targets');
  const exact = { fileName: 'repodata.json', exact: true };
  for (const hasLength of [true, false]) {
    const headers = hasLength ? { 'content-length': text.length } : {};
    const body = () => new Response(text, { headers });
    for (const [verifier, files] of [
      [await Verifier.create(), honest],
      [await Verifier.create({ trustedRoot: channel.root }), channel.at],
    ]) {
      const [fetcher, places] = mirrored({ only: (wanted) => (/repodata\.json$/.test(wanted) ? body() : files(wanted)) });
      if ((await verifier.trust) !== null) await verifier.refresh(fetcher, places);
      const { given, count } = await counted(text.length, () => verifier.fetchRepodata(subdir, fetcher, { ...places, ...exact }));
      // Without a length it comes in small pieces.
      assert.ok(count <= (hasLength ? 2 : 1), `${count} of ${hasLength ? 'a known' : 'an unknown'} length, ${files === honest ? 'unsigned' : 'tuf'}`);
      assert.equal(given.bytes.byteLength, given.bytes.buffer.byteLength);
      assert.equal(sha256(given.bytes), sha256(text));
      // What becomes of the caller's bytes changes nothing of what was verified.
      const record = verifier.findRecord(subdir, victim);
      given.bytes.fill(0x20);
      assert.deepEqual(verifier.findRecord(subdir, victim), record);
    }
  }
});

test('several packages at once', async () => {
  const { verifier, fetcher, places } = await ready({ bad: badAt({ [PACKAGE]: () => spoiled(honest(PACKAGE)) }), good: honest });
  const names = fixtures.signed.honest.map((path) => path.split('/')[1]);
  const all = await Promise.all(names.map((name) => verifier.fetchPackage(subdir, name, fetcher, places)));
  assert.deepEqual(all.map(({ verdict }) => verdict.verdict), names.map(() => 'verified'));
});

/** Bytes whose server says that there are many more. */
const lying = (bytes, length) => new Response(bytes, { headers: { 'content-length': length } });

test('a length that a mirror makes up is its own fault', async () => {
  const longer = () => lying(Buffer.concat([honest(PACKAGE), Buffer.alloc(1)]), 3 * 2 ** 30);
  const { verifier, fetcher, places } = await ready({ bad: badAt({ [PACKAGE]: longer }), good: honest });
  const fetched = await verifier.fetchPackage(subdir, victim, fetcher, places);
  assert.deepEqual(told(fetched), [`bad ${PACKAGE} SIZE_MISMATCH`]);
  // Nobody says how long it is, and it is longer than any may be.
  const small = { packages: {}, 'packages.conda': { [victim]: { name: 'hello', version: '1.0', build: 'pyh0_0', build_number: 0, subdir, depends: [], sha256: sha256(honest(PACKAGE)) } } };
  const bound = await Verifier.create({ limits: { archiveBytes: honest(PACKAGE).length } });
  await bound.addRepodata(subdir, JSON.stringify({ info: { subdir }, ...small }));
  const healed = await bound.fetchPackage(subdir, victim, fetcher, places);
  assert.deepEqual(told(healed), [`bad ${PACKAGE} LIMIT_EXCEEDED`]);
  // A record that says so is not asked for at all.
  const tiny = await Verifier.create({ limits: { archiveBytes: 10 } });
  await tiny.addRepodata(subdir, honest(`${subdir}/repodata.json`));
  const never = () => assert.fail('it was fetched');
  assert.equal((await failure(() => tiny.fetchPackage(subdir, victim, never, places))).code, 'LIMIT_EXCEEDED');
});

test('what onFile throws is nobody else\'s fault, and no file comes twice', async () => {
  const asked = [];
  const { verifier, fetcher, places } = await ready({ first: honest, second: honest }, { asked });
  for (const error of [new Error('disk full'), VerifierError.fromJSON({ code: 'FILE_UNWRITABLE', message: 'disk full', hint: 'x' })]) {
    asked.length = 0;
    const files = [];
    const onFile = ({ path }) => {
      files.push(path);
      if (files.length === 2) throw error;
    };
    assert.equal(await failure(() => verifier.fetchPackage(subdir, victim, fetcher, { ...places, onFile })), error);
    assert.deepEqual([files.length, asked], [2, [`first ${PACKAGE}`]]);
  }
});

test('under TUF a form that no mirror has right comes in the next one', async () => {
  const channel = new TufChannel({ listed: ['noarch/repodata.json.zst', 'noarch/repodata.json'] });
  // The good one has one form alone.
  const plain = (path) => (path.endsWith('repodata.json.zst') ? undefined : channel.at(path));
  const only = (answer) => (path) => (/repodata/.test(path) ? answer(path) : channel.at(path));
  for (const [code, bad] of [['HTTP_STATUS', () => 500], ['TARGET_DIGEST_MISMATCH', () => Buffer.from('no')], ['NETWORK_FAILED', () => Promise.reject(new Error('no route'))]]) {
    const [fetcher, places] = mirrored({ bad: only(bad), good: plain });
    const verifier = await Verifier.create({ trustedRoot: channel.root });
    await verifier.refresh(fetcher, places);
    const fetched = await verifier.fetchRepodata('noarch', fetcher, places);
    assert.equal(fetched.path, 'noarch/repodata.json', code);
    assert.ok(fetched.mirrors.some((failure) => failure.code === code && failure.mirror === at('bad')), code);
  }
});

test('a store that fails is told, and one that is none refused', async () => {
  const channel = new TufChannel();
  channel.repository.delegate('targets', 'more', { paths: ['noarch/*'] });
  channel.list('more', PACKAGE);
  channel.repository.release('targets', 'more');
  const [fetcher, places] = mirrored({ only: channel.at });
  const no = async () => { throw new Error('quota exceeded'); };
  const store = { read: no, update: no, clear: no };
  const verifier = await Verifier.create({ trustedRoot: channel.root });
  await verifier.refresh(fetcher, places);
  const fetched = await verifier.fetchRepodata('noarch', fetcher, { ...places, store });
  assert.equal(fetched.store.code, 'STORE_FAILED');
  const file = await verifier.fetchPackage('noarch', victim, fetcher, { ...places, store });
  assert.deepEqual([file.verdict.verdict, file.store.code], ['verified', 'STORE_FAILED']);
  const { verifier: other, fetcher: from, places: where } = await ready({ only: honest });
  assert.equal((await other.fetchPackage(subdir, victim, from, where)).store, null);
  assert.equal((await failure(() => other.fetchPackage(subdir, victim, from, { ...where, store: 5 }))).code, 'ARGUMENT_INVALID');
  for (const options of [null, 5, 'x']) {
    assert.equal((await failure(() => other.fetchPackage(subdir, victim, from, options))).code, 'ARGUMENT_INVALID');
    assert.equal((await failure(() => other.fetchRepodata(subdir, from, options))).code, 'ARGUMENT_INVALID');
  }
  assert.equal((await failure(() => other.fetchPackage(subdir, 'a\ud800-1-0.conda', from, where))).code, 'ARGUMENT_INVALID');
});

test('repodata that nobody vouches for does not veto a package that a role lists', async () => {
  const channel = new TufChannel({ listed: [PACKAGE] });
  const [fetcher, places] = mirrored({ only: channel.at });
  const verifier = await Verifier.create({ trustedRoot: channel.root });
  await verifier.refresh(fetcher, places);
  await verifier.addRepodata('noarch', '{"packages": {}, "packages.conda": {}}');
  const { verdict, record } = await verifier.fetchPackage('noarch', victim, fetcher, places);
  assert.deepEqual([verdict.verdict, record], ['verified', null]);
});

test('a file that is longer than it may be is refused as such, whatever length it is said to have', async () => {
  const channel = new TufChannel();
  const path = 'noarch/repodata.json.zst';
  const verifier = await Verifier.create({ trustedRoot: channel.root, limits: { repodataBytes: 1_000_000 } });
  const long = (headers) => () => new Response(Buffer.alloc(3_000_000), { headers });
  for (const sent of [long({ 'content-length': 3_000_000 }), long({})]) {
    const [fetcher, places] = mirrored({ bad: (wanted) => (wanted.includes('repodata') ? sent() : channel.at(wanted)), good: channel.at });
    await verifier.refresh(fetcher, places);
    await verifier.loadTarget(path, fetcher, places);
    assert.equal((await failure(() => verifier.verifyTarget(path, sent()))).code, 'TARGET_DIGEST_MISMATCH');
    for (const name of ['addRepodata', 'indexRepodata']) {
      assert.equal((await failure(() => verifier[name]('noarch', sent()))).code, 'LIMIT_EXCEEDED', name);
    }
    const target = await verifier.fetchTarget(path, fetcher, places);
    assert.deepEqual([sha256(target.bytes), ...target.mirrors.map(({ code }) => code)], [sha256(channel.at(path)), 'TARGET_DIGEST_MISMATCH']);
    const repodata = await verifier.fetchRepodata('noarch', fetcher, places);
    assert.deepEqual([sha256(repodata.bytes), ...repodata.mirrors.map(({ code }) => code)], [sha256(channel.at(path)), 'TARGET_DIGEST_MISMATCH']);
  }
});
