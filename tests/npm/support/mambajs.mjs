// The real mambajs, and a real Emscripten filesystem to install into.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const lib = dirname(require.resolve('@emscripten-forge/mambajs-core'));
const network = globalThis.fetch;

/**
 * mambajs fetches a mapping of names from elsewhere when it is imported, and its untarjs a wasm
 * file by a path that no fetch of Node.js takes. Nothing else is let out but to this machine.
 */
globalThis.fetch = async (address, ...rest) => {
  const url = String(address?.url ?? address);
  if (/^http:\/\/127\.0\.0\.1[:/]/.test(url)) return network(address, ...rest);
  if (/^\.\/unpack-\w+\.wasm$/.test(url)) {
    return new Response(readFileSync(join(lib, url)), { headers: { 'content-type': 'application/wasm' } });
  }
  if (url.startsWith('https://raw.githubusercontent.com/')) return Response.json({});
  throw new Error(`a test must not fetch ${url}`);
};

export const mambajs = await import('@emscripten-forge/mambajs');

const { loadPyodide } = await import('pyodide');

/** Pyodide: an interpreter, with the filesystem that mambajs installs into. */
export const python = await loadPyodide();
export const { _module: Module, FS } = python;
FS.chdir('/');

/** What there is to see of a filesystem, but for what is no file of anybody's. */
export function listing(folder = '/') {
  return FS.readdir(folder).flatMap((name) => {
    const path = `${folder}${name}`;
    if (['.', '..'].includes(name) || ['/dev', '/proc', '/lib/python314.zip'].includes(path)) return [];
    const { mode, size } = FS.lstat(path);
    return FS.isDir(mode) ? [`${path}/`, ...listing(`${path}/`)] : [`${path} ${size}`];
  });
}

/** The files among it, but for what the interpreter writes. */
export const files = () => listing().filter((path) => !path.endsWith('/') && !path.includes('/__pycache__/'));

/** An untarjs that verifies nothing, as mambajs makes it. */
export async function plainUntarjs() {
  const { untarjs } = await mambajs.installPackagesToEmscriptenFS({
    packages: { packages: {}, pipPackages: {} },
    channels: {},
    Module,
  });
  return untarjs;
}

/** Has mambajs find out what to install. */
export async function solved(url, ...specs) {
  const yml = `name: test\nchannels:\n  - ${url}\ndependencies:\n${specs.map((spec) => `  - ${spec}\n`).join('')}`;
  return mambajs.create({ yml, logger: { log() {}, warn() {}, error() {} } });
}

/** Has mambajs install what is in a lock. */
export async function installed(lock, untarjs, more = {}) {
  return mambajs.installPackagesToEmscriptenFS({
    packages: lock,
    channels: lock.channelInfo,
    pythonVersion: [3, 14],
    Module,
    untarjs,
    ...more,
  });
}

/** Takes away what was installed. */
export async function removed(lock, { paths }) {
  await mambajs.removePackagesFromEmscriptenFS({ removedPackages: lock, Module, paths });
}
