import { useSignal } from '@preact/signals';
import { route } from '../route/route.js';
import { currentQuery, found } from '../state/records.js';
import { client } from '../state/worker.js';
import { save } from '../ui/save.js';
import { count } from '../ui/words.js';
import type { ExportFormat } from '../worker/export-records.js';

/** Hands the records that match to the visitor, as a file. */
export function ExportRecords() {
  const said = useSignal('');
  const { total } = found.value;
  const take = async (format: ExportFormat) => {
    said.value = `Writing ${count(total, 'record')}…`;
    try {
      const { place, subdir } = route.peek();
      const file = await (await client()).exportRecords(place, currentQuery(), format);
      save(file, `${subdir.replace(/[^\w.-]/g, '_')}-records.${format}`);
      said.value = '';
    } catch (error) {
      said.value = `That failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return (
    <p class="actions">
      <button type="button" disabled={total === 0} onClick={() => void take('json')}>Export as JSON</button>
      <button type="button" disabled={total === 0} onClick={() => void take('csv')}>Export as CSV</button>
      <span role="status" class="hint">{said.value}</span>
    </p>
  );
}
