// A page that the browser freezes in the middle of verifications, and lets go on later.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { openFreezable } from './support/browsers.mjs';
import { PACKAGE, unbundled } from './support/page.mjs';
import { big, bytesOf, send, sha256 } from './support/shared.mjs';
import { site } from './support/site.mjs';

const bytes = bytesOf(big);
const HALF = `/half/${big.split('/').at(-1)}`;

/** What the page does: one verification waits for bytes, others work until they may end. */
const PAGE = `
  globalThis.begin = async () => {
    const { Verifier } = await ${PACKAGE};
    const verifier = await Verifier.create();
    const bytes = new Uint8Array(await (await fetch('/${big}')).arrayBuffer());
    globalThis.seen = { steps: 0, events: [] };
    for (const name of ['freeze', 'resume']) document.addEventListener(name, () => seen.events.push(name));
    const onProgress = () => void seen.steps++;
    const told = (promise) => promise.then(({ verdict }) => verdict, (error) => error.code ?? String(error));
    const verify = (source, sha256 = '${sha256(bytes)}') => told(verifier.verifyPackage(source, { sha256 }, { onProgress }));
    const half = verify(await fetch('${HALF}'));
    globalThis.goesOn = true;
    const work = async () => {
      const verdicts = new Set();
      while (goesOn) for (const verdict of await Promise.all([verify(bytes), verify(bytes, '0'.repeat(64))])) verdicts.add(verdict);
      return [...verdicts].sort();
    };
    const works = work();
    globalThis.end = async () => {
      goesOn = false;
      return [await half, await works, await verify(bytes), seen.events];
    };
  };
`;

/** What becomes of the other half of a body while the page is frozen, and of its verification. */
const endings = {
  'the rest arrives': [(response, rest) => response.end(rest), 'verified'],
  'the rest is another one': [(response, rest) => response.end(rest.fill(0)), 'SHA256_MISMATCH'],
  'the connection breaks': [(response) => response.destroy(), 'NETWORK_FAILED'],
};

for (const [name, [finish, expected]] of Object.entries(endings)) {
  test(`frozen half-way, and ${name}`, async (t) => {
    let half;
    const url = await site(t, {
      ...unbundled,
      '/page.mjs': (_, response, path) => send(response, path, PAGE),
      [HALF]: (_, response) => {
        half = response;
        response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, bytes.length >> 1));
      },
    });
    const devtools = await openFreezable(t, url);
    const become = (state) => devtools.send('Page.setWebLifecycleState', { state });
    const evaluate = async (expression) => {
      const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
      return result.value;
    };
    await evaluate('begin()');

    for (let round = 0; round < 3; round++) {
      // In the midst of it.
      const begun = await evaluate('seen.steps');
      while ((await evaluate('seen.steps')) === begun) await sleep(5);
      await become('frozen');
      await sleep(100);
      if (round === 1) finish(half, bytes.slice(bytes.length >> 1));
      const before = await evaluate('seen.steps');
      await sleep(300);
      assert.equal(await evaluate('seen.steps'), before, 'a frozen page works');
      await become('active');
    }
    assert.deepEqual(await evaluate('end()'), [
      expected,
      ['SHA256_MISMATCH', 'verified'],
      'verified',
      Array(3).fill(['freeze', 'resume']).flat(),
    ]);
  });
}
