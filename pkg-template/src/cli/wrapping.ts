/**
 * Breaks text into lines of at most `width` characters, at spaces. What is longer than a
 * line, a digest or a path, stays in one piece so that it can be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines;
}

/** The characters of a text that are seen: colours are not. */
export function widthOf(text: string): number {
  return [...text.replace(/\x1b\[[\d;]*m/g, '')].length;
}
