/** The longest text that is shown whole, in characters, unless told otherwise. */
const LONGEST = 300;

// Control characters, and characters that change the direction of text or hide in it.
const HARMFUL =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Untrusted text as it may stand on a terminal: escaped and shortened. */
export function printable(text: string, longest: number = LONGEST): string {
  const characters = [...text];
  const shown = characters.slice(0, longest).join('').replace(HARMFUL, escaped);
  return characters.length > longest ? `${shown}… (${characters.length} characters)` : shown;
}

/** The same in double quotes. */
export function quoted(text: string): string {
  return `"${printable(text.replace(/["\\]/g, '\\$&'))}"`;
}

/** JSON that means the same and can't disturb a terminal. */
export function printableJson(json: string): string {
  return json.replace(HARMFUL, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
      return `\\u${unit}`;
    }).join(''),
  );
}

/** For terminals that show nothing else. */
export function ascii(text: string): string {
  return text.replaceAll('…', '...').replace(/[^\x00-\x7f]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
