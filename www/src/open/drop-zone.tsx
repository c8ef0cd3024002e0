import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { openFiles } from './open-files.js';

/** Takes files that are dropped anywhere. */
export function DropZone({ children }: { children: ComponentChildren }) {
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={isOver ? 'page over' : 'page'}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDropCapture={() => setOver(false)}
      onDrop={(event) => {
        if (event.dataTransfer === null) return;
        event.preventDefault();
        void openFiles(event.dataTransfer);
      }}
    >
      {children}
    </div>
  );
}
