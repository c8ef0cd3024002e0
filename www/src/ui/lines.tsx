import { useRef } from 'preact/hooks';
import { useVirtual } from './virtual.js';

const LINE = 20;

/** A long text, of which only the lines in sight are drawn. */
export function Lines({ label, count, line, kind }: {
  label: string;
  count: number;
  /** A line, by its number from 0 on. */
  line: (at: number) => { readonly head: string; readonly text: string; readonly tail?: string };
  kind: 'text' | 'hex';
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(scroller, count, LINE);
  return (
    <div class={`lines ${kind}`} ref={scroller} role="region" aria-label={label} tabIndex={0}>
      <div class="body" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const { head, text, tail } = line(index);
          return (
            <div key={index} class="line" style={{ transform: `translateY(${start}px)` }}>
              <span class="head" aria-hidden={kind === 'text'}>{head}</span>
              <code dir="ltr">{text}</code>
              {tail === undefined ? null : <code class="tail">{tail}</code>}
            </div>
          );
        })}
      </div>
    </div>
  );
}
