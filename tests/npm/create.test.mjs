// Verifier.create(): the WebAssembly file that is waited for.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

test('a signal ends the waiting, and the next verifier is made all the same', async () => {
  const reason = new Error('enough');
  const never = new Promise(() => undefined);
  await assert.rejects(Verifier.create({ wasm: never, signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const first = Verifier.create({ wasm: never, signal: controller.signal });
  const second = Verifier.create();
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(first, reason);
  const verifier = await second;
  assert.equal((await verifier.inspectPackage(new Uint8Array(1))).verdict, 'rejected');
  await assert.rejects(Verifier.create({ signal: {} }), { code: 'ARGUMENT_INVALID' });
  // One that is there is there at once.
  await Verifier.create({ wasm: never, signal: new AbortController().signal });
});
