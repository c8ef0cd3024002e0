import { route } from '../route/route.js';
import { channel, reopenSubdir, subdir } from '../state/channel.js';
import { Explanation } from '../ui/explanation.js';
import { Fault } from '../ui/fault.js';
import { Passed } from '../ui/passed.js';
import { Working } from '../ui/progress.js';
import { ExportRecords } from './export-records.js';
import { RecordFilters } from './record-filters.js';
import { RecordsTable } from './records-table.js';
import { VerifyMatching } from './verify-matching.js';

/** The records of a platform, once they are here. */
export function Records() {
  const state = subdir.state.value;
  const platform = route.value.subdir;
  switch (state.status) {
    case 'nothing':
      if (channel.value === null) return <div key="coming" class="table coming" aria-hidden="true" />;
      return (
        <p class="actions">
          <span class="hint">The records were not read.</span>
          <button type="button" onClick={() => void reopenSubdir()}>Read them</button>
        </p>
      );
    case 'loading':
      return (
        <>
          <Working what={`reading ${platform}`} progress={state.progress} onCancel={() => subdir.cancel()} />
          {/* In the place of the table that comes. */}
          <div key="coming" class="table coming" aria-hidden="true" />
        </>
      );
    case 'failed':
      if (state.fault.code === 'ROLES_NOT_LOADED' && channel.value?.fault !== null) {
        return <p class="note">Nobody says which records are the channel’s while its roles are refused: see above. So none are shown.</p>;
      }
      return (
        <>
          <Fault fault={state.fault} title={`No records of ${platform}`} />
          <Explanation code={state.fault.code} />
          <p><button type="button" onClick={() => void reopenSubdir()}>Try again</button></p>
        </>
      );
    case 'here': {
      const view = state.value;
      return (
        <>
          {view.fault === null ? null : view.fault.code === 'ROLES_NOT_LOADED' && channel.value?.fault !== null ? (
            <p class="note">Nobody says which of these records are the channel’s while its roles are refused: see above.</p>
          ) : (
            <>
              <Fault fault={view.fault} title="Its records could not be verified" />
              <Explanation code={view.fault.code} />
            </>
          )}
          <Passed mirrors={view.mirrors} />
          <RecordFilters view={view} />
          <RecordsTable view={view} />
          <div key="below" class="below">
            <VerifyMatching />
            <ExportRecords />
          </div>
        </>
      );
    }
  }
}
