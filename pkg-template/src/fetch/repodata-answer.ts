import { VerifierError } from '../errors/verifier-error.js';
import { printable, quoted } from '../printable.js';
import type { RecordsReport } from '../records/records-report.js';
import type { TrustedRepodata } from '../records/trusted-repodata.js';
import type { FetchedRecords } from './fetch-verdict.js';

/** What a batch said of all records. */
export function auditedRecords(report: RecordsReport): FetchedRecords {
  const { records, trusted, unsignedCount, badCount, unsigned, bad } = report;
  const untrusted = [
    ...bad.map(({ fileName, error: { code } }) => ({ fileName, code })),
    ...unsigned.map((fileName) => ({ fileName, code: 'RECORD_UNSIGNED' })),
  ];
  return { isFiltered: false, records, trusted, unsignedCount, badCount, untrusted };
}

/** What was left out. */
export function filteredRecords({ records, trusted, unsignedCount, badCount, leftOut }: TrustedRepodata): FetchedRecords {
  return { isFiltered: true, records, trusted, unsignedCount, badCount, untrusted: leftOut };
}

/** The error for repodata that has records which are not trusted. */
export function untrustedRecords(path: string, { records, unsignedCount, badCount, untrusted }: FetchedRecords): VerifierError {
  const [first] = untrusted;
  const { fileName, code } = first ?? { fileName: '', code: 'RECORD_UNSIGNED' };
  const count = unsignedCount + badCount;
  const unsigned = unsignedCount === 0 ? '' : `, ${unsignedCount} of them unsigned`;
  return new VerifierError({
    code,
    message: `${quoted(path)} was refused: ${count} of its ${records} records ${count === 1 ? 'is' : 'are'} not trusted${unsigned}; the first is that of ${quoted(fileName)} (${printable(code)})`,
    hint: 'Somebody changed the repodata, or the channel has not signed all of it. Try another mirror; with the option `repodata: "filter"` of verifiedFetch the records that are trusted come without the others.',
    path,
    details: { records, unsigned: unsignedCount, bad: badCount, fileName },
  });
}
