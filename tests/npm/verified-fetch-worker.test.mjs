// verifiedFetch before verifiers in workers.
import assert from 'node:assert/strict';
import test from 'node:test';

import { verifiedFetch } from 'conda-verifier/fetch';
import { VerifierPool, VerifierWorker } from 'conda-verifier/worker';

import { sha256 } from './support/samples.mjs';
import { attacked, attackOf, but, failure, honest, now, subdir, victim } from './support/trust.mjs';
import { flipped, served } from './support/verified-fetch.mjs';

const PACKAGE = `${subdir}/${victim}`;

for (const kind of [VerifierWorker, VerifierPool]) {
  test(`before a ${kind.name}`, async (t) => {
    const behind = async (files, options) => {
      const { url } = await served(t, files);
      const verifier = await kind.create({ trustedRoot: Buffer.from(honest('root.json')).toString(), channel: url, now });
      t.after(() => verifier.free());
      const verified = verifiedFetch(verifier, options);
      return (path) => verified(`${url}${path}`);
    };
    const get = await behind(honest);
    for (const path of [PACKAGE, `${subdir}/repodata.json.zst`, 'key_mgr.json']) {
      const response = await get(path);
      assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(honest(path)), path);
    }
    assert.equal((await failure(() => get('channeldata.json'))).code, 'REQUEST_REFUSED');
    const bad = await behind(but(honest, { [PACKAGE]: flipped(honest(PACKAGE)) }));
    assert.equal((await failure(() => bad(PACKAGE))).code, 'SHA256_MISMATCH');
    const filtered = await behind(attacked(attackOf('record-tampered')), { repodata: 'filter' });
    const { packages, 'packages.conda': conda } = await (await filtered(`${subdir}/repodata.json`)).json();
    assert.ok(!(victim in packages) && !(victim in conda));
  });
}
