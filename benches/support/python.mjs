// The packages that benchmarks read, and native tools that unpack them: both by the Python that
// `cargo xtask bench` sets up. Where it could not, there is none.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = (name) => fileURLToPath(new URL(`../python/${name}.py`, import.meta.url));
const python = process.env.CONDA_VERIFIER_BENCH_PYTHON;

/** Where packages are: those of a quick run apart. */
export const packagesFolder = (quick) =>
  fileURLToPath(new URL(`../../target/xtask/bench-packages${quick ? '-quick' : ''}`, import.meta.url));

/** Makes the packages in a folder, unless they are there. */
export function makePackages(folder, quick) {
  if (python === undefined) throw new Error('CONDA_VERIFIER_BENCH_PYTHON is not set; run `cargo xtask bench`');
  execFileSync(python, [script('packages'), folder, ...(quick ? ['--quick'] : [])], { stdio: 'inherit' });
}

/** A process of Python that lives as long as a race. */
export class PythonTools {
  #child = spawn(python, [script('contenders')], { stdio: ['pipe', 'pipe', 'inherit'] });
  #lines = createInterface(this.#child.stdout);
  #end = once(this.#child, 'exit');

  /** One run of a tool, `streaming` or `rattler`, by its own clocks. */
  async run(tool, path) {
    this.#child.stdin.write(`${JSON.stringify({ tool, path })}\n`);
    const [line] = await Promise.race([once(this.#lines, 'line'), this.#end]);
    if (typeof line !== 'string') throw new Error(`Python ended with ${line}`);
    return JSON.parse(line);
  }

  close() {
    this.#child.stdin.end();
  }
}

/** The most bytes that a tool has in memory in a process of its own. */
export function residentPeak(tool, path) {
  const answer = execFileSync(python, [script('contenders'), tool, path], { encoding: 'utf8' });
  return JSON.parse(answer).resident;
}
