import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ErrorJson } from 'conda-verifier';
import type { ChannelView, RootView } from '../protocol.js';
import { forgetSeen, pin, unpin } from '../state/channel.js';
import { isForgetful } from '../state/pinned-roots.js';
import { client } from '../state/worker.js';
import { Copy } from '../ui/copy.js';
import { Explanation } from '../ui/explanation.js';
import { Fault } from '../ui/fault.js';
import { during } from '../worker/client.js';
import { faultOf } from '../worker/thrown.js';
import { RootOffer } from './root-offer.js';

/** No root is longer: see the package's limits. */
const LONGEST = 512_000;

/** Pins a root: pasted, out of a file, or the channel's own. */
export function PinRoot({ view }: { view: ChannelView }) {
  const offer = useSignal<RootView | null>(null);
  const fault = useSignal<ErrorJson | null>(null);
  const isBusy = useSignal(false);
  const said = useSignal('');
  const { place, anchor } = view;

  const look = async (find: () => Promise<RootView>) => {
    isBusy.value = true;
    [offer.value, fault.value, said.value] = [null, null, ''];
    try {
      offer.value = await find();
    } catch (error) {
      fault.value = faultOf(error);
    } finally {
      isBusy.value = false;
    }
  };
  const lookInto = (root: Blob) =>
    look(async () => {
      if (root.size > LONGEST) throw new Error(`a root has no more than ${LONGEST} bytes`);
      return (await client()).viewRoot(new Uint8Array(await root.arrayBuffer()));
    });
  const fetchOwn = (mirror: string) =>
    look(async () => {
      const worker = await client();
      return during(worker, AbortSignal.timeout(30_000), (task) => worker.fetchRoot(mirror, task));
    });
  const take = async ({ report }: RootView) => {
    offer.value = null;
    said.value = (await pin(report.bytes)) ? 'The root is pinned, and kept in this browser.' : 'The root is pinned until this page is closed: the browser keeps nothing.';
  };

  return (
    <section class="pin" aria-labelledby="pin-title">
      <h3 id="pin-title">{anchor === null ? 'No root is pinned' : 'The pinned root'}</h3>
      {anchor === null && place.kind === 'web' && isForgetful.value ? (
        <p class="note attack">This browser does not say what was pinned before: perhaps a root was, and it is not looked at now.</p>
      ) : null}
      {anchor === null ? null : (
        <p>
          <code class="digest">{anchor}</code> <Copy text={anchor} what="the digest of the pinned root" />
        </p>
      )}
      {place.kind === 'sample' ? (
        <p class="hint">
          {anchor === null
            ? 'Nobody signs this sample, as nobody signs most channels today.'
            : 'It comes with this page. For a channel of your own you pin one yourself.'}
        </p>
      ) : (
        <>
          <p>
            {anchor === null
              ? 'A root is a small file that names the keys which speak for a channel. Pin it once, from a source that you trust, and no server or mirror can pass off anything else: all roles and records are verified from it on. Without one, packages are still compared with their records, but whoever can change a package can change its record too.'
              : place.kind === 'web' ? 'All that is trusted here is verified from it on. It is kept in this browser.' : 'All that is trusted here is verified from it on, until this page is closed.'}
          </p>
          <details class="ways" open={anchor === null}>
            <summary>{anchor === null ? 'Pin a root' : 'Pin another root'}</summary>
            <Ways isBusy={isBusy.value} onRoot={lookInto} onFetch={place.kind === 'web' ? () => fetchOwn(place.mirrors[0] ?? '') : null} />
          </details>
        </>
      )}
      {fault.value === null ? null : (
        <>
          <Fault fault={fault.value} title={anchor === null ? 'This is no root that can be pinned' : 'Refused; the root that was pinned before stays'} />
          <Explanation code={fault.value.code} />
        </>
      )}
      {offer.value === null ? null : <RootOffer root={offer.value} now={view.now} onPin={take} onCancel={() => (offer.value = null)} />}
      {place.kind === 'sample' || anchor === null ? null : (
        <p class="actions">
          <button type="button" onClick={() => void unpin().then(() => (said.value = 'The root is forgotten.'), (error: unknown) => (fault.value = faultOf(error)))}>Forget this root</button>
          <button type="button" onClick={() => void forgetSeen().then(() => (said.value = 'What was seen is forgotten.'), (error: unknown) => (fault.value = faultOf(error)))}>
            Forget what was seen of this channel
          </button>
          <span class="hint">Versions that were seen are kept, so that older ones are refused. Forget them only if the channel began anew.</span>
        </p>
      )}
      <p class="hint" role="status">{isBusy.value ? 'Looking at the root…' : said.value}</p>
    </section>
  );
}

interface WaysOptions {
  readonly isBusy: boolean;
  readonly onRoot: (root: Blob) => Promise<void>;
  /** Null where nobody can be asked. */
  readonly onFetch: (() => Promise<void>) | null;
}

function Ways({ isBusy, onRoot, onFetch }: WaysOptions) {
  const text = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    event.preventDefault();
    // Elsewhere on the page a file is a package.
    event.stopPropagation();
    void onRoot(file);
  };
  return (
    <ul>
      <li onDrop={drop}>
        <label for="root-text">Paste its text, or drop its file here</label>
        <textarea id="root-text" ref={text} rows={3} spellcheck={false} autocomplete="off" placeholder={'{"signatures": …, "signed": {"type": "root", …}}'} />
        <p class="actions">
          <button type="button" disabled={isBusy} onClick={() => void onRoot(new Blob([text.current?.value ?? '']))}>Look at it</button>
          <button type="button" disabled={isBusy} onClick={() => picker.current?.click()}>Choose a file…</button>
          <input
            ref={picker}
            type="file"
            hidden
            accept=".json,application/json"
            aria-label="A file with a root"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) void onRoot(file);
              currentTarget.value = '';
            }}
          />
        </p>
      </li>
      {onFetch === null ? null : (
        <li>
          <p>Or trust on first use: take the root that the channel hands out itself.</p>
          <button type="button" disabled={isBusy} onClick={() => void onFetch()}>Fetch the channel’s own root</button>
        </li>
      )}
    </ul>
  );
}
