// The same check in a page of each browser, under a strict Content-Security-Policy.
import assert from 'node:assert/strict';
import test from 'node:test';

import { browsers, isLeftOut } from './support/browsers.mjs';
import { paged } from './support/page.mjs';
import { compare } from './support/reference.mjs';

for (const [name, open] of Object.entries(browsers)) {
  test(`in ${name}`, { skip: isLeftOut(name) }, async (t) => {
    const { url, said } = await paged(t);
    const { version } = await open(t, url);
    const { failed, stack, complaints, agent, report, engine } = await said;
    t.diagnostic(`${version}; ${agent}; ${JSON.stringify(engine)}`);
    assert.equal(failed, undefined, stack);
    assert.deepEqual(complaints, []);
    await compare(t, url, report);
    assert.deepEqual(engine, { hashedBy: ['host'], stores: { memory: '3 2 2 0', indexedDb: '3 2 2 0', folder: null, cache: '3 2 2 0' } });
  });
}

// As a page is that came over plain HTTP from another machine: no WebCrypto, no Cache, no locks.
const plainHost = 'plain.test';
for (const name of ['Chromium', 'Firefox']) {
  test(`in ${name}, over plain HTTP`, { skip: isLeftOut(name) }, async (t) => {
    const { url, said } = await paged(t);
    await browsers[name](t, url.replace('127.0.0.1', plainHost), { plainHost });
    const { failed, stack, complaints, report, engine } = await said;
    assert.equal(failed, undefined, stack);
    assert.deepEqual(complaints, []);
    await compare(t, url, JSON.parse(JSON.stringify(report).replaceAll(plainHost, '127.0.0.1')));
    assert.deepEqual(engine, { hashedBy: ['core'], stores: { memory: '3 2 2 0', indexedDb: '3 2 2 0', folder: null, cache: null } });
  });
}
