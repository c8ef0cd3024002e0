// workerd and the bundlers for it make a compiled module of the import.
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
