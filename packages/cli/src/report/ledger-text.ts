/** What a patch forecaster costs, in one line: its tokens, and its floating-point operations by part. */
import type { FittedForecaster, FittedPatchForecaster, PatchLedger } from '@tessera/forecast';

const units = [
  ['GFLOP', 1e9],
  ['MFLOP', 1e6],
  ['kFLOP', 1e3],
  ['FLOP', 1],
] as const;

/** The ledger of a forecaster that has one. */
export function ledgerOf(fitted: FittedForecaster): PatchLedger | undefined {
  return hasLedger(fitted) ? fitted.ledger : undefined;
}

/** For example `16 patches + 6 queries; 6.6 MFLOP a window: policy 3.2, embedding 0.4, backbone 2.9, head 0.1`. */
export function ledgerText({ tokens, flops, uncounted }: PatchLedger): string {
  const [unit, scale] = units.find(([, size]) => flops.total >= size) ?? ['FLOP', 1];
  const count = (value: number) => decimal(value / scale);
  const laid = [
    `${tokens.patches} ${tokens.patches === 1 ? 'patch' : 'patches'}`,
    ...(tokens.known === 0 ? [] : [`${tokens.known} of the known future`]),
    ...(tokens.queries === 0 ? [] : [`${tokens.queries} ${tokens.queries === 1 ? 'query' : 'queries'}`]),
  ];
  const policy = flops.policy === null ? `not counted (${uncounted ?? 'unknown'})` : count(flops.policy);
  const parts = [
    `policy ${policy}`,
    `embedding ${count(flops.embedding)}`,
    `backbone ${count(flops.backbone)}`,
    `head ${count(flops.head)}`,
  ];
  return `${laid.join(' + ')}; ${count(flops.total)} ${unit} a window: ${parts.join(', ')}`;
}

function hasLedger(fitted: FittedForecaster): fitted is FittedPatchForecaster {
  return 'ledger' in fitted;
}

/** One decimal, and one digit of what would round to nothing. */
function decimal(value: number): string {
  return value !== 0 && value < 0.05 ? value.toPrecision(1) : String(Number(value.toFixed(1)));
}
