import type { ComponentChildren } from 'preact';
import { VerdictCard } from '../card/verdict-card.js';
import type { PackageView } from '../protocol.js';
import { addressOf, route } from '../route/route.js';
import { Copy } from '../ui/copy.js';
import { CopyLink } from '../ui/copy-link.js';
import { Disclosure } from '../ui/disclosure.js';
import { RecordMark, StatusMark } from '../ui/state.js';
import { bytes, number, shown } from '../ui/words.js';
import { CompareWith } from './compare-with.js';
import { Fetched } from './fetched.js';
import { refusal, sentence } from './verdict-words.js';

const BASES = { tuf: 'the root', 'content-trust': 'the root', 'caller-digest': 'the digest', none: '' } as const;

/** What to think of the package, at a glance. */
export function PackageHeader({ view }: { view: PackageView }) {
  const { verdict, inside, size, record, isWhole } = view;
  // Where its record was refused nobody looked at the bytes, but here.
  const { sha256, md5 } = verdict.digests.sha256 === null && inside !== null ? inside.digests : verdict.digests;
  const expected = typed(record?.json, 'sha256');
  return (
    <header class="verdict">
      <p class="summary" role="status">
        <StatusMark status={verdict.verdict} /> {sentence(verdict)}
      </p>
      <WhatToDo view={view} />
      {view.refused === null ? null : <p class="note attack">{refusal(view)}</p>}
      {view.isOther ? (
        <p class="note attack">The server sent other bytes when it was asked again. The verdict is about the first ones; all that is shown of the content is about the others.</p>
      ) : null}
      <Fetched view={view} />
      <dl class="pairs facts">
        <Fact name="Size">{size === null ? 'not known' : `${bytes(size)} (${number(size)} bytes)`}</Fact>
        {sha256 !== null ? (
          <Fact name="SHA-256"><code>{sha256}</code> <Copy text={sha256} what="SHA-256" /></Fact>
        ) : (
          <Fact name="SHA-256">
            {expected === null || isWhole ? 'not known before all of it is read' : <>should be <code>{shown(expected, 80)}</code></>}
          </Fact>
        )}
        {md5 === null ? null : <Fact name="MD5"><code>{md5}</code> <Copy text={md5} what="MD5" /></Fact>}
        {verdict.trust.anchor === null ? null : (
          <Fact name="Rests on">{BASES[verdict.trust.basis]} <code>{shown(verdict.trust.anchor, 90)}</code></Fact>
        )}
        {record === null ? null : <Fact name="Its record"><RecordMark state={record.state} /></Fact>}
      </dl>
      <div class="actions">
        <Disclosure title="Compare with…">{() => <CompareWith view={view} />}</Disclosure>
        <Disclosure title="Save verdict">{() => <VerdictCard view={view} />}</Disclosure>
        <CopyLink />
      </div>
    </header>
  );
}

/** Of what is wrong: the first hint, and the way to all that was found. */
function WhatToDo({ view: { verdict } }: { view: PackageView }) {
  const error = verdict.findings.find(({ severity }) => severity === 'error');
  const found = verdict.findings.length + verdict.findingsOmitted;
  const isThere = route.value.tab === 'findings';
  if (error === undefined || isThere) return null;
  return (
    <p class="note attack">
      <strong>What to do:</strong> {shown(error.hint, 600)}{' '}
      <a href={addressOf({ tab: 'findings' })}>{found === 1 ? 'See what was found' : `See all ${number(found)} findings`}</a>
    </p>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function typed(record: unknown, member: string): string | null {
  const value = (record as Readonly<Record<string, unknown>> | null | undefined)?.[member];
  return typeof value === 'string' ? value : null;
}
