import type { Core, ExaminationOptions, PartialExamination } from '../core/core.js';
import type { Pace } from '../core/pace.js';
import type { Blocks } from '../sources/blocks.js';
import { Ranges } from '../sources/ranges.js';
import type { RangeAnswer, RemoteFile } from '../sources/remote-file.js';
import { leave } from '../trust/fetching.js';
import { type Described, described, infoInto } from './described.js';
import { told } from './told.js';
import type { OnFile } from './unpacked-file.js';
import type { Verdict } from './verdict.js';

/** Why all of a file was fetched. */
export type WholeBecause =
  /** In a `.tar.bz2` nothing can be found without what is before it. */
  | 'tar.bz2'
  /** The server ignores ranges. */
  | 'no ranges'
  /** The server compresses what it sends. */
  | 'encoded'
  /** Nobody told how long the file is. */
  | 'unknown size'
  /** The zip is of a form that the policy lets pass, and that only who has all of it can read. */
  | 'container'
  /** It is as short as what is asked for first, or hardly more than its `info/`. */
  | 'complete';

/** What was fetched. */
export interface Transfer {
  /** Null where ranges were enough: then only parts of the file were read. */
  readonly whole: WholeBecause | null;
  /** How many requests were sent. */
  readonly requests: number;
  /** Bytes of bodies. */
  readonly bytes: number;
}

/** What was found out about a remote package. */
export interface RemoteInspection extends Described {
  /** What was fetched to find that out. */
  readonly transfer: Transfer;
}

/** How a remote package is looked at. */
export interface Inspecting {
  readonly core: Core;
  readonly file: RemoteFile;
  readonly options: ExaminationOptions;
  /** Whether its name says that ranges are of no use. */
  readonly isBz2: boolean;
  /** The length that the caller or a record says. */
  readonly size: number | undefined;
  /** Whether a digest is expected, or something that has one: it tells which bytes are the file's. */
  readonly hasDigest: boolean;
  /** The most bytes that are fetched whole. */
  readonly wholeUpTo: number;
  /** The most bytes that an archive may have at all. */
  readonly archiveBytes: number;
  /** Verifies all of it, and hands its files out. */
  readonly verify: (blocks: Blocks, onFile: OnFile) => Promise<Verdict>;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
}

/** The whole has to be fetched. */
interface Whole {
  readonly because: WholeBecause;
  readonly response?: Response | undefined;
  /** All bytes, where they are here. */
  readonly blocks?: Blocks | undefined;
}

/** Reads `info/` of a remote package, by ranges where that is possible. */
export async function inspectRemote(inspecting: Inspecting): Promise<RemoteInspection> {
  const { file, isBz2 } = inspecting;
  const found = isBz2 ? { because: 'tar.bz2' as const } : await inRanges(inspecting);
  if ('verdict' in found) return inspection(file, null, found.verdict, found.info);
  return ofWhole(inspecting, found);
}

/** What a partial examination finds. */
interface Answer {
  readonly verdict: Verdict;
  readonly info: ReadonlyMap<string, Uint8Array>;
}

async function inRanges(inspecting: Inspecting): Promise<Answer | Whole> {
  const { size: expected } = inspecting;
  // Of a file without bytes nothing can be asked for: only its length.
  const told = expected === undefined || expected === 0 ? await inspecting.file.length() : null;
  const size = expected === 0 ? told : (expected ?? told);
  if (size === null) return { because: 'unknown size' };
  if (expected === 0 && size > 0) return withLength(inspecting, size);
  const attempt = await ranged(inspecting, size, told !== null);
  // The server knows better than who expects something: what it says is compared with that.
  return typeof attempt === 'number' ? withLength(inspecting, attempt) : attempt;
}

/** An examination of a file that has another length than is expected: a rejection. */
function withLength({ core, options }: Inspecting, size: number): Answer {
  const examination = core.partialExamination(new Ranges(size), options);
  return finished(core, examination, true, false);
}

/** Reads ranges of a file of that size; a number is the size that it really has. */
async function ranged(inspecting: Inspecting, size: number, isTold: boolean): Promise<Answer | Whole | number> {
  const { core, file, options, hasDigest, wholeUpTo, pace, signal } = inspecting;
  const ranges = new Ranges(size);
  const examination = core.partialExamination(ranges, options);
  let isSized = isTold;
  let isChanged = false;
  let isFinished = false;
  try {
    for (;;) {
      const [step, ...wanted] = core.call(() => examination.step());
      const isOpen = !isChanged && file.change === undefined && (isSized || ranges.count > 0);
      const all = isOpen ? ranges.all() : undefined;
      // Of one answer they are of one state; of several the server's marks say so, or a digest does.
      const isOneState = isSized && (ranges.count === 1 || file.isCoherent);
      const blocks = isOneState || hasDigest ? all : undefined;
      if (step === 'tar.bz2' || step === 'container') return { because: step, blocks };
      // Else it is asked for once more, in one answer.
      if (blocks !== undefined || (all !== undefined && size <= wholeUpTo)) return { because: 'complete', blocks };
      if (step === 'done') break;
      if (step === 'working') {
        await pace.keep();
        signal?.throwIfAborted();
        continue;
      }
      const answers = await Promise.all(wanted.map(([offset, length]) => file.range(offset, length)));
      const sent = wholeOf(answers);
      if (sent !== undefined) return sent;
      for (const [index, [offset, length]] of wanted.entries()) {
        const answer = answers[index];
        if (answer?.kind !== 'range' && answer?.kind !== 'shorter') continue;
        if (answer.total !== null && answer.total !== size) {
          // Whoever said the length first was the server itself: the file is another one now.
          if (!isSized) return answer.total;
          core.call(() => examination.changed(offset, 'length', String(size), String(answer.total)));
          isChanged = true;
        }
        isSized ||= answer.total !== null;
        if (answer.kind === 'shorter') continue;
        ranges.put(offset, answer.bytes);
        core.call(() => examination.arrived(offset, length));
      }
      const { change } = file;
      if (change !== undefined) {
        const { mark, was, now } = change;
        core.call(() => examination.changed(wanted[0]?.[0] ?? 0, mark, was, now));
      }
    }
    isFinished = true;
    return finished(core, examination, isSized, file.isCoherent);
  } finally {
    if (!isFinished) core.free(examination);
  }
}

/** Of several bodies that bring the whole, one is read. */
function wholeOf(answers: readonly RangeAnswer[]): Whole | undefined {
  const bodies = answers.filter((answer) => answer.kind === 'whole');
  const isEncoded = answers.some(({ kind }) => kind === 'encoded');
  for (const { response } of bodies.slice(isEncoded ? 0 : 1)) leave(response);
  if (isEncoded) return { because: 'encoded' };
  const [first] = bodies;
  return first && { because: 'no ranges', response: first.response };
}

async function ofWhole(inspecting: Inspecting, whole: Whole): Promise<RemoteInspection> {
  const { file, verify, wholeUpTo, archiveBytes } = inspecting;
  const { because, response } = whole;
  const blocks = whole.blocks ?? (await file.whole(wholeUpTo, archiveBytes, response));
  const info = new Map<string, Uint8Array>();
  const verdict = await verify(blocks, infoInto(info));
  return inspection(file, because, verdict, info);
}

function finished(core: Core, examination: PartialExamination, size: boolean, coherence: boolean): Answer {
  const [verdict, info] = core.call(() => examination.finish(size, coherence));
  return { verdict: told(verdict), info };
}

function inspection(
  file: RemoteFile,
  whole: WholeBecause | null,
  verdict: Verdict,
  info: ReadonlyMap<string, Uint8Array>,
): RemoteInspection {
  const transfer = Object.freeze({ whole, requests: file.requests, bytes: file.bytes });
  return Object.freeze({ ...described(verdict, info), transfer });
}
