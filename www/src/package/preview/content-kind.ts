/** What a preview is of. */
export type Kind = 'text' | 'json' | 'image' | 'hex';

/** Bytes that a text preview takes at most. */
export const TEXT = 200_000;

/** Pixels of an image that a browser may be asked to draw. */
const PIXELS = 40_000_000;

/** The ways in which a content can be shown, the best one first. */
export function kindsOf(path: string, content: Uint8Array, isAll: boolean): readonly Kind[] {
  const kinds: Kind[] = [];
  const type = imageType(path, content);
  const isImage = isAll && type !== null && isDrawable(content);
  // A short drawing may take a browser hours: it is drawn for whoever asks for it.
  const isDrawing = type === 'image/svg+xml';
  if (isImage && !isDrawing) kinds.push('image');
  if (isText(content)) {
    kinds.push('text');
    if (isAll && content.length <= TEXT && path.toLowerCase().endsWith('.json')) kinds.push('json');
  }
  if (isImage && isDrawing) kinds.push('image');
  return [...kinds, 'hex'];
}

/** The type of an image, by its first bytes; of SVG, which is text, by its name too. */
export function imageType(path: string, content: Uint8Array): string | null {
  const starts = (text: string, at = 0) => [...text].every((mark, of) => content[at + of] === mark.charCodeAt(0));
  if (starts('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (starts('\xff\xd8\xff')) return 'image/jpeg';
  if (starts('GIF8')) return 'image/gif';
  if (starts('RIFF') && starts('WEBP', 8)) return 'image/webp';
  const isMarkup = path.toLowerCase().endsWith('.svg') && isText(content);
  return isMarkup && new TextDecoder().decode(content.subarray(0, 4096)).includes('<svg') ? 'image/svg+xml' : null;
}

/** Whether it is UTF-8 and has no zeros, as far as a preview goes. */
export function isText(content: Uint8Array): boolean {
  const part = content.subarray(0, TEXT);
  if (part.includes(0)) return false;
  try {
    // A character may be cut at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(part, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A short file may unfold to gigabytes. */
function isDrawable(content: Uint8Array): boolean {
  const pixels = pixelsOf(content);
  return pixels === null || pixels <= PIXELS;
}

function pixelsOf(content: Uint8Array): number | null {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  try {
    if (content[0] === 0x89) return view.getUint32(16) * view.getUint32(20);
    if (content[0] === 0x47) return view.getUint16(6, true) * view.getUint16(8, true);
    if (content[0] === 0xff) return pixelsOfJpeg(view);
    return content[0] === 0x52 ? pixelsOfWebp(view) : null;
  } catch {
    return Infinity;
  }
}

/** Of its three forms: with loss, without, and with a canvas of its own. */
function pixelsOfWebp(view: DataView): number {
  const form = view.getUint8(15);
  if (form === 0x20) return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
  if (form === 0x4c) {
    const sides = view.getUint32(21, true);
    return (1 + (sides & 0x3fff)) * (1 + ((sides >>> 14) & 0x3fff));
  }
  const side = (at: number) => 1 + view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  return form === 0x58 ? side(24) * side(27) : Infinity;
}

function pixelsOfJpeg(view: DataView): number {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    // Any number of these may stand before a marker.
    while (view.getUint8(at + 1) === 0xff) at += 1;
    const marker = view.getUint8(at + 1);
    // Start of frame, of any coding.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return view.getUint16(at + 5) * view.getUint16(at + 7);
  }
}
