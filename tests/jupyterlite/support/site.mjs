// A JupyterLite site, built as the guide says, and a server for it that may lie.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { install, installed, root } from '../../tests/support/places.mjs';
import { sha256 } from '../../tests/support/samples.mjs';

function named(variable) {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set; run \`cargo xtask test --all\``);
  return value;
}

/** Python with JupyterLite, and the wheels that its kernel loads. */
const environment = named('CONDA_VERIFIER_JUPYTERLITE');
const wheels = join(environment, 'wheels');
const pyodide = join(root, 'node_modules/pyodide');

const esbuild = async () =>
  (await import(pathToFileURL(join(named('CONDA_VERIFIER_RUNTIMES'), 'node_modules/esbuild/lib/main.js')))).default;

const guide = readFileSync(join(root, 'docs/guide/jupyterlite.md'), 'utf8');

/** A file of the guide, as it stands. */
export function ofGuide(name) {
  const [, text] = new RegExp(`^<!-- file: ${name.replaceAll('.', '\\.')} -->\\n\`\`\`\\w+\\n([^]*?)^\`\`\`$`, 'm').exec(guide);
  return text;
}

const cell = (source, id) => ({ cell_type: 'code', id, metadata: {}, outputs: [], execution_count: null, source });

/** A notebook of one cell. */
const notebook = (source) =>
  JSON.stringify({
    cells: [cell(source, 'first')],
    metadata: { kernelspec: { name: 'python', display_name: 'Python (Pyodide)', language: 'python' }, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });

/** Builds it; gives the folder, which goes with the test. */
export async function built(t, { channel, trustedRoot, notebooks }) {
  const folder = mkdtempSync(join(install, 'jupyterlite-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (...names) => join(folder, ...names);
  const settings = { pyodideUrl: './pyodide/pyodide.mjs', disablePyPIFallback: true };
  writeFileSync(at('jupyter-lite.json'), JSON.stringify({
    'jupyter-lite-schema-version': 0,
    // As it is written where jupyter-server makes the list of notebooks; we make it below.
    'jupyter-config-data': { contentsAllJsonFile: 'all.json', litePluginSettings: { '@jupyterlite/pyodide-kernel-extension:kernel': settings } },
  }));
  const comm = readdirSync(wheels).find((name) => name.startsWith('comm-'));
  const words = ['lite', 'build', '--lite-dir', folder, '--output-dir', at('_output'), '--apps', 'notebooks', '--no-sourcemaps', '--piplite-wheels', join(wheels, comm)];
  execFileSync(join(environment, 'bin/jupyter'), words, { cwd: folder, stdio: 'pipe' });
  copyKernel(at('_output/pyodide'));
  copyNotebooks(at('_output'), notebooks);
  for (const name of ['service-worker.js', 'verify-site.js']) writeFileSync(at(name), ofGuide(name));
  writeFileSync(at('install.js'), ofGuide('install.js').replace('https://example.org/channel', channel));
  writeFileSync(at('root.json'), trustedRoot);
  // The lines of the guide.
  renameSync(at('_output/service-worker.js'), at('jupyterlite-service-worker.js'));
  const { build } = await esbuild();
  const options = { absWorkingDir: folder, bundle: true, logLevel: 'error', nodePaths: [join(root, 'node_modules')] };
  await build({ ...options, entryPoints: ['install.js'], format: 'esm', loader: { '.wasm': 'file' }, outdir: '_output/conda' });
  const command = [join(installed, 'dist/cli/main.js'), 'manifest', at('_output'), '--output', at('site.manifest.json')];
  execFileSync(process.execPath, command, { stdio: 'pipe' });
  await build({ ...options, entryPoints: ['service-worker.js'], outdir: '_output' });
  return at('_output');
}

/** Pyodide, with the wheels of its lock file that the kernel asks for; PyPI has them with other digests. */
function copyKernel(to) {
  mkdirSync(to);
  for (const name of ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip']) copyFileSync(join(pyodide, name), join(to, name));
  const lock = JSON.parse(readFileSync(join(pyodide, 'pyodide-lock.json'), 'utf8'));
  cpSync(wheels, to, { recursive: true });
  const there = readdirSync(wheels);
  for (const [name, entry] of Object.entries(lock.packages)) {
    const wheel = there.find((file) => file.toLowerCase().startsWith(`${name.replaceAll('-', '_')}-`));
    if (wheel === undefined) delete lock.packages[name];
    else Object.assign(entry, { file_name: wheel, sha256: sha256(readFileSync(join(wheels, wheel))) });
  }
  writeFileSync(join(to, 'pyodide-lock.json'), JSON.stringify(lock));
}

/** Notebooks, and the list of them that JupyterLite makes where jupyter-server is installed. */
function copyNotebooks(output, notebooks) {
  mkdirSync(join(output, 'files'));
  mkdirSync(join(output, 'api/contents'), { recursive: true });
  const time = '2026-01-01T00:00:00Z';
  const about = { created: time, last_modified: time, format: null, mimetype: null, writable: true };
  const content = Object.entries(notebooks).map(([name, source]) => {
    writeFileSync(join(output, 'files', name), notebook(source));
    return { ...about, name, path: name, type: 'notebook', content: null, size: notebook(source).length };
  });
  const all = { ...about, name: '', path: '', type: 'directory', format: 'json', content, size: null };
  writeFileSync(join(output, 'api/contents/all.json'), JSON.stringify(all));
}
