/** Numbers and names as people read them. */

const NUMBER = new Intl.NumberFormat('en');

export function count(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`;
}

export function number(value: number): string {
  return NUMBER.format(value);
}

/** Bytes in units of 1000, as conda's own pages have them. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(value) / 3), units.length);
  const scaled = value / 1000 ** power;
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3)} ${units[power - 1] ?? ''}`;
}

export function date(ms: number): string {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? 'no date' : at.toISOString().slice(0, 10);
}

/** How long until then, or since, in the largest unit that is of use. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  const [unit, length] = (
    [
      ['day', 86_400_000],
      ['hour', 3_600_000],
      ['minute', 60_000],
    ] as const
  ).find(([, length]) => size >= length) ?? ['second', 1000];
  return count(Math.floor(size / length), unit);
}

/** Controls, what browsers draw as nothing, and what looks like a space and is none; a mark that makes a picture of a sign stays. */
const MARKS =
  /\p{Cc}|[\u2028\u2029\ufff9-\ufffb\u2800\p{Cs}]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu;

/** A text with marks that can't be seen, or turn it around, in a form that is seen. */
export function visible(text: string, marks = MARKS): string {
  return text.replace(marks, (mark) => `\u2423{${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`);
}

/** A text of a package or channel, made harmless for the eye: no marks that turn it around, no end of it unseen. */
export function shown(text: string, longest = 300): string {
  const isLong = text.length > 4 * longest;
  // Of megabytes, what is cut away needs no look.
  const characters = [...visible(isLong ? text.slice(0, 2 * longest) + text.slice(-2 * longest) : text)];
  if (characters.length <= longest && !isLong) return characters.join('');
  const half = Math.floor((longest - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}

/** As `shown`, and lines stay lines: for what is drawn with its breaks. */
export function linewise(text: string, longest: number): string {
  return text.split(/\r?\n/).map((line) => shown(line, longest)).join('\n');
}
