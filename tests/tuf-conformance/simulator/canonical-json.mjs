// JSON as TUF signs it, and as a repository writes it. Objects may be Maps, which hold members
// of any name in the order they were set; integers beyond 2^53 are BigInts.

/** The bytes that are signed: OLPC canonical JSON (TUF 4.2.1), as securesystemslib has it. */
export const canonical = (value) => Buffer.from(canonicalText(value));

function canonicalText(value) {
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isObject(value)) return scalar(value);
  const members = membersOf(value).sort(([one], [other]) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  );
  return `{${members.map(([name, member]) => `${canonicalText(name)}:${canonicalText(member)}`).join(',')}}`;
}

/**
 * The text of a file. It is far from the canonical one on purpose: indented, members in the
 * order in which they were set, and nothing but ASCII.
 */
export function written(value, indent = '') {
  if (typeof value === 'string') return escaped(value);
  const inner = `${indent} `;
  const lines = (open, items, close) =>
    items.length === 0 ? open + close : `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
  if (Array.isArray(value)) return lines('[', value.map((item) => written(item, inner)), ']');
  if (!isObject(value)) return scalar(value);
  const members = membersOf(value).map(([name, member]) => `${escaped(name)}: ${written(member, inner)}`);
  return lines('{', members, '}');
}

const isObject = (value) => typeof value === 'object' && value !== null;

const membersOf = (value) =>
  [...(value instanceof Map ? value : Object.entries(value))].filter(([, member]) => member !== undefined);

function scalar(value) {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`metadata has no ${typeof value} ${String(value)}`);
}

const escaped = (text) =>
  JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
