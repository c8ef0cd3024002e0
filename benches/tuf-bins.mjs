// A TUF repository of hash bins, over HTTP on this machine: everything that a client fetches
// before it trusts any target, and then many targets, one after the other.
import { raceInParts, expect, timed } from './support/rounds.mjs';
import { atMost, quantity } from './support/table.mjs';
import { Ours, TufBrowser, TufJs } from './support/tuf-clients.mjs';
import { binned } from './support/tuf-repository.mjs';
import { Server } from './support/tuf-server.mjs';

export default async function tufBins(quick) {
  const [bits, count, few, rounds] = quick ? [4, 20, 5, 1] : [12, 1_000, 20, 3];
  const { files, trustedRoot, paths } = binned(bits, count);
  const server = await Server.of(files);
  const { metadataUrl, targetsUrl } = server;
  const place = { metadataUrl, targetsUrl, trustedRoot };
  /** Refreshes with nothing but the root; finds the first targets, then the others. */
  const lap = (Client, finds) => async () => {
    const client = new Client(place);
    client.begin();
    await server.take();
    const times = {};
    const result = {};
    const part = async (name, work) => {
      times[name] = await timed(work);
      result[name] = await server.take();
    };
    const find = async (from, to) => {
      for (const path of paths.slice(from, to)) {
        expect((await client.find(path)) > 0, true, 'length of a target');
      }
    };
    await part('refresh', () => client.refresh());
    if (finds) {
      await part('few', () => find(0, few));
      await part('others', () => find(few, count));
    }
    client.end();
    return { times, result };
  };
  const of = await raceInParts(rounds, {
    ours: lap(Ours, true),
    tufJs: lap(TufJs, true),
    // It takes no notice of delegations: what is in a bin it never finds.
    tufBrowser: lap(TufBrowser, false),
  });
  await server.close();

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
