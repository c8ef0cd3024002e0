// Who unpacks and verifies packages in JavaScript, behind one interface. Each is made once; its
// `run(bytes)` then does the whole work, as often as one likes, and gives the number of files
// that it hashed, or unpacked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { storedMembers, tarFiles } from './js-archives.mjs';
import { expect } from './rounds.mjs';
import { initUntarJs } from './untarjs.mjs';

const folder = process.env.CONDA_VERIFIER_PACKAGE;
if (folder === undefined) {
  throw new Error('CONDA_VERIFIER_PACKAGE is not set; run `cargo xtask bench`');
}
const entryOf = (name) => pathToFileURL(join(folder, `dist/entry/${name}.js`)).href;

/** The URL of a channel that nobody asks. */
const CHANNEL = 'https://example.org/channel/';

/** Repodata with one record. */
function repodataOf(fileName, record) {
  const group = fileName.endsWith('.conda') ? 'packages.conda' : 'packages';
  return { info: { subdir: record.subdir }, packages: {}, 'packages.conda': {}, [group]: { [fileName]: record } };
}

/** The npm package as it ships, with a SHA-256 that the caller vouches for. */
export class Ours {
  #expected;
  verdict = 'verified';

  static async of(made) {
    const ours = new this();
    const { Verifier } = await import(entryOf('node'));
    ours.verifier = await Verifier.create();
    ours.#expected = await ours.expected(made);
    ours.files = made.files;
    return ours;
  }

  /** What a package is compared with. */
  expected({ fileName, record: { sha256 } }) {
    return { fileName, sha256 };
  }

  async run(source) {
    const { verdict } = await this.verifier.verifyPackage(source, this.#expected);
    expect(verdict, this.verdict, 'verdict');
    return this.files;
  }
}

/** The same with a record of repodata: size, SHA-256, and MD5 too, which WebCrypto does not have. */
export class OursByRecord extends Ours {
  // Nobody signed it.
  verdict = 'unverified';

  async expected({ fileName, record }) {
    const { subdir } = record;
    await this.verifier.addRepodata(subdir, Buffer.from(JSON.stringify(repodataOf(fileName, record))));
    return { record: this.verifier.findRecord(subdir, fileName) };
  }
}

/** The package where there is no WebCrypto: everything is hashed in WebAssembly. */
export class OursAlone extends Ours {
  static of(made) {
    return withoutWebCrypto(() => super.of(made));
  }

  run(source) {
    return withoutWebCrypto(() => super.run(source));
  }
}

/** Hides `crypto.subtle` while it works, and finds out whoever has it from before. */
async function withoutWebCrypto(work) {
  const { digest } = SubtleCrypto.prototype;
  let calls = 0;
  Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined, configurable: true });
  SubtleCrypto.prototype.digest = function (...given) {
    calls += 1;
    return digest.apply(this, given);
  };
  try {
    return await work();
  } finally {
    delete globalThis.crypto.subtle;
    SubtleCrypto.prototype.digest = digest;
    expect(calls, 0, 'calls of crypto.subtle');
  }
}

/** untarjs, which unpacks and verifies nothing. */
export class UntarJs {
  #unpack;

  static async of({ fileName }) {
    const untarJs = new this();
    untarJs.#unpack = await initUntarJs();
    untarJs.isConda = fileName.endsWith('.conda');
    return untarJs;
  }

  /** Every file by name, as mambajs unpacks packages: first the outer archive, then the inner. */
  unpacked(bytes) {
    return this.filesOf(() => this.#unpack.extractData(bytes), this.#unpack);
  }

  async filesOf(extract, unpack) {
    const outer = await extract();
    if (!this.isConda) return Object.entries(outer);
    const files = [];
    for (const [name, member] of Object.entries(outer)) {
      if (!name.endsWith('.tar.zst')) continue;
      for (const file of Object.entries(await unpack.extractData(member))) files.push(file);
    }
    return files;
  }

  async run(bytes) {
    const files = await this.unpacked(bytes);
    return files.filter(([name]) => !name.startsWith('info/')).length;
  }
}

/** Who takes untarjs' place in installers: it fetches, verifies by a record, and hands over each file. */
export class DropIn extends UntarJs {
  #untarJs;
  #url;
  #fetched;

  static async of({ fileName, record }) {
    const { Verifier } = await import(entryOf('node'));
    const { verifiedUntarjs } = await import(entryOf('untarjs'));
    const dropIn = Object.assign(new this(), { isConda: fileName.endsWith('.conda') });
    const repodata = Buffer.from(JSON.stringify(repodataOf(fileName, record)));
    dropIn.#url = `${CHANNEL}${record.subdir}/${fileName}`;
    dropIn.#untarJs = verifiedUntarjs({
      channels: [{ url: CHANNEL, verifier: await Verifier.create() }],
      // Nobody signed the record; the work is the same.
      allowUnverified: true,
      fetch: ({ href }) => {
        if (href === dropIn.#url) return new Response(dropIn.#fetched);
        return href.endsWith('/repodata.json') ? new Response(repodata) : new Response(null, { status: 404 });
      },
    });
    return dropIn;
  }

  unpacked(bytes) {
    this.#fetched = bytes;
    return this.filesOf(() => this.#untarJs.extract(this.#url), this.#untarJs);
  }
}

/** untarjs and what there is to verify: the archive's SHA-256 and that of each file, by WebCrypto. */
export class UntarJsHashed extends UntarJs {
  static async of(made) {
    return Object.assign(await super.of(made), { sha256: made.record.sha256 });
  }

  async run(bytes) {
    await hashed(bytes, this.sha256, 'archive');
    return compared(await this.unpacked(bytes));
  }
}

/** zstddec, which is libzstd as WebAssembly, a tar reader in JavaScript, and WebCrypto. */
export class ZstdDec {
  #decoder;

  static async of({ record }) {
    const zstdDec = new this();
    const { ZSTDDecoder } = await import('zstddec');
    zstdDec.#decoder = new ZSTDDecoder();
    await zstdDec.#decoder.init();
    zstdDec.sha256 = record.sha256;
    return zstdDec;
  }

  async run(bytes) {
    await hashed(bytes, this.sha256, 'archive');
    const files = [];
    for (const [name, member] of storedMembers(bytes)) {
      if (name.endsWith('.tar.zst')) files.push(...tarFiles(this.#decoder.decode(member)));
    }
    return compared(files);
  }
}

/** Compares files with paths.json, and gives the number of them. */
async function compared(files) {
  const contents = new Map(files);
  const { paths } = JSON.parse(new TextDecoder().decode(contents.get('info/paths.json')));
  const regular = paths.filter(({ path_type: type }) => type === 'hardlink');
  await Promise.all(
    regular.map(({ _path: path, sha256, size_in_bytes: size }) => {
      const content = contents.get(path);
      expect(content.length, size, path);
      return hashed(content, sha256, path);
    }),
  );
  return regular.length;
}

async function hashed(bytes, wanted, what) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  expect(Buffer.from(digest).toString('hex'), wanted, what);
}

/** A package's bytes, its path, and what was written down about it. */
export function packageIn(packages, name, { withBytes = true } = {}) {
  const made = JSON.parse(readFileSync(join(packages, 'packages.json'))).packages[name];
  const path = join(packages, made.fileName);
  return { ...made, path, bytes: withBytes ? readFileSync(path) : undefined };
}
