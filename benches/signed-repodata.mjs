// All records of a signed repodata, in the pieces that the package takes: read strictly,
// bound to their files, their signatures verified in batches.
import { NOW, trusted } from './support/channel.mjs';
import { instantiate, source } from './support/core.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { atLeast, quantity } from './support/table.mjs';

/** As in records-report.ts. */
const PIECE = 1024;

export default async function signedRepodata(quick) {
  const [count, rounds] = quick ? [300, 1] : [100_000, 3];
  const text = repodataText(count, { isSigned: true });
  const core = await instantiate();
  const trust = trusted(core);
  const repodata = new core.Repodata(source(text), undefined);
  const none = new core.HashedFile();
  const all = (piece) => {
    let good = 0;
    for (let first = 0; first < count; ) {
      const { next, trusted } = trust.audit(repodata, 'linux-64', NOW, first, piece, none);
      good += trusted;
      first = next;
    }
    expect(good, count, 'signed records');
  };
  const times = race(rounds, { ours: () => all(PIECE) });
  const speed = (count / times.ours) * 1e3;
  return [
    {
      what: `repodata with ${count.toLocaleString('en')} signatures, all records`,
      ours: quantity(speed, 'records/s'),
      bar: atLeast(speed, 20_000, '/s'),
    },
  ];
}
