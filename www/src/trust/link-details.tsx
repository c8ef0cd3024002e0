import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RoleReport } from 'conda-verifier';
import type { ChannelView } from '../protocol.js';
import { go, route } from '../route/route.js';
import { subdir } from '../state/channel.js';
import { Fault } from '../ui/fault.js';
import { Mark } from '../ui/state.js';
import { bytes, shown } from '../ui/words.js';
import { idOf } from './chain.js';
import { lifeOf } from './life.js';
import { type Link, linksOf } from './links.js';
import { RawJson } from './raw-json.js';
import { SignerTable } from './signer-table.js';

/** All that is known of the link that the address names. */
export function LinkDetails({ view }: { view: ChannelView }) {
  const { role, subdir: platform } = route.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(role);
  useEffect(() => {
    // Whoever opens a link reads on there; whoever closes it is where he was.
    if (before.current !== role && role !== null) heading.current?.focus();
    if (before.current !== null && role === null) document.getElementById(idOf(before.current))?.focus();
    before.current = role;
  }, [role]);
  if (role === null) return <div id="link-details" hidden />;
  const link = linksOf(view, subdir.state.value, platform).find(({ key }) => key === role);
  const close = () => go({ role: null });
  return (
    <section
      id="link-details"
      class="details"
      aria-labelledby="link-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <h3 id="link-title" tabIndex={-1} ref={heading}>
          {link === undefined ? `There is no “${shown(role, 60)}” in this chain` : shown(link.title, 60)}
        </h3>
        {link === undefined ? null : <Mark tone={link.tone} word={link.word} />}
        <button type="button" onClick={close}>Close</button>
      </header>
      {link === undefined ? null : <Content link={link} view={view} />}
    </section>
  );
}

function Content({ link, view }: { link: Link; view: ChannelView }) {
  const { purpose, fault, report, facts } = link;
  return (
    <>
      <p>{purpose}</p>
      {fault === null ? null : fault === view.fault ? (
        <p>Here the chain breaks: <code>{fault.code}</code>, as it says above.</p>
      ) : (
        <Fault fault={fault} title="The chain breaks here" />
      )}
      {facts.map((fact) => <p key={fact}>{shown(fact)}</p>)}
      {report !== null ? (
        <Report report={report} view={view} isOld={fault !== null} />
      ) : link.part === 'records' ? (
        <p class="hint">Below are all records, and what there is to say of each.</p>
      ) : fault === null ? null : (
        <p class="hint">What was refused is not kept, so there is nothing to look into.</p>
      )}
    </>
  );
}

function Report({ report, view, isOld }: { report: RoleReport; view: ChannelView; isOld: boolean }) {
  const { path, version, expires, signers, foreign } = report;
  const life = lifeOf(report, view.now);
  return (
    <>
      {isOld ? <p class="hint">What follows is the file that stays trusted, and not the one that was refused.</p> : null}
      <dl class="pairs">
        <dt>File</dt>
        <dd><code><bdi>{shown(path)}</bdi></code>, {bytes(report.bytes.length)}</dd>
        <dt>SHA-256</dt>
        <dd><Digest of={report.bytes} /></dd>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Expires</dt>
        <dd>{shown(expires)}: {life.words}</dd>
      </dl>
      {life.why === null ? null : <p class="note">{life.why}</p>}
      <h4>Who had to sign it</h4>
      {signers.map((set) => <SignerTable key={`${set.role} ${set.version}`} signers={set} own={report} />)}
      {foreign.length === 0 ? null : (
        <details>
          <summary>Signed also by {foreign.length} who did not have to, which counts for nothing</summary>
          <ul>{foreign.map((keyid) => <li key={keyid}><code>{shown(keyid)}</code></li>)}</ul>
        </details>
      )}
      <RawJson key={`${path} ${version}`} bytes={report.bytes} path={path} />
    </>
  );
}

/** What others can compare. */
function Digest({ of }: { of: Uint8Array }) {
  const text = useSignal('');
  useEffect(() => {
    let isOver = false;
    // Pages that came over plain http have none.
    void globalThis.crypto?.subtle?.digest('SHA-256', of as Uint8Array<ArrayBuffer>).then((digest) => {
      if (!isOver) text.value = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    });
    return () => {
      isOver = true;
    };
  }, [of]);
  return <code class="digest">{text.value === '' ? '–' : text.value}</code>;
}
