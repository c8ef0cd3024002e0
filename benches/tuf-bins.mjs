// A TUF repository of hash bins, over HTTP on this machine: everything that a client fetches
// before it trusts any target, and then many targets, one after the other.
import { raceInParts } from './support/rounds.mjs';
import { atMost, quantity } from './support/table.mjs';
import { binned } from './support/tuf-repository.mjs';
import { Server } from './support/tuf-server.mjs';
import { TufThread } from './support/tuf-thread.mjs';

export default async function tufBins(quick) {
  const [bits, count, few, rounds] = quick ? [4, 20, 5, 1] : [12, 1_000, 20, 3];
  const { files, trustedRoot, paths } = binned(bits, count);
  const server = await Server.of(files);
  const { metadataUrl, targetsUrl } = server;
  const place = { metadataUrl, targetsUrl, trustedRoot };
  const threads = Object.fromEntries(
    ['Ours', 'TufJs', 'TufBrowser'].map((client) => [client, new TufThread(client, place)]),
  );
  /** Refreshes with nothing but the root; finds the first targets, then the others. */
  const lap = (thread, finds) => async () => {
    await thread.begin();
    await server.take();
    const times = {};
    const result = {};
    const part = async (name, time) => {
      times[name] = await time;
      result[name] = await server.take();
    };
    await part('refresh', thread.refresh());
    if (finds) {
      await part('few', thread.find(paths.slice(0, few)));
      await part('others', thread.find(paths.slice(few)));
    }
    await thread.end();
    return { times, result };
  };
  const of = await raceInParts(rounds, {
    ours: lap(threads.Ours, true),
    tufJs: lap(threads.TufJs, true),
    // It takes no notice of delegations: what is in a bin it never finds.
    tufBrowser: lap(threads.TufBrowser, false),
  });
  await Promise.all([server.close(), ...Object.values(threads).map((thread) => thread.close())]);

  const sum = (name, parts) => ({
    time: parts.reduce((sum, part) => sum + of[name].times[part], 0),
    requests: parts.reduce((sum, part) => sum + of[name].result[part].requests, 0),
    bytes: parts.reduce((sum, part) => sum + of[name].result[part].bytes, 0),
  });
  const rows = (what, peer, peerName, parts) => {
    const [ours, theirs] = [sum('ours', parts), sum(peer, parts)];
    const ratio = ours.time / theirs.time;
    const wire = ({ bytes, requests }) =>
      `${quantity(bytes / 1e3, 'kB')}, ${requests.toLocaleString('en')} requests`;
    return [
      {
        what,
        ours: quantity(ours.time, 'ms'),
        peer: `${quantity(theirs.time, 'ms')} ${peerName}`,
        ratio,
        bar: atMost(ratio, 1, ' ×'),
      },
      {
        what: '  on the wire',
        ours: wire(ours),
        peer: wire(theirs),
        ratio: ours.bytes / theirs.bytes,
      },
    ];
  };
  const bins = `TUF, ${(2 ** bits).toLocaleString('en')} bins`;
  const targets = (number) => `${bins}: refresh, find ${number.toLocaleString('en')} targets`;
  return [
    ...rows(`${bins}: refresh`, 'tufBrowser', 'tuf-browser', ['refresh']),
    ...rows(`${bins}: refresh`, 'tufJs', 'tuf-js', ['refresh']),
    ...rows(targets(few), 'tufJs', 'tuf-js', ['refresh', 'few']),
    ...rows(targets(count), 'tufJs', 'tuf-js', ['refresh', 'few', 'others']),
  ];
}
