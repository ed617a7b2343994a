import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'benchmarks/test/**/*.test.ts', 'testing/**/*.test.ts'],
    setupFiles: ['./testing/fixed-seed.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    reporters: ['default', './testing/closing-line-reporter.ts'],
  },
});
