/**
 * What becomes of the import of a WebAssembly file: bundlers give its URL, and workerd and the
 * bundlers for it compile it. `Verifier.create({ wasm })` takes both.
 */
declare const wasm: string | WebAssembly.Module;
export default wasm;
