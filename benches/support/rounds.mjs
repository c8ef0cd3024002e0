// Times functions side by side.

/**
 * Runs each of `contenders`, `rounds` times in turn and once before to warm up, so that
 * whatever else the machine does hits all of them. Returns the median milliseconds of each.
 */
export function race(rounds, contenders) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const start = performance.now();
      contenders[name]();
      const time = performance.now() - start;
      if (round >= 0) times[name].push(time);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

function median(times) {
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  return times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

/** Stops a benchmark whose work was not done. */
export function expect(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}
