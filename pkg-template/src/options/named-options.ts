import { invalidArgument } from '../errors/invalid-argument.js';
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
  // A Map or a Date has no names to look at: what it holds would be ignored in silence.
  const isPlain = Object.prototype.toString.call(given) === '[object Object]';
  if (!isPlain) throw invalidArgument(argument, 'it is no plain object of options');
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const advice = meant === undefined ? `there are ${listed(names)}` : `did you mean ${meant}?`;
    throw invalidArgument(`${argument}.${name}`, `there is no such option; ${advice}`);
  }
}
