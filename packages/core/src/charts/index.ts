export type * from './page/page-data.js';
export { renderPage } from './page/render-page.js';
export { type RenderOptions, type RenderPngOptions, renderPng, renderSvg } from './render-chart.js';
export * from './specifications.js';
