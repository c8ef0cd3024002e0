/**
 * Whether a path below a folder matches one of these patterns: `*` is any part of a name, `?` a
 * character of it, `**` any number of folders too. A pattern without a slash is about names in
 * whatever folder.
 */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => expressionOf(pattern.replace(/^\.?\//, '').replace(/\/$/, '')));
  return (path) => expressions.some((expression) => expression.test(path));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*+|\?|[^*?]/gu, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '?') return '[^/]';
    if (part.startsWith('*')) return part === '*' ? '[^/]*' : '.*';
    return part.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  return new RegExp(`^${pattern.includes('/') ? '' : '(?:.*/)?'}${source}$`, 'su');
}
