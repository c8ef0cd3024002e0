import { go, route } from '../route/route.js';
import { folderSubdirs } from '../state/channel.js';

/** The folders that channels have, as the command line and conda know them. */
const SUBDIRS = [
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
] as const;

/** Chooses the platform. */
export function SubdirBar() {
  const { place, subdir } = route.value;
  // A folder has what it has; of a server nobody knows.
  const names = place.kind === 'folder' ? (folderSubdirs.value.get(place.name) ?? SUBDIRS) : SUBDIRS;
  const all = (names as readonly string[]).includes(subdir) ? names : [...names, subdir];
  return (
    <label class="subdir">
      Platform
      <select value={subdir} onChange={({ currentTarget }) => go({ subdir: currentTarget.value, item: null, against: null, path: null })}>
        {all.map((name) => (
          <option key={name} value={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
