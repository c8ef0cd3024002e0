import { useSignal } from '@preact/signals';
import type { Verdict } from 'conda-verifier';
import { useEffect } from 'preact/hooks';
import { BackLink } from '../package/back-link.js';
import { addressOf, route } from '../route/route.js';
import { given, openedBy } from '../state/package.js';
import { client } from '../state/worker.js';
import { StatusMark } from '../ui/state.js';
import { useTitle } from '../ui/title.js';
import { bytes, count, shown } from '../ui/words.js';
import { faultOf } from '../worker/thrown.js';

/** What was found of a package: its verdict, or why there is none. */
type Found = { readonly verdict: Verdict } | { readonly code: string; readonly message: string };

/** All packages that a visitor gave, verified one after the other. */
export function FilesPage() {
  const found = useSignal<ReadonlyMap<string, Found>>(new Map());
  const files = given.value;
  useEffect(() => {
    const controller = new AbortController();
    found.value = new Map();
    void verifyAll(files, controller.signal, (name, value) => {
      found.value = new Map(found.value).set(name, value);
    });
    return () => controller.abort();
  }, [files]);
  const isOnlyWrong = useSignal(false);
  const isWrong = (name: string) => {
    const value = found.value.get(name);
    return value !== undefined && ('code' in value || value.verdict.verdict === 'rejected');
  };
  const shownFiles = [...files].filter(([name]) => !isOnlyWrong.value || isWrong(name));
  useTitle(count(files.size, 'package'));
  const unread = [...found.value.values()].filter((value) => 'code' in value).length;
  const rejected = [...found.value.values()].filter((value) => 'verdict' in value && value.verdict.verdict === 'rejected').length;
  return (
    <>
      {route.value.place.kind === 'folder' ? <BackLink /> : null}
      <h1>{count(files.size, 'package')}</h1>
      {files.size === 0 ? <p>The files are no longer here: a page forgets them when it is loaded anew. Open them again.</p> : null}
      <p role="status">
        {found.value.size} of {files.size} looked at{found.value.size === 0 ? '' : rejected + unread === 0 ? ', none rejected' : `, ${rejected} rejected`}
        {unread === 0 ? '' : `, ${unread} could not be read`}. No channel vouches for files on
        their own: at best they agree with themselves.
      </p>
      {rejected + unread === 0 ? null : (
        <p>
          <label><input type="checkbox" class="check" checked={isOnlyWrong.value} onChange={({ currentTarget }) => (isOnlyWrong.value = currentTarget.checked)} /> Show only those with something wrong</label>
        </p>
      )}
      <ul class="files">
        {shownFiles.map(([name, file]) => (
          <li key={name}>
            <a href={addressOf({ item: { kind: 'file', name } })}><bdi>{shown(name, 160)}</bdi></a> {bytes(file.size)}{' '}
            <Result found={found.value.get(name)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Result({ found }: { found: Found | undefined }) {
  if (found === undefined) return <span>waiting</span>;
  if ('code' in found) return <span><code>{found.code}</code> {shown(found.message)}</span>;
  const { findings, findingsOmitted } = found.verdict;
  const [first] = findings;
  const more = findings.length + findingsOmitted - 1;
  return (
    <>
      <StatusMark status={found.verdict.verdict} />{' '}
      {first === undefined ? null : <span><code>{first.code}</code> {shown(first.message)}{more > 0 ? `, and ${count(more, 'more finding')}` : ''}</span>}
    </>
  );
}

async function verifyAll(files: ReadonlyMap<string, File>, signal: AbortSignal, tell: (name: string, found: Found) => void): Promise<void> {
  const worker = await client();
  for (const [name, file] of files) {
    if (signal.aborted) return;
    try {
      const place = { kind: 'file', name: file.name } as const;
      const view = await openedBy(worker, place, file, true, signal, () => undefined);
      void worker.closePackage(view.id);
      tell(name, { verdict: view.verdict });
    } catch (error) {
      if (signal.aborted) return;
      tell(name, faultOf(error));
    }
  }
}
