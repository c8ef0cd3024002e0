// Ed25519: one by one and in batches, against Node.js' own.
import { instantiate } from './support/core.mjs';
import { hex, sign, verify } from './support/key.mjs';
import { expect, race } from './support/rounds.mjs';
import { atMost, quantity } from './support/table.mjs';

/** `Batch::BEST`, and fewer. */
const BEST = 2048;
const BATCHES = [64, 512, BEST];

/** As long as the canonical bytes of a record. */
const MESSAGE = 900;

export default async function ed25519(quick) {
  const [alone, together, rounds] = quick ? [16, 128, 1] : [512, 4096, 11];
  const { BenchSignatures } = await instantiate();
  const signed = Array.from({ length: together }, (_, index) => {
    const message = Buffer.alloc(MESSAGE, `${index} `);
    return { message, signature: sign(message) };
  });
  const ours = (count) => {
    const signatures = new BenchSignatures(hex);
    for (const { message, signature } of signed.slice(0, count)) {
      signatures.push(signature.toString('hex'), message);
    }
    return signatures;
  };
  const [few, many] = [ours(alone), ours(together)];
  const contenders = {
    node: () => {
      const good = signed.slice(0, alone).filter(({ message, signature }) => verify(message, signature));
      expect(good.length, alone, 'Node.js');
    },
    strict: () => expect(few.verifyStrict(), alone, 'strict'),
  };
  for (const size of BATCHES) {
    contenders[size] = () => expect(many.verifyBatch(size), together, 'batch');
  }
  const times = race(rounds, contenders);

  const native = (times.node / alone) * 1e3;
  const row = (what, microseconds, limit) => ({
    what,
    ours: quantity(microseconds, 'µs'),
    peer: `${quantity(native, 'µs')} crypto.verify`,
    ratio: microseconds / native,
    bar: limit && atMost(microseconds / native, limit, ' ×'),
  });
  return [
    row('Ed25519, strict, one by one', (times.strict / alone) * 1e3, 1.1),
    ...BATCHES.map((size) =>
      row(
        `Ed25519, in batches of ${size}, each`,
        (times[size] / together) * 1e3,
        size === BEST ? 0.5 : undefined,
      ),
    ),
  ];
}
