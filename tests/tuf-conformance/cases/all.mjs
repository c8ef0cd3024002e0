// All tests: name and function. What each one proves is said where it is.
import artifacts from './artifacts.mjs';
import content from './content.mjs';
import delegations from './delegations.mjs';
import expiry from './expiry.mjs';
import keys from './keys.mjs';
import pathRules from './path-rules.mjs';
import refresh from './refresh.mjs';
import roleRotation from './role-rotation.mjs';
import rollback from './rollback.mjs';
import rootRotation from './root-rotation.mjs';
import staticRepositories from './static-repositories.mjs';

const groups = [
  refresh,
  content,
  keys,
  rootRotation,
  roleRotation,
  rollback,
  expiry,
  artifacts,
  delegations,
  pathRules,
  staticRepositories,
];

/** As pairs, so that two of one name are seen. */
export const cases = groups.flatMap((group) => Object.entries(group));
