/** Time stamps of the archives: a date, whole or not, with an optional time of day. No zones: they are read as UTC. */

const civil = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[ T](\d{2})[-:](\d{2})[-:](\d{2}))?)?)?$/;

/**
 * UTC milliseconds of `yyyy`, `yyyy-mm`, `yyyy-mm-dd` or `yyyy-mm-dd hh:mm:ss` (also `hh-mm-ss`); undefined where the text
 * is none of these or no day of the calendar.
 */
export function parseCivilTime(text: string): number | undefined {
  const parts = civil.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1)
    .map((part, i) => (part === undefined ? (i < 3 ? 1 : 0) : Number(part)));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute, second);
}
