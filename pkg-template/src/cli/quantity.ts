/** A number of bytes for people: `512 bytes`, `3.5 kB`, `1.2 GB`. */
export function bytes(count: number): string {
  if (count < 1000) return count === 1 ? '1 byte' : `${count} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
    // 999,950 bytes are 1.0 MB, not 1000.0 kB.
  } while (Number(value.toFixed(1)) >= 1000 && unit < units.length - 1);
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** A number of things: `1 file`, `7 files`. */
export function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}
