// A folder for a test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder that goes with the test. */
export function folderOf(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  // A browser that is ending may still write there.
  t.after(() => rmSync(path, { recursive: true, maxRetries: 20, retryDelay: 250 }));
  return path;
}
