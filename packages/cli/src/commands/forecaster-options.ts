/** Which forecasters a command runs, by name; `auto` compares the quick ones on the history at hand. */
import { TesseraError } from '@tessera/core';
import { type Forecaster, forecasterFromRecipe, forecasterNames, patchForecaster } from '@tessera/forecast';
import type { PatchPolicy } from '@tessera/patching';

export interface ForecasterSettings {
  readonly horizon: number;
  /** Season in steps. Default: that of the frequency. */
  readonly season?: number | undefined;
  /** What places the patches of `patch`. Default even patches. */
  readonly policy?: PatchPolicy | undefined;
}

/** Compared by `auto`: each takes well under a second a series, and together they cover level, trend and season. */
const quick = ['seasonal-naive', 'theta', 'ets', 'mstl', 'dlinear'] as const;

const withSeason: ReadonlySet<string> = new Set(['seasonal-naive', 'theta', 'ets', 'mstl', 'arima']);

/** The forecasters of those names. @throws TesseraError FORECASTER_UNKNOWN, OPTIONS_INVALID */
export function forecastersNamed(
  names: readonly string[],
  settings: ForecasterSettings,
): [Forecaster, ...Forecaster[]] {
  const [first, ...rest] = expanded(names).map((name) =>
    name === 'patch' && settings.policy !== undefined
      ? patchForecaster({ model: { horizon: settings.horizon } }, settings.policy)
      : forecasterFromRecipe({ name, options: optionsOf(name, settings) }),
  );
  if (first !== undefined) return [first, ...rest];
  throw new TesseraError({
    code: 'FORECASTER_UNKNOWN',
    argument: '--model',
    expected: `auto, all, or some of ${forecasterNames.join(', ')}`,
    found: 'nothing',
    wayOut: 'Name at least one forecaster',
  });
}

/** @throws TesseraError OPTIONS_INVALID where a policy is given and no forecaster places patches */
export function checkPolicyIsUsed(names: readonly string[], policy: string | undefined): void {
  if (policy === undefined || expanded(names).includes('patch')) return;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: '--policy',
    expected: 'the forecaster patch, the only one that uses a policy, among --model',
    found: `--model ${names.join(',')}`,
    wayOut: 'Give --model patch, or leave --policy out',
  });
}

function expanded(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === 'auto' ? quick : name === 'all' ? forecasterNames : [name]));
}

function optionsOf(name: string, { horizon, season }: ForecasterSettings): Record<string, unknown> {
  if (name === 'patch') return { model: { horizon } };
  return season !== undefined && withSeason.has(name) ? { season } : {};
}
