import { useSignal } from '@preact/signals';

/** Puts a text on the clipboard, and says that it is there. */
export function Copy({ text, what }: { text: string; what: string }) {
  const word = useSignal('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      word.value = 'Copied';
    } catch {
      word.value = 'Not allowed';
    }
    setTimeout(() => (word.value = 'Copy'), 2000);
  };
  return (
    <button type="button" class="small" aria-label={`${word.value} ${what}`} onClick={() => void copy()}>
      <span role="status">{word.value}</span>
    </button>
  );
}
