import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

/** A button that opens a part of the page below it; Escape closes it. */
export function Disclosure({ title, children }: { title: string; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="disclosure" onKeyDown={close}>
      <button type="button" ref={button} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {title}
      </button>
      <div id={id} class="opened" hidden={!isOpen} role="group" aria-label={title}>
        {isOpen ? children() : null}
      </div>
    </div>
  );
}
