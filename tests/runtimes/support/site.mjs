// The server of the check: what it asks for, and what it is to make of it.
import { existsSync, readFileSync } from 'node:fs';

import { big, bytesOf, fixtures, pathOf, ranged, send, serve, sha256, small, smallBz2 } from './shared.mjs';

const { signed, tuf } = fixtures;
const [subdir, victim] = signed.victim.split('/');

/** Attacks, of which each is stopped at another place. */
const attacks = ['root-unsigned', 'root-rolled-back', 'key-mgr-expired', 'record-tampered', 'record-unsigned', 'package-tampered'];
const tufAttacks = ['timestamp-expired', 'snapshot-tampered', 'target-tampered', 'delegated-by-targets'];

const textOf = (path) => new TextDecoder().decode(bytesOf(path));

/** What the check is given, as JSON. */
const given = {
  small,
  smallBz2,
  big,
  sha256: Object.fromEntries([small, smallBz2, big].map((path) => [path, sha256(bytesOf(path))])),
  spoiled: fixtures.spoiled.map(({ file }) => file),
  root: textOf(`${signed.folder}/root.json`),
  now: signed.now,
  subdir,
  victim,
  attacks,
  tuf: { root: textOf(`${tuf.folder}/${tuf.root}`), now: tuf.now, victim: tuf.victim, attacks: tufAttacks },
};

/** Serves a channel as an attack leaves it. */
function attacked(list, honest) {
  return (_, response, path) => {
    const [, , way, ...rest] = path.split('/');
    const file = rest.join('/');
    const { folder, removed } = list.find((attack) => attack.way === way);
    if (removed.includes(file)) throw new Error('it is gone');
    const changed = `${folder}/${file}`;
    send(response, path, readFileSync(pathOf(existsSync(pathOf(changed)) ? changed : `${honest}/${file}`)));
  };
}

/** Serves until the test ends; gives the URL. */
export function site(t, routes = {}) {
  // Those of the check first: of two that end in * the first counts.
  return serve(t, {
    '/given.json': (_, response, path) => send(response, path, JSON.stringify(given)),
    '/flipped/*': (_, response, path) => {
      const bytes = bytesOf(path.replace('/flipped', signed.folder));
      if (/\.(conda|bz2)$/.test(path) && !path.includes('repodata')) bytes[bytes.length >> 1] ^= 1;
      send(response, path, bytes);
    },
    '/attacked/*': attacked(fixtures.attacks, signed.folder),
    '/tuf-attacked/*': attacked(fixtures.tufAttacks, tuf.folder),
    [`/ranged/${big}`]: ranged(bytesOf(big)),
    ...routes,
  });
}
