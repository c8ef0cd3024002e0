// What a verifier in a worker has to do in every runtime: say of each package what one says that
// works in the same thread. Plain data comes back, to be compared by who asked.

/**
 * Verifies honest and tampered packages in both.
 *
 * @param entry The package and its `worker` entry, in one object.
 * @param base The URL of the server of support/site.mjs.
 * @param wasm Where the WebAssembly file is, for bundles that name it.
 * @param place Where the worker is to come from, if it is not the package's own.
 * @returns `there` and `here`, alike: what each call gave, by its name; `pool`, `codes`.
 */
export async function checkWorkers(entry, base, wasm = undefined, place = undefined) {
  const given = await (await fetch(`${base}/given.json`)).json();
  const options = wasm === undefined ? {} : { wasm };
  const { Verifier, VerifierWorker, VerifierPool } = entry;

  const there = await VerifierWorker.create(options, place);
  const here = await Verifier.create(options);
  const report = { there: await verdicts(there, base, given), here: await verdicts(here, base, given) };

  const pool = await VerifierPool.create(options, { ...place, size: 2 });
  report.pool = await Promise.all(
    [given.small, given.big, given.spoiled[0], given.big].map(async (path) => {
      const { verdict } = await pool.inspectPackage(await fetch(`${base}/${path}`), { sha256: given.sha256[path] ?? '0'.repeat(64) });
      return verdict;
    }),
  );
  pool.free();

  report.codes = [await codeOf(() => VerifierWorker.create({ polciy: 'warn' }, place))];
  report.codes.push(await codeOf(() => there.verifyPackage(new Uint8Array(1), { sha265: '' })));
  const slow = codeOf(() => there.verifyPackage(new ReadableStream()));
  there.free();
  report.codes.push(await slow, await codeOf(() => there.inspectPackage(new Uint8Array(1))));
  return report;
}

/** What one of the two says: the same calls for both. */
async function verdicts(verifier, base, given) {
  const said = {};
  const sha256 = given.sha256[given.big];
  const open = () => fetch(`${base}/${given.big}`);
  const bytes = new Uint8Array(await (await open()).arrayBuffer());
  const flipped = bytes.slice();
  flipped[bytes.length >> 1] ^= 1;
  const sources = {
    'a response': open,
    'a stream': async () => (await open()).body,
    'a Blob': async () => new Blob([bytes]),
    'bytes': async () => bytes,
    'slices': async () => ({ size: bytes.length, readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) }),
    'a flipped byte': async () => flipped,
    'a flipped byte in a Blob': async () => new Blob([flipped]),
  };
  for (const [name, source] of Object.entries(sources)) {
    let [files, unpacked] = [0, 0];
    const phases = new Set();
    const onFile = (file) => {
      files++;
      unpacked += file.bytes?.length ?? 0;
    };
    const onProgress = ({ phase }) => phases.add(phase);
    said[name] = await verifier
      .verifyPackage(await source(), { sha256 }, { onFile, onProgress })
      .then((verdict) => ({ verdict: plain(verdict), files, unpacked, ended: [...phases].at(-1) }), told);
  }
  for (const path of given.spoiled) {
    said[path] = await verifier.verifyPackage(await fetch(`${base}/${path}`)).then(plain, told);
  }
  return said;
}

/** An error as data. */
function told(error) {
  if (error?.toJSON === undefined) return { thrown: String(error), stack: String(error?.stack) };
  const { name, code, message, path, expected, actual, hint, verdict } = error.toJSON();
  return { name, code, message, path, expected, actual, hint, verdict: verdict && plain(verdict) };
}

/** A verdict, but for who hashed: workers may have WebCrypto where pages have none. */
function plain({ hashedBy: _, ...verdict }) {
  return verdict;
}

/** The code of the error of a call. */
async function codeOf(call) {
  try {
    return { gave: await call() };
  } catch (error) {
    return error.code ?? { thrown: String(error), stack: String(error?.stack) };
  }
}
