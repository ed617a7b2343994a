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
  const wanted = names.flatMap((name) =>
    name === 'auto' ? quick : name === 'all' ? forecasterNames : [name],
  );
  const [first, ...rest] = wanted.map((name) =>
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

function optionsOf(name: string, { horizon, season }: ForecasterSettings): Record<string, unknown> {
  if (name === 'patch') return { model: { horizon } };
  return season !== undefined && withSeason.has(name) ? { season } : {};
}
