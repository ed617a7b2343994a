/** The slow and obvious M4: every bin looks at the whole series, and every pair of kept points looks for a gap. */
export function referenceKept(times: readonly number[], values: readonly number[], bins: number): number[] {
  const last = times.length - 1;
  const binOf = (index: number) =>
    Math.min(bins - 1, Math.floor((times[index] - times[0]) * (bins / (times[last] - times[0]))));
  const indices = times.map((_, index) => index);
  const observed = indices.filter((index) => !Number.isNaN(values[index]));
  const corners = new Set<number>();
  for (let bin = 0; bin < bins; bin++) {
    const inside = observed.filter((index) => binOf(index) === bin);
    if (inside.length === 0) continue;
    const least = Math.min(...inside.map((index) => values[index]));
    const most = Math.max(...inside.map((index) => values[index]));
    corners.add(inside[0]);
    corners.add(inside[inside.length - 1]);
    corners.add(inside.find((index) => values[index] === least) ?? -1);
    corners.add(inside.find((index) => values[index] === most) ?? -1);
  }
  if (corners.size === 0) return [0, last];
  const kept = new Set(corners);
  let previous = -1;
  for (const corner of [...corners].sort((a, b) => a - b)) {
    const gap = indices.find((index) => index > previous && index < corner && Number.isNaN(values[index]));
    if (gap !== undefined) kept.add(gap);
    previous = corner;
  }
  kept.add(last);
  return [...kept].sort((a, b) => a - b);
}
