import { createHash, randomUUID } from 'node:crypto';

import { VerifierError } from '../errors/verifier-error.js';
import { replaceFile } from '../files/replaced-file.js';
import { manifestText } from '../manifest/manifest-text.js';
import { type ListedFile, readManifest } from '../manifest/site-manifest.js';
import { whyNoPath } from '../manifest/site-path.js';
import { quoted } from '../printable.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus } from './exit-status.js';
import { measured, type Walked } from './file-walk.js';
import { writtenBlock } from './manifest-block.js';
import { compareFolder } from './manifest-comparison.js';
import type { ManifestInvocation } from './manifest-invocation.js';
import { SiteFolder } from './site-folder.js';

/** Files that are told of, where several can't be listed. */
const TOLD = 20;

/** `conda-verifier manifest`: makes a manifest of a folder, or compares a folder with one. */
export async function handleManifest(invocation: ManifestInvocation, output: CommandOutput): Promise<ExitStatus> {
  const { check } = invocation;
  return check === undefined ? writeManifest(invocation, output) : compareFolder({ ...invocation, check }, output);
}

async function writeManifest(
  { folder, exclude, output: manifest, limits }: ManifestInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const site = new SiteFolder(folder, exclude, manifest);
  const files = new Map<string, ListedFile>();
  const onProgress = output.progress(folder);
  let failed = 0;
  for (const walked of site.walk()) {
    try {
      files.set(walked.path, await measured(regular(walked, site)));
      onProgress({ phase: 'files', done: files.size, total: null });
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      // All of them at once: whoever mends one wants to know of the others.
      if (++failed <= TOLD) output.error(error);
    }
  }
  if (failed > 0) {
    const more = failed > TOLD ? `${failed - TOLD} more can't be listed either; ` : '';
    output.line(`${more}no manifest was written, since it would not be one of the whole folder`);
    return EXIT.unreadable;
  }
  const text = manifestText(files);
  // What nobody could read back is not written: a limit may have been reached.
  readManifest(text, { limits });
  if (manifest === undefined) {
    output.data(text);
    return EXIT.verified;
  }
  // Another process may write the same one: each has a name of its own before it is whole.
  replaceFile(manifest, text, `${manifest}.${randomUUID()}.part`);
  const report = {
    folder,
    manifest,
    sha256: createHash('sha256').update(text).digest('hex'),
    files: files.size,
    bytes: [...files.values()].reduce((sum, { size }) => sum + size, 0),
    notChecked: site.notChecked('listed'),
  };
  output.document(report);
  output.show((terminal) => writtenBlock(report, terminal));
  return EXIT.verified;
}

/** A file that a manifest can list. */
function regular({ path, file, error }: Walked, { tree }: SiteFolder) {
  if (error !== undefined) throw error;
  const label = tree.label(path);
  if (file.type === 'symlink') {
    throw VerifierError.of('FILE_UNREADABLE', `cannot list ${quoted(label)}: it is a symbolic link, and none is followed`, {
      hint: 'What it leads to may change without the manifest. Put the file itself there, or leave the link out with --exclude.',
    });
  }
  if (file.type !== 'file') {
    throw VerifierError.of('FILE_UNREADABLE', `cannot list ${quoted(label)}: it is no regular file, or its name is no UTF-8`, {
      hint: 'Remove or rename it, or leave it out with --exclude.',
    });
  }
  const why = whyNoPath(path);
  if (why === undefined) return file;
  throw VerifierError.of('FILE_UNREADABLE', `cannot list ${quoted(label)}: ${why}`, {
    hint: 'Servers, browsers and systems differ in what such a name means. Rename it, or leave it out with --exclude.',
  });
}
