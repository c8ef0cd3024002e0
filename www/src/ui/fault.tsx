import type { ErrorJson } from 'conda-verifier';
import { shown } from './words.js';

/** What failed, what was expected and found, and what to do now. */
export function Fault({ fault, title }: { fault: ErrorJson; title?: string }) {
  const { code, message, hint, expected, actual } = fault;
  return (
    <section class="fault" role="alert">
      <h3>
        {title === undefined ? null : `${title}: `}
        <code>{code}</code>
      </h3>
      <p>{shown(message, 2000)}</p>
      {expected === undefined && actual === undefined ? null : (
        <dl class="pairs">
          <dt>expected</dt>
          <dd><code>{shown(expected ?? '–', 500)}</code></dd>
          <dt>found</dt>
          <dd><code>{shown(actual ?? '–', 500)}</code></dd>
        </dl>
      )}
      <p class="hint">{shown(hint, 1000)}</p>
    </section>
  );
}
