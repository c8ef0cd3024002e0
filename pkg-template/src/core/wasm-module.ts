import { invalidArgument } from '../errors/invalid-argument.js';
import type { Runtime, WasmInput } from './runtime.js';
import { VerifierError } from '../errors/verifier-error.js';
import { beginsAsPage } from '../sources/page-beginning.js';

/** The files of the package, and an export by which each is known. */
const KNOWN_BY = { own: 'examination_new', installed: 'inspection_new' } as const;

/** What compiles the file that was given, or the package's own, where one is needed at all. */
export function compiling(
  which: keyof typeof KNOWN_BY,
  given: WasmInput | Promise<WasmInput> | undefined,
  runtime: Runtime,
): () => Promise<WebAssembly.Module> {
  // Where the code runs already nobody waits for it: a promise that rejects unheard would end a
  // program of Node.js.
  Promise.resolve(given).catch(() => undefined);
  return () => compile(which, given, runtime);
}

/** Compiles the file that was given, or the package's own. */
export async function compile(
  which: keyof typeof KNOWN_BY,
  given: WasmInput | Promise<WasmInput> | undefined,
  runtime: Runtime,
): Promise<WebAssembly.Module> {
  const own = () => (which === 'own' ? runtime.ownWasm() : runtime.installedWasm());
  try {
    const module = await moduleOf(await (given ?? own()), runtime);
    // Starting another module than ours would leave the glue in a state of no use.
    const exports = WebAssembly.Module.exports(module);
    if (exports.some(({ name }) => name === KNOWN_BY[which])) return module;
    throw unavailable('it is another WebAssembly file than conda-verifier\'s');
  } catch (error) {
    if (VerifierError.isVerifierError(error)) throw error;
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

/** The error for a file that can't be used. */
export function unavailable(reason: string, cause?: unknown, hint?: string): VerifierError {
  const more = hint === undefined ? { cause } : { cause, hint };
  return VerifierError.of('WASM_UNAVAILABLE', `can't load the WebAssembly file: ${reason}`, more);
}

const PAGE_HINT =
  'The file is somewhere else, or is not served. In Vite, up to version 7, set `optimizeDeps: { exclude: [\'conda-verifier\'] }`; else pass the file as the option `wasm`.';

async function moduleOf(input: WasmInput, runtime: Runtime): Promise<WebAssembly.Module> {
  if (typeof input === 'string' || input instanceof URL) {
    return moduleOf(await runtime.fetchWasm(input), runtime);
  }
  if (ArrayBuffer.isView(input) || tagOf(input) === 'ArrayBuffer') {
    return WebAssembly.compile(input as BufferSource);
  }
  if (tagOf(input) === 'WebAssembly.Module') return input as WebAssembly.Module;
  if (tagOf(input) === 'Response') return compileResponse(input as Response);
  throw invalidArgument('wasm', 'it is no WebAssembly.Module, bytes, Response, URL or string');
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw unavailable(`${response.url} answers with status ${response.status}`);
  // Compiling while it arrives takes the right type only; many servers don't know it.
  const isTyped = response.headers.get('content-type')?.trim().toLowerCase() === 'application/wasm';
  if (isTyped && typeof WebAssembly.compileStreaming === 'function') {
    return WebAssembly.compileStreaming(response);
  }
  const bytes = await response.arrayBuffer();
  if (beginsAsPage(new Uint8Array(bytes))) {
    throw unavailable(`the server answers with an HTML page for ${response.url}`, undefined, PAGE_HINT);
  }
  return WebAssembly.compile(bytes);
}

/** The class of an object of any realm. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
