// A client as the official suite's protocol starts it: a process each time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { shifted } from './clock.mjs';

const OURS = [process.execPath, fileURLToPath(new URL('../client.mjs', import.meta.url))];

/** The client that is tested: that of the variable CONFORMANCE_CLIENT, or ours. */
export const command = process.env.CONFORMANCE_CLIENT?.split(' ').filter(Boolean) ?? OURS;

/** Milliseconds after which a client hangs. */
const PATIENCE = 60_000;

/** A client with folders of its own. Each call is a new process; its state is in the folders. */
export class ClientProcess {
  #folder;
  #server;

  static async create(server) {
    const client = new ClientProcess();
    client.#folder = await mkdtemp(join(tmpdir(), 'tuf-conformance-'));
    client.#server = server;
    await mkdir(client.metadata);
    await mkdir(client.targets);
    return client;
  }

  get metadata() { return join(this.#folder, 'metadata'); }
  get targets() { return join(this.#folder, 'targets'); }

  /** Makes a root the trust anchor. `exit` null: the status does not matter. */
  async init(root, { exit = 0 } = {}) {
    const file = join(this.#folder, 'initial_root.json');
    await writeFile(file, root);
    await this.#run(['--metadata-dir', this.metadata, 'init', file], { exit });
  }

  /** A full update of the top-level roles, so many days from now. */
  async refresh({ exit = 0, days = 0 } = {}) {
    const { metadataUrl } = this.#server;
    await this.#run(['--metadata-url', metadataUrl, '--metadata-dir', this.metadata, 'refresh'], { exit, days });
  }

  /** Refreshes and downloads these artifacts. */
  async download(names, { exit = 0, days = 0 } = {}) {
    const { metadataUrl, targetsUrl } = this.#server;
    const options = [
      ...['--metadata-url', metadataUrl, '--metadata-dir', this.metadata],
      ...[names].flat().flatMap((name) => ['--target-name', name]),
      ...['--target-dir', this.targets, '--target-base-url', targetsUrl],
    ];
    await this.#run([...options, 'download'], { exit, days });
  }

  /** Role name → bytes, of what it has stored as trusted. */
  async trusted() {
    const files = (await readdir(this.metadata)).filter((file) => file.endsWith('.json')).sort();
    const read = async (file) => [decodeURIComponent(file.slice(0, -5)), await readFile(join(this.metadata, file))];
    return new Map(await Promise.all(files.map(read)));
  }

  /** The artifacts that it has stored, as texts, in the order in which they were changed. */
  async downloaded() {
    const entries = await readdir(this.targets, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    const times = new Map(await Promise.all(files.map(async (file) => [file, (await stat(file, { bigint: true })).mtimeNs])));
    files.sort((one, other) => (times.get(one) < times.get(other) ? -1 : 1));
    return Promise.all(files.map((file) => readFile(file, 'utf8')));
  }

  /** Nothing beside its two folders and the root it was given. */
  async beside() {
    const known = ['initial_root.json', 'metadata', 'targets'];
    return (await readdir(this.#folder)).filter((name) => !known.includes(name));
  }

  async remove() {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(options, { exit, days = 0 }) {
    const { prefix, env } = shifted(days);
    const [program, ...words] = [...prefix, ...command, ...options];
    const { PATH, HOME, NODE_PATH } = process.env;
    const given = Object.fromEntries(Object.entries({ PATH, HOME, NODE_PATH }).filter(([, value]) => value !== undefined));
    const child = spawn(program, words, { env: { LANG: 'C.UTF-8', ...given, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal));
    });
    clearTimeout(timer);
    const told = `${options.at(-1)}: exit ${status}\n${said}`;
    // The protocol knows these two; a crash is neither.
    assert.ok([0, 1].includes(status), told);
    if (exit !== null) assert.equal(status, exit, `${told}(expected exit ${exit})`);
  }
}
