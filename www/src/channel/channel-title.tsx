import type { Place } from '../protocol.js';
import { route } from '../route/route.js';
import { channel, subdir } from '../state/channel.js';
import { verification } from '../state/verification.js';
import { Mark, type Tone } from '../ui/state.js';
import { useTitle } from '../ui/title.js';
import { count, shown } from '../ui/words.js';
import { isUndecided } from '../worker/thrown.js';

/** Which channel it is, and in a sentence what there is to think of it. */
export function ChannelTitle() {
  const { place } = route.value;
  const name = nameOf(place);
  useTitle(name);
  const { tone, word, sentence } = summary();
  return (
    <div class="title">
      <h1>{shown(name, 120)}</h1>
      <p class="summary" role="status">
        {word === '' ? null : <Mark tone={tone} word={word} />} {sentence}
      </p>
    </div>
  );
}

function nameOf(place: Place): string {
  switch (place.kind) {
    case 'web':
      return place.mirrors[0] ?? '';
    case 'folder':
      return `Folder: ${place.name}`;
    case 'sample':
      return `Sample channel: ${place.sample}`;
  }
}

function summary(): { tone: Tone; word: string; sentence: string } {
  const view = channel.value;
  if (view === null) return { tone: 'none', word: '', sentence: '' };
  if (view.fault !== null) {
    const trusted = subdir.value?.counts.trusted ?? 0;
    const rest = trusted === 0 ? 'No record of it is trusted now.' : `The ${count(trusted, 'record')} below ${trusted === 1 ? 'is' : 'are'} judged by roles of an earlier visit.`;
    if (isUndecided(view.fault.code)) return { tone: 'open', word: 'unverified', sentence: `its roles could not be fetched: ${view.fault.code}. ${rest}` };
    return { tone: 'bad', word: 'rejected', sentence: `what the channel serves was refused: ${view.fault.code}. ${rest}` };
  }
  const state = subdir.state.value;
  if (view.anchor === null) {
    if (state.status === 'failed') {
      return { tone: 'open', word: 'unverified', sentence: `no records of ${shown(route.value.subdir, 40)} could be read: ${state.fault.code}. Is the address right, and the platform?` };
    }
    return {
      tone: 'open',
      word: 'unverified',
      sentence: 'no root is pinned, so nobody vouches for anything here. Packages are still compared with their records.',
    };
  }
  if (state.status === 'failed') {
    const { code } = state.fault;
    if (isUndecided(code)) return { tone: 'open', word: 'unverified', sentence: `its roles verify. The records of ${route.value.subdir} could not be read: ${code}.` };
    return { tone: 'bad', word: 'rejected', sentence: `its roles verify. The list of ${route.value.subdir} was refused: ${code}.` };
  }
  const records = subdir.value;
  if (records === null) return { tone: 'none', word: '', sentence: 'its roles verify.' };
  if (records.fault !== null) return { tone: 'bad', word: 'rejected', sentence: `its records can't be verified: ${records.fault.code}.` };
  const { bad, unsigned, weak, trusted } = records.counts;
  if (bad > 0) return { tone: 'bad', word: 'rejected', sentence: `${count(bad, 'record')} of ${records.subdir} ${bad === 1 ? 'is' : 'are'} not what ${bad === 1 ? 'it' : 'they'} should be.` };
  const rejected = verification.value?.report?.outcomes.rejected ?? 0;
  if (rejected > 0) return { tone: 'bad', word: 'rejected', sentence: `${count(rejected, 'package')} of ${records.subdir} ${rejected === 1 ? 'is' : 'are'} not what the records say, or wrong inside.` };
  if (unsigned + weak > 0) return { tone: 'open', word: 'unverified', sentence: `nobody vouches for ${count(unsigned + weak, 'record')} of ${records.subdir}.` };
  if (trusted === 0) return { tone: 'open', word: 'unverified', sentence: `${records.subdir} has no records.` };
  return { tone: 'good', word: 'verified', sentence: `roles, and all ${count(trusted, 'record')} of ${records.subdir}.` };
}
