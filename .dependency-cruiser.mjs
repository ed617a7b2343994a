import { areas, mayImport, outsideOnlyIn } from './scripts/import-rules.mjs';

const directions = Object.entries(areas).map(([area, path]) => ({
  name: `${area} imports only what it may`,
  comment: `may import: ${[area, ...mayImport[area]].join(', ')}`,
  severity: 'error',
  from: { path },
  to: {
    path: '^(packages|benchmarks|notebooks)/',
    pathNot: [path, ...mayImport[area].map((other) => areas[other])],
  },
}));

const outside = outsideOnlyIn.map(({ packages, areas: allowed, comment }) => ({
  name: comment,
  severity: 'error',
  from: { path: '^packages/[^/]+/src/', pathNot: allowed.map((area) => areas[area]) },
  to: { path: `(^|node_modules/)(${packages})` },
}));

export default {
  forbidden: [
    ...directions,
    ...outside,
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'sources do not import tests',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: '/test/|^testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.options.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
