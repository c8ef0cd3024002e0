/** What the WebAssembly file may be given as. */
export type WasmInput = WebAssembly.Module | BufferSource | Response | URL | string;

/** What differs between browsers, Node.js and workerd. Each entry of the package has its own. */
export interface Runtime {
  /** This package's WebAssembly file. */
  ownWasm(): WasmInput | Promise<WasmInput>;
  /** The one for what is installed. */
  installedWasm(): WasmInput | Promise<WasmInput>;
  /** The WebAssembly file at an address. */
  fetchWasm(address: URL | string): Promise<Response | BufferSource>;
  /**
   * How a refresh asks for files, beside the signal: past caches, which may hold that there is
   * no newer root.
   */
  readonly fetchOptions: { readonly cache?: 'no-cache' };
  /** Waits for a turn of the event loop. */
  turn(): Promise<void>;
}
