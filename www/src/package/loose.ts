/** Values of a package's JSON, which may be of any type whatever they are called. */

/** A text of what is one value; null for lists, objects and nothing. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** The texts of a list, or the one text that stands in its place. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return arrayOf(value).filter((item): item is string => typeof item === 'string');
}

/** A list; an empty one for what is none. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
