// Compiled, never run: what a user of the types may write, and what not.
import {
  type Code,
  type ErrorJson,
  type Finding,
  PackageRejected,
  type RepodataRecord,
  type Verdict,
  Verifier,
  VerifierError,
} from 'conda-verifier';

/** Fails to compile where the two types differ. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function use(response: Response, blob: Blob, bytes: Uint8Array): Promise<void> {
  const verifier = await Verifier.create({
    policy: { default: 'throw', codes: { FILE_UNLISTED: 'warn' } },
    limits: { archiveBytes: 1 },
  });
  await Verifier.create({ policy: 'ignore', wasm: fetch('x.wasm') });
  await Verifier.create({ policy: { codes: new Map([['FILE_UNLISTED', 'warn']]) } });
  await Verifier.create({ wasm: await WebAssembly.compile(new Uint8Array()) });

  const { subdir, records } = await verifier.addRepodata('noarch', response);
  await verifier.addRepodata('noarch', '{}', { signal: AbortSignal.timeout(1) });
  same<[string, number], [typeof subdir, typeof records]>(true);

  const record = verifier.findRecord('noarch', 'a-1-0.conda');
  same<RepodataRecord, typeof record>(true);
  same<string, typeof record.version>(true);

  for (const source of [response, blob, bytes, bytes.buffer, blob.stream(), new SharedArrayBuffer(1)]) {
    const verdict = await verifier.verifyPackage(source, { record, sha256: '0' });
    same<Verdict, typeof verdict>(true);
  }
  await verifier.inspectPackage({ size: 1, readAt: (offset: number, into: Uint8Array) => void into.fill(offset) });
  await verifier.verifyPackage(blob, {}, { onProgress: ({ phase, done, total }) => void [phase, done, total] });
  await verifier.verifyPackage(blob, { record: { fileName: 'a', name: 'a', version: '1', build: '0' } });

  // @ts-expect-error a level that there is not
  await Verifier.create({ policy: 'lenient' });
  // @ts-expect-error a code that there is not
  await Verifier.create({ policy: { codes: { FILE_UNLISTD: 'warn' } } });
  // @ts-expect-error a limit that there is not
  await Verifier.create({ limits: { archive: 1 } });
  // @ts-expect-error an option that there is not
  await Verifier.create({ trust: 1 });
  // @ts-expect-error a failed lookup is no digest
  await verifier.verifyPackage(blob, { sha256: undefined });
  // @ts-expect-error a text is no package
  await verifier.verifyPackage('text');
  // @ts-expect-error made by create()
  new Verifier();

  using disposable = verifier;
  disposable.free();
}

export function change(verdict: Verdict): void {
  // @ts-expect-error a verdict does not change
  verdict.verdict = 'verified';
}

export function told(error: unknown, verdict: Verdict): string | undefined {
  same<readonly Finding[], typeof verdict.findings>(true);
  switch (verdict.verdict) {
    case 'verified':
    case 'unverified':
    case 'rejected':
      break;
    default:
      verdict.verdict satisfies never;
  }
  if (error instanceof PackageRejected) {
    same<Verdict, typeof error.verdict>(true);
  }
  if (!VerifierError.isVerifierError(error)) return undefined;
  same<Code, typeof error.code>(true);
  same<ErrorJson, ReturnType<typeof error.toJSON>>(true);
  return error.code === 'SHA256_MISMATCH' || error.code === 'HTTP_STATUS' ? error.hint : error.path;
}
