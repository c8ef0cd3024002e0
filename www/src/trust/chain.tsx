import { useSignal } from '@preact/signals';
import type { Signers } from 'conda-verifier';
import type { ChannelView } from '../protocol.js';
import { go, route } from '../route/route.js';
import { subdir } from '../state/channel.js';
import { Mark } from '../ui/state.js';
import { shown } from '../ui/words.js';
import { lifeOf } from './life.js';
import { type Link, linksOf } from './links.js';
import { signatureState, signedWords, signerName } from './signed.js';

/** Roots that are shown before those in the middle are folded. */
const UNFOLDED = 4;
/** Keys that are drawn one by one. */
const DRAWN = 12;

const PARTS = [
  { part: 'roots', title: 'Roots', what: 'Who may speak for the channel' },
  { part: 'roles', title: 'Roles', what: 'What they say, and for how long' },
  { part: 'records', title: 'Packages', what: 'What is vouched for in the end' },
] as const;

/** The way that trust takes, from the pinned root to the records. */
export function Chain({ view }: { view: ChannelView }) {
  const links = linksOf(view, subdir.state.value, route.value.subdir);
  return (
    <div class="chain">
      {PARTS.map(({ part, title, what }) => {
        const own = links.filter((link) => link.part === part);
        if (own.length === 0) return null;
        return (
          <section key={part} class={`lane ${part}`} aria-labelledby={`lane-${part}`}>
            <h3 id={`lane-${part}`}>
              {title} <small>{what}</small>
            </h3>
            <Lane links={own} view={view} />
          </section>
        );
      })}
    </div>
  );
}

function Lane({ links, view }: { links: readonly Link[]; view: ChannelView }) {
  const isUnfolded = useSignal(false);
  const isFolded = links[0]?.part === 'roots' && links.length > UNFOLDED && !isUnfolded.value;
  const [first] = links;
  if (!isFolded || first === undefined) {
    return <ol>{links.map((link) => <Node key={link.key} link={link} view={view} />)}</ol>;
  }
  const last = links.slice(-2);
  return (
    <ol>
      <Node link={first} view={view} />
      <li class="folded">
        <button type="button" onClick={() => (isUnfolded.value = true)}>
          Show {links.length - 3} roots between them, each signed by the one before
        </button>
      </li>
      {last.map((link) => <Node key={link.key} link={link} view={view} />)}
    </ol>
  );
}

function Node({ link, view }: { link: Link; view: ChannelView }) {
  const { key, title, tone, word, purpose, report, facts } = link;
  const isOpen = route.value.role === key;
  const isReplaced = facts.some((fact) => fact.startsWith('Replaced'));
  const life = report === null || isReplaced || word === 'not reached' ? null : lifeOf(report, view.now);
  const version = report === null || key.endsWith('.root') ? '' : ` ${report.version}`;
  return (
    <li class={`node ${tone}`}>
      <button
        type="button"
        id={idOf(key)}
        aria-expanded={isOpen}
        aria-controls="link-details"
        onClick={() => go({ role: isOpen ? null : key })}
      >
        <bdi>{shown(title, 60)}</bdi>
        {version}
      </button>
      <Mark tone={tone} word={word} />
      <p class="purpose">{purpose}</p>
      {report === null || word === 'not reached' ? null : (
        report.signers.map((signers) => (
          <Signed key={`${signers.role} ${signers.version}`} signers={signers} by={report.signers.length > 1 ? signerName(signers, report) : null} />
        ))
      )}
      {life === null ? null : <p class={`life ${life.tone}`}>{life.words}</p>}
      {facts.map((fact) => <p key={fact} class="fact">{shown(fact)}</p>)}
    </li>
  );
}

/** A sign for each key, and the same in words. */
function Signed({ signers, by }: { signers: Signers; by: string | null }) {
  return (
    <p class="signed">
      <span class="keys" aria-hidden="true">
        {signers.keys.slice(0, DRAWN).map(({ keyid, state }) => {
          const [tone] = signatureState(state);
          return <span key={keyid} class={`key ${tone}`}>{tone === 'good' ? '✓' : tone === 'bad' ? '✗' : tone === 'open' ? '?' : ''}</span>;
        })}
      </span>{' '}
      {signedWords(signers)}{by === null ? '' : ` · ${by}`}
    </p>
  );
}

/** Of the button that opens a link. */
export function idOf(key: string): string {
  return `link-${key.replace(/[^\w.-]/g, '_')}`;
}
