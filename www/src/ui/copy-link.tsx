import { useSignal } from '@preact/signals';
import { route } from '../route/route.js';

/** Puts the address of this view on the clipboard; nothing where others would not get there. */
export function CopyLink() {
  const word = useSignal('Copy link');
  const { place, item, against } = route.value;
  const isOwn = [item, against].some((one) => one?.kind === 'file' || one?.kind === 'files' || (one?.kind !== 'url' && place.kind === 'folder'));
  if (isOwn) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      word.value = 'Link copied';
    } catch {
      word.value = 'Copy it from the address bar';
    }
    setTimeout(() => (word.value = 'Copy link'), 3000);
  };
  return (
    <button type="button" aria-label={word.value} onClick={() => void copy()}>
      <span role="status">{word.value}</span>
    </button>
  );
}
