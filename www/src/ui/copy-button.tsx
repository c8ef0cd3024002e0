import { useSignal } from '@preact/signals';

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, what, label }: { text: string; what: string; label?: string }) {
  const state = useSignal<'ready' | 'copied' | 'failed'>('ready');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = 'copied';
    } catch {
      // Not over plain http, and not where somebody forbids it.
      state.value = 'failed';
    }
    setTimeout(() => (state.value = 'ready'), 2000);
  };
  const words = state.value === 'ready' ? (label ?? 'copy') : state.value === 'copied' ? 'copied' : 'not allowed';
  return (
    <button type="button" class={label === undefined ? 'copy' : ''} aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{words}</span>
    </button>
  );
}
