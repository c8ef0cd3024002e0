// What the tests of the package share with these. Where they run, beside the installed package,
// tests/npm is the folder `tests`.
export { FLAGS } from '../../tests/support/flags.mjs';
export { chromium, install, installed } from '../../tests/support/places.mjs';
export { ranged } from '../../tests/support/ranged.mjs';
export { big, bytesOf, fixtures, pathOf, sha256, small, smallBz2 } from '../../tests/support/samples.mjs';
export { send, serve } from '../../tests/support/server.mjs';
