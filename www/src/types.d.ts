declare module 'conda-verifier/conda_verifier.wasm?url' {
  const url: string;
  export default url;
}
