import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { go, HOME, route } from '../route/route.js';
import { client } from '../state/worker.js';
import type { AttackAbout } from '../worker/sample.js';

const TITLES: Readonly<Record<string, string>> = {
  signed: 'Signed records (content trust)',
  tuf: 'Protected by TUF',
  unsigned: 'Signed by nobody',
};

/** The sample channels, honest and attacked. */
export function SampleMenu() {
  const samples = useSignal<readonly { name: string; attacks: readonly AttackAbout[] }[]>([]);
  useEffect(() => {
    void client().then(async (worker) => {
      samples.value = await worker.samples();
    }, () => undefined);
  }, []);
  const { place, item } = route.value;
  // What was opened by itself is no sample.
  const isSample = place.kind === 'sample' && (item === null || item.kind === 'record');
  const value = isSample ? `${place.sample}/${place.attack ?? ''}` : '';
  return (
    <label class="samples">
      Sample
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const [sample = 'signed', attack = ''] = currentTarget.value.split('/');
          if (currentTarget.value !== '') go({ ...HOME, place: { kind: 'sample', sample, attack: attack || null } });
        }}
      >
        {isSample ? null : <option value="">–</option>}
        {samples.value.map(({ name, attacks }) => (
          <optgroup key={name} label={TITLES[name] ?? name}>
            <option value={`${name}/`}>{TITLES[name] ?? name}</option>
            {attacks.map((attack) => (
              <option key={attack.name} value={`${name}/${attack.name}`}>Attack: {attack.name.replaceAll('-', ' ')}</option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
