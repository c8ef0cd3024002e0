// Three threads, each with a store of its own for the same channel.
import { isMainThread, Worker } from 'node:worker_threads';
import { KeyValueStore } from 'conda-verifier';

if (isMainThread) {
  let ended = 0;
  for (let n = 0; n < 3; n += 1) {
    new Worker(new URL(import.meta.url)).on('exit', (code) => {
      if (code !== 0) throw new Error('a thread ended with ' + code);
      if (++ended === 3) console.log('all ended');
    });
  }
} else {
  const values = new Map();
  const later = (value) => new Promise((resolve) => setTimeout(resolve, 1, value));
  const store = new KeyValueStore(
    {
      get: (key) => later(values.get(key) ?? null),
      put: (key, bytes) => later(values.set(key, bytes)),
      delete: (key) => later(values.delete(key)),
    },
    { channel: 'https://example.org/channel/' },
  );
  const alive = setInterval(() => undefined, 1000);
  for (let n = 0; n < 30; n += 1) await store.update((kept) => [...kept, { key: 'a' + n, bytes: new Uint8Array([n]) }]);
  clearInterval(alive);
}
