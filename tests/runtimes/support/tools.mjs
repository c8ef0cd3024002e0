// The runtimes and bundlers of package.json, where `cargo xtask test --all` installed them. By
// their files: no script of a package has run that would have put them elsewhere.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

function named(variable) {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set; run \`cargo xtask test --all\``);
  return value;
}

const modules = join(named('CONDA_VERIFIER_RUNTIMES'), 'node_modules');

/** The first of these that was installed: each is for another kind of machine. */
function program(...paths) {
  const found = paths.map((path) => join(modules, path)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`npm installed none of ${paths.join(', ')}`);
  return found;
}

/** The programs: where they are, when they are asked for. */
export const programs = {
  node: () => program(`node-linux-${process.arch}/bin/node`),
  deno: () => program('@deno/linux-x64-glibc/deno', '@deno/linux-arm64-glibc/deno'),
  bun: () => program('@oven/bun-linux-x64/bin/bun', '@oven/bun-linux-aarch64/bin/bun'),
};

/** An installed package's modules. */
export const vite = () => import(pathToFileURL(join(modules, 'vite/dist/node/index.js')));
export const esbuild = async () => (await import(pathToFileURL(join(modules, 'esbuild/lib/main.js')))).default;
export const puppeteer = async () =>
  (await import(pathToFileURL(join(modules, 'puppeteer-core/lib/esm/puppeteer/puppeteer-core.js')))).default;

/** A browser and a driver of the system; undefined where there is none. */
export const { CONDA_VERIFIER_FIREFOX: firefox, CONDA_VERIFIER_WEBKIT_DRIVER: webkitDriver } = process.env;
