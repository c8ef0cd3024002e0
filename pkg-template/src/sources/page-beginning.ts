/** Bytes that are enough to tell. */
export const PAGE_BEGINNING = 64;

/** Whether bytes begin as those of an HTML page do: with `<`, behind white space or a mark at most. */
export function beginsAsPage(bytes: Uint8Array): boolean {
  return /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, PAGE_BEGINNING)));
}
