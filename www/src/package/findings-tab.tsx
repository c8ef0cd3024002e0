import type { Finding, Severity, Verdict } from 'conda-verifier';
import { useState } from 'preact/hooks';
import type { PackageView } from '../protocol.js';
import { addressOf } from '../route/route.js';
import { Mark, type Tone } from '../ui/state.js';
import { count, number, shown } from '../ui/words.js';
import { Checks } from './checks.js';

/** Findings of one code that are drawn before somebody asks for more. */
const FEW = 5;

/** So many more are drawn then. */
const PIECE = 500;

const TONES: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'open', info: 'none' };

/** What was found, what was checked, and what was not. */
export function FindingsTab({ view }: { view: PackageView }) {
  const { verdict, inside } = view;
  const paths = new Set(view.files.map(({ path }) => path));
  const seen = new Set(verdict.findings.map(keyOf));
  const within = inside?.findings.filter((finding) => !seen.has(keyOf(finding))) ?? [];
  return (
    <>
      <section aria-labelledby="found-title">
        <h2 id="found-title">What was found</h2>
        {verdict.findings.length === 0 ? <p>Nothing.</p> : <Findings findings={verdict.findings} paths={paths} />}
        <Omitted verdict={verdict} />
        {verdict.lowered.length === 0 ? null : (
          <p class="note">The policy makes less of these than usual: {verdict.lowered.map((code) => <code key={code}>{code} </code>)}</p>
        )}
      </section>
      {within.length === 0 ? null : (
        <section aria-labelledby="inside-title">
          <h2 id="inside-title">Inside the package</h2>
          <p class="note">It was rejected before it was unpacked. This is what is wrong with its content besides, looked at here alone.</p>
          <Findings findings={within} paths={paths} />
        </section>
      )}
      <Checks verdict={verdict} />
    </>
  );
}

function Omitted({ verdict: { findingsOmitted } }: { verdict: Verdict }) {
  if (findingsOmitted === 0) return null;
  return <p class="note">{count(findingsOmitted, 'more finding')} {findingsOmitted === 1 ? 'was' : 'were'} counted and not kept.</p>;
}

function Findings({ findings, paths }: { findings: readonly Finding[]; paths: ReadonlySet<string> }) {
  return (
    <ol class="findings">
      {alike(findings).map((group) => <li key={keyOf(group[0])}><Group group={group} paths={paths} /></li>)}
    </ol>
  );
}

/** Findings to which the same applies: it is said once. */
type Alike = readonly [Finding, ...Finding[]];

function Group({ group, paths }: { group: Alike; paths: ReadonlySet<string> }) {
  const [most, setMost] = useState(FEW);
  const [{ code, severity, hint }] = group;
  return (
    <>
      <h3>
        <Mark tone={TONES[severity]} word={severity} /> <code>{code}</code>
        {group.length === 1 ? null : <span class="soft"> {number(group.length)} times</span>}
      </h3>
      <ul class="instances">
        {group.slice(0, most).map((finding, at) => (
          <li key={at}><One finding={finding} isFile={finding.path !== undefined && paths.has(finding.path)} /></li>
        ))}
      </ul>
      {group.length <= most ? null : (
        <button type="button" onClick={() => setMost(most + PIECE)}>
          Show {group.length - most > PIECE ? `${number(PIECE)} more` : `the other ${number(group.length - most)}`}
          <span class="unseen"> of {code}</span>
        </button>
      )}
      <p class="hint"><strong>What to do:</strong> {shown(hint, 1000)}</p>
    </>
  );
}

function One({ finding, isFile }: { finding: Finding; isFile: boolean }) {
  const { message, path, expected, actual, details } = finding;
  const said = new Set([path, expected, actual]);
  // What is empty, or said already, tells nobody anything.
  const facts = Object.entries(details ?? {}).filter(([, value]) => !(Array.isArray(value) && value.length === 0) && value !== 0 && !said.has(String(value)));
  return (
    <>
      <p>{shown(message, 1000)}</p>
      {path === undefined && expected === undefined && actual === undefined && facts.length === 0 ? null : (
        <dl class="pairs">
          {path === undefined ? null : (
            <>
              <dt>file</dt>
              <dd>{isFile ? <a href={addressOf({ tab: 'files', path, isMap: false })}><bdi>{shown(path)}</bdi></a> : <bdi>{shown(path)}</bdi>}</dd>
            </>
          )}
          {expected === undefined ? null : <><dt>expected</dt><dd><code>{shown(expected, 500)}</code></dd></>}
          {actual === undefined ? null : <><dt>found</dt><dd><code>{shown(actual, 500)}</code></dd></>}
          {facts.map(([name, value]) => (
            <Fact key={name} name={name} value={Array.isArray(value) ? value.slice(0, 50).join(', ') : String(value)} />
          ))}
        </dl>
      )}
    </>
  );
}

/** In the order of their first ones. */
function alike(findings: readonly Finding[]): readonly Alike[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.code, finding.hint]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function Fact({ name, value }: { name: string; value: string }) {
  return <><dt>{shown(name, 60)}</dt><dd><code>{shown(value, 500)}</code></dd></>;
}

function keyOf({ code, path, message }: Finding): string {
  return JSON.stringify([code, path, message]);
}
