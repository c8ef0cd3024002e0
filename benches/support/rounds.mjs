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

/**
 * As `race`, where starting, what is timed and what comes after it take their time: each of
 * `contenders` is an asynchronous function that gives `{ times, result }`, its milliseconds by
 * name. Returns the medians by name, and the last result, of each.
 */
export async function raceInParts(rounds, contenders) {
  const names = Object.keys(contenders);
  const seen = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const lap = await contenders[name]();
      if (round >= 0) seen[name].push(lap);
    }
  }
  const summary = (laps) => {
    const parts = Object.keys(laps[0].times);
    const times = parts.map((part) => [part, median(laps.map(({ times }) => times[part]))]);
    return { times: Object.fromEntries(times), result: laps.at(-1).result };
  };
  return Object.fromEntries(names.map((name) => [name, summary(seen[name])]));
}

/** Milliseconds that asynchronous work takes. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
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
