// `Symbol.dispose` for projects whose `lib` is older than it: the types of this package name it.
// With a newer `lib` these declarations and its own are one.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
}

/** The symbol of `using` declarations, where the engine has it. */
export type DisposeSymbol = typeof Symbol.dispose;
