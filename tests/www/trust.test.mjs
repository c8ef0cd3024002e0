// The chain of trust as a visitor sees it: honest, attacked, pinned, unpinned.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { keyMgrText, repodataText, rootText } from '../npm/support/keys.mjs';
import { channels, CORS, folder, goTo, openSite, picture, serve } from './support/channels.mjs';

/** What each link of the chain says of itself, in order. */
async function chain(page) {
  await page.locator('.chain .node').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.chain')?.textContent.includes('being read'));
  return page.locator('.chain .node').evaluateAll((nodes) =>
    nodes.map((node) => [node.querySelector('button').textContent.trim(), node.querySelector('.mark').textContent.replace(/^[^\w]+/, '').trim()]),
  );
}

const at = (links, title) => links.find(([name]) => name.startsWith(title))?.[1];

test('an honest channel verifies from the pinned root to its records', async (t) => {
  const { page, complaints } = await openSite(t);
  const links = await chain(page);
  assert.deepEqual(links.slice(0, 5), [
    ['Root 1', 'pinned'],
    ['Root 2', 'verified'],
    ['Root 3', 'verified'],
    ['key_mgr 2', 'verified'],
    ['pkg_mgr 2', 'verified'],
  ]);
  assert.equal(at(links, 'Records'), 'trusted');
  const keyMgr = page.locator('.node', { hasText: 'key_mgr 2' });
  await keyMgr.getByText('2 of 3 signed, 2 needed').waitFor();
  await keyMgr.getByText('until 2031-01-01, 365 days left').waitFor();
  await picture(page, 'trust-signed');
  await goTo(page, '#sample=tuf');
  await page.getByRole('heading', { name: 'Sample channel: tuf' }).waitFor();
  await page.getByRole('button', { name: 'timestamp 4' }).waitFor();
  const tuf = await chain(page);
  for (const [name, word] of tuf) assert.match(word, /^(pinned|verified|trusted)$/, name);
  assert.deepEqual(tuf.filter(([name]) => /^(timestamp|snapshot|targets|Repodata)/.test(name)).map(([name]) => name), ['timestamp 4', 'snapshot 3', 'targets 2', 'Repodata of noarch']);
  await picture(page, 'trust-tuf');
  assert.deepEqual(complaints, []);
});

const ATTACKS = [
  ['signed', 'record-tampered', 'Records', '1 bad'],
  ['signed', 'key-mgr-taken-over', 'key_mgr', 'THRESHOLD_NOT_MET'],
  ['signed', 'key-mgr-short', 'key_mgr', 'THRESHOLD_NOT_MET'],
  ['signed', 'key-mgr-expired', 'key_mgr', 'EXPIRED'],
  ['signed', 'key-mgr-rolled-back', 'key_mgr', 'ROLE_ROLLBACK'],
  ['signed', 'root-rolled-back', 'Root 3', 'ROLE_ROLLBACK'],
  ['tuf', 'frozen-timestamp', 'timestamp', 'EXPIRED'],
  ['tuf', 'snapshot-of-other-time', 'snapshot', 'ROLE_DIGEST_MISMATCH'],
  ['tuf', 'repodata-replaced', 'Repodata', 'TARGET_DIGEST_MISMATCH'],
];

test('each attack shows at its link, and what comes after is not reached', async (t) => {
  const { page, url, complaints } = await openSite(t);
  for (const [sample, attack, link, word] of ATTACKS) {
    await page.goto('about:blank');
    await page.goto(`${url}#sample=${sample}&attack=${attack}`);
    const links = await chain(page);
    assert.equal(at(links, link), word, `${attack}: ${JSON.stringify(links)}`);
    assert.equal(await page.locator('.node.bad').count(), 1, attack);
    const place = links.findIndex(([name]) => name.startsWith(link));
    // Repodata and records of content trust may stand on roles of an earlier visit.
    for (const [name, after] of links.slice(place + 1)) assert.match(after, /^(not reached|by earlier roles)$/, `${attack}: ${name}`);
    if (/EXPIRED|ROLLBACK/.test(word)) await page.getByText('What may be going on').first().waitFor();
    await picture(page, `attack-${attack}`);
  }
  assert.deepEqual(complaints, []);
});

test('a link opens by keyboard, is in the address, and closes again', async (t) => {
  const { page, complaints } = await openSite(t);
  await chain(page);
  const link = page.getByRole('button', { name: 'key_mgr 2' });
  await link.focus();
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: 'key_mgr' });
  await details.waitFor();
  assert.equal(await link.getAttribute('aria-expanded'), 'true');
  assert.match(page.url(), /role=key_mgr/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'link-title');
  assert.equal(await details.getByRole('row').count(), 4, 'a head and three keys');
  const signed = JSON.parse(await details.locator('pre').evaluate((pre) => pre.textContent));
  assert.equal(signed.signed.type, 'key_mgr');
  await details.getByText('The signed file as JSON').click();
  const download = page.waitForEvent('download');
  await details.getByRole('button', { name: /^Download/ }).click();
  const bytes = readFileSync(await (await download).path());
  assert.deepEqual(JSON.parse(bytes), signed);
  await details.getByRole('heading', { name: 'key_mgr' }).focus();
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
  assert.equal(await link.evaluate((button) => button === document.activeElement), true);
  // The link that somebody else was sent.
  await goTo(page, '#sample=signed&role=3.root');
  await page.getByRole('region', { name: 'Root 3' }).getByText('root 2’s keys').first().waitFor();
  assert.deepEqual(complaints, []);
});

test('a root is pinned by hand, kept, refused where it is none, and forgotten', async (t) => {
  const signed = join(channels, 'signed');
  const channel = await serve(t, folder(signed));
  const root = readFileSync(join(signed, '1.root.json'), 'utf8');
  const { page, complaints } = await openSite(t, { hash: `#channel=${encodeURIComponent(channel)}` });
  // The generator's channels live in 2030.
  await page.clock.install({ time: new Date('2030-01-01T00:00:00Z') });
  await page.getByRole('heading', { name: 'No root is pinned' }).waitFor();
  assert.equal(at(await chain(page), 'Root'), 'not pinned');
  const field = page.getByLabel('Paste its text, or drop its file here');
  await field.fill('<html>no root</html>');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('This is no root that can be pinned').waitFor();
  await field.fill(root);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('heading', { name: 'Pin root 1?' }).waitFor();
  await page.getByRole('button', { name: 'Pin this root' }).click();
  await page.getByRole('heading', { name: 'The pinned root' }).waitFor();
  const anchor = await page.locator('.pin .digest').first().textContent();
  assert.match(anchor, /^sha256:[0-9a-f]{64}$/);
  assert.equal(at(await chain(page), 'Root 1'), 'pinned');
  await page.reload();
  await page.getByText(anchor).waitFor();
  // Another one that is none changes nothing.
  await page.getByText('Pin another root').click();
  await field.fill(root.replace(/"signature": ?"[0-9a-f]{128}"/g, `"signature": "${'00'.repeat(64)}"`));
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('the root that was pinned before stays').waitFor();
  await page.getByText('THRESHOLD_NOT_MET').first().waitFor();
  await page.getByText(anchor).waitFor();
  await page.getByRole('button', { name: 'Forget what was seen of this channel' }).click();
  await page.getByText('What was seen is forgotten.').waitFor();
  await page.getByRole('button', { name: 'Forget this root' }).click();
  await page.getByRole('heading', { name: 'No root is pinned' }).waitFor();
  await page.getByRole('button', { name: 'Fetch the channel’s own root' }).click();
  await page.getByText('Nobody but the server says that this is the right root.').waitFor();
  assert.equal(await page.locator('.offer .digest').textContent(), anchor.replace('sha256:', ''));
  await picture(page, 'trust-on-first-use');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Pin root 1?' }).waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
});

test('a channel without a root of its own says so', async (t) => {
  const channel = await serve(t, folder(channels));
  const { page } = await openSite(t, { hash: `#channel=${encodeURIComponent(channel)}` });
  await page.getByRole('button', { name: 'Fetch the channel’s own root' }).click();
  await page.getByText('hands out no root').waitFor();
});

test('a role that ends while the page is open ends what rests on it', async (t) => {
  const times = { timestamp: '2020-01-01T00:00:00Z', expiration: '2100-01-01T00:00:00Z' };
  // To the second, as roles have it.
  const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 10_000).toISOString().replace('.000Z', 'Z');
  const record = Buffer.from(JSON.stringify({ build: '0', build_number: 0, depends: [], name: 'a', sha256: 'a'.repeat(64), size: 7, subdir: 'noarch', version: '1' }, null, 2));
  const files = {
    'root.json': rootText(times),
    '1.root.json': rootText(times),
    'key_mgr.json': keyMgrText({ ...times, expiration: soon }),
    'noarch/repodata.json': repodataText([{ fileName: 'a-1-0.tar.bz2', record, bytes: record }]),
  };
  const channel = await serve(t, (_, response, path) => {
    if (files[path.slice(1)] === undefined) throw new Error('not there');
    response.writeHead(200, CORS).end(files[path.slice(1)]);
  });
  const { page } = await openSite(t, { hash: `#channel=${encodeURIComponent(channel)}` });
  await page.getByRole('button', { name: 'Fetch the channel’s own root' }).click();
  await page.getByRole('button', { name: 'I trust it: pin this root' }).click();
  await page.getByText('roles, and all 1 record of noarch.').waitFor();
  await page.locator('.title').getByText('what the channel serves was refused: EXPIRED').waitFor();
  assert.equal(await page.locator('main').getByText('✓ trusted').count(), 0);
});
