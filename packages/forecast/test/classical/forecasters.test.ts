/** The conformance suite over every classical forecaster. */
import { expect, it } from 'vitest';
import { arima } from '../../src/classical/arima.js';
import { drift } from '../../src/classical/drift.js';
import { ets } from '../../src/classical/ets.js';
import { dlinear, nlinear } from '../../src/classical/linear/linear.js';
import { mstl } from '../../src/classical/mstl.js';
import { naive } from '../../src/classical/naive.js';
import { prophet } from '../../src/classical/prophet.js';
import { seasonalNaive } from '../../src/classical/seasonal-naive.js';
import { theta } from '../../src/classical/theta.js';
import { windowMean } from '../../src/classical/window-mean.js';
import { forecasterNames } from '../../src/forecaster/registry.js';
import { type ConformanceOptions, describeForecaster } from './forecaster-conformance.js';

const exact = 1e-12;
const forecasters: Readonly<Record<string, ConformanceOptions>> = {
  naive: { create: naive, equivariance: 'affine', tolerance: exact },
  'seasonal-naive': { create: seasonalNaive, equivariance: 'affine', tolerance: exact },
  drift: { create: drift, equivariance: 'affine', tolerance: exact },
  'window-mean': { create: windowMean, equivariance: 'affine', tolerance: exact },
  theta: { create: theta, equivariance: 'scale', tolerance: 1e-9 },
  nlinear: { create: () => nlinear({ lookback: 14 }), equivariance: 'affine', tolerance: 1e-9 },
  dlinear: { create: () => dlinear({ lookback: 14, kernel: 7 }), equivariance: 'affine', tolerance: 1e-9 },
  mstl: { create: mstl, equivariance: 'scale', tolerance: 1e-9 },
  ets: { create: ets, equivariance: 'scale', tolerance: 1e-9 },
  // Where its optimiser stops depends on the last bit of what it is given.
  prophet: { create: prophet, equivariance: 'scale', tolerance: 1e-3 },
  arima: { create: arima, equivariance: 'affine', tolerance: 1e-6 },
};

for (const [name, options] of Object.entries(forecasters)) describeForecaster(name, options);

it('leaves no registered forecaster out', () => {
  expect(Object.keys(forecasters)).toEqual(forecasterNames.filter((name) => name !== 'patch'));
});
