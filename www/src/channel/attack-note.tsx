import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { addressOf, route } from '../route/route.js';
import { client } from '../state/worker.js';
import { date } from '../ui/words.js';
import type { AttackAbout } from '../worker/sample.js';

/** What was done to the sample, and what to see of it. */
export function AttackNote() {
  const { place } = route.value;
  const attacks = useSignal<ReadonlyMap<string, AttackAbout>>(new Map());
  useEffect(() => {
    void client().then(async (worker) => {
      const samples = await worker.samples();
      attacks.value = new Map(samples.flatMap(({ name, attacks }) => attacks.map((attack) => [`${name}/${attack.name}`, attack])));
    }, () => undefined);
  }, []);
  if (place.kind !== 'sample') return null;
  const attack = attacks.value.get(`${place.sample}/${place.attack ?? ''}`);
  const lead =
    'A small channel that this page brings along, with a clock of its own. Choose an attack above to see what it looks like when something is wrong, or open a channel of yours.';
  if (attack === undefined) return <p class="note">{lead}</p>;
  return (
    <p class="note attack">
      <strong>Under attack:</strong> {attack.description}. What has to come of it: {attack.expected}. The sample’s clock says{' '}
      {date(attack.now)}.{' '}
      {attack.victim === null ? null : (
        <a href={addressOf({ item: { kind: 'record', fileName: attack.victim.replace(/^[^/]*\//, '') } })}>Look at the package.</a>
      )}
    </p>
  );
}
