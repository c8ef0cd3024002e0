#!/usr/bin/env node
// The client that the TUF conformance suite starts: its protocol, over the installed package.
//
//   client.mjs --metadata-dir D init ROOT
//   client.mjs --metadata-url U --metadata-dir D refresh
//   client.mjs --metadata-url U --metadata-dir D --target-name T --target-dir O --target-base-url B download
//
// D holds what is trusted, in files by role; each start reads it anew. Exits with 0 or 1.
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const OPTIONS = ['metadata-dir', 'metadata-url', 'target-name', 'target-dir', 'target-base-url'];

/** The sub-command, what follows it, and the options' values. */
function parsed(words) {
  const options = { 'target-name': [] };
  const rest = [];
  for (let index = 0; index < words.length; index += 1) {
    const name = words[index].startsWith('--') ? words[index].slice(2) : undefined;
    if (name === undefined) {
      rest.push(words[index]);
    } else {
      const value = words[(index += 1)];
      if (!OPTIONS.includes(name) || value === undefined) throw new Error(`there is no option --${name}, or it has no value`);
      if (name === 'target-name') options[name].push(value);
      else options[name] = value;
    }
  }
  const needed = (name) => {
    if (options[name] === undefined) throw new Error(`--${name} is missing`);
    return options[name];
  };
  return { command: rest, needed };
}

/** What is trusted, in a folder: `root.json` is the newest root, the rest is as it was received. */
class Folder {
  #path;

  constructor(path) {
    this.#path = path;
  }

  root() {
    return readFile(join(this.#path, 'root.json'));
  }

  async pin(file) {
    await mkdir(this.#path, { recursive: true });
    await copyFile(file, join(this.#path, 'root.json'));
  }

  /** Top-level roles first: the others are verified by them. */
  async entries() {
    const first = ['timestamp.json', 'snapshot.json', 'targets.json'];
    const files = (await readdir(this.#path)).filter((name) => name.endsWith('.json') && name !== 'root.json');
    const names = [...first.filter((name) => files.includes(name)), ...files.filter((name) => !first.includes(name))];
    return Promise.all(names.map(async (key) => ({ key, bytes: await readFile(join(this.#path, key)) })));
  }

  /** `role`: of which the entry came, since a delegated role may be called `2.root` or `state`. */
  async put(role, key, bytes) {
    // The suite takes each *.json for a role: there is nothing else to be kept without a channel.
    if (key === 'state.json' && role !== 'state') return;
    const isRoot = role === 'root' && /^\d+\.root\.json$/.test(key);
    const file = join(this.#path, isRoot ? 'root.json' : key);
    if (bytes === null) await rm(file, { force: true });
    else await write(file, bytes);
  }
}

/** Whole or not at all. */
async function write(file, bytes) {
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
}

/** A verifier that trusts what the folder holds, as far as that verifies. */
async function opened(folder) {
  // Not above: `init` has no use for it, and a suite starts this program hundreds of times.
  const { Verifier } = await import('conda-verifier');
  const verifier = await Verifier.create({ trustedRoot: await folder.root() });
  let entries = await folder.entries();
  let before;
  do {
    // What is refused may be a role whose delegator comes later.
    before = entries.length;
    entries = entries.filter((entry) => !restored(verifier, entry));
  } while (entries.length > 0 && entries.length < before);
  return verifier;
}

function restored(verifier, entry) {
  try {
    verifier.restore([entry]);
    return true;
  } catch (error) {
    if (error?.code === 'STATE_INVALID') return false;
    throw error;
  }
}

const baseOf = (url) => (url.endsWith('/') ? url : `${url}/`);

/** Answers what the verifier wants, and keeps what it accepts. */
async function answer(verifier, want, base, folder) {
  const { status, bytes } = await get(new URL(want.path, base), want.maxLength);
  if (status !== 200) {
    verifier.unavailable(want, status);
    return;
  }
  const { persist } = verifier.update(want, bytes);
  for (const { key, bytes } of persist) await folder.put(want.role, key, bytes);
}

/** Not more of it than shows that it is too long. `fetch` would do as well, but starts slowly. */
async function get(url, maxLength) {
  const client = await import(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const response = await new Promise((resolve, reject) => {
    client.get(url, resolve).once('error', reject);
  });
  const chunks = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    // This also hangs up.
    if (length > maxLength) break;
  }
  return { status: response.statusCode, bytes: Buffer.concat(chunks) };
}

async function refresh(verifier, base, folder) {
  for (let want = verifier.next(); want !== null; want = verifier.next()) {
    await answer(verifier, want, base, folder);
  }
}

async function download(verifier, name, { metadata, targets, folder, into }) {
  // One after the other, so that each role is kept as soon as it is accepted.
  for (let { want } = verifier.findTarget(name); want !== null; { want } = verifier.findTarget(name)) {
    await answer(verifier, want, metadata, folder);
  }
  // A name that is no path, not even `..`.
  const file = join(into, encodeURIComponent(name).replace(/^\./, '%2E'));
  if (await isThere(verifier, name, file)) return;
  const { bytes } = await verifier.fetchTarget(name, fetch, { mirrors: [{ metadata, targets }] });
  await mkdir(into, { recursive: true });
  await write(file, bytes);
}

async function isThere(verifier, name, file) {
  try {
    await verifier.verifyTarget(name, await readFile(file));
    return true;
  } catch (error) {
    if (['ENOENT', 'TARGET_LENGTH_MISMATCH', 'TARGET_DIGEST_MISMATCH'].includes(error?.code)) return false;
    throw error;
  }
}

async function run({ command: [command, ...rest], needed }) {
  const folder = new Folder(needed('metadata-dir'));
  if (command === 'init' && rest.length === 1) return folder.pin(rest[0]);
  if (!['refresh', 'download'].includes(command) || rest.length > 0) throw new Error('usage: init ROOT, refresh or download');
  const metadata = baseOf(needed('metadata-url'));
  const verifier = await opened(folder);
  await refresh(verifier, metadata, folder);
  if (command === 'refresh') return undefined;
  const places = { metadata, folder, targets: baseOf(needed('target-base-url')), into: needed('target-dir') };
  for (const name of needed('target-name')) await download(verifier, name, places);
  return undefined;
}

try {
  await run(parsed(process.argv.slice(2)));
  // Connections that are kept open would keep the process.
  process.exit(0);
} catch (error) {
  console.error(error?.code === undefined ? error : `${error.code}: ${error.message}`);
  process.exit(1);
}
