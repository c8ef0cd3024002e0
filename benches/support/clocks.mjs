// Three clocks at once: wall, the CPU of the main thread, and that of the whole process.
import { readFileSync } from 'node:fs';

// Node.js 23.9 has one; before, Linux tells it. Elsewhere it is not known.
const SCHEDULER = `/proc/self/task/${process.pid}/schedstat`;
const hasScheduler = process.platform === 'linux' && process.threadCpuUsage === undefined;

function mainThread() {
  if (process.threadCpuUsage !== undefined) {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e3;
  }
  // Nanoseconds on the processor.
  return hasScheduler ? Number.parseInt(readFileSync(SCHEDULER, 'latin1'), 10) / 1e6 : NaN;
}

/** Milliseconds of each clock, from some beginning. */
function clocks() {
  // In this order: Linux counts the time since the last tick only when getrusage asks.
  const { user, system } = process.cpuUsage();
  return { process: (user + system) / 1e3, main: mainThread(), wall: performance.now() };
}

/** The milliseconds that asynchronous work takes by each clock: `{ wall, main, process }`. */
export async function clocked(work) {
  const before = clocks();
  await work();
  const after = clocks();
  return Object.fromEntries(Object.keys(after).map((clock) => [clock, after[clock] - before[clock]]));
}

/**
 * The most bytes of this process that were in memory at once, where the system tells it.
 * Since it began: for a process that does one thing.
 */
export function residentPeak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
}
