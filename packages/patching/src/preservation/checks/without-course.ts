/**
 * A series around an intervention without what it does whatever happens: season and controls, as a regression on two lines and these finds them,
 * are taken off the raw series, and what is left is summarised as the raw series was. So a season that patches blur is no effect.
 *
 * Of a reconstruction the course is taken off as it is, since nobody can reconstruct another series here: what it gets wrong of the course
 * stays in it.
 */
import { Patches } from '../../patches/index.js';
import { seasonTerms } from '../detectors/interventions/intervention-estimate.js';
import { leastSquares } from '../detectors/interventions/least-squares.js';
import type { Sides } from './change-contrast.js';
import type { CheckContext } from './check-context.js';

/** What a series does whatever happens. */
export interface Course {
  /** Steps of its season; undefined for none. */
  readonly season: number | undefined;
  /** Channels that no intervention reaches, each of shape `[T]`, NaN where missing. */
  readonly controls: readonly Float64Array[];
}

export const noCourse: Course = { season: undefined, controls: [] };

/** Sine and cosine pairs of a season, as the detector of interventions has them. */
export const harmonics = 3;
/** Seasons that either side must hold for one to be told from the effect. */
const leastSeasons = 2;

/** The course as far as it can be told around a change. */
export function courseWithin({ season, controls }: Course, { from, at, to }: Sides): Course {
  const isLong = season !== undefined && Math.min(at - from, to - at) >= leastSeasons * season;
  return { season: isLong ? season : undefined, controls };
}

export interface LocalContext {
  readonly context: CheckContext;
  /** Counted from the beginning of the local context. */
  readonly sides: Sides;
}

/**
 * The patches around a change, raw and surviving, without the course; as they are where there is none, or where it cannot be told. A step
 * without a control counts as missing.
 */
export function withoutCourse(context: CheckContext, sides: Sides, course: Course): LocalContext {
  if (course.season === undefined && course.controls.length === 0) return { context, sides };
  const values = courseValues(context.raw, sides, course);
  if (values === undefined) return { context, sides };
  const { patches, raw, level, surviving, summarise } = context;
  const [first, last] = [patches.patchOf(sides.from), patches.patchOf(sides.to - 1)];
  const [start, end] = [patches.start(first), patches.end(last)];
  // Outside of the sides nothing is known of the course.
  const less = (of: Float64Array) =>
    Float64Array.from({ length: end - start }, (_, i) => {
      const t = start + i;
      return t < sides.from || t >= sides.to ? Number.NaN : of[t] - values[t - sides.from];
    });
  const local = Patches.fromEnds(
    Array.from({ length: last - first + 1 }, (_, i) => patches.end(first + i) - start),
    end - start,
  );
  const own = less(raw);
  const left =
    summarise === undefined
      ? { ...surviving, values: less(surviving.values) }
      : summarise(own, level.slice(start, end), local);
  return {
    context: { ...context, raw: own, level: level.slice(start, end), patches: local, surviving: left },
    sides: { from: sides.from - start, at: sides.at - start, to: sides.to - start },
  };
}

/** The fitted course at every step of the sides, NaN where a control is missing; undefined where it cannot be told from the effect. */
function courseValues(raw: Float64Array, { from, at, to }: Sides, course: Course): Float64Array | undefined {
  const all = Int32Array.from({ length: to - from }, (_, i) => from + i);
  const { season, controls } = course;
  const columns = [
    ...seasonTerms(all, { season, harmonics }),
    ...controls.map((control) => standardised(control.slice(from, to))),
  ];
  const known = all.filter(
    (t) => !Number.isNaN(raw[t]) && columns.every((column) => !Number.isNaN(column[t - from])),
  );
  const ofKnown = (value: (t: number) => number) => Float64Array.from(known, value);
  // Of size about 1, so that products keep their digits.
  const trend = (t: number) => (t - at) / (to - from);
  const terms = [
    ofKnown(() => 1),
    ofKnown(trend),
    ofKnown((t) => (t >= at ? 1 : 0)),
    ofKnown((t) => (t >= at ? trend(t) : 0)),
    ...columns.map((column) => ofKnown((t) => column[t - from])),
  ];
  if (known.length <= terms.length) return undefined;
  const fit = leastSquares(
    terms,
    ofKnown((t) => raw[t]),
  );
  if ('dependent' in fit) return undefined;
  const own = fit.coefficients.slice(terms.length - columns.length);
  return Float64Array.from(all, (_, i) => columns.reduce((sum, column, j) => sum + own[j] * column[i], 0));
}

/** Of mean 0 and size about 1; as it is where it does not vary, which the regression then says. */
function standardised(values: Float64Array): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const size = known.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  return size > 0 ? values.map((value) => (value - mean) / size) : values;
}
