// A TUF repository with all targets in one file, over HTTP on this machine: everything from the
// trusted root to the bytes of one target, which is what all of the clients can do.
import { raceInParts } from './support/rounds.mjs';
import { atMost, quantity } from './support/table.mjs';
import { flat } from './support/tuf-repository.mjs';
import { Server } from './support/tuf-server.mjs';
import { TufThread } from './support/tuf-thread.mjs';

export default async function tufFlat(quick) {
  const [small, large, rounds] = quick ? [10, 20, 1] : [1_000, 10_000, 9];
  const first = await timesOf(small, rounds, { ours: 'Ours', tufBrowser: 'TufBrowser', tufJs: 'TufJs' });
  // Beyond 2,000 tuf-js is left out, whose time grows with the square of their number: with
  // 10,000 a single refresh takes most of a minute.
  const twice = await timesOf(2 * small, Math.ceil(rounds / 3), { ours: 'Ours', tufJs: 'TufJs' });
  const second = await timesOf(large, rounds, { ours: 'Ours', tufBrowser: 'TufBrowser' });
  const third = await timesOf(10 * large, Math.ceil(rounds / 3), { ours: 'Ours' });
  const row = (count, { ours, ...others }, peer, name, bar) => ({
    what: `TUF, ${count.toLocaleString('en')} targets in a file: refresh, fetch one`,
    ours: quantity(ours, 'ms'),
    peer: `${quantity(others[peer], 'ms')} ${name}`,
    ratio: ours / others[peer],
    bar: bar && atMost(ours / others[peer], bar, ' ×'),
  });
  return [
    row(small, first, 'tufBrowser', 'tuf-browser', 1),
    row(small, first, 'tufJs', 'tuf-js', 1),
    row(2 * small, twice, 'tufJs', 'tuf-js', 1),
    row(large, second, 'tufBrowser', 'tuf-browser', 0.1),
    // How it grows: ten times the targets against ten times the time.
    row(10 * large, { ours: third.ours, tenfold: 10 * second.ours }, 'tenfold', `10 × ${large.toLocaleString('en')} of ours`),
  ];
}

/** The median milliseconds of each client. */
async function timesOf(count, rounds, clients) {
  const { files, trustedRoot, paths } = flat(count);
  const server = await Server.of(files);
  const { metadataUrl, targetsUrl } = server;
  const place = { metadataUrl, targetsUrl, trustedRoot };
  const path = paths.at(-1);
  const threads = Object.entries(clients).map(([name, Client]) => [name, new TufThread(Client, place)]);
  const lap = (thread) => async () => {
    await thread.begin();
    const all = (await thread.refresh()) + (await thread.fetch(path));
    await thread.end();
    return { times: { all } };
  };
  const laps = threads.map(([name, thread]) => [name, lap(thread)]);
  const of = await raceInParts(rounds, Object.fromEntries(laps));
  await Promise.all([server.close(), ...threads.map(([, thread]) => thread.close())]);
  return Object.fromEntries(Object.keys(clients).map((name) => [name, of[name].times.all]));
}
