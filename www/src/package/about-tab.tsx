import type { JsonObject } from 'conda-verifier';
import type { ComponentChildren } from 'preact';
import type { PackageView } from '../protocol.js';
import { addressOf } from '../route/route.js';
import { date, linewise, shown } from '../ui/words.js';
import { JsonText } from './json-text.js';
import { Links } from './links.js';
import { arrayOf, textOf, textsOf } from './loose.js';

/** Entries of a list that are drawn. */
const MOST = 300;
/** Characters of a description that are shown. */
const LONGEST = 4000;

/** What the package says of itself: nobody has to believe it before it is verified. */
export function AboutTab({ view }: { view: PackageView }) {
  const { index, about, documents } = view;
  const summary = textOf(about?.['summary']);
  const description = textOf(about?.['description']);
  return (
    <>
      {view.verdict.verdict === 'verified' ? null : <p class="note">This is what the package says of itself. Nobody that you trust vouches for it.</p>}
      <section aria-labelledby="about-title">
        <h2 id="about-title">Package</h2>
        {summary === null ? null : <p class="lead">{shown(summary, 600)}</p>}
        {description === null || description === summary ? null : <p class="description">{paragraphs(description)}</p>}
        <dl class="pairs">
          <Text name="Name" value={index?.['name']} />
          <Text name="Version" value={index?.['version']} />
          <Text name="Build" value={index?.['build']} />
          <Text name="Build number" value={index?.['build_number']} />
          <Text name="Platform" value={index?.['subdir']} />
          <Text name="Noarch" value={index?.['noarch']} />
          <Text name="Built" value={timeOf(index?.['timestamp'])} />
          <Text name="Licence" value={index?.['license'] ?? about?.['license']} />
          <Text name="Licence family" value={index?.['license_family'] ?? about?.['license_family']} />
          <Text name="Features" value={textOf(index?.['features'])} />
          <Text name="Tracked features" value={textOf(index?.['track_features'])} />
          <Links name="Home" value={about?.['home']} />
          <Links name="Documentation" value={about?.['doc_url']} />
          <Links name="Development" value={about?.['dev_url']} />
          <Links name="Source" value={about?.['source_url'] ?? about?.['doc_source_url']} />
          <Text name="Channels" value={textsOf(about?.['channels']).join(', ') || null} />
          <Text name="Maintainers" value={maintainersOf(about)} />
        </dl>
        {index === null ? <p class="note">It has no info/index.json that can be read.</p> : null}
      </section>
      <List title="Depends on" values={arrayOf(index?.['depends'])} isAlways={index !== null} />
      <List title="Constrains" values={arrayOf(index?.['constrains'])} />
      <List title="Extra dependencies" values={arrayOf(index?.['extra_depends'])} />
      <RunExports value={documents.get('info/run_exports.json') ?? about?.['run_exports'] ?? index?.['run_exports']} />
      <Files view={view} title="Licence texts" folder="info/licenses/" alone="info/LICENSE.txt" />
      <Files view={view} title="Recipe" folder="info/recipe/" />
      <Files view={view} title="Tests" folder="info/test" />
      <section aria-labelledby="documents-title">
        <h2 id="documents-title">Documents</h2>
        <Document path="info/index.json" value={index} />
        <Document path="info/about.json" value={about} />
        {[...documents].map(([path, value]) => <Document key={path} path={path} value={value} />)}
      </section>
    </>
  );
}

function Text({ name, value }: { name: string; value: unknown }) {
  const text = textOf(value);
  if (text === null || text === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd><bdi>{shown(text, 300)}</bdi></dd>
    </>
  );
}

function List({ title, values, isAlways = false }: { title: string; values: readonly unknown[]; isAlways?: boolean }) {
  if (values.length === 0 && !isAlways) return null;
  return (
    <section>
      <h2>{title}</h2>
      {values.length === 0 ? <p>Nothing.</p> : null}
      <ul class="specs">
        {values.slice(0, MOST).map((value, at) => <li key={at}><code>{shown(textOf(value) ?? 'odd: no text', 200)}</code></li>)}
      </ul>
      {values.length > MOST ? <p class="note">And {values.length - MOST} more; the document below has all.</p> : null}
    </section>
  );
}

function RunExports({ value }: { value: unknown }): ComponentChildren {
  if (value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return null;
  return (
    <section>
      <h2>Run exports</h2>
      <p class="note">What is built against it depends on these from then on.</p>
      <JsonText label="Run exports" value={value} />
    </section>
  );
}

function Files({ view, title, folder, alone }: { view: PackageView; title: string; folder: string; alone?: string }) {
  const files = view.files.filter(({ path, state }) => (path.startsWith(folder) || path === alone) && state === 'archive');
  if (files.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="builds">
        {files.slice(0, MOST).map(({ path }) => (
          <li key={path}><a href={addressOf({ tab: 'files', path, isMap: false })}><bdi>{shown(path, 160)}</bdi></a></li>
        ))}
      </ul>
      {files.length > MOST ? <p class="note">And {files.length - MOST} more; the files’ list has all.</p> : null}
    </section>
  );
}

function Document({ path, value }: { path: string; value: unknown }) {
  if (value === null) return null;
  return (
    <details>
      <summary><code>{shown(path, 160)}</code></summary>
      <JsonText label={shown(path, 160)} value={value} />
    </details>
  );
}

/** Lines as they are broken, without what is empty at the end. */
function paragraphs(text: string): string {
  const trimmed = text.trim();
  return linewise(trimmed.length > LONGEST ? `${trimmed.slice(0, LONGEST)}…` : trimmed, LONGEST);
}

/** Some write seconds, some milliseconds. */
function timeOf(value: unknown): string | null {
  if (typeof value !== 'number' || !(value > 0)) return null;
  return date(value < 253_402_300_799 ? value * 1000 : value);
}

function maintainersOf(about: JsonObject | null): string | null {
  const extra = about?.['extra'];
  if (typeof extra !== 'object' || extra === null) return null;
  return textsOf((extra as JsonObject)['recipe-maintainers']).slice(0, 40).join(', ') || null;
}
