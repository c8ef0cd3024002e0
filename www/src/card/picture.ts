import type { Status } from 'conda-verifier';
import type { PackageView } from '../protocol.js';
import { nameOfPlace } from '../package/back-link.js';
import { capital, refusal, restsOn, sentence } from '../package/verdict-words.js';
import { bytes, count, shown } from '../ui/words.js';

const WIDTH = 1200;
const HEIGHT = 630;
const EDGE = 64;

/** As in the light scheme, whichever one is shown: the picture is for others. */
const COLOURS: Readonly<Record<Status, { ink: string; sheet: string; mark: string }>> = {
  verified: { ink: '#1a6b43', sheet: '#e4f4ea', mark: '✓' },
  unverified: { ink: '#7d5200', sheet: '#fdf1d8', mark: '?' },
  rejected: { ink: '#a8201a', sheet: '#fde8e6', mark: '✗' },
};

/** What the picture says, for those who don't see it. */
export function pictureText(view: PackageView, now: Date): string {
  return [shown(view.fileName, 120), view.verdict.verdict, ...lines(view, now)].join('. ');
}

/** Draws the verdict. */
export async function pictureOf(view: PackageView, now: Date): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws nothing');
  const { verdict } = view.verdict;
  const { ink, sheet, mark } = COLOURS[verdict];
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = sheet;
  context.fillRect(0, 0, WIDTH, 210);
  context.fillStyle = ink;
  context.fillRect(0, 0, 16, HEIGHT);
  write(context, shown(view.fileName, 200), EDGE, 90, '600 44px system-ui, sans-serif', '#1c2024');
  write(context, `${mark} ${verdict}`, EDGE, 165, '700 48px system-ui, sans-serif', ink);
  let y = 262;
  for (const line of lines(view, now)) {
    for (const part of wrapped(context, line, '26px system-ui, sans-serif')) {
      write(context, part, EDGE, y, '26px system-ui, sans-serif', '#1c2024');
      y += 38;
    }
    y += 8;
  }
  const { sha256 } = view.verdict.digests;
  write(context, `SHA-256  ${sha256 ?? 'not known: not all of it was read'}`, EDGE, HEIGHT - 92, '22px ui-monospace, monospace', '#1c2024');
  write(context, `conda-verifier, ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`, EDGE, HEIGHT - 40, '22px system-ui, sans-serif', '#565f68');
  return new Promise((take, fail) => {
    canvas.toBlob((blob) => (blob === null ? fail(new Error('this browser saves no picture')) : take(blob)), 'image/png');
  });
}

function lines(view: PackageView, now: Date): readonly string[] {
  const { verdict } = view;
  const failed = verdict.checks.filter(({ outcome }) => outcome === 'failed').length;
  const passed = verdict.checks.filter(({ outcome }) => outcome === 'passed').length;
  const found = verdict.findings.length + verdict.findingsOmitted;
  const rest = restsOn(verdict);
  return [
    sentence(verdict),
    refusal(view),
    verdict.verdict === 'unverified' ? `${capital(rest)}.` : '',
    `${count(passed, 'check')} passed, ${failed} failed, ${verdict.notChecked.length} not made; ${count(found, 'finding')}.`,
    `${view.size === null ? '' : `${bytes(view.size)}. `}${whence(view)}`,
  ].filter((line) => line !== '' && !Number.isNaN(now.getTime()));
}

function whence({ place }: PackageView): string {
  if (place.kind === 'url') return `From ${shown(place.url, 160)}`;
  if (place.kind === 'file') return 'A file that was opened by itself';
  const { channel, subdir } = place;
  return `From ${shown(subdir, 40)} of ${shown(nameOfPlace(channel), 120)}`;
}

/** A sentence on two lines, where one has no room for it; what is left then is cut. */
function wrapped(context: CanvasRenderingContext2D, text: string, font: string): readonly string[] {
  context.font = font;
  const words = text.split(' ');
  let at = words.length;
  while (at > 1 && context.measureText(words.slice(0, at).join(' ')).width > WIDTH - 2 * EDGE) at -= 1;
  const rest = words.slice(at).join(' ');
  return [words.slice(0, at).join(' '), ...(rest === '' ? [] : [rest])];
}

/** Writes a line that ends where there is no more room, with a sign that it does. */
function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, font: string, ink: string): void {
  context.font = font;
  context.fillStyle = ink;
  context.direction = 'ltr';
  const room = WIDTH - EDGE - x;
  const characters = [...text];
  let [from, to] = [0, characters.length];
  // All of it may have room where all but its end and a sign have not.
  if (context.measureText(text).width <= room) from = to;
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    const isFitting = context.measureText(`${characters.slice(0, middle).join('')}${middle < characters.length ? '…' : ''}`).width <= room;
    if (isFitting) from = middle;
    else to = middle - 1;
  }
  context.fillText(from === characters.length ? text : `${characters.slice(0, from).join('')}…`, x, y);
}
