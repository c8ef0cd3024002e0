import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { go, HOME, route } from '../route/route.js';
import { webAddress } from '../route/web-address.js';
import { shown as shortened } from '../ui/words.js';
import { leftOut, openFiles } from './open-files.js';
import { SampleMenu } from './sample-menu.js';

/** Where a visitor says what to look at. */
export function OpenBar() {
  const problem = useSignal('');
  const input = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const { place, item } = route.value;
  const shown = item?.kind === 'url' ? item.url : place.kind === 'web' ? place.mirrors.join(' ') : '';
  const open = (event: Event) => {
    event.preventDefault();
    leftOut.value = '';
    problem.value = openAddress(input.current?.value ?? '');
  };
  return (
    <div class="open-bar">
      <form onSubmit={open} role="search" aria-label="Open a channel or a package">
        <label for="address">Channel or package</label>
        <input
          id="address"
          ref={input}
          type="text"
          inputMode="url"
          autocomplete="url"
          spellcheck={false}
          placeholder="https://… (several mirrors: separated by spaces)"
          defaultValue={shown}
          key={shown}
          aria-describedby="address-problem"
        />
        <button type="submit">Open</button>
        <button type="button" onClick={() => picker.current?.click()}>Files…</button>
        <button type="button" onClick={() => folderPicker.current?.click()}>Folder…</button>
        <input ref={picker} type="file" hidden multiple accept=".conda,.bz2" aria-label="Packages on this machine" onChange={take} />
        <input
          ref={(input) => {
            folderPicker.current = input;
            // No property of JSX.
            input?.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          aria-label="A folder on this machine"
          onChange={take}
        />
      </form>
      <SampleMenu />
      <p id="address-problem" class="problem" role="alert">{problem.value || shortened(leftOut.value)}</p>
    </div>
  );
}

function take({ currentTarget }: { currentTarget: HTMLInputElement }): void {
  const { files } = currentTarget;
  if (files !== null && files.length > 0) void openFiles(files);
}

/** Opens what addresses name; tells what is wrong with them. */
function openAddress(text: string): string {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return 'Give the address of a channel, as in https://example.org/channel, or of a package.';
  // As people write it.
  const addresses = words.map((word) => webAddress(/^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(word) ? `https://${word}` : word));
  const wrong = words.find((_, at) => addresses[at] === null);
  if (wrong !== undefined) return `“${wrong}” is no address that begins with https:// or http://.`;
  const [address] = addresses;
  if (address === undefined || address === null) return '';
  if (/\.(conda|tar\.bz2)$/.test(new URL(address).pathname)) {
    go({ ...HOME, place: route.value.place, item: { kind: 'url', url: address } });
  } else {
    go({ ...HOME, place: { kind: 'web', mirrors: addresses.map((url) => channelOf(url ?? '')) } });
  }
  return '';
}

/** The channel that somebody means who has the address of one of its files. */
function channelOf(address: string): string {
  const url = new URL(address);
  url.hash = '';
  url.search = '';
  url.pathname = url.pathname.replace(/\/[\w-]+\/(current_)?repodata[^/]*$/, '/').replace(/\/*$/, '/');
  return url.href;
}
