// Control characters; a backslash, which browsers and Windows take for a slash.
const HARMFUL = /[\0-\x1f\x7f\\]/;

/**
 * Why a text can't be the path of a file below a folder, whoever reads it: a server, a browser,
 * any system. Undefined where it can.
 */
export function whyNoPath(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it begins with a slash';
  if (HARMFUL.test(path)) return 'it has a backslash or a control character in it';
  // Half of a character: it is not in any file of UTF-8.
  if (/\p{Cs}/u.test(path)) return 'it is no text that UTF-8 can hold';
  const isPlain = path.split('/').every((name) => !['', '.', '..'].includes(name));
  return isPlain ? undefined : 'a part of it is empty, . or ..';
}
