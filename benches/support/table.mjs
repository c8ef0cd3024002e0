// The table of results.

/** A bar: `value` is to be at most, or at least, `limit`. */
export const atMost = (value, limit, unit) => ({ text: `≤ ${limit}${unit}`, isHeld: value <= limit });
export const atLeast = (value, limit, unit) => ({
  text: `≥ ${limit.toLocaleString('en')}${unit}`,
  isHeld: value >= limit,
});

/** `12.3 µs`, `1,234 MB/s`: three digits, or all before the point. */
export function quantity(value, unit) {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return `${value.toLocaleString('en', digits)} ${unit}`;
}

const COLUMNS = ['what', 'ours', 'peer', 'ratio', 'bar', 'held'];

/** Rows `{ what, ours, peer?, ratio?, bar? }` as aligned text. */
export function table(rows) {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.peer ?? '',
    row.ratio === undefined ? '' : `${row.ratio.toFixed(row.ratio < 0.1 ? 3 : 2)} ×`,
    row.bar?.text ?? '',
    row.bar === undefined ? '' : row.bar.isHeld ? 'yes' : 'NO',
  ]);
  const lines = [COLUMNS, ...cells];
  const widths = COLUMNS.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const text = lines.map((line) =>
    line.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd(),
  );
  return text.join('\n');
}
