// Every attack that the generator has, on servers: the page says what the package says, and never more.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { dist, listen, openSite } from './support/site.mjs';

const folder = process.env.CONDA_VERIFIER_CHANNEL ?? join(import.meta.dirname, '../../target/xtask/channel');
const fixtures = JSON.parse(readFileSync(join(folder, 'fixtures.json'), 'utf8'));
const entry = join(dist, '../node_modules/conda-verifier/dist/entry/node.js');
const { MemoryStore, Verifier } = await import(pathToFileURL(entry));

/** A server with each attacked channel in a folder of its own. */
function attacked(honest, attacks) {
  const removed = new Map(attacks.map(({ way, removed }) => [way, new Set(removed)]));
  return (request, response) => {
    const [, way, ...parts] = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).split('/');
    const path = parts.join('/');
    const changed = join(folder, honest === 'signed' ? 'attacks' : 'tuf-attacks', way, path);
    const file = existsSync(changed) ? changed : join(folder, honest, path);
    if (removed.get(way)?.has(path) || !existsSync(file)) {
      response.writeHead(404, { 'access-control-allow-origin': '*' }).end('no such file');
      return;
    }
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end(readFileSync(file));
  };
}

/** What the package says of it, as the page's summary has it: a word, and a code where there is one. */
async function expectedOf(root, channel) {
  const codeOf = (error) => {
    if (typeof error.code !== 'string') throw error;
    return error.code;
  };
  let verifier;
  try {
    verifier = await Verifier.create({ trustedRoot: root, channel });
  } catch (error) {
    return { word: null, code: codeOf(error) };
  }
  try {
    await verifier.refresh(fetch, { store: new MemoryStore() });
    await verifier.fetchRepodata('noarch', fetch);
    const { badCount, unsignedCount, weakCount } = await verifier.auditRecords('noarch');
    if (badCount > 0) return { word: 'rejected', code: null };
    return { word: unsignedCount + weakCount > 0 ? 'unverified' : 'verified', code: null };
  } catch (error) {
    return { word: null, code: codeOf(error) };
  } finally {
    verifier.free();
  }
}

/** Pins roots as if a visitor had done so before. */
async function pin(page, roots) {
  await page.evaluate(async (roots) => {
    const opening = indexedDB.open('keyval-store');
    opening.onupgradeneeded = () => opening.result.createObjectStore('keyval');
    await new Promise((resolve, fail) => Object.assign(opening, { onsuccess: resolve, onerror: fail }));
    const table = opening.result.transaction('keyval', 'readwrite').objectStore('keyval');
    const last = roots.map(([channel, bytes]) => table.put(Uint8Array.from(bytes), `root of ${channel}`)).at(-1);
    await new Promise((resolve, fail) => Object.assign(last, { onsuccess: resolve, onerror: fail }));
    opening.result.close();
  }, roots);
}

for (const [honest, attacks] of [
  ['signed', fixtures.attacks],
  ['tuf', fixtures.tufAttacks],
]) {
  test(`the page says of each attack on ${honest} what the package says`, async (t) => {
    const server = await listen(t, attacked(honest, attacks));
    const { page, url, visit, complaints } = await openSite(t);
    await visit();
    await page.locator('main').getByText('hello-1.0-pyh0_0.conda').first().waitFor();
    const channels = attacks.map(({ way }) => {
      const changed = join(folder, honest === 'signed' ? 'attacks' : 'tuf-attacks', way, 'root.json');
      return [`${server}/${way}/`, readFileSync(existsSync(changed) ? changed : join(folder, honest, 'root.json'))];
    });
    await pin(page, channels.map(([channel, root]) => [channel, [...root]]));
    let rejected = 0;
    for (const [channel, root] of channels) {
      const { word, code } = await expectedOf(root, channel);
      await page.goto(`${url}/?${encodeURIComponent(channel)}#${new URLSearchParams({ channel })}`);
      const main = page.locator('main');
      if (code !== null) {
        await main.locator('.fault').getByText(code).first().waitFor();
        assert.doesNotMatch(await page.locator('.summary').innerText(), /(?<!un)verified/, channel);
        rejected += 1;
        continue;
      }
      await page.locator('.summary .mark').getByText(word, { exact: false }).waitFor();
      assert.match(await page.locator('.summary').innerText(), new RegExp(`(?<![a-z])${word}`), channel);
    }
    t.diagnostic(`${attacks.length} attacks, of which ${rejected} end with a code of a role or of repodata`);
    assert.ok(rejected > 30);
    // What a server does not have is told by the browser itself.
    assert.deepEqual(complaints.filter((line) => !line.includes('404')), []);
  });
}

test('a package that was spoiled, in every way, is told as the package tells it', async (t) => {
  const { page, visit } = await openSite(t);
  await visit();
  const spoiled = fixtures.spoiled.map(({ file }) => join(folder, file));
  const verifier = await Verifier.create();
  for (const file of [...spoiled, join(folder, fixtures.honest[0])]) {
    const name = file.split('/').at(-1);
    const { verdict, findings } = await verifier.inspectPackage(readFileSync(file), { fileName: name });
    await page.getByLabel('Packages on this machine').setInputFiles(file);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.locator('main .mark').getByText(verdict, { exact: false }).first().waitFor();
    const code = findings.find(({ severity }) => severity === 'error')?.code;
    if (code === undefined) continue;
    await page.getByRole('tab', { name: /Findings/ }).click();
    await page.locator('main').getByText(code, { exact: true }).first().waitFor();
  }
  verifier.free();
});
