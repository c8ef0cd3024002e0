/** Files by their path below a channel's URL. */
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** A channel that the page brings along. */
export interface Sample {
  readonly name: string;
  /** Below which its files are; nothing is ever asked of that host. */
  readonly url: string;
  /** The root to pin; null where nobody signs. */
  readonly root: Uint8Array<ArrayBuffer> | null;
  readonly files: Files;
  /** Milliseconds since 1970 began. */
  readonly now: number;
  readonly attacks: readonly Attack[];
}

/** What may become of a sample. */
export interface Attack extends AttackAbout {
  readonly files: Files;
}

/** What is told of an attack. */
export interface AttackAbout {
  readonly name: string;
  readonly description: string;
  readonly expected: string;
  /** When it shows, in milliseconds since 1970 began. */
  readonly now: number;
  /** The package to look at, below the channel. */
  readonly victim: string | null;
}

type Place = readonly [offset: number, length: number];

/** The index at the beginning of the file. */
interface Index {
  readonly now: string;
  readonly samples: readonly {
    readonly name: string;
    readonly root: string | null;
    readonly files: Readonly<Record<string, Place>>;
    readonly attacks: readonly {
      readonly name: string;
      readonly description: string;
      readonly expected: string;
      readonly now: string;
      readonly victim: string | null;
      readonly changed: Readonly<Record<string, Place>>;
      readonly removed: readonly string[];
    }[];
  }[];
}

/** Reads the file with all samples: our own, whose digest the page has. */
export function samplesIn(bytes: Uint8Array<ArrayBuffer>): readonly Sample[] {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Index;
  const contents = bytes.subarray(4 + length);
  const filesOf = (places: Readonly<Record<string, Place>>): Files =>
    new Map(
      Object.entries(places).map(([path, [offset, size]]) => [path, contents.subarray(offset, offset + size)]),
    );
  return index.samples.map(({ name, root, files: places, attacks }) => {
    const files = filesOf(places);
    return {
      name,
      url: `https://${name}.sample.invalid/`,
      root: root === null ? null : (files.get(root) ?? null),
      files,
      now: Date.parse(index.now),
      attacks: attacks.map(({ changed, removed, now, ...about }) => {
        const attacked = new Map([...files, ...filesOf(changed)]);
        for (const path of removed) attacked.delete(path);
        return { ...about, now: Date.parse(now), files: attacked };
      }),
    };
  });
}
