// What every runtime has to do alike: it verifies, it rejects, and it gets bad input. Plain
// ECMAScript and `fetch`, so that it runs in all of them; what it gives is plain data, in which
// nothing depends on the runtime.

/**
 * Runs everything, one after the other.
 *
 * @param entry The package, as this runtime imports it.
 * @param base The URL of the server of support/site.mjs.
 * @param wasm Where the WebAssembly files are, for bundles that name them: `{ own, installed }`.
 * @param folder Where a store may keep something, if there is a filesystem.
 * @returns What each step gave, by its name, and what is this engine's own.
 */
export async function check(entry, base, wasm = {}, folder = undefined) {
  const given = await (await fetch(`${base}/given.json`)).json();
  const bytesOf = async (path) => new Uint8Array(await (await fetch(`${base}/${path}`)).arrayBuffer());
  const more = wasm.own === undefined ? {} : { wasm: wasm.own };
  const create = (options) => entry.Verifier.create({ ...more, ...options });
  const pinned = (options) => create({ trustedRoot: given.root, channel: `${base}/signed`, now: given.now, ...options });
  const installedWasm = wasm.installed === undefined ? {} : { wasm: wasm.installed };
  const context = { ...entry, base, given, bytesOf, create, pinned, installedWasm };
  const report = {};
  const engine = { hashedBy: [] };
  for (const [name, step] of Object.entries(steps)) {
    report[name] = await step(context, engine).catch(told);
  }
  engine.hashedBy = [...new Set(engine.hashedBy)].sort();
  engine.stores = await storesOf(context, folder);
  return { report, engine };
}

/** An error as data, without the words of this engine that may be in its message. */
function told(error) {
  if (error?.toJSON === undefined) return { thrown: String(error), stack: String(error?.stack) };
  const { name, code, path, expected, actual, hint, verdict } = error.toJSON();
  return { name, code, path, expected, actual, hint, verdict: verdict && plain(verdict) };
}

/** A verdict, but for who hashed: some pages have no WebCrypto. */
function plain({ hashedBy: _, ...verdict }) {
  return verdict;
}

/** What a call that has to fail fails with. */
async function failure(call) {
  try {
    return { gave: await call() };
  } catch (error) {
    return told(error);
  }
}

/** The code of that. */
const codeOf = async (call) => (await failure(call)).code;

/** Bytes in one number: digests are not this check's to trust. */
function sum(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const steps = {
  // First: the file that is used is that of the first verifier in a realm.
  async 'a wrong WebAssembly file, and then the right one'({ Verifier, base, given, bytesOf, create }) {
    const codes = [];
    for (const wasm of [
      new Uint8Array(0),
      new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
      `${base}/nothing.wasm`,
      `${base}/given.json`,
      () => Promise.reject(new Error('no')),
      42,
    ]) {
      codes.push(await codeOf(() => Verifier.create({ wasm: typeof wasm === 'function' ? wasm() : wasm })));
    }
    const verifier = await create();
    return [codes, (await verifier.verifyPackage(await bytesOf(given.small))).verdict];
  },

  async 'honest packages from every source'({ base, given, create }, engine) {
    const verifier = await create();
    const verdicts = {};
    for (const path of [given.small, given.smallBz2, given.big]) {
      const sources = {
        Response: (response) => response,
        Blob: (response) => response.blob(),
        bytes: (response) => response.arrayBuffer(),
        ReadableStream: (response) => response.body,
      };
      for (const [kind, of] of Object.entries(sources)) {
        const source = await of(await fetch(`${base}/${path}`));
        const phases = new Set();
        const onProgress = ({ phase }) => phases.add(phase);
        const verdict = await verifier.verifyPackage(source, { sha256: given.sha256[path] }, { onProgress });
        engine.hashedBy.push(verdict.hashedBy);
        verdicts[`${path} as ${kind}`] = { verdict: plain(verdict), ended: [...phases].at(-1) };
      }
    }
    return verdicts;
  },

  async 'a file that is read slice by slice'({ given, bytesOf, create }) {
    const verifier = await create();
    const bytes = await bytesOf(given.big);
    const readAt = (offset, into) => void into.set(bytes.subarray(offset, offset + into.length));
    const verdict = await verifier.verifyPackage({ size: bytes.length, readAt }, { sha256: given.sha256[given.big] });
    return plain(verdict);
  },

  async 'spoiled packages'({ base, given, create }) {
    const verifier = await create();
    const codes = {};
    for (const path of given.spoiled) {
      const error = await failure(async () => verifier.verifyPackage(await fetch(`${base}/${path}`)));
      codes[path] = [error.name, error.verdict.findings.map(({ severity, code }) => `${severity} ${code}`)];
    }
    return codes;
  },

  async 'a flipped byte'({ given, bytesOf, create }) {
    const verifier = await create();
    const bytes = await bytesOf(given.big);
    bytes[bytes.length >> 1] ^= 1;
    return failure(() => verifier.verifyPackage(new Blob([bytes]), { sha256: given.sha256[given.big] }));
  },

  async 'files as they come'({ base, given, create }) {
    const verifier = await create();
    const files = [];
    const onFile = ({ path, type, size, mode, target, bytes }) =>
      files.push({ path, type, size, mode, target, sum: bytes && sum(bytes) });
    await verifier.verifyPackage(await fetch(`${base}/${given.big}`), {}, { onFile });
    return files;
  },

  async 'a signed channel'({ base, given, pinned }) {
    const verifier = await pinned();
    const refreshed = await verifier.refresh(fetch);
    await verifier.addRepodata(given.subdir, await fetch(`${base}/signed/${given.subdir}/repodata.json.zst`));
    const record = verifier.verifyRecord(given.subdir, given.victim);
    // As another worker would have it.
    const other = await pinned();
    other.restore(structuredClone(verifier.export()));
    const response = await fetch(`${base}/signed/${given.subdir}/${given.victim}`);
    const verdict = await other.verifyPackage(response, { record: structuredClone(record) });
    const audit = await verifier.auditRecords(given.subdir);
    verifier.free();
    return { refreshed, record, verdict: plain(verdict), audit };
  },

  async 'the channel\'s repodata in every form'({ base, given, pinned }) {
    const verifier = await pinned();
    await verifier.refresh(fetch);
    const found = [];
    for (const end of ['json', 'json.zst', 'json.bz2']) {
      const response = await fetch(`${base}/signed/${given.subdir}/repodata.${end}`);
      found.push(await verifier.addRepodata(given.subdir, end === 'json' ? response.body : response));
    }
    return found;
  },

  async 'attacks on the channel'({ base, given, create }) {
    const codes = {};
    for (const way of given.attacks) {
      codes[way] = await failure(async () => {
        const channel = `${base}/attacked/${way}`;
        const verifier = await create({ trustedRoot: given.root, channel, now: given.now });
        await verifier.refresh(fetch);
        await verifier.fetchRepodata(given.subdir, fetch);
        const record = verifier.verifyRecord(given.subdir, given.victim);
        const verdict = await verifier.verifyPackage(await fetch(`${channel}/${given.subdir}/${given.victim}`), { record });
        return verdict.verdict;
      });
    }
    return codes;
  },

  async 'the first of two mirrors has a flipped byte'({ base, given, pinned }) {
    const verifier = await pinned();
    const mirrors = [`${base}/flipped`, `${base}/signed`];
    await verifier.refresh(fetch, { mirrors });
    await verifier.fetchRepodata(given.subdir, fetch, { mirrors });
    const file = await verifier.fetchPackage(given.subdir, given.victim, fetch, { mirrors });
    const alone = await failure(() => verifier.fetchPackage(given.subdir, given.victim, fetch, { mirrors: mirrors.slice(0, 1) }));
    const passed = file.mirrors.map(({ mirror, path, code }) => ({ mirror, path, code }));
    return { verdict: plain(file.verdict), length: file.bytes.length, passed, alone };
  },

  async 'a channel under TUF'({ base, given: { tuf }, create }) {
    const codes = {};
    for (const place of ['tuf', ...tuf.attacks.map((way) => `tuf-attacked/${way}`)]) {
      codes[place] = await failure(async () => {
        const channel = `${base}/${place}`;
        const verifier = await create({ trustedRoot: tuf.root, channel, now: tuf.now });
        await verifier.refresh(fetch);
        const { target } = await verifier.fetchTarget(tuf.victim, fetch);
        return target;
      });
    }
    return codes;
  },

  async 'a look at a package on a server'({ base, given, create }) {
    const verifier = await create();
    const { verdict, index, paths, info, transfer } = await verifier.inspectRemote(`${base}/ranged/${given.big}`);
    return { verdict: plain(verdict), index, paths: paths.length, info: [...info.keys()].sort(), transfer };
  },

  async 'what is installed'({ given, bytesOf, create, installedWasm }) {
    const verifier = await create();
    const original = await bytesOf(given.small);
    const files = [];
    const onFile = ({ path, type, size = 0, target, bytes }) =>
      files.push({ path, type, size, ...(type === 'symlink' ? { target } : { read: () => bytes }) });
    await verifier.verifyPackage(original, {}, { onFile });
    const manifest = await files.find(({ path }) => path === 'info/paths.json').read();
    const alone = await verifier.inspectInstalled(files, manifest, installedWasm);
    const expected = { sha256: given.sha256[given.small] };
    const whole = await verifier.inspectInstalled(files, manifest, { ...installedWasm, original, expected });
    const index = files.findIndex(({ path, size }) => !path.startsWith('info/') && size > 0);
    const changed = files.slice();
    changed[index] = { ...files[index], read: () => new Uint8Array(files[index].size) };
    const error = await failure(() => verifier.verifyInstalled(changed, manifest, { ...installedWasm, original, expected }));
    return [plain(alone), plain(whole), error];
  },

  async 'aborted, before and half-way'({ given, bytesOf, create }) {
    const verifier = await create();
    const reason = new Error('enough');
    const ends = [];
    const whole = await bytesOf(given.big);
    const thrown = (call) => call().then(() => 'nothing', (error) => (error === reason ? 'the reason' : String(error)));
    ends.push(await thrown(() => verifier.verifyPackage(whole, {}, { signal: AbortSignal.abort(reason) })));
    for (const wanted of ['reading', 'unpacking', 'comparing']) {
      const controller = new AbortController();
      const onProgress = ({ phase }) => phase === wanted && controller.abort(reason);
      ends.push(await thrown(() => verifier.verifyPackage(new Blob([whole]), {}, { signal: controller.signal, onProgress })));
    }
    const silent = new AbortController();
    setTimeout(() => silent.abort(reason), 5);
    ends.push(await thrown(() => verifier.verifyPackage(new ReadableStream(), {}, { signal: silent.signal })));
    // None of that did any harm.
    return [ends, (await verifier.verifyPackage(whole)).verdict];
  },

  async 'many at once'({ given, bytesOf, create }) {
    const [one, two] = await Promise.all([create(), create({ policy: 'warn' })]);
    const [big, small] = await Promise.all([bytesOf(given.big), bytesOf(given.small)]);
    const wrong = { sha256: '0'.repeat(64) };
    const verdicts = await Promise.all(
      [one, two].flatMap((verifier) => [
        verifier.inspectPackage(big),
        verifier.inspectPackage(small, wrong),
        verifier.inspectPackage(new Blob([big]), { sha256: given.sha256[given.big] }),
      ]),
    );
    return verdicts.map(({ verdict }) => verdict);
  },

  async 'a trap, and a new one goes on'({ given, bytesOf, create }) {
    const verifier = await create();
    // readAt() sees the memory of the WebAssembly code: overwritten, nothing in it makes sense.
    const vandal = { size: 1 << 20, readAt: (_, into) => void new Uint8Array(into.buffer).fill(0xff) };
    const codes = [await codeOf(() => verifier.verifyPackage(vandal)), await codeOf(() => verifier.verifyPackage(new Uint8Array(9)))];
    const another = await create();
    return [codes, (await another.verifyPackage(await bytesOf(given.small))).verdict];
  },

  async 'before it is created, within itself, and after free()'({ Verifier, given, bytesOf, create }) {
    const codes = [await codeOf(async () => new Verifier())];
    const bytes = await bytesOf(given.big);
    const verifier = await create();
    const inner = new Set();
    const readAt = (offset, into) => {
      try {
        verifier.findRecord('noarch', 'a-1-0.conda');
      } catch (error) {
        inner.add(error.code);
      }
      into.set(bytes.subarray(offset, offset + into.length));
    };
    await verifier.addRepodata('noarch', '{"packages":{}}');
    await verifier.verifyPackage({ size: bytes.length, readAt });
    codes.push(...inner);
    const underWay = codeOf(() => verifier.verifyPackage(bytes));
    verifier.free();
    verifier.free();
    codes.push(await underWay);
    codes.push(await codeOf(() => verifier.verifyPackage(bytes)));
    codes.push(await codeOf(async () => verifier.findRecord('noarch', 'a-1-0.conda')));
    return codes;
  },

  async 'misspelled options, and others of no use'({ Verifier, VerifierError, base, given, bytesOf, create }) {
    const verifier = await create();
    const bytes = await bytesOf(given.small);
    const said = [];
    for (const call of [
      () => Verifier.create({ polciy: 'warn' }),
      () => Verifier.create({ limits: { archivebytes: 1 } }),
      () => Verifier.create({ policy: 'lenient' }),
      () => verifier.verifyPackage(bytes, { sha265: '' }),
      () => verifier.verifyPackage(bytes, { sha256: undefined }),
      () => verifier.verifyPackage(bytes, {}, { singal: undefined }),
      () => verifier.verifyPackage(42),
      async () => verifier.verifyPackage(await fetch(`${base}/nothing-1-0.conda`)),
      () => verifier.verifyPackage(new ReadableStream({ start: (stream) => stream.enqueue('text') })),
    ]) {
      try {
        said.push(await call());
      } catch (error) {
        // Through JSON, as to another realm.
        const again = VerifierError.fromJSON(JSON.parse(JSON.stringify(error)));
        said.push([again.code, again.message.replaceAll(base, ''), VerifierError.isVerifierError(again)]);
      }
    }
    return said;
  },

  async 'verdicts are frozen, and plain'({ given, bytesOf, create }) {
    const verdict = await (await create()).verifyPackage(await bytesOf(given.small));
    const same = JSON.stringify(structuredClone(verdict)) === JSON.stringify(verdict);
    return [same, Object.isFrozen(verdict), Object.isFrozen(verdict.findings)];
  },
};

/** What each store gives back of a refresh; null where the runtime has no such thing. */
async function storesOf(entry, folder) {
  const { base, pinned } = entry;
  const channel = `${base}/signed`;
  const makers = {
    memory: () => new entry.MemoryStore(),
    indexedDb: () => (globalThis.indexedDB === undefined ? null : new entry.IndexedDbStore({ channel })),
    folder: () => (folder === undefined ? null : new entry.FolderStore(folder)),
    cache: () => (globalThis.caches === undefined ? null : new entry.CacheStore({ channel })),
  };
  const kept = {};
  for (const [name, make] of Object.entries(makers)) {
    try {
      const store = make();
      if (store === null) {
        kept[name] = null;
        continue;
      }
      const first = await (await pinned()).refresh(fetch, { store });
      const verifier = await pinned();
      verifier.restore(await store.read());
      await store.clear();
      const { root, keyMgr, pkgMgr } = verifier.trust;
      kept[name] = first.store?.code ?? [root.version, keyMgr.version, pkgMgr.version, (await store.read()).length].join(' ');
    } catch (error) {
      kept[name] = error.code ?? String(error);
    }
  }
  return kept;
}
