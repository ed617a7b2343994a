/**
 * Who may import whom: the one table that the import check, the package manifests and the project references are
 * held against. An area is a set of source folders; whatever it may not import is forbidden.
 */

/** A file below `folders` of a package, in its sources or compiled. */
const within = (project, folders) => `^packages/${project}/(src|dist)/(${folders})/`;

export const areas = {
  'core base': '^packages/core/(src|dist)/(?!engine/|nn/)',
  'core engine': within('core', 'engine'),
  'core nn': within('core', 'nn'),
  datasets: '^packages/datasets/(src|dist)/',
  'patches and rule policies': within('patching', 'patches|policies'),
  'learned policies': within('patching', 'learned|learning'),
  preservation: within('patching', 'preservation'),
  'patching index': '^packages/patching/(src|dist)/[^/]+$',
  forecast: '^packages/forecast/(src|dist)/',
  cli: '^packages/cli/(src|dist|bin)/',
  notebooks: '^notebooks/',
  benchmarks: '^benchmarks/',
};

const core = ['core base', 'core engine', 'core nn'];
const patching = ['patches and rule policies', 'learned policies', 'preservation', 'patching index'];

/** Area -> areas it may import beside itself. */
export const mayImport = {
  'core base': [],
  'core engine': ['core base'],
  'core nn': ['core base', 'core engine'],
  datasets: ['core base'],
  'patches and rule policies': ['core base'],
  'learned policies': ['core base', 'core engine', 'core nn', 'patches and rule policies'],
  preservation: ['core base', 'patches and rule policies'],
  'patching index': ['patches and rule policies', 'learned policies', 'preservation'],
  forecast: [...core, ...patching],
  cli: [...core, ...patching, 'datasets', 'forecast'],
  notebooks: [...core, ...patching, 'datasets', 'forecast', 'cli'],
  benchmarks: [...core, ...patching, 'datasets', 'forecast', 'cli'],
};

/** Packages from npm that only some areas may name: backends, drawing, readers. */
export const outsideOnlyIn = [
  {
    packages: '@tensorflow/tfjs-(backend|node)|onnxruntime-',
    areas: ['core engine'],
    comment: 'only core/engine names a backend',
  },
  {
    packages: '@tensorflow/tfjs-core',
    areas: ['core engine', 'core nn', 'learned policies', 'forecast'],
    comment: 'only models and the engine see tensors',
  },
  {
    packages: '(vega|vega-lite|vega-embed|vega-interpreter|@resvg)/',
    areas: ['core base'],
    comment: 'only core/charts draws',
  },
];

/** Workspace package -> workspace packages its manifest and its project references may name. */
export const packageMayDependOn = {
  '@tessera/core': [],
  '@tessera/datasets': ['@tessera/core'],
  '@tessera/patching': ['@tessera/core'],
  '@tessera/forecast': ['@tessera/core', '@tessera/patching'],
  '@tessera/cli': ['@tessera/core', '@tessera/datasets', '@tessera/patching', '@tessera/forecast'],
  '@tessera/benchmarks': [
    '@tessera/core',
    '@tessera/datasets',
    '@tessera/patching',
    '@tessera/forecast',
    '@tessera/cli',
  ],
};
