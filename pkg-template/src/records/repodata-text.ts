import { Blocks } from '../sources/blocks.js';

/** Writes repodata: records in the sections that they were in, and their signatures. */
export class RepodataText {
  readonly #subdir: string;
  readonly #encoder = new TextEncoder();
  readonly #sections = new Map([
    ['packages', new Blocks()],
    ['packages.conda', new Blocks()],
  ]);
  /** Of `v3`, by what files end in. */
  readonly #buckets = new Map<string, Blocks>();
  readonly #signatures = new Blocks();

  constructor(subdir: string) {
    this.#subdir = subdir;
  }

  /** `record` and `signatures` are JSON texts. */
  add(fileName: string, isV3: boolean, record: string, signatures: string): void {
    if (isV3) {
      const bucket = /\.(tar\.bz2|[^.]*)$/.exec(fileName)?.[1] ?? '';
      this.#member(bucketOf(this.#buckets, bucket), fileName.slice(0, -bucket.length - 1), record);
    } else {
      const section = fileName.endsWith('.conda') ? 'packages.conda' : 'packages';
      this.#member(bucketOf(this.#sections, section), fileName, record);
    }
    this.#member(this.#signatures, fileName, signatures);
  }

  finish(): Uint8Array {
    const text = new Blocks();
    const write = (words: string) => text.push(this.#encoder.encode(words));
    const object = (members: Blocks) => {
      write('{');
      text.push(members.bytes);
      write('}');
    };
    write(`{"info":${JSON.stringify({ subdir: this.#subdir })}`);
    for (const [name, members] of this.#sections) {
      write(`,${JSON.stringify(name)}:`);
      object(members);
    }
    if (this.#buckets.size > 0) {
      write(',"v3":{');
      let isFirst = true;
      for (const [name, members] of this.#buckets) {
        write(`${isFirst ? '' : ','}${JSON.stringify(name)}:`);
        object(members);
        isFirst = false;
      }
      write('}');
    }
    write(',"signatures":');
    object(this.#signatures);
    write(',"removed":[],"repodata_version":1}\n');
    return text.bytes;
  }

  #member(into: Blocks, name: string, value: string): void {
    into.push(this.#encoder.encode(`${into.length === 0 ? '' : ','}\n${JSON.stringify(name)}:${value}`));
  }
}

function bucketOf(buckets: Map<string, Blocks>, name: string): Blocks {
  const bucket = buckets.get(name) ?? new Blocks();
  buckets.set(name, bucket);
  return bucket;
}
