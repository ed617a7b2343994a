/** All plans of a short window with their exact probabilities, by going through every order of choices: slow and obvious. */

export interface ExactSpace {
  readonly length: number;
  readonly picks: number;
  readonly anchors: readonly number[];
  readonly spacing: number;
  /** From step 0 and the anchors; absent for the same. */
  readonly anchorSpacing?: number;
  /** Steps that are proposed; absent for all. */
  readonly proposed?: readonly number[];
}

/** Steps that may be chosen after these. */
export function allowedSteps(space: ExactSpace, chosen: readonly number[]): number[] {
  const { length, anchors, spacing, anchorSpacing = spacing } = space;
  return Array.from({ length }, (_, t) => t).filter(
    (t) =>
      chosen.every((other) => Math.abs(other - t) >= spacing) &&
      [0, ...anchors].every((other) => Math.abs(other - t) >= anchorSpacing),
  );
}

function offsetOf({ proposed }: ExactSpace, t: number): number {
  return proposed === undefined || proposed.includes(t) ? 0 : -40;
}

/** Probability of choosing these steps in this order. */
export function orderProbability(
  space: ExactSpace,
  logits: readonly number[],
  order: readonly number[],
): number {
  let probability = 1;
  for (const [i, step] of order.entries()) {
    const allowed = allowedSteps(space, order.slice(0, i));
    const weight = (t: number) => Math.exp(logits[t] + offsetOf(space, t));
    probability *= weight(step) / allowed.reduce((sum, t) => sum + weight(t), 0);
  }
  return probability;
}

/** Probability of each set of chosen steps, by its sorted steps joined. */
export function setProbabilities(space: ExactSpace, logits: readonly number[]): Map<string, number> {
  const result = new Map<string, number>();
  const visit = (chosen: readonly number[]) => {
    const allowed = allowedSteps(space, chosen);
    if (chosen.length === space.picks || allowed.length === 0) {
      const name = chosen.toSorted((a, b) => a - b).join();
      result.set(name, (result.get(name) ?? 0) + orderProbability(space, logits, chosen));
      return;
    }
    for (const step of allowed) visit([...chosen, step]);
  };
  visit([]);
  return result;
}

/** Probability of each set of open steps when every step but step 0 and the anchors is drawn by itself. */
export function independentProbabilities(
  { length, anchors }: Pick<ExactSpace, 'length' | 'anchors'>,
  logits: readonly number[],
): Map<string, number> {
  const free = Array.from({ length }, (_, t) => t).filter((t) => t > 0 && !anchors.includes(t));
  const result = new Map<string, number>();
  for (let bits = 0; bits < 2 ** free.length; bits++) {
    let probability = 1;
    const open: number[] = [];
    for (const [i, t] of free.entries()) {
      const chance = 1 / (1 + Math.exp(-logits[t]));
      const isOpen = ((bits >> i) & 1) === 1;
      probability *= isOpen ? chance : 1 - chance;
      if (isOpen) open.push(t);
    }
    result.set(open.join(), probability);
  }
  return result;
}

/** A reward that depends on the whole set, with no structure that an estimator could lean on. */
export function oddReward(name: string): number {
  let hash = 7;
  for (const step of name === '' ? [] : name.split(',').map(Number)) hash = (hash * 31 + step * 17 + 3) % 101;
  return hash / 50 - 1;
}

/** The gradient of the expected reward by each logit, by central differences of the exact expectation. */
export function exactGradient(
  probabilities: (logits: readonly number[]) => Map<string, number>,
  logits: readonly number[],
  reward: (name: string) => number,
): number[] {
  const expectation = (given: readonly number[]) =>
    [...probabilities(given)].reduce((sum, [name, probability]) => sum + probability * reward(name), 0);
  return differences(expectation, logits);
}

/** Central differences; their error is about step^2. */
export function differences(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  const step = 1e-4;
  return x.map((_, i) => {
    const moved = (by: number) => f(x.map((value, j) => (j === i ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}
