// Several mirrors, of which any may fail or lie: what one has wrong comes from the next.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { VerifierError } from 'conda-verifier';

import { at, badAt, mirrored } from './support/mirrors.mjs';
import { installed } from './support/places.mjs';
import { fixtures } from './support/samples.mjs';
import { serve } from './support/server.mjs';
import { attacked, attackOf, CHANNEL, failure, fetcherOf, fileOf, honest, pinned, trusting } from './support/trust.mjs';

const newest = (await trusting()).export();
const spoiled = (path) => {
  const bytes = fileOf(path);
  bytes[bytes.length >> 1] ^= 1;
  return bytes;
};
const told = ({ mirrors }) => mirrors.map(({ mirror, path, code }) => `${/\/\/(\w+)/.exec(mirror)[1]} ${path} ${code}`);
const never = () => new Promise(() => undefined);

/** A refresh from a bad mirror and a good one after it; gives its report. */
async function healed(bad, { verifier, timeout = 300 } = {}) {
  const holder = verifier ?? (await pinned());
  const [fetcher, options] = mirrored({ bad, good: honest });
  const report = await holder.refresh(fetcher, { ...options, timeout });
  assert.deepEqual(holder.export(), newest);
  return report;
}

test('from one mirror nothing differs from the channel itself', async () => {
  const verifier = await pinned();
  const asked = [];
  const [fetcher, options] = mirrored({ only: honest }, asked);
  const report = await verifier.refresh(fetcher, options);
  assert.deepEqual([verifier.export(), report.mirrors, report.store], [newest, [], null]);
  const before = [];
  await (await pinned()).refresh(fetcherOf(honest, before));
  assert.deepEqual(asked, before.map((path) => `only ${path}`));
  // Its error is its own.
  for (const answer of [() => spoiled('key_mgr.json'), () => 500, () => Promise.reject(new Error('no'))]) {
    const [bad, options] = mirrored({ only: badAt({ 'key_mgr.json': answer }) });
    const error = await failure(async () => (await pinned()).refresh(bad, options));
    const [other] = mirrored({ only: badAt({ 'key_mgr.json': answer }) });
    const direct = await failure(async () => (await pinned({ channel: at('only') })).refresh(other));
    assert.deepEqual(error.toJSON(), direct.toJSON());
    assert.ok(!('mirrors' in error.details));
  }
});

test('the channel may have any name then, or none', async () => {
  for (const channel of ['conda-forge', undefined]) {
    const verifier = await pinned({ channel });
    const [fetcher, options] = mirrored({ only: honest });
    await verifier.refresh(fetcher, options);
    assert.equal(verifier.trust.keyMgr.version, 2);
    // And these are URLs of other classes and spellings.
    const urls = [];
    const note = (url) => (urls.push(url.href), new Response(null, { status: 404 }));
    const mirrors = [new URL('https://a.example/x'), { metadata: 'HTTPS://b.example', targets: 'https://c.example/' }];
    await assert.rejects(verifier.refresh(note, { mirrors }), { code: 'ROLE_MISSING' });
    assert.deepEqual(urls.slice(0, 2), ['https://a.example/x/4.sv1.root.json', 'https://b.example/4.sv1.root.json']);
  }
});

test('what is no list of mirrors, no timeout and no option', async () => {
  const verifier = await pinned();
  const url = 'https://a.example/';
  const lists = [null, url, {}, [], new Set([url]), Array(65).fill(url), [null], [7], [''], ['a'], ['/a'], ['data:,x'], [undefined]];
  const urls = ['https://u@a.example/', 'https://u:p@a.example/', `${url}?q`, `${url}#h`];
  const places = [{}, { metadata: 7 }, { targets: url }, { metadata: url, targets: 'x' }, { metadata: url, target: url }];
  for (const mirrors of [...lists, ...urls.map((url) => [url]), ...places.map((place) => [url, place])]) {
    const error = await failure(() => verifier.refresh(() => assert.fail('it was asked'), { mirrors }));
    assert.equal(error.code, 'ARGUMENT_INVALID', JSON.stringify(mirrors));
    assert.match(error.message, /options\.mirrors/);
  }
  for (const timeout of [0, -1, 0.5, NaN, Infinity, 2 ** 31, '5', null]) {
    await assert.rejects(verifier.refresh(fetcherOf(honest), { timeout }), { code: 'ARGUMENT_INVALID' }, String(timeout));
  }
  for (const store of [null, 7, {}, { read() {}, update() {} }, new Map()]) {
    await assert.rejects(verifier.refresh(fetcherOf(honest), { store }), { code: 'ARGUMENT_INVALID' });
  }
  for (const [name, meant] of [['mirror', 'mirrors'], ['stores', 'store'], ['timeOut', 'timeout'], ['onprogress', 'onProgress']]) {
    const error = await failure(() => verifier.refresh(fetcherOf(honest), { [name]: 1 }));
    assert.match(error.message, new RegExp(`did you mean ${meant}\\?`));
  }
  await verifier.refresh(fetcherOf(honest), { mirrors: undefined, store: undefined, timeout: 2 ** 31 - 1 });
});

for (const { way, notices } of fixtures.attacks) {
  // What is signed rightly and has expired is the channel's own word: no mirror has another.
  if (!['Root', 'KeyMgr', 'PkgMgr'].includes(notices) || /^(pinned-root|root-expire)/.test(way)) continue;
  test(`a mirror with the attack ${way} is passed over`, async () => {
    const report = await healed(attacked(attackOf(way)));
    const [first, ...more] = report.mirrors;
    assert.equal(first?.mirror, at('bad'));
    assert.deepEqual(more, []);
    assert.ok(first.path.endsWith({ Root: 'root.json', KeyMgr: 'key_mgr.json', PkgMgr: 'pkg_mgr.json' }[notices]));
    assert.ok(first.message !== '' && Object.isFrozen(first) && Object.isFrozen(report.mirrors));
  });
}

test('a mirror that was rolled back is passed over by who knows better', async () => {
  for (const [way, code] of [
    ['key-mgr-rolled-back', 'ROLE_ROLLBACK'],
    ['key-mgr-timestamp-back', 'ROLE_ROLLBACK'],
    ['pkg-mgr-rolled-back', 'ROLE_ROLLBACK'],
    ['pkg-mgr-withheld', 'ROLE_MISSING'],
  ]) {
    const { mirrors } = await healed(attacked(attackOf(way)), { verifier: await trusting() });
    assert.deepEqual(mirrors.map(({ code }) => code), [code], way);
  }
});

test('a mirror that freezes its clients at an old root is passed over', async () => {
  // It says of every later root that there is none, in all the words that mean it.
  for (const status of [404, 403]) {
    const freezes = (path) => (path.endsWith('root.json') ? status : honest(path));
    const report = await healed(freezes);
    assert.equal(report.root.version, 3);
    assert.deepEqual(told(report), ['bad 2.root.json ROLE_MISSING']);
    // Alone, nobody can tell.
    const alone = await pinned();
    const [fetcher, options] = mirrored({ bad: freezes });
    await alone.refresh(fetcher, options).catch(() => undefined);
    assert.equal(alone.trust.root.version, 1);
  }
  // In the middle of the chain too, and with several of them.
  const upTo = (last) => (path) => (Number.parseInt(path) > last ? undefined : honest(path));
  const verifier = await pinned();
  const [fetcher, options] = mirrored({ one: upTo(1), two: upTo(2), good: honest });
  const report = await verifier.refresh(fetcher, options);
  assert.deepEqual(verifier.export(), newest);
  assert.deepEqual(told(report), ['one 2.root.json ROLE_MISSING', 'two 3.root.json ROLE_MISSING']);
});

test('all mirrors that answer are asked before a file is believed not to be there', async () => {
  const asked = [];
  const [fetcher, options] = mirrored({ one: honest, two: honest, three: honest }, asked);
  await (await trusting()).refresh(fetcher, options);
  const names = ['4.sv1.root.json', '4.sv0.7.root.json', '4.sv0.6.root.json', '4.root.json'];
  assert.deepEqual(asked, [
    ...names.flatMap((name) => ['one', 'two', 'three'].map((mirror) => `${mirror} ${name}`)),
    'one key_mgr.json',
    'one pkg_mgr.json',
  ]);
  // One that is down has no say, and one that stalls is waited for once.
  const again = [];
  const mirrors = { stalls: never, down: () => Promise.reject(new Error('no')), good: honest };
  const [other, places] = mirrored(mirrors, again);
  const report = await (await trusting()).refresh(other, { ...places, timeout: 300 });
  assert.equal(report.root.version, 3);
  assert.deepEqual(again.filter((line) => line.startsWith('stalls')), ['stalls 4.sv1.root.json']);
  assert.equal(again.filter((line) => line.startsWith('down')).length, 4);
  assert.equal(report.mirrors.length, 5);
});

test('a status that decides nothing is passed over, whatever comes then', async () => {
  const refuses = (status) => (path) => (path.endsWith('root.json') ? status : honest(path));
  for (const status of [410, 429, 500, 503]) {
    const { mirrors } = await healed(refuses(status));
    assert.ok(mirrors.length > 0);
    // Who says 410 of a root that there is, has none.
    const codes = ({ path }) => (status === 410 && honest(path) ? 'ROLE_MISSING' : 'ROLE_UNAVAILABLE');
    for (const failure of mirrors) assert.equal(failure.code, codes(failure), `${status} ${failure.path}`);
  }
  // 410 means nothing for a root: with nobody to ask, nothing is decided.
  const [fetcher, options] = mirrored({ one: refuses(410), two: refuses(500) });
  const error = await failure(async () => (await pinned()).refresh(fetcher, options));
  assert.equal(error.code, 'ROLE_UNAVAILABLE');
});

test('a file goes on with the mirror that served the one before', async () => {
  const asked = [];
  const [fetcher, options] = mirrored(
    { one: badAt({ '2.root.json': () => spoiled('2.root.json') }), two: badAt({ 'key_mgr.json': () => 500 }), three: honest },
    asked,
  );
  const verifier = await pinned();
  const report = await verifier.refresh(fetcher, options);
  assert.deepEqual(verifier.export(), newest);
  assert.deepEqual(told(report), [`one 2.root.json ${report.mirrors[0].code}`, 'two key_mgr.json ROLE_UNAVAILABLE']);
  assert.match(report.mirrors[0].code, /^(JSON_INVALID|ROLE_MALFORMED|THRESHOLD_NOT_MET)$/);
  const after = asked.slice(asked.indexOf('one 2.root.json') + 1);
  assert.deepEqual(after[0], 'two 2.root.json');
  // The one that failed comes last from then on.
  assert.deepEqual(after.slice(1, 4), ['two 3.sv1.root.json', 'three 3.sv1.root.json', 'one 3.sv1.root.json']);
  assert.deepEqual(asked.slice(-3), ['two key_mgr.json', 'three key_mgr.json', 'three pkg_mgr.json']);
});

test('mirrors that are down, stall, or never end', async () => {
  const endless = () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }));
  const halfway = (path) =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue((honest(path) ?? fileOf('root.json')).subarray(0, 9)) }));
  const cases = [
    ['unreachable', () => Promise.reject(new TypeError('no')), 'NETWORK_FAILED'],
    ['500', () => 500, 'ROLE_UNAVAILABLE'],
    ['no answer', never, 'TIMED_OUT'],
    ['no answer, until it is told to end', (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))), 'TIMED_OUT'],
    ['a body that begins', halfway, 'TIMED_OUT'],
    ['a body without an end', endless, 'LIMIT_EXCEEDED'],
  ];
  for (const [name, answer, code] of cases) {
    for (const path of ['2.root.json', 'key_mgr.json', 'pkg_mgr.json']) {
      const { mirrors } = await healed(badAt({ [path]: answer }));
      assert.deepEqual(mirrors.map(({ path, code }) => `${path} ${code}`), [`${path} ${code}`], name);
    }
    // All of it, from the first file on: each further file begins with the good one.
    const report = await healed(answer);
    assert.equal(report.mirrors[0].code, code, name);
  }
});

test('a mirror that drips is left, however long it would go on', async () => {
  let timer;
  const drips = () =>
    new Response(
      new ReadableStream({
        start: (controller) => void (timer = setInterval(() => controller.enqueue(new Uint8Array([32])), 5)),
        cancel: () => clearInterval(timer),
      }),
    );
  const begun = performance.now();
  const { mirrors } = await healed(badAt({ 'key_mgr.json': drips }), { timeout: 300 });
  assert.deepEqual(mirrors.map(({ code }) => code), ['TIMED_OUT']);
  assert.ok(performance.now() - begun < 10_000);
  // A slow one that goes on is not, though all of it takes longer.
  const padded = Buffer.concat([fileOf('key_mgr.json'), Buffer.alloc(400_000, 32)]);
  const slow = () => {
    let sent = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 40));
          controller.enqueue(padded.subarray(sent, (sent += 20_000)));
          if (sent >= padded.length) controller.close();
        },
      }),
    );
  };
  const verifier = await pinned();
  const [fetcher, options] = mirrored({ slow: badAt({ 'key_mgr.json': slow }) });
  assert.deepEqual((await verifier.refresh(fetcher, { ...options, timeout: 500 })).mirrors, []);
});

test('an answer has to come at some rate, and to come to an end', async (t) => {
  const { StallWatch } = await import(pathToFileURL(join(installed, 'dist/trust/stall-watch.js')).href);
  let time = 0;
  t.mock.method(performance, 'now', () => time);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const [second, hour, KiB] = [1_000, 3_600_000, 1_024];
  /** After how many milliseconds an answer is left of which so many bytes come each `every` ms; null where it is not. */
  const leftAfter = (bytes, every, maxLength, timeout = 30 * second) => {
    time = 0;
    const watch = new StallWatch(timeout, maxLength, undefined, () => 'stalled');
    watch.begun();
    const step = (milliseconds) => {
      time += milliseconds;
      t.mock.timers.tick(milliseconds);
    };
    for (let come = 0; come < maxLength && !watch.signal.aborted; ) {
      step(every);
      if (!watch.signal.aborted) watch.arrived((come += bytes));
    }
    watch.end();
    return watch.signal.aborted ? time : null;
  };
  const [file, archive] = [5 * 1024 * KiB, 2 * 1024 * 1024 * KiB];
  // As little as is no stall: it would go on for days.
  const dripped = leftAfter(16 * KiB, 29 * second, archive);
  assert.ok(dripped < 60 * second, `${dripped}`);
  assert.ok(leftAfter(1, second, archive) <= 31 * second);
  assert.ok(leftAfter(3 * KiB, second, archive) < 200 * second);
  // Whoever sends more than that is bounded by the length, and then by a quarter of a day.
  const slow = leftAfter(5 * KiB, second, archive);
  assert.ok(slow > 6 * hour && slow <= 6 * hour + 31 * second, `${slow}`);
  assert.ok(leftAfter(10 * KiB, second, file) <= 351 * second);
  // What is fast enough comes, in whatever pieces.
  for (const [bytes, every] of [[17 * KiB, second], [400 * KiB, 20 * second], [100, 5]]) assert.equal(leftAfter(bytes, every, file), null);
  assert.equal(leftAfter(110 * KiB, second, archive), null);
});

test('a mirror that stalls, alone, is an error that says so', async () => {
  const verifier = await pinned();
  const error = await failure(() => verifier.refresh(never, { timeout: 20 }));
  assert.ok(VerifierError.isVerifierError(error));
  assert.equal(error.code, 'TIMED_OUT');
  assert.deepEqual(error.details, { url: `${CHANNEL}2.sv1.root.json`, timeout: 20 });
  assert.match(error.hint, /timeout/);
  await verifier.refresh(fetcherOf(honest));
});

test('where all fail, the error says most, and who failed at what', async () => {
  const down = () => Promise.reject(new Error('no'));
  const forged = () => spoiled('key_mgr.json');
  const old = attacked(attackOf('key-mgr-rolled-back'));
  const cases = [
    [{ one: down, two: () => 500 }, 'NETWORK_FAILED', ['NETWORK_FAILED', 'ROLE_UNAVAILABLE']],
    [{ one: down, two: () => undefined }, 'ROLE_MISSING', ['NETWORK_FAILED', 'ROLE_MISSING']],
    [{ one: down, two: () => old('key_mgr.json'), three: forged }, 'ROLE_ROLLBACK', ['NETWORK_FAILED', 'ROLE_ROLLBACK', 'THRESHOLD_NOT_MET']],
    [{ one: () => undefined, two: down, three: () => old('key_mgr.json') }, 'ROLE_ROLLBACK', ['ROLE_MISSING', 'NETWORK_FAILED', 'ROLE_ROLLBACK']],
  ];
  for (const [answers, code, codes] of cases) {
    const verifier = await trusting();
    const files = Object.entries(answers).map(([name, answer]) => [name, badAt({ 'key_mgr.json': answer })]);
    const [fetcher, options] = mirrored(Object.fromEntries(files));
    const error = await failure(() => verifier.refresh(fetcher, options));
    assert.equal(error.code, code);
    const lines = Object.keys(answers).map((name, index) => `${at(name)} key_mgr.json: ${codes[index]}`);
    // A forged byte is refused in one of several words, by where it is.
    assert.deepEqual(error.details.mirrors.map((line) => line.replace(/(three.*): \w+$/, `$1: ${codes[2]}`)), lines);
    assert.ok(error.hint !== '' && error.cause.code === code);
    assert.deepEqual(VerifierError.fromJSON(error.toJSON()).details, error.details);
    // What was accepted stays, and the next refresh goes well.
    assert.deepEqual(verifier.export(), newest);
    assert.deepEqual((await verifier.refresh(fetcherOf(honest))).mirrors, []);
  }
});

test('what is no mirror\'s fault ends the refresh', async () => {
  const reason = new Error('enough');
  const asked = [];
  const cases = [
    [{ one: () => Promise.reject(VerifierError.fromJSON({ code: 'FREED', message: 'x', hint: 'x' })), two: honest }, {}, { code: 'FREED' }],
    [{ one: honest, two: honest }, { onProgress: () => { throw reason; } }, reason],
  ];
  for (const [mirrors, more, expected] of cases) {
    const [fetcher, options] = mirrored(mirrors, asked);
    await assert.rejects(async () => (await pinned()).refresh(fetcher, { ...options, ...more }), expected);
  }
  const verifier = await pinned();
  const noResponse = (url) => (url.href.startsWith(at('one')) ? 'text' : assert.fail('it was asked'));
  await assert.rejects(verifier.refresh(noResponse, { mirrors: [at('one'), at('two')] }), { code: 'ARGUMENT_INVALID' });
});

test('a signal ends it at once, with all mirrors that there are', async () => {
  const reason = new Error('enough');
  const asked = [];
  const [fetcher, options] = mirrored({ one: never, two: never, three: never }, asked);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  const begun = performance.now();
  await assert.rejects(async () => (await pinned()).refresh(fetcher, { ...options, signal: controller.signal }), reason);
  assert.ok(performance.now() - begun < 1_000);
  assert.equal(asked.length, 1);
});

test('over http: servers that stall and never end are left, and hung up on', async (t) => {
  const ended = [];
  const note = (name, response) => response.once('close', () => ended.push(name));
  const url = await serve(t, {
    '/silent/*': (_, response) => note('silent', response),
    '/half/*': (_, response) => {
      note('half', response);
      response.writeHead(200, { 'content-length': '5000' }).write('{"half');
    },
    '/drip/*': (_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
      note('drip', response);
      response.writeHead(200, { 'content-length': '500000' });
    },
    '/endless/*': (_, response) => {
      note('endless', response);
      response.writeHead(200);
      const pour = () => { while (response.write(Buffer.alloc(65_536, 32))); };
      response.on('drain', pour);
      pour();
    },
  });
  const names = ['silent', 'half', 'drip', 'endless'];
  const verifier = await pinned();
  const mirrors = [...names, 'signed'].map((name) => `${url}/${name}`);
  const report = await verifier.refresh(fetch, { mirrors, timeout: 1_000 });
  assert.deepEqual(verifier.export(), newest);
  const first = report.mirrors.slice(0, 4).map(({ mirror, code }) => `${mirror.slice(url.length + 1)} ${code}`);
  assert.deepEqual(first, ['silent/ TIMED_OUT', 'half/ TIMED_OUT', 'drip/ TIMED_OUT', 'endless/ LIMIT_EXCEEDED']);
  while (new Set(ended).size < 4) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a file of several names, at the place of its kind', async () => {
  const { Mirrors } = await import(pathToFileURL(join(installed, 'dist/trust/mirrors.js')).href);
  const place = (name, targets) => ({ metadata: new URL(at(name)), targets: targets && new URL(`${at(name)}files/`) });
  const places = [place('bare', false), place('one', true), place('two', true)].map((place) => ({ ...place, targets: place.targets || null }));
  const file = { base: 'targets', paths: ['dir/hash.a', 'dir/a'], maxLength: 4, optional: false };
  const judge = {
    accept: ({ bytes }) => {
      const text = new TextDecoder().decode(bytes);
      if (text === 'good') return text;
      throw VerifierError.fromJSON({ code: 'SHA256_MISMATCH', message: text, hint: 'x' });
    },
    absent: (status) => {
      throw VerifierError.fromJSON({ code: 'HTTP_STATUS', message: `${status}`, hint: 'x' });
    },
  };
  const cases = [
    [{ one: { 'dir/hash.a': 'good' } }, 'good', ['one dir/hash.a'], []],
    [{ one: { 'dir/a': 'good' } }, 'good', ['one dir/hash.a', 'one dir/a'], []],
    [{ one: {}, two: { 'dir/a': 'good' } }, 'good', ['one dir/hash.a', 'one dir/a', 'two dir/hash.a', 'two dir/a'], ['HTTP_STATUS 404']],
    [{ one: { 'dir/hash.a': 'much too long' }, two: { 'dir/hash.a': 'good' } }, 'good', ['one dir/hash.a', 'two dir/hash.a'], ['SHA256_MISMATCH much ']],
    [{ one: { 'dir/hash.a': 500 }, two: {} }, 'HTTP_STATUS', ['one dir/hash.a', 'two dir/hash.a', 'two dir/a'], ['HTTP_STATUS 500', 'HTTP_STATUS 404']],
    [{ one: { 'dir/hash.a': 500 }, two: { 'dir/a': 'evil' } }, 'SHA256_MISMATCH', ['one dir/hash.a', 'two dir/hash.a', 'two dir/a'], ['HTTP_STATUS 500', 'SHA256_MISMATCH evil']],
  ];
  for (const [files, expected, wanted, failures] of cases) {
    const asked = [];
    const has = (name) => (path) => files[name]?.[path.replace(/^files\//, '')];
    const [fetcher] = mirrored({ bare: () => assert.fail('it has no targets'), one: has('one'), two: has('two') }, asked);
    const fetching = { fetcher, fetchOptions: {}, timeout: 1_000, signal: undefined, report: () => undefined };
    const mirrors = new Mirrors(places, fetching);
    assert.equal(await mirrors.file(file, judge).catch(({ code }) => code), expected);
    assert.deepEqual(asked.map((line) => line.replace('files/', '')), wanted);
    assert.deepEqual(mirrors.failures.map(({ code, message }) => `${code} ${message}`), failures);
    assert.ok(mirrors.failures.every(({ mirror }) => mirror.endsWith('/files/')));
    const bare = new Mirrors(places.slice(0, 1), fetching);
    await assert.rejects(bare.file(file, judge), { code: 'ARGUMENT_INVALID' });
  }
});
