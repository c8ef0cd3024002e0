// --state: what is kept of a channel from one run to the next, whatever happens in between.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { run, start } from './support/command-line.mjs';
import { installed } from './support/places.mjs';
import { send, serve } from './support/server.mjs';
import { copyOf, emptyFolder, now, pinned, signed, strike, trusting, victim } from './support/signed.mjs';

const verify = (channel, state, ...options) => run(['channel', channel, ...trusting, '--state', state, ...options]);

/** What a state file keeps, by key. */
function kept(state) {
  const { entries } = JSON.parse(readFileSync(state, 'utf8'));
  return Object.fromEntries(entries.map(({ key, base64 }) => [key, Buffer.from(base64, 'base64').toString()]));
}

/** The version of a root that a state file knows. */
const rootOf = (state) => JSON.parse(kept(state)['state.json']).root;

const lockModule = pathToFileURL(join(installed, 'dist/files/file-lock.js')).href;
const { locked } = await import(lockModule);

test('what was accepted is kept, with nothing beside it', async (t) => {
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  assert.equal((await verify(signed, state)).status, 0);
  assert.deepEqual(readdirSync(folder), ['state.json']);
  const entries = kept(state);
  for (const file of ['2.root.json', '3.root.json', 'key_mgr.json', 'pkg_mgr.json']) {
    assert.equal(entries[file], readFileSync(join(signed, file), 'utf8'), file);
  }
  assert.equal(rootOf(state), 3);
  // Nothing new: the file is left alone.
  const { ino, mtimeMs } = statSync(state);
  assert.equal((await verify(signed, state)).status, 0);
  assert.deepEqual([statSync(state).ino, statSync(state).mtimeMs], [ino, mtimeMs]);
});

test('a rotation of the root survives a step that failed later', async (t) => {
  const copy = copyOf(t);
  const state = join(emptyFolder(t), 'state.json');
  strike(copy, 'key-mgr-tampered');
  assert.equal((await verify(copy, state)).status, 1);
  assert.equal(rootOf(state), 3);
  // The attacker comes back with the beginning.
  for (const file of ['2.root.json', '3.root.json']) rmSync(join(copy, file));
  const { status, stdout } = await verify(copy, state);
  assert.equal(status, 1);
  assert.match(stdout, /^ {2}root +version 3, /m);
});

test('an older channel takes nothing back', async (t) => {
  const copy = copyOf(t);
  const state = join(emptyFolder(t), 'state.json');
  await verify(copy, state);
  const before = readFileSync(state, 'utf8');
  for (const way of ['key-mgr-rolled-back', 'key-mgr-timestamp-back', 'pkg-mgr-withheld']) {
    strike(copy, way);
    assert.equal((await verify(copy, state)).status, 1, way);
    assert.equal(readFileSync(state, 'utf8'), before);
    cpSync(signed, copy, { recursive: true });
  }
});

test('a file that is spoiled, or another channel\'s, is never begun anew', async (t) => {
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  await verify(signed, state);
  const good = JSON.parse(readFileSync(state, 'utf8'));
  const withEntry = (index, change) => ({ ...good, entries: good.entries.map((entry, at) => (at === index ? { ...entry, ...change } : entry)) });
  const forged = Buffer.from(kept(state)['key_mgr.json'].replace('"version": 2', '"version": 3')).toString('base64');
  const keyMgr = good.entries.findIndex(({ key }) => key === 'key_mgr.json');
  const cases = [
    ['', 'it is not JSON'],
    ['{', 'it is not JSON'],
    ['null', 'no file that --state has written'],
    ['{}', 'no file that --state has written'],
    [readFileSync(pinned, 'utf8'), 'no file that --state has written'],
    [{ ...good, version: 2 }, 'another version of this program'],
    [{ ...good, channel: 'https://example.org/channel/' }, 'it is of another channel: it keeps the trust in https://example.org/channel/, and this is file:'],
    [{ ...good, channel: { toString: 1 } }, 'no file that --state has written'],
    [{ ...good, channel: undefined }, 'no file that --state has written'],
    [{ ...good, entries: [null] }, 'no key with base64'],
    [withEntry(0, { base64: { toString: 1 } }), 'no key with base64'],
    [withEntry(0, { base64: undefined }), 'no key with base64'],
    [withEntry(0, { key: { toString: 1 } }), 'no key with base64'],
    [withEntry(0, { base64: 'not base64!' }), 'no key with base64'],
    [withEntry(0, { key: 'other.json' }), 'can\'t be trusted'],
    [withEntry(keyMgr, { base64: forged }), 'can\'t be trusted'],
    [{ ...good, entries: good.entries.slice(1) }, 'can\'t be trusted'],
  ];
  for (const [content, words] of cases) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(state, text);
    const { status, stdout } = await verify(signed, state);
    assert.equal(status, 1, text);
    assert.ok(stdout.includes('STATE_INVALID: ') && stdout.includes(state) && stdout.includes(words), stdout);
    assert.equal(readFileSync(state, 'utf8'), text);
    const json = JSON.parse((await verify(signed, state, '--json')).stdout);
    assert.deepEqual([json.verdict, json.findings.map(({ code, path }) => [code, path])], ['rejected', [['STATE_INVALID', state]]]);
  }
});

test('mirrors of a channel share its state', async (t) => {
  const state = join(emptyFolder(t), 'state.json');
  const identity = 'https://example.org/channel';
  const [mirror, old] = [copyOf(t), copyOf(t)];
  const asked = [];
  const url = await serve(t, {
    '/m/*': (_, response, path) => {
      asked.push(path);
      send(response, path, readFileSync(join(signed, path.slice(3))));
    },
  });
  for (const place of [mirror, `${url}/m`, `${url}/m/`]) {
    for (const name of [identity, `${identity}/`]) {
      const { status, stderr } = await verify(place, state, '--mirror-of', name, '--packages');
      assert.deepEqual([status, stderr], [0, ''], place);
    }
    assert.equal((await run(['package', join(signed, victim), '--channel', place, ...trusting, '--state', state, '--mirror-of', identity])).status, 0);
  }
  assert.ok(asked.includes('/m/key_mgr.json') && asked.includes('/m/noarch/repodata.json.zst'), asked.join());
  assert.equal(JSON.parse(readFileSync(state, 'utf8')).channel, `${identity}/`);
  // What one mirror has shown, another one can't take back.
  strike(old, 'key-mgr-rolled-back');
  const { status, stdout } = await verify(old, state, '--mirror-of', identity);
  assert.equal(status, 1);
  assert.match(stdout, /ROLE_ROLLBACK/);
  // Without its name it is a channel of its own, and so is every other one.
  const others = [[], ['--mirror-of', 'https://example.org/other']];
  for (const options of others) {
    const { status, stdout } = await verify(mirror, state, ...options);
    assert.equal(status, 1);
    assert.match(stdout, /STATE_INVALID: .* it is of another channel: /);
    assert.match(stdout, /what to do +For a mirror of a channel give --mirror-of; for another channel another --state file\.$/m);
  }
  // What is kept says of which channel it is, whatever is written around it.
  const renamed = JSON.parse(readFileSync(state, 'utf8'));
  writeFileSync(state, JSON.stringify({ ...renamed, channel: 'https://example.org/other/' }));
  const { stdout: inner } = await verify(mirror, state, '--mirror-of', 'https://example.org/other');
  assert.match(inner, /STATE_INVALID: .*of another channel[^]*what to do +For a mirror of a channel give --mirror-of; /);
  // A folder that was moved goes by its earlier URL.
  const moved = join(emptyFolder(t), 'state.json');
  await verify(signed, moved);
  assert.equal((await verify(mirror, moved, '--mirror-of', pathToFileURL(signed).href)).status, 0);
});

test('where it can\'t be written, what is verified is told, and the status is 4', async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const cases = [
    [join(folder, 'nowhere', 'state.json'), `no such file. Make the folder ${join(folder, 'nowhere')} first`],
    [folder, 'it is a directory'],
    [join(file, 'state.json'), 'no directory'],
    ['/dev/null', 'no regular file'],
  ];
  for (const [state, words] of cases) {
    const { status, stdout, stderr } = await verify(signed, state);
    assert.equal(status, 4, state);
    assert.ok(stderr.includes(words) && /\[FILE_(UNWRITABLE|UNREADABLE)\]\n$/.test(stderr), stderr);
    if (!stderr.includes('UNWRITABLE')) continue;
    assert.match(stdout, /6 trusted[^]*^✔ verified, but what was seen was not kept {2}/m);
    assert.equal(stderr.split('\n').length, 2);
    const args = ['package', join(signed, victim), '--channel', signed, ...trusting, '--state', state];
    const one = await run(args);
    assert.deepEqual([one.status, one.stderr], [4, stderr]);
    assert.match(one.stdout, /^1 package: .*1 verified, but what was seen was not kept\n$/m);
  }
  const { stdout } = await verify(signed, cases[0][0], '--json');
  const { verdict, unsaved } = JSON.parse(stdout);
  assert.deepEqual([verdict, unsaved.code, unsaved.what], ['verified', 'FILE_UNWRITABLE', cases[0][0]]);
});

test('that it can\'t be written is told before anything is fetched', async (t) => {
  const state = join(emptyFolder(t), 'nowhere', 'state.json');
  let child;
  let stderr = '';
  const told = [];
  const url = await serve(t, {
    '/m/*': async (_, response, path) => {
      // The line may still be on its way through the pipe.
      for (let wait = 0; wait < 100 && stderr === ''; wait++) await new Promise((resolve) => setTimeout(resolve, 10));
      told.push(stderr);
      try {
        send(response, path, readFileSync(join(signed, path.slice(3))));
      } catch {
        response.writeHead(404).end();
      }
    },
  });
  child = start(['channel', `${url}/m`, ...trusting, '--state', state]);
  child.stderr.on('data', (text) => (stderr += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(status, 4);
  assert.match(told[0], /FILE_UNWRITABLE/);
});

test('a folder that is read-only', async (t) => {
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  // Whoever may do anything can't be refused.
  const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const asUser = async (...args) => {
    const bin = join(installed, 'dist/cli/main.js');
    const child = spawn(process.execPath, [bin, ...args], { env: {}, ...user });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    const status = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
    return { status, stderr };
  };
  if ((await asUser('--version')).status !== 0) return t.skip('nobody else may read the package');
  const args = ['channel', signed, ...trusting, '--state', state];
  chmodSync(folder, 0o555);
  const { status, stderr } = await asUser(...args);
  assert.match(stderr, /^conda-verifier: cannot write ".*state\.json\.lock": permission denied\. Check who may use it\. \[FILE_UNWRITABLE\]\n$/);
  assert.equal(status, 4);
  chmodSync(folder, 0o755);
  await verify(signed, state);
  chmodSync(folder, 0o555);
  // There is nothing new to write.
  assert.deepEqual(await asUser(...args), { status: 0, stderr: '' });
  chmodSync(folder, 0o755);
});

test('a symbolic link stays one, and dangling ones are filled', async (t) => {
  const folder = emptyFolder(t);
  mkdirSync(join(folder, 'far'));
  const [link, target] = [join(folder, 'link.json'), join(folder, 'far/state.json')];
  symlinkSync('far/state.json', link);
  assert.equal((await verify(signed, link)).status, 0);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(rootOf(target), 3);
  assert.deepEqual(readdirSync(folder).sort(), ['far', 'link.json']);
  const loop = join(folder, 'loop');
  symlinkSync('loop', loop);
  const { status, stderr } = await verify(signed, loop);
  assert.equal(status, 4);
  assert.match(stderr, /its symbolic links lead in a circle/);
  // Who may read it stays as it was, and a link in the place of the new content is not followed.
  chmodSync(target, 0o600);
  writeFileSync(join(folder, 'victim'), 'untouched');
  symlinkSync(join(folder, 'victim'), `${target}.part`);
  const bare = JSON.parse(readFileSync(target, 'utf8'));
  writeFileSync(target, JSON.stringify(bare));
  assert.equal((await verify(signed, link)).status, 0);
  assert.equal(statSync(target).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'untouched');
});

test('two runs at once take nothing back from each other', async (t) => {
  const copy = copyOf(t);
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  // One of the two knows newer roles than the other, and either may come first.
  for (let round = 0; round < 4; round++) {
    rmSync(state, { force: true });
    const runs = Array.from({ length: 4 }, () => verify(copy, state));
    const results = await Promise.all(runs);
    assert.deepEqual(results.map(({ status }) => status), [0, 0, 0, 0]);
    assert.equal(rootOf(state), 3);
    assert.deepEqual(readdirSync(folder), ['state.json']);
  }
});

test('what another run kept meanwhile is not taken back', async (t) => {
  const { StateFile } = await import(pathToFileURL(join(installed, 'dist/cli/state-file.js')));
  const { Verifier } = await import('conda-verifier');
  const channel = new URL(`${pathToFileURL(signed).href}/`);
  const state = join(emptyFolder(t), 'state.json');
  const options = { trustedRoot: readFileSync(pinned), channel, now };
  const file = new StateFile(state, channel);
  const fetcher = (newest) => (url) => {
    const name = url.href.slice(channel.href.length);
    const version = Number(/^(\d+)\.root\.json$/.exec(name)?.[1] ?? 0);
    if (version > newest) return new Response(null, { status: 404 });
    try {
      return new Response(readFileSync(join(signed, name)));
    } catch {
      return new Response(null, { status: 404 });
    }
  };
  // The slow one is served an old root by its mirror.
  const [slow, fast] = [await Verifier.create(options), await Verifier.create(options)];
  for (const verifier of [slow, fast]) file.restoreTo(verifier);
  await slow.refresh(fetcher(2)).catch(() => undefined);
  await fast.refresh(fetcher(9));
  assert.deepEqual([slow.trust.root.version, fast.trust.root.version], [2, 3]);
  await file.save(fast);
  await file.save(slow);
  assert.equal(rootOf(state), 3);
  assert.equal(slow.trust.root.version, 3);
});

test('a run that is killed leaves a whole file, and the next one goes on', async (t) => {
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  let isWritten = 0;
  for (let round = 0; round < 12; round++) {
    const child = start(['channel', signed, ...trusting, '--state', state]);
    const closed = new Promise((resolve) => child.once('close', resolve));
    setTimeout(() => child.kill('SIGKILL'), 60 + 20 * round);
    await closed;
    const files = readdirSync(folder);
    if (files.includes('state.json')) isWritten++;
    if (files.includes('state.json')) assert.equal(rootOf(state), 3);
    rmSync(state, { force: true });
  }
  assert.equal((await verify(signed, state)).status, 0);
  assert.deepEqual(readdirSync(folder), ['state.json'], `${isWritten}`);
});

test('the lock of a process that is gone is taken away', async (t) => {
  const folder = emptyFolder(t);
  const state = join(folder, 'state.json');
  const lock = `${realpathSync(folder)}/state.json.lock`;
  // It ends while it holds the lock, with half of the new content written.
  const code = `
    import { writeFileSync } from 'node:fs';
    import { locked } from ${JSON.stringify(lockModule)};
    await locked(${JSON.stringify(lock)}, () => {
      writeFileSync(${JSON.stringify(state)} + '.part', '{"for');
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
  await new Promise((resolve) => child.once('close', resolve));
  assert.deepEqual(readdirSync(folder).sort(), ['state.json.lock', 'state.json.part']);
  const results = await Promise.all(Array.from({ length: 4 }, () => verify(signed, state)));
  assert.deepEqual(results.map(({ status, stderr }) => [status, stderr]), Array(4).fill([0, '']));
  assert.deepEqual(readdirSync(folder), ['state.json']);
});

test('only one at a time holds a lock, also after one that was killed', async (t) => {
  const folder = emptyFolder(t);
  const [lock, log] = [join(folder, 'lock'), join(folder, 'log')];
  const code = `
    import { appendFileSync } from 'node:fs';
    import { locked } from ${JSON.stringify(lockModule)};
    for (let round = 0; round < 20; round++) {
      await locked(${JSON.stringify(lock)}, () => {
        appendFileSync(${JSON.stringify(log)}, '<');
        for (const end = performance.now() + 1; performance.now() < end;);
        appendFileSync(${JSON.stringify(log)}, '>');
      });
    }`;
  // Somebody who is no more.
  const gone = spawn(process.execPath, ['--eval', '0']);
  await new Promise((resolve) => gone.once('close', resolve));
  writeFileSync(lock, JSON.stringify({ pid: gone.pid, host: hostname(), token: '0123abcd' }));
  // And was about to take away what another one had left.
  writeFileSync(`${lock}.0123abcd`, JSON.stringify({ pid: gone.pid, host: hostname(), token: '89abcdef' }));
  const children = Array.from({ length: 5 }, () => spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'inherit' }));
  const statuses = await Promise.all(children.map((child) => new Promise((resolve) => child.once('close', resolve))));
  assert.deepEqual(statuses, [0, 0, 0, 0, 0]);
  assert.equal(readFileSync(log, 'utf8'), '<>'.repeat(100));
  assert.deepEqual(readdirSync(folder), ['log']);
});

test('a lock that somebody holds is waited for, and not for ever', async (t) => {
  const lock = join(emptyFolder(t), 'lock');
  const held = (pid, host) => writeFileSync(lock, JSON.stringify({ pid, host, token: '0123abcd' }));
  const other = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)']);
  t.after(() => other.kill());
  for (const [pid, host] of [[other.pid, hostname()], [1, 'elsewhere.example']]) {
    held(pid, host);
    await assert.rejects(locked(lock, () => assert.fail('it was held'), 100), (error) => {
      assert.equal(error.code, 'FILE_UNWRITABLE');
      return error.message.includes(`process ${pid} on "${host}"`) && /delete this file/.test(error.hint);
    });
  }
  setTimeout(() => rmSync(lock), 150);
  assert.equal(await locked(lock, () => 'done', 5000), 'done');
  // Made this moment, and not written yet: nobody's only after a while.
  writeFileSync(lock, '');
  await assert.rejects(locked(lock, () => undefined, 100), { code: 'FILE_UNWRITABLE' });
});

test('a lock is dead that names this process by its number alone, or is minutes old', async (t) => {
  const folder = emptyFolder(t);
  const lock = join(folder, 'lock');
  const left = (pid, host, seconds, token = '0123abcd') => {
    writeFileSync(lock, JSON.stringify({ pid, host, token }));
    const time = Date.now() / 1000 + seconds;
    utimesSync(lock, time, time);
  };
  const isTaken = async () => {
    assert.equal(await locked(lock, () => 'done', 100), 'done');
    assert.deepEqual(readdirSync(folder), []);
  };
  // In a container each process may have the number of the one before.
  left(process.pid, hostname(), -10);
  await isTaken();
  // One that holds it at this moment is not robbed, by whatever name it goes.
  left(process.pid, hostname(), 0);
  await assert.rejects(locked(lock, () => assert.fail('it was held'), 100), { code: 'FILE_UNWRITABLE' });
  // This very process is at work.
  await locked(lock, () => undefined, 10_000);
  const both = [locked(lock, () => 1, 1000), locked(lock, () => 2, 1000)];
  assert.deepEqual(await Promise.all(both), [1, 2]);
  const other = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)']);
  t.after(() => other.kill());
  for (const [pid, host] of [[other.pid, hostname()], [1, 'elsewhere.example']]) {
    for (const seconds of [-3600, 3600]) {
      left(pid, host, seconds);
      await isTaken();
    }
    left(pid, host, -60);
    await assert.rejects(locked(lock, () => assert.fail('it was held'), 100), { code: 'FILE_UNWRITABLE' });
  }
  // What is cut short, and from the future.
  left(other.pid, hostname(), 60, { toString: 1 });
  await isTaken();
});

test('what is no lock is told at once', async (t) => {
  const lock = join(emptyFolder(t), 'lock');
  symlinkSync('nowhere', lock);
  const refused = { code: 'FILE_UNWRITABLE', message: /is no lock: it is no regular file/, hint: /delete it/ };
  await assert.rejects(locked(lock, () => assert.fail('nobody holds it'), 60_000), refused);
  rmSync(lock);
  mkdirSync(lock);
  await assert.rejects(locked(lock, () => assert.fail('nobody holds it'), 60_000), refused);
});
