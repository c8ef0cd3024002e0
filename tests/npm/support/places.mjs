// Where things are: `cargo xtask test` says it in the environment.
import { join } from 'node:path';

function named(variable) {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set; run \`cargo xtask test\``);
  return value;
}

/** The repository. */
export const root = named('CONDA_VERIFIER_ROOT');

/** The folder that the packed package is installed in. */
export const install = named('CONDA_VERIFIER_INSTALL');

/** The installed package. */
export const installed = join(install, 'node_modules', 'conda-verifier');

/** The generator's packages. */
export const channel = named('CONDA_VERIFIER_CHANNEL');

/** The Chromium to test with. */
export const chromium = () => named('CONDA_VERIFIER_CHROMIUM');
