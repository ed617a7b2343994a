/** Policies by name: how a recipe or a word of the command line becomes a policy. */
import { nearNames, parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { type CalendarUnit, calendar, calendarUnits } from './calendar.js';
import { changePoint } from './change-point.js';
import { gradient } from './gradient.js';
import { limited, limitedName, limitsSchema } from './limited.js';
import type { PatchPolicy, PolicyRecipe } from './patch-policy.js';
import { random } from './random.js';
import { surprise } from './surprise.js';
import { uniform } from './uniform.js';
import { variance } from './variance.js';

/** Options come from files; every builder checks them itself. */
const builders: Readonly<Record<string, (options: PolicyRecipe['options']) => PatchPolicy>> = {
  uniform,
  random,
  changepoint: changePoint,
  surprise,
  gradient,
  variance,
  calendar,
};

/** Every name that makes a policy without a file of weights or a score. */
export const policyNames: readonly string[] = Object.freeze(Object.keys(builders));

const limitedSchema = z.strictObject({
  limits: limitsSchema,
  policy: z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()) }),
});

/**
 * The policy that a recipe describes. Learned policies come from their file of weights, and an oracle from its score.
 *
 * @throws TesseraError POLICY_UNKNOWN, OPTIONS_INVALID
 */
export function policyFromRecipe({ name, options }: PolicyRecipe): PatchPolicy {
  if (Object.hasOwn(builders, name)) return builders[name](options);
  if (name !== limitedName) throw unknownPolicy(name);
  const { limits, policy } = parseOptions(limitedSchema, options, limitedName);
  return limited(policyFromRecipe(policy), limits);
}

/**
 * The policy of a short name: `uniform:16`, `random:8`, `changepoint`, `surprise:8`, `gradient:8`, `variance:8`, `calendar:week`.
 * Several levels are written with slashes, from fine to coarse: `uniform:8/32`, `calendar:day/week`.
 *
 * @param rate steps per patch where the name says none; a limit around a policy whose names have none. Default 16, and no limit
 * @throws TesseraError POLICY_UNKNOWN, OPTIONS_INVALID
 */
export function policyFromName(text: string, rate?: number): PatchPolicy {
  const [name, ...rest] = text.split(':');
  const detail = rest.join(':');
  if (name === 'calendar') {
    const units = rest.length === 0 ? undefined : detail.split('/').map((unit) => unitNamed(unit, text));
    const policy = calendar(units === undefined ? {} : { units });
    return rate === undefined ? policy : limited(policy, { rate });
  }
  if (!Object.hasOwn(builders, name)) throw unknownPolicy(text);
  if (rest.length > 0)
    return builders[name]({ rates: detail.split('/').map((part) => rateNamed(part, text)) });
  return builders[name](rate === undefined ? {} : { rates: [rate] });
}

function unitNamed(word: string, text: string): CalendarUnit {
  const unit = calendarUnits.find((each) => each === word);
  if (unit !== undefined) return unit;
  throw detailError(text, `${calendarUnits.join(', ')}, from fine to coarse with slashes between`);
}

function rateNamed(word: string, text: string): number {
  const rate = Number(word);
  if (word.trim() !== '' && rate >= 1 && Number.isFinite(rate)) return rate;
  throw detailError(text, 'steps per patch, at least 1, from fine to coarse with slashes between');
}

function detailError(text: string, expected: string): TesseraError {
  return new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'what follows the colon of a policy name',
    expected,
    found: JSON.stringify(text),
    wayOut: 'Write for example uniform:16 or calendar:week',
  });
}

function unknownPolicy(name: string): TesseraError {
  const near = nearNames(name.split(':')[0], policyNames);
  return new TesseraError({
    code: 'POLICY_UNKNOWN',
    argument: 'policy',
    expected: `one of ${policyNames.join(', ')}`,
    found: JSON.stringify(name),
    wayOut: near.length === 0 ? 'Use one of these names' : `Did you mean ${near.join(' or ')}`,
  });
}
