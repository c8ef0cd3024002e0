import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PackageView } from '../protocol.js';
import { fileNameOf } from '../ui/save.js';
import { pictureOf, pictureText } from './picture.js';
import { reportOf } from './report.js';

/** The verdict, to be kept or shown to others: as JSON and as a picture. */
export function VerdictCard({ view }: { view: PackageView }) {
  const links = useSignal<{ readonly json: string; readonly picture: string | null } | null>(null);
  const now = useSignal(new Date());
  useEffect(() => {
    let isGone = false;
    const at = new Date();
    now.value = at;
    const json = URL.createObjectURL(new Blob([`${JSON.stringify(reportOf(view, at), null, 2)}\n`], { type: 'application/json' }));
    const urls = [json];
    links.value = { json, picture: null };
    pictureOf(view, at).then(
      (blob) => {
        if (isGone) return;
        const picture = URL.createObjectURL(blob);
        urls.push(picture);
        links.value = { json, picture };
      },
      () => undefined,
    );
    return () => {
      isGone = true;
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [view]);
  const name = fileNameOf(view.fileName).replace(/\.(conda|tar\.bz2)$/, '');
  if (links.value === null) return null;
  const { json, picture } = links.value;
  return (
    <div class="card">
      <p class="actions">
        <a class="button" href={json} download={`${name}.verdict.json`}>Save as JSON</a>
        {picture === null ? null : <a class="button" href={picture} download={`${name}.verdict.png`}>Save as a picture</a>}
      </p>
      <div class="picture">{picture === null ? null : <img src={picture} width="1200" height="630" alt={pictureText(view, now.value)} />}</div>
    </div>
  );
}
