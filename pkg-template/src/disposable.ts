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

/**
 * Lets `using` free the objects of a class. Not written as a method there: engines without
 * Symbol.dispose would make one named "undefined".
 */
export function letDispose(prototype: { free(): unknown }): void {
  if (typeof Symbol.dispose !== 'symbol') return;
  Object.defineProperty(prototype, Symbol.dispose, { value: prototype.free, configurable: true, writable: true });
}
