import { addressOf, route } from '../route/route.js';
import { given, givenFolder } from '../state/package.js';
import { count } from '../ui/words.js';

/** The way to all packages of a folder, whether a record names them or not. */
export function FolderNote() {
  const folder = givenFolder.value;
  const { place } = route.value;
  if (folder === null || place.kind !== 'folder' || place.name !== folder.name || folder.packages.size === 0) return null;
  const { size } = folder.packages;
  return (
    <p class="note">
      It holds {count(size, 'package')}.{' '}
      <a href={addressOf({ item: { kind: 'files' } })} onClick={() => (given.value = folder.packages)}>Look into {size === 1 ? 'it' : 'all of them'}</a>,
      of any platform and with a record or without.
    </p>
  );
}
