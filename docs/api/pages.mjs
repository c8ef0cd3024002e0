// Makes pages of the types of a built package, beside those of the guide:
//   node pages.mjs PACKAGE GUIDE
// They come into GUIDE/api. Whatever TypeDoc has to complain of is an error, as is an entry
// without a page, a link that leads nowhere, and anything that is fetched from elsewhere.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { Application, Converter, LogLevel, OptionDefaults, PageEvent, ReflectionKind } from 'typedoc';
import ts from 'typescript';

import { faultsOf } from './links.mjs';

const [folder, guide] = process.argv.slice(2).map((given) => path.resolve(given));
const pages = path.join(guide, 'api');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** In the place of the way from a page to the guide, which differs from page to page. */
const TO_GUIDE = 'guide:';

/** The types of each entry, by the name that it is imported by. */
function typesOfEntries() {
  const entries = new Map();
  for (const [name, target] of Object.entries(manifest.exports)) {
    // A script is begun, a file is read: nobody imports values from them.
    const types = typesOf(target);
    if (types === undefined || types === './wasm.d.ts') continue;
    entries.set(path.posix.join(manifest.name, name), path.join(folder, types));
  }
  return entries;
}

/** Those for Node.js where it has some of its own: it exports what the others do, and more. */
function typesOf(target) {
  const { types } = target.node ?? target.default ?? target;
  return types ?? target.types;
}

/** The package's README, without its title, which pages have; files beside it are pages of the guide. */
function readme() {
  const text = readFileSync(path.join(folder, 'README.md'), 'utf8')
    .replace(/^# .*\n/, '')
    // TypeDoc's list of headings leaves code out.
    .replaceAll(/^##+ .*`.*$/gm, (heading) => heading.replaceAll('`', ''))
    .replaceAll(/\]\(([\w-]+)\.md(#[\w-]*)?\)/g, `](${TO_GUIDE}$1.html$2)`);
  const file = fileURLToPath(new URL('README.md', import.meta.url));
  writeFileSync(file, text);
  return file;
}

/** Entries have classes of their own; those behind them have the same names, and nobody can import them. */
function hideClassesBehind({ project }) {
  const isBehind = (type) => type.reflection === undefined && type.package === manifest.name;
  for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
    if (reflection.inheritedFrom?.reflection === undefined) delete reflection.inheritedFrom;
    const extended = reflection.extendedTypes?.filter((type) => !isBehind(type));
    if (extended?.length === 0) delete reflection.extendedTypes;
    else if (extended !== undefined) reflection.extendedTypes = extended;
  }
}

/** What types of the interface are computed from, and nobody has a use for by itself. */
const NOT_EXPORTED = [
  // Tables whose keys or values are words that are told; the guide has them all.
  'dist/errors/codes.d.ts:CORE_CODES',
  'dist/errors/host-codes.d.ts:HOST_CODES',
  'dist/options/limits.d.ts:LIMITS',
  // Which methods of `Verifier` a `RemoteVerifier` has, and what becomes of each.
  'dist/worker/methods.d.ts:Method',
  'dist/worker/methods.d.ts:Fetching',
  'dist/worker/methods.d.ts:Carried',
  // The classes behind those of the entries, which have the same names.
  'dist/verifier.d.ts:Verifier',
  'dist/worker/verifier-pool.d.ts:VerifierPool',
  'dist/worker/verifier-worker.d.ts:VerifierWorker',
];

const entries = typesOfEntries();

const application = await Application.bootstrap({
  name: manifest.name,
  readme: readme(),
  // They are handed over with a program of ours, below.
  entryPoints: [],
  // Declarations have no lines that a person would look for.
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  // What the classes of entries have from those behind them, and nobody else.
  excludeProtected: true,
  // Members of `Error` and the like are described where they are from.
  excludeExternals: true,
  externalPattern: ['**/node_modules/**'],
  packagesRequiringDocumentation: [manifest.name],
  requiredToBeDocumented: ['Module', ...OptionDefaults.requiredToBeDocumented],
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true, rewrittenLink: true },
  intentionallyNotExported: NOT_EXPORTED,
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: LogLevel.Warn,
  navigationLinks: { Guide: `${TO_GUIDE}index.html` },
  navigation: { includeFolders: false },
  hideGenerator: true,
});

const program = ts.createProgram([...entries.values()], {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
});
const { logger, renderer } = application;
for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
  logger.error(`${file?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}
if (logger.hasErrors()) process.exit(1);

renderer.on(PageEvent.END, (page) => {
  const way = '../'.repeat(page.url.split('/').length);
  page.contents = page.contents?.replaceAll(`href="${TO_GUIDE}`, `href="${way}`);
});

// Before hierarchies are made of it.
application.converter.on(Converter.EVENT_RESOLVE_END, hideClassesBehind, 1000);

const project = application.converter.convert(
  [...entries].map(([displayName, file]) => ({ displayName, program, sourceFile: program.getSourceFile(file) })),
);
// Else none of its types counts as one of this package that nobody exports.
project.packageName = manifest.name;
application.validate(project);
await application.generateDocs(project, pages);

for (const name of entries.keys()) {
  const page = path.join(pages, 'modules', `${name.replaceAll('/', '_')}.html`);
  if (!existsSync(page)) logger.error(`there is no page ${page} for ${name}`);
}
for (const fault of faultsOf(guide)) logger.error(fault);

if (logger.hasErrors() || logger.hasWarnings()) process.exit(1);
console.log(`${entries.size} entries`);
