import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PackageView, RecordRow } from '../protocol.js';
import { addressOf, go, type Item, route } from '../route/route.js';
import { webAddress } from '../route/web-address.js';
import { given } from '../state/package.js';
import { client } from '../state/worker.js';
import { bytes, date, shown } from '../ui/words.js';

/** Builds that are offered. */
const MOST = 200;

/** Chooses the package to compare with: another build of the channel, an address, or a file. */
export function CompareWith({ view }: { view: PackageView }) {
  const problem = useSignal('');
  const address = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const compare = (against: Item) => go({ against, path: null });
  const toAddress = (event: Event) => {
    event.preventDefault();
    const url = webAddress(address.current?.value.trim() ?? '');
    if (url === null) problem.value = 'Give an address that begins with https:// or http://.';
    else compare({ kind: 'url', url });
  };
  const toFile = (file: File | undefined) => {
    if (file === undefined) return;
    const { item } = route.peek();
    if (item?.kind === 'file' && item.name === file.name) {
      problem.value = 'That file has the same name as this one. Rename one of them, so that they can be told apart.';
      return;
    }
    given.value = new Map(given.peek()).set(file.name, file);
    compare({ kind: 'file', name: file.name });
  };
  return (
    <>
      <OtherBuilds view={view} />
      <form onSubmit={toAddress} class="line-form">
        <label>
          Address of a package
          <input ref={address} type="text" inputMode="url" spellcheck={false} placeholder="https://…" aria-describedby="compare-problem" />
        </label>
        <button type="submit">Compare</button>
        <button type="button" onClick={() => picker.current?.click()}>A file…</button>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".conda,.bz2"
          aria-label="A package to compare with"
          onChange={({ currentTarget: { files } }) => toFile(files?.[0])}
        />
      </form>
      <p id="compare-problem" class="problem" role="alert">{problem.value}</p>
    </>
  );
}

/** Files of the same package that the channel has. */
function OtherBuilds({ view }: { view: PackageView }) {
  const rows = useSignal<readonly RecordRow[] | null>(null);
  const { place } = view;
  const name = view.verdict.package?.name ?? nameIn(view.fileName);
  useEffect(() => {
    if (place.kind !== 'channel') return;
    void client()
      .then((worker) => worker.builds(place.channel, place.subdir, name, MOST))
      .then(
        (found) => {
          rows.value = found.filter(({ fileName }) => fileName !== view.fileName);
        },
        () => {
          rows.value = [];
        },
      );
  }, [view.id]);
  if (place.kind !== 'channel') return null;
  if (rows.value === null) return <p class="note">Looking for other builds…</p>;
  if (rows.value.length === 0) return <p class="note">The channel has no other build of it here.</p>;
  return (
    <>
      <p>Other builds in the channel:</p>
      <ul class="builds">
        {rows.value.map(({ fileName, size, timestamp }) => (
          <li key={fileName}>
            <a href={addressOf({ against: { kind: 'record', fileName }, path: null })}><bdi>{shown(fileName, 100)}</bdi></a>{' '}
            <span class="soft">{[size === null ? '' : bytes(size), timestamp === null ? '' : date(timestamp)].filter(Boolean).join(', ')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The name of a package, out of NAME-VERSION-BUILD. */
function nameIn(fileName: string): string {
  return fileName.replace(/-[^-]*-[^-]*$/, '');
}
