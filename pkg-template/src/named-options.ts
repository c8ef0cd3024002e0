import { invalidArgument } from './invalid-argument.js';
import { nearest } from './nearest.js';

/** Names as a message lists them. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/**
 * Checks that `given` is an object with no other members than `names`: an option that is
 * misspelled must not be taken for one that was left out.
 */
export function checkNames(argument: string, given: object, names: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidArgument(argument, 'it is no object of options');
  }
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const advice = meant === undefined ? `there are ${listed(names)}` : `did you mean ${meant}?`;
    throw invalidArgument(`${argument}.${name}`, `there is no such option; ${advice}`);
  }
}
