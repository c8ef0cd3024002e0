import type { RecordState, SubdirView } from '../protocol.js';
import { adjust, route } from '../route/route.js';
import { found, search, typed } from '../state/records.js';
import { RecordMark } from '../ui/state.js';
import { bytes, count, number } from '../ui/words.js';

const STATES: readonly RecordState[] = ['trusted', 'weak', 'unsigned', 'bad', 'unknown'];

/** What is searched for, and which states are shown. */
export function RecordFilters({ view }: { view: SubdirView }) {
  const { states } = route.value;
  const { total, size } = found.value;
  const toggle = (state: RecordState) => {
    const now = new Set(states ?? []);
    if (!now.delete(state)) now.add(state);
    adjust({ states: now.size === 0 ? null : STATES.filter((state) => now.has(state)) });
  };
  return (
    <div class="filters">
      <label class="search">
        Search
        <input
          type="search"
          value={typed.value}
          placeholder={`${number(view.records)} records by name, version, build or licence`}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => search(currentTarget.value)}
        />
      </label>
      <div class="chips" role="group" aria-label="Show only">
        {STATES.filter((state) => view.counts[state] > 0 || states?.includes(state)).map((state) => (
          <button key={state} type="button" class="chip" aria-pressed={states?.includes(state) ?? false} onClick={() => toggle(state)}>
            <RecordMark state={state} /> {number(view.counts[state])}
          </button>
        ))}
      </div>
      <p class="matches" role="status">
        {count(total, 'match', 'matches')}
        {total === 0 ? '' : `, ${bytes(size)}`}
      </p>
    </div>
  );
}
