/** Times as text: ISO 8601 in UTC, as short as the whole column allows, so that one column is written in one form. */
const dayLength = 86_400_000;

/**
 * How the times of a column are written: `2020-01-31` where all are midnight, else `2020-01-31T12:00:00Z`, with
 * milliseconds where one of them has some.
 *
 * @param times UTC milliseconds; NaN is passed over
 */
export function timeFormatOf(times: Float64Array): (time: number) => string {
  let isDaily = true;
  let isWhole = true;
  for (const time of times) {
    if (Number.isNaN(time)) continue;
    isDaily &&= time % dayLength === 0;
    isWhole &&= time % 1000 === 0;
  }
  const iso = (time: number): string => new Date(time).toISOString();
  if (isDaily) return (time) => iso(time).replace(/T.*$/, '');
  return isWhole ? (time) => iso(time).replace(/\.\d+Z$/, 'Z') : iso;
}
