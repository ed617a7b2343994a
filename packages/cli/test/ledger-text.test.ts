import { loadDataset } from '@tessera/datasets';
import { naive } from '@tessera/forecast';
import { describe, expect, it } from 'vitest';
import { ledgerOf, ledgerText } from '../src/report/ledger-text.js';

const flops = { policy: 3_240_000, embedding: 440_000, backbone: 2_860_000, head: 60_000, total: 6_600_000 };
const ledger = { tokens: { patches: 16, known: 0, queries: 6 }, flops, uncounted: null };

describe('the line of what a forecast costs', () => {
  it('names tokens, and operations by part, in one unit', () => {
    expect(ledgerText(ledger)).toBe(
      '16 patches + 6 queries; 6.6 MFLOP a window: policy 3.2, embedding 0.4, backbone 2.9, head 0.1',
    );
  });

  it('says of one in the singular, of the known future, and of parts too small for a decimal', () => {
    const small = { policy: 0, embedding: 300, backbone: 20, head: 4_000_000_000, total: 4_000_000_320 };
    const tokens = { patches: 1, known: 3, queries: 1 };
    expect(ledgerText({ tokens, flops: small, uncounted: null })).toBe(
      '1 patch + 3 of the known future + 1 query; 4 GFLOP a window: policy 0, embedding 3e-7, backbone 2e-8, head 4',
    );
  });

  it('says why a policy is not counted', () => {
    const uncounted = 'random leaves no graph to count';
    expect(ledgerText({ ...ledger, flops: { ...flops, policy: null }, uncounted })).toContain(
      `policy not counted (${uncounted}), embedding 0.4`,
    );
  });

  it('is of patch forecasters alone', async () => {
    const set = await loadDataset('co2');
    expect(ledgerOf(await naive().fit(set, { horizon: 2 }))).toBeUndefined();
  });
});
