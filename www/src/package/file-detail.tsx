import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ErrorJson } from 'conda-verifier';
import type { FileRow, PackageView } from '../protocol.js';
import { addressOf } from '../route/route.js';
import { contentOf } from '../state/package.js';
import { Copy } from '../ui/copy.js';
import { Fault } from '../ui/fault.js';
import { save } from '../ui/save.js';
import { FileMark, isHandedOut } from '../ui/state.js';
import { bytes, number, shown } from '../ui/words.js';
import { faultOf } from '../worker/thrown.js';
import { Preview } from './preview/preview.js';

/** What is known of a file, and what is in it. */
export function FileDetail({ view, row, onClose }: { view: PackageView; row: FileRow; onClose: () => void }) {
  const part = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where there is no room beside the list, it is below.
    const box = part.current?.getBoundingClientRect();
    if (box !== undefined && box.top > innerHeight - 80) part.current?.scrollIntoView({ block: 'start' });
  }, []);
  const { placeholder } = row;
  return (
    <section class="detail" aria-labelledby="file-title" ref={part}>
      <div class="detail-title">
        <h2 id="file-title"><bdi>{shown(row.path, 400)}</bdi></h2>
        <button type="button" class="small" aria-label="Close the file" onClick={onClose}>Close</button>
      </div>
      <dl class="pairs">
        <dt>State</dt>
        <dd><FileMark state={row.state} /></dd>
        <dt>Kind</dt>
        <dd>{KINDS[row.type]}{row.isExecutable ? ', executable' : ''}</dd>
        {row.size === null ? null : (
          <>
            <dt>Size</dt>
            <dd>{bytes(row.size)} ({number(row.size)} bytes)</dd>
          </>
        )}
        {row.sha256 === null ? null : (
          <>
            <dt>SHA-256 as listed</dt>
            <dd><code>{shown(row.sha256, 80)}</code> <Copy text={row.sha256} what="SHA-256 of the file" /></dd>
          </>
        )}
        {row.target === null ? null : (
          <>
            <dt>Leads to</dt>
            <dd><Target view={view} row={row} /></dd>
          </>
        )}
        {placeholder === null ? null : (
          <>
            <dt>Placeholder</dt>
            <dd>
              <code>{shown(placeholder.prefix)}</code> ({placeholder.mode}): conda writes the folder of the environment in its place, so that
              the installed file has other bytes.
            </dd>
          </>
        )}
        {row.codes.length === 0 ? null : (
          <>
            <dt>Found</dt>
            <dd>
              {row.codes.map((code) => <code key={code}>{code} </code>)}
              <a href={addressOf({ tab: 'findings' })}>See the findings</a>
            </dd>
          </>
        )}
      </dl>
      {row.isLinkScript ? (
        <p class="note attack">conda runs this script when the package is installed or removed, with the rights of whoever does that. Read it.</p>
      ) : null}
      {isHandedOut(row) ? <Content view={view} row={row} /> : <p class="note">{whyNot(view, row)}</p>}
    </section>
  );
}

/** What a link leads to; a link of the page, if the package has that. */
function Target({ view, row }: { view: PackageView; row: FileRow }) {
  const text = <code>{shown(row.target ?? '')}</code>;
  const parts = row.type === 'symlink' ? row.path.split('/').slice(0, -1) : [];
  for (const part of (row.target ?? '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const path = parts.join('/');
  return view.files.some((file) => file.path === path) ? <a href={addressOf({ path })}>{text}</a> : text;
}

const KINDS: Readonly<Record<FileRow['type'], string>> = {
  file: 'file',
  symlink: 'symbolic link',
  hardlink: 'second name of a file',
  directory: 'folder',
};

/** Bytes that a preview takes at most. */
const PREVIEW = 8 << 20;

/** Above, nothing is read before somebody says so. */
const LARGE = 64 << 20;

function Content({ view, row }: { view: PackageView; row: FileRow }) {
  const content = useSignal<Uint8Array<ArrayBuffer> | null>(null);
  const fault = useSignal<ErrorJson | null>(null);
  const isWanted = useSignal((row.size ?? 0) <= LARGE);
  const isSaving = useSignal(false);
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  useEffect(() => {
    if (!isWanted.value) return;
    const controller = new AbortController();
    fault.value = null;
    contentOf(view.id, row.path, PREVIEW, controller.signal).then(
      (bytes) => (content.value = bytes),
      (error: unknown) => {
        if (!controller.signal.aborted) fault.value = faultOf(error);
      },
    );
    return () => controller.abort();
  }, [view, isWanted.value]);
  const download = async () => {
    isSaving.value = true;
    try {
      const bytes = await contentOf(view.id, row.path, Infinity, ending.current.signal);
      save(new Blob([bytes], { type: 'application/octet-stream' }), row.path);
    } catch (error) {
      if (!ending.current.signal.aborted) fault.value = faultOf(error);
    } finally {
      isSaving.value = false;
    }
  };
  return (
    <>
      <p class="actions">
        <button type="button" disabled={isSaving.value} onClick={() => void download()}>Download this file</button>
        <span class="soft">{vouched(view, row)}</span>
      </p>
      {fault.value === null ? null : <Fault fault={fault.value} title="It could not be read" />}
      {isWanted.value ? null : (
        <button type="button" onClick={() => (isWanted.value = true)}>Show its first {bytes(PREVIEW)}</button>
      )}
      {content.value === null ? (
        isWanted.value && fault.value === null ? <p class="note" role="status">Unpacking it…</p> : null
      ) : (
        <Preview path={row.path} content={content.value} size={row.size ?? content.value.length} />
      )}
    </>
  );
}

function vouched({ isWhole, verdict }: PackageView, { state }: FileRow): string {
  if (!isWhole) return 'Only info/ was read: nobody vouches for these bytes.';
  if (verdict.verdict === 'rejected') return 'The package was rejected: nobody vouches for these bytes.';
  if (verdict.verdict === 'unverified') {
    return state === 'consistent' ? 'Its bytes are as the package lists them. Nobody vouches for the package.' : 'Nobody vouches for the package.';
  }
  return state === 'verified' ? 'Verified: its bytes are as listed.' : 'Verified with the archive, of which it is a part.';
}

function whyNot({ isWhole }: PackageView, { state, type }: FileRow): string {
  if (state === 'missing') return 'It is listed, and the archive does not have it.';
  if (state === 'unlisted') return 'It is in the archive, and no list has it. Such a file is never handed out.';
  if (state === 'wrong') return 'It is not as it is listed. Such a file is never handed out; the findings say what differs.';
  if (type === 'directory') return 'A folder has no content of its own.';
  if (!isWhole) return 'Only info/ was read. Verify all of the package to look into this file.';
  if (state === 'listed') return 'The archive could not be unpacked as far as this file.';
  return 'A link has no content of its own: look at the file that it leads to.';
}
