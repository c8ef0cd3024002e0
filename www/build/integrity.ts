import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

/** Where the page has the digests of what it fetches itself. */
const LIST = '{"integrity":"here"}';

/**
 * Puts digests (Subresource Integrity) of all that is built into the page: as attributes of
 * scripts and styles, and as a list for what the page fetches: worker, WebAssembly, sample.
 * Whoever has the right page has the right rest.
 */
export function integrity(): Plugin {
  let config: ResolvedConfig;
  const names: string[] = [];
  return {
    name: 'integrity',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle(_, bundle) {
      names.push(...Object.keys(bundle).filter((name) => name !== 'index.html' && !name.endsWith('.map')));
    },
    closeBundle() {
      // Of the files as they lie there: other plugins may have changed what was in memory.
      const folder = join(config.root, config.build.outDir);
      const digests = new Map(names.sort().map((name) => [name, digest(readFileSync(join(folder, name)))]));
      const page = join(folder, 'index.html');
      let html = readFileSync(page, 'utf8');
      for (const [name, value] of digests) {
        const [plain, marked] = [`="./${name}"`, `="./${name}" integrity="${value}"`];
        html = html.replace(`src${plain}`, `src${marked}`).replace(`href${plain}`, `href${marked}`);
      }
      if (!html.includes(LIST)) throw new Error(`index.html has no ${LIST}`);
      html = html.replace(LIST, JSON.stringify(Object.fromEntries(digests)));
      const bare = html.match(/<(script[^>]* src|link[^>]* href)="\.\/(?![^"]*" integrity=)[^>]*>/);
      if (bare !== null && !bare[0].includes('rel="icon"')) throw new Error(`without a digest: ${bare[0]}`);
      writeFileSync(page, html);
    },
  };
}

function digest(bytes: Uint8Array): string {
  return `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
}
