// An unsigned channel whose repodata is as large as a large channel's.

const SYLLABLES = ['py', 'lib', 'num', 'data', 'torch', 'geo', 'cv', 'net', 'tool', 'ml', 'web', 'sql', 'core', 'kit', 'flow', 'graph'];
const LICENSES = ['MIT', 'BSD-3-Clause', 'Apache-2.0', 'GPL-3.0-or-later', 'LGPL-2.1-only', 'MPL-2.0', 'Apache-2.0 WITH LLVM-exception', 'PSF-2.0'];

/** The same numbers each time. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The text of a `repodata.json` of that many records, each with its own digests. */
export function manyRecords(count, subdir = 'linux-64') {
  const random = numbers(7);
  const hex = (length) => Array.from({ length: length / 8 }, () => random(2 ** 32).toString(16).padStart(8, '0')).join('');
  const pick = (list) => list[random(list.length)];
  const sections = { packages: [], 'packages.conda': [] };
  const names = Array.from({ length: Math.ceil(count / 25) }, (_, at) => `${pick(SYLLABLES)}${pick(SYLLABLES)}-${pick(SYLLABLES)}${at}`);
  for (let at = 0; at < count; at += 1) {
    const name = names[Math.floor(at / 25)];
    const version = `${1 + Math.floor((at % 25) / 10)}.${at % 10}.${random(12)}`;
    const build = `py3${10 + (at % 4)}h${hex(8).slice(0, 7)}_${at % 3}`;
    const isNew = at % 5 !== 0;
    const record = {
      build,
      build_number: at % 3,
      depends: [`python >=3.${10 + (at % 4)},<3.${11 + (at % 4)}.0a0`, `${pick(names)} >=1.0`, '__glibc >=2.17,<3.0.a0', 'libgcc >=13'],
      license: pick(LICENSES),
      md5: hex(32),
      name,
      sha256: hex(64),
      size: 2000 + random(40_000_000),
      subdir,
      timestamp: 1_400_000_000_000 + at * 2_000_000 + random(1000),
      version,
    };
    const fileName = `${name}-${version}-${build}${isNew ? '.conda' : '.tar.bz2'}`;
    sections[isNew ? 'packages.conda' : 'packages'].push(`${JSON.stringify(fileName)}:${JSON.stringify(record)}`);
  }
  const bodies = Object.entries(sections).map(([section, records]) => `${JSON.stringify(section)}:{${records.join(',\n')}}`);
  return `{"info":{"subdir":${JSON.stringify(subdir)}},${bodies.join(',')},"removed":[],"repodata_version":1}`;
}
