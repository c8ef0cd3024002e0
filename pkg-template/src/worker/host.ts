import { invalidArgument } from '../errors/invalid-argument.js';
import { Blocks } from '../sources/blocks.js';
import { viewOf } from '../sources/copied.js';
import { isBytes } from '../sources/shapes.js';
import type { Time } from '../trust/clock.js';
import { LIMITS } from '../options/limits.js';
import type { Verifier } from '../verifier.js';
import type { VerifierOptions } from '../verifier-options.js';
import { isConnect } from './messages.js';
import { METHODS } from './methods.js';
import { Peer } from './peer.js';
import { hear } from './port.js';
import { DistantSource } from './readable.js';

/** What makes verifiers: the class of the runtime. */
export type Maker = Pick<typeof Verifier, 'create'>;

/**
 * Serves verifiers to whoever asks for one on a port, each through a port of its own. Other
 * messages on it are left alone.
 *
 * @returns What ends that; verifiers that were asked for go on.
 */
export function serveOn(scope: object, maker: Maker): () => void {
  return hear(scope, (data) => {
    if (isConnect(data)) new Host(data.port, maker);
  });
}

/** One verifier, and who speaks to it. */
class Host {
  readonly #maker: Maker;
  readonly #peer: Peer;
  #verifier: Verifier | undefined;
  #isBegun = false;
  #archiveBytes: number = LIMITS.archiveBytes;
  /** What time it is, as the other side said last. */
  #time: Time | undefined;

  constructor(port: MessagePort, maker: Maker) {
    this.#maker = maker;
    const root = {
      create: (options: VerifierOptions, time?: Time) => this.#create(options, time),
      invoke: (name: string, args: unknown[], time?: Time) => this.#invoke(name, args, time),
      free: () => this.#free(),
    };
    this.#peer = new Peer(port, { root, isOwn: true, onEnd: () => this.#free() });
  }

  async #create(options: VerifierOptions, time: Time | undefined): Promise<void> {
    if (this.#isBegun) throw invalidArgument('create', 'there is a verifier already');
    this.#isBegun = true;
    this.#time = time;
    const now = () => this.#time as Time;
    this.#verifier = await this.#maker.create(time === undefined ? options : { ...options, now });
    this.#archiveBytes = options.limits?.archiveBytes ?? LIMITS.archiveBytes;
    // Nobody waits for it any more.
    if (this.#peer.end !== undefined) this.#free();
  }

  #invoke(name: string, args: readonly unknown[], time: Time | undefined): unknown {
    const verifier = this.#verifier as unknown as Readonly<Record<string, unknown>> | undefined;
    if (verifier === undefined) throw invalidArgument('create', 'there is no verifier yet');
    if (!Object.hasOwn(METHODS, name)) throw invalidArgument('method', 'there is no such method');
    if (time !== undefined) this.#time = time;
    const { source: at, fetcher, options } = METHODS[name as keyof typeof METHODS];
    const given = [...args];
    if (fetcher !== undefined && (given[fetcher] ?? null) === null) given[fetcher] = ownFetch;
    const source = at === undefined ? undefined : given[at];
    const call = (): unknown => {
      const member = verifier[name];
      return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).apply(verifier, given) : member;
    };
    if (at === undefined) return call();
    // Nobody else has it, so that no copy is needed.
    if (isBytes(source)) given[at] = Blocks.owning(viewOf(source));
    if (!(source instanceof DistantSource)) return call();
    const { signal } = (options === undefined ? {} : (given[options] ?? {})) as { signal?: AbortSignal };
    return source.fetched(this.#archiveBytes, signal).then((here) => {
      given[at] = here;
      return call();
    });
  }

  #free(): void {
    this.#verifier?.free();
    this.#verifier = undefined;
  }
}

const ownFetch: typeof fetch = (input, init) => fetch(input, init);
