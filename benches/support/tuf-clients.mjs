// Clients of TUF behind one interface: `begin` makes ready what no client is timed for;
// `refresh` begins from the trusted root alone; `find` and `fetch` come after it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// tuf-browser is written for browsers. It takes `fetch` and `crypto` from the global object,
// where Node.js has them too, and with `disableCache` it keeps files in memory, as it does where
// there is neither an extension's storage nor `localStorage`. So nothing has to be put in
// their place.
import { TUFClient } from '@freedomofpress/tuf-browser';
import tufJs from 'tuf-js';

const folder = process.env.CONDA_VERIFIER_PACKAGE;
if (folder === undefined) {
  throw new Error('CONDA_VERIFIER_PACKAGE is not set; run `cargo xtask bench`');
}
const { MemoryStore, Verifier } = await import(pathToFileURL(join(folder, 'dist/entry/node.js')).href);

/** The npm package as it ships, which keeps what it trusts in memory. */
export class Ours {
  #place;
  #verifier;
  #store = new MemoryStore();

  constructor(place) {
    this.#place = place;
  }

  begin() {}

  async refresh() {
    this.#verifier = await Verifier.create({ trustedRoot: this.#place.trustedRoot });
    await this.#verifier.refresh(fetch, this.#options);
  }

  async find(path) {
    const { length } = await this.#verifier.loadTarget(path, fetch, this.#options);
    return length;
  }

  async fetch(path) {
    const { bytes } = await this.#verifier.fetchTarget(path, fetch, this.#options);
    return bytes.length;
  }

  end() {
    this.#verifier.free();
  }

  get #options() {
    const { metadataUrl, targetsUrl } = this.#place;
    return { mirrors: [{ metadata: metadataUrl, targets: targetsUrl }], store: this.#store };
  }
}

/** tuf-js, which keeps files in a folder, and has no other way. */
export class TufJs {
  #place;
  #folder;
  #updater;

  constructor(place) {
    this.#place = place;
  }

  begin() {
    this.#folder = mkdtempSync(join(tmpdir(), 'conda-verifier-bench-'));
    writeFileSync(join(this.#folder, 'root.json'), this.#place.trustedRoot);
  }

  async refresh() {
    this.#updater = new tufJs.Updater({
      metadataBaseUrl: this.#place.metadataUrl,
      metadataDir: this.#folder,
      targetBaseUrl: this.#place.targetsUrl,
      targetDir: this.#folder,
      // The default; 18 MB are more than it allows.
      config: { targetsMaxLength: 64 << 20 },
    });
    await this.#updater.refresh();
  }

  async find(path) {
    const { length } = await this.#updater.getTargetInfo(path);
    return length;
  }

  async fetch(path) {
    const target = await this.#updater.getTargetInfo(path);
    await this.#updater.downloadTarget(target);
    return target.length;
  }

  end() {
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * tuf-browser. It takes no notice of delegations, and has no call that finds a target and does
 * not fetch it.
 */
export class TufBrowser {
  #place;
  #client;

  constructor(place) {
    this.#place = place;
  }

  begin() {}

  async refresh() {
    const { metadataUrl, targetsUrl, trustedRoot } = this.#place;
    this.#client = new TUFClient(metadataUrl, `${trustedRoot}`, 'bench', targetsUrl, {
      disableCache: true,
    });
    await this.#client.updateTUF();
  }

  async fetch(path) {
    const bytes = await this.#client.getTarget(path);
    return bytes.byteLength;
  }

  end() {}
}
