/** The lines of a `.tsf` file that begin with `@`: what the series are called, how often they tick, what is claimed of them. */
import { type Frequency, TesseraError } from '@tessera/core';

export type TsfAttributeType = 'string' | 'numeric' | 'date';

export interface TsfHeader {
  readonly relation: string | undefined;
  /** In the order of the columns of each series. */
  readonly attributes: readonly { readonly name: string; readonly type: TsfAttributeType }[];
  /** Step of every series. */
  readonly frequency: Frequency | undefined;
  /** Steps that the archive forecasts, where it says so. */
  readonly horizon: number | undefined;
  /** Whether the header says that values are missing; the series tell the truth. */
  readonly claimsMissing: boolean | undefined;
  /** Whether the header says that all series are equally long; the series tell the truth. */
  readonly claimsEqualLength: boolean | undefined;
}

const attributeTypes = ['string', 'numeric', 'date'] as const;

const units: Readonly<Record<string, Frequency>> = {
  second: { unit: 'second', count: 1 },
  seconds: { unit: 'second', count: 1 },
  minute: { unit: 'minute', count: 1 },
  minutes: { unit: 'minute', count: 1 },
  minutely: { unit: 'minute', count: 1 },
  half_hourly: { unit: 'minute', count: 30 },
  hourly: { unit: 'hour', count: 1 },
  daily: { unit: 'day', count: 1 },
  weekly: { unit: 'week', count: 1 },
  monthly: { unit: 'month', count: 1 },
  quarterly: { unit: 'quarter', count: 1 },
  yearly: { unit: 'year', count: 1 },
};

export const emptyTsfHeader: TsfHeader = {
  relation: undefined,
  attributes: [],
  frequency: undefined,
  horizon: undefined,
  claimsMissing: undefined,
  claimsEqualLength: undefined,
};

/**
 * The header with one more line read into it. A tag that the format does not know is an error: it may change how the
 * series are meant.
 *
 * @param line begins with `@` and is not `@data`
 * @param place names the line, for messages
 * @throws TesseraError TABLE_MALFORMED, FREQUENCY_UNKNOWN
 */
export function readTsfHeaderLine(header: TsfHeader, line: string, place: string): TsfHeader {
  const [tag, ...values] = line.trim().split(/\s+/);
  const value = values.join(' ');
  switch (tag.toLowerCase()) {
    case '@relation':
      return { ...header, relation: value };
    case '@attribute':
      return { ...header, attributes: [...header.attributes, attributeOf(values, header, place)] };
    case '@frequency':
      return { ...header, frequency: frequencyOf(value, place) };
    case '@horizon':
      if (!/^[1-9]\d*$/.test(value)) throw malformed(place, 'a whole number of steps from 1', value);
      return { ...header, horizon: Number(value) };
    case '@missing':
      return { ...header, claimsMissing: booleanOf(value, place) };
    case '@equallength':
      return { ...header, claimsEqualLength: booleanOf(value, place) };
    default:
      throw malformed(
        place,
        '@relation, @attribute, @frequency, @horizon, @missing, @equallength or @data',
        tag,
      );
  }
}

function attributeOf(
  values: readonly string[],
  { attributes }: TsfHeader,
  place: string,
): TsfHeader['attributes'][number] {
  const [name, typeName] = values;
  const type = attributeTypes.find((each) => each === typeName);
  if (values.length !== 2 || type === undefined) {
    throw malformed(place, '@attribute, a name, and string, numeric or date', values.join(' '));
  }
  if (attributes.some((each) => each.name === name)) {
    throw malformed(place, 'attributes with distinct names', `${name} twice`);
  }
  return { name, type };
}

function frequencyOf(text: string, place: string): Frequency {
  const match = /^(?:(\d+)_)?(.+)$/.exec(text);
  const name = match?.[2] ?? '';
  const count = Number(match?.[1] ?? 1);
  if (Object.hasOwn(units, name) && count > 0)
    return { unit: units[name].unit, count: units[name].count * count };
  throw new TesseraError({
    code: 'FREQUENCY_UNKNOWN',
    argument: place,
    expected: `one of ${Object.keys(units).join(', ')}, or a count before it such as 10_minutes`,
    found: JSON.stringify(text),
    wayOut: 'Correct the line, or remove it and set the option frequency',
  });
}

function booleanOf(text: string, place: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw malformed(place, 'true or false', text);
}

function malformed(place: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: place,
    expected,
    found: found === '' ? 'nothing' : JSON.stringify(found),
    wayOut: 'Correct the line; the format is described at https://forecastingdata.org',
  });
}
