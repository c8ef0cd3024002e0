import { useEffect, useRef } from 'preact/hooks';
import type { RootView } from '../protocol.js';
import { Copy } from '../ui/copy.js';
import { shown } from '../ui/words.js';
import { lifeOf } from './life.js';
import { SignerTable } from './signer-table.js';

interface Options {
  readonly root: RootView;
  readonly now: number;
  readonly onPin: (root: RootView) => Promise<void>;
  readonly onCancel: () => void;
}

/** A root before it is pinned: what to compare, and with what. */
export function RootOffer({ root, now, onPin, onCancel }: Options) {
  const { report, anchor, format, url } = root;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="offer" aria-labelledby="offer-title">
      <h4 id="offer-title" tabIndex={-1} ref={heading}>
        Pin root {report.version}?
      </h4>
      {url === null ? null : (
        <p class="warning">
          <strong>Nobody but the server says that this is the right root.</strong> If somebody has taken over the server, or sits between you
          and it, this is his root. Compare the digest below with one that the channel’s publisher shows elsewhere: on another
          website, in a repository, on paper. If you pin it without that, you will notice later changes, and not one that was
          there from the beginning.
        </p>
      )}
      <dl class="pairs">
        <dt>SHA-256</dt>
        <dd>
          <code class="digest">{anchor.replace('sha256:', '')}</code> <Copy text={anchor.replace('sha256:', '')} what="the digest of this root" />
        </dd>
        {url === null ? null : (
          <>
            <dt>From</dt>
            <dd><bdi>{shown(url)}</bdi></dd>
          </>
        )}
        <dt>Kind</dt>
        <dd>{format === 'tuf' ? 'The Update Framework (TUF)' : 'content trust, as conda’s own'}</dd>
        <dt>Valid</dt>
        <dd>{lifeOf(report, now).words}</dd>
      </dl>
      {report.signers.map((signers) => <SignerTable key={`${signers.role} ${signers.version}`} signers={signers} own={report} />)}
      <p class="actions">
        <button type="submit" onClick={() => void onPin(root)}>{url === null ? 'Pin this root' : 'I trust it: pin this root'}</button>
        <button type="button" onClick={onCancel}>Cancel</button>
      </p>
    </section>
  );
}
