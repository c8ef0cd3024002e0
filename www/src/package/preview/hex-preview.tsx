import { Lines } from '../../ui/lines.js';

/** Bytes, sixteen a line. */
export function HexPreview({ content }: { content: Uint8Array }) {
  const line = (at: number) => {
    const row = [...content.subarray(at * 16, at * 16 + 16)];
    const hex = row.map((byte, of) => `${of === 8 ? ' ' : ''}${byte.toString(16).padStart(2, '0')}`).join(' ');
    return {
      head: (at * 16).toString(16).padStart(8, '0'),
      text: hex.padEnd(48),
      tail: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
    };
  };
  return <Lines label="Bytes of the file" count={Math.ceil(content.length / 16)} line={line} kind="hex" />;
}
