/**
 * The scripts that draw charts in a page: the minified bundles that Vega, Vega-Lite and vega-embed ship, read from their
 * npm packages. The interpreter, which draws without `eval`, is part of the vega-embed bundle.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { invariant } from '../../errors/invariant.js';

const packagesOf = createRequire(import.meta.url);
const files = [
  ['vega', 'vega.min.js'],
  ['vega-lite', 'vega-lite.min.js'],
  ['vega-embed', 'vega-embed.min.js'],
] as const;

let read: readonly string[] | undefined;

/** The scripts in the order in which they must run; each may stand in a script element as it is. */
export function browserBundles(): readonly string[] {
  read ??= files.map(([name, file]) => {
    const script = readFileSync(join(packagesOf.resolve(name), '..', file), 'utf8')
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .trim();
    // These would end the script element early, or hide its end.
    invariant(!/<\/script|<!--/i.test(script), `the bundle of ${name} can stand in a script element`);
    return script;
  });
  return read;
}
