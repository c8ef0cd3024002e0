import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { afterLock, heldLock } from './life.js';
import { isMessage, type Message, type Packed, type PackedThrown, PROTOCOL } from './messages.js';
import { pack } from './packing.js';
import { hear, on, workerFailed } from './port.js';
import { type Entry, type Exposed, Scope } from './scope.js';
import type { Caller } from './stream.js';
import { type Origins, packThrown, unpackThrown } from './thrown.js';
import { unpack } from './unpacking.js';

/** The handle of what a side offers without being asked. */
export const ROOT = 0;

/** A call that waits for its answer. */
interface Waiting {
  readonly scope: Scope;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How a side speaks. */
export interface PeerOptions {
  /** What the other side may call without being given a handle. */
  readonly root: Exposed;
  /** Whether bytes that are sent are nobody's any more. */
  readonly isOwn: boolean;
  /** Called when the other side said who it is. */
  readonly onHello?: (protocol: number) => void;
  /** Called when nobody is there any more. */
  readonly onEnd?: () => void;
  /** What a value that has come is made of, e.g. frozen. */
  readonly received?: (value: unknown) => unknown;
}

/** One of the two sides of a port, each of which may call what the other has exposed. */
export class Peer {
  readonly #port: MessagePort;
  readonly #options: PeerOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #waiting = new Map<number, Waiting>();
  /** Signals of the other side. */
  readonly #signals = new Map<number, AbortController>();
  readonly #origins: Origins = new WeakMap();
  readonly #stops: (() => void)[];
  readonly #ended = new AbortController();
  #last = ROOT;
  #end: VerifierError | undefined;

  constructor(port: MessagePort, options: PeerOptions) {
    this.#port = port;
    this.#options = options;
    this.#entries.set(ROOT, { exposed: options.root, scope: new Scope() });
    this.#stops = [
      on(port, 'messageerror', () => this.close(workerFailed('a message could not be read'))),
      // Not all engines say so.
      on(port, 'close', () => this.close(workerFailed('it has ended'))),
      hear(port, (data) => void (isMessage(data) && this.#receive(data))),
    ];
    void this.#greet();
  }

  /** Why it is of no use any more. */
  get end(): VerifierError | undefined {
    return this.#end;
  }

  /** Says who this is, and by what its end is known. */
  async #greet(): Promise<void> {
    const lock = await heldLock(this.#ended.signal);
    if (this.#end === undefined) this.#port.postMessage({ type: 'hello', protocol: PROTOCOL, lock } satisfies Message);
  }

  #hello(protocol: number, lock: unknown): void {
    if (typeof lock === 'string') afterLock(lock, this.#ended.signal, () => this.close(workerFailed('it has ended')));
    this.#options.onHello?.(protocol);
  }

  /**
   * Calls what the other side has exposed.
   *
   * @throws VerifierError ARGUMENT_INVALID for what can't be sent; and as the other side throws.
   */
  call(handle: number, method: string, args: readonly unknown[], isOwn = this.#options.isOwn): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const scope = new Scope();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { scope, resolve, reject });
      try {
        this.#send((packed) => ({ type: 'call', id, handle, method, args: packed }), args, scope, isOwn);
      } catch (error) {
        this.#waiting.delete(id);
        scope.end();
        reject(error);
      }
    });
  }

  /** Ends all that waits with an error, and the port. */
  close(error: VerifierError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#ended.abort();
    for (const stop of this.#stops) stop();
    this.#port.close();
    for (const { scope, reject } of [...this.#waiting.values()]) {
      scope.end();
      reject(error);
    }
    this.#waiting.clear();
    for (const controller of this.#signals.values()) controller.abort(error);
    this.#signals.clear();
    this.#entries.clear();
    this.#options.onEnd?.();
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'hello':
        return this.#hello(message.protocol, message.lock);
      case 'call':
        return void this.#answer(message.id, message.handle, message.method, message.args);
      case 'tell':
        return this.#told(message.handle, message.method, message.args);
      case 'abort':
        return this.#signals.get(message.handle)?.abort(this.#reason(message.reason));
      case 'result':
      case 'failure': {
        const waiting = this.#waiting.get(message.id);
        if (waiting === undefined) return;
        this.#waiting.delete(message.id);
        try {
          if (message.type === 'failure') waiting.reject(this.#unpackThrown(message.thrown));
          else waiting.resolve(this.#unpack(message.value, waiting.scope));
        } catch (error) {
          waiting.reject(workerFailed('its answer makes no sense', error));
        }
        waiting.scope.end();
      }
    }
  }

  /** Does what the other side asks for. What it sends of its own is of no use afterwards. */
  async #answer(id: number, handle: number, method: string, args: Packed): Promise<void> {
    const during = new Scope();
    const entry = this.#entries.get(handle);
    // What belongs to no call of the other side's is of no use after the answer.
    const scope = entry === undefined || handle === ROOT ? during : entry.scope;
    const post = (message: Message, transfer: Transferable[] = []) => {
      if (this.#end === undefined) this.#port.postMessage(message, transfer);
    };
    try {
      const value = await this.#exposed(entry, method)(...(this.#unpack(args, during) as never[]));
      this.#send((packed) => ({ type: 'result', id, value: packed }), value, scope);
    } catch (error) {
      const failure = (thrown: unknown): Message => ({ type: 'failure', id, thrown: this.#packThrown(thrown, scope) });
      try {
        post(failure(error));
      } catch (cause) {
        post(failure(workerFailed('what it failed with can\'t be told', cause)));
      }
    } finally {
      during.end();
    }
  }

  #told(handle: number, method: string, args: Packed): void {
    const scope = new Scope();
    try {
      this.#exposed(this.#entries.get(handle), method)(...(this.#unpack(args, scope) as never[]));
    } catch {
      // Nobody waits for an answer, and who is told something takes care of itself.
    }
  }

  #exposed(entry: Entry | undefined, method: string): (...args: never[]) => unknown {
    const { exposed } = entry ?? {};
    const own = exposed !== undefined && Object.hasOwn(exposed, method) ? exposed[method] : undefined;
    if (own === undefined) throw workerFailed(`there is no ${method} to call any more`);
    return own;
  }

  /** Posts a message with a value in it. */
  #send(message: (packed: Packed) => Message, value: unknown, scope: Scope, isOwn = this.#options.isOwn): void {
    if (this.#end !== undefined) return;
    const transfer = new Set<Transferable>();
    const packed = pack(value, {
      isOwn,
      transfer,
      expose: (exposed) => this.#keep({ exposed, scope }),
      exposeSignal: (signal) => this.#exposeSignal(signal, scope),
      packThrown: (thrown) => this.#packThrown(thrown, scope),
    });
    try {
      this.#port.postMessage(message(packed), [...transfer]);
    } catch (error) {
      throw invalidArgument('args', `it can't be sent to a worker: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  #keep(entry: Entry): number {
    const handle = ++this.#last;
    this.#entries.set(handle, entry);
    entry.scope.atEnd(() => {
      this.#entries.delete(handle);
      entry.exposed?.['end']?.();
    });
    return handle;
  }

  #exposeSignal(signal: AbortSignal, scope: Scope): number {
    const handle = ++this.#last;
    const abort = () => {
      if (this.#end !== undefined) return;
      this.#port.postMessage({ type: 'abort', handle, reason: this.#packThrown(signal.reason, scope) } satisfies Message);
    };
    signal.addEventListener('abort', abort, { once: true });
    scope.atEnd(() => signal.removeEventListener('abort', abort));
    return handle;
  }

  #unpack(packed: Packed, scope: Scope): unknown {
    const caller = (handle: number, isOwn?: boolean): Caller => (method, ...args) => this.call(handle, method, args, isOwn);
    const value = unpack(packed, {
      caller: (handle) => caller(handle),
      copyingCaller: (handle) => caller(handle, false),
      teller: (handle) => (...args) => this.#tell(handle, args),
      signal: (handle) => {
        const controller = new AbortController();
        this.#signals.set(handle, controller);
        scope.atEnd(() => this.#signals.delete(handle));
        return controller;
      },
      unpackThrown: (thrown) => this.#unpackThrown(thrown),
    });
    return this.#options.received === undefined ? value : this.#options.received(value);
  }

  #tell(handle: number, args: readonly unknown[]): void {
    this.#send((packed) => ({ type: 'tell', handle, method: 'call', args: packed }), args, new Scope());
  }

  #packThrown(thrown: unknown, scope: Scope): PackedThrown {
    return packThrown(thrown, (thrown) => this.#keep({ thrown, scope }), this.#origins);
  }

  /** Why the other side aborts: an abort it is, whatever it says. */
  #reason(packed: PackedThrown): unknown {
    try {
      return this.#unpackThrown(packed);
    } catch (error) {
      return workerFailed('its reason to abort makes no sense', error);
    }
  }

  #unpackThrown(packed: PackedThrown): unknown {
    return unpackThrown(packed, (handle) => this.#entries.get(handle)?.thrown, this.#origins);
  }
}
