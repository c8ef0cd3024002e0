import { quoted } from '../printable.js';
import { isSubdir } from '../records/path-names.js';
import { UsageError } from './usage-error.js';

/** The folders that channels have, as conda knows them. */
export const KNOWN_SUBDIRS: readonly string[] = [
  'noarch',
  'emscripten-wasm32',
  'wasi-wasm32',
  'freebsd-64',
  'linux-32',
  'linux-64',
  'linux-aarch64',
  'linux-armv6l',
  'linux-armv7l',
  'linux-ppc64',
  'linux-ppc64le',
  'linux-riscv32',
  'linux-riscv64',
  'linux-s390x',
  'osx-64',
  'osx-arm64',
  'win-32',
  'win-64',
  'win-arm64',
  'zos-z',
];

/** Checks the values of --subdir. */
export function checkedSubdirs(names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (isSubdir(name)) continue;
    throw new UsageError(`--subdir takes the name of a channel's folder, e.g. noarch, not ${quoted(name)}`);
  }
  return [...new Set(names)];
}
