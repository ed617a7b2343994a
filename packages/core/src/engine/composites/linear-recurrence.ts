/**
 * The diagonal linear recurrence h_t = a_t h_{t-1} + b_t over all steps at once. Steps are cut into blocks; each block is
 * unrolled, all blocks side by side, and what the blocks leave behind is a recurrence of the same kind over blocks. Work is
 * O(T) and depth O(log T). The gradient is the recurrence run backwards: g_t = dy_t + a_{t+1} g_{t+1}, db = g, da_t = g_t h_{t-1}.
 *
 * Source: Blelloch 1990, Prefix Sums and Their Applications, section 1.4, for recurrences as scans; the gradient is that of
 * Martin and Cundy 2018, arXiv 1709.04057, section 2.3.
 */
import { add, concat, mul, pad, reshape, slice, split, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable, kept } from './differentiable.js';

/** Steps of a block. */
const radix = 8;

type Direction = 'forward' | 'backward';

/** @param a shape `[B, T, D]` @param b shape `[B, T, D]` @returns h, shape `[B, T, D]`, with h before the first step zero */
export function linearRecurrence(a: Tensor, b: Tensor): Tensor {
  return differentiable(
    [a, b],
    () => {
      const h = scan(a, b, 'forward');
      return { value: h, saved: [a, h] };
    },
    (dy, saved) => {
      const g = scan(shifted(kept(saved, 0), 'backward'), dy, 'backward');
      return [mul(g, shifted(kept(saved, 1), 'forward')), g];
    },
  );
}

function scan(a: Tensor, b: Tensor, direction: Direction): Tensor {
  const [batch = 0, steps = 0, width = 0] = a.shape;
  const blocks = Math.ceil(steps / radix);
  if (blocks <= 1) {
    return concat(unrolled(stepsOf(a, steps, 1), stepsOf(b, steps, 1), direction).states, 1);
  }
  const each = Math.ceil(steps / blocks);
  const blocked = (x: Tensor) => reshape(extended(x, blocks * each, direction), [batch, blocks, each, width]);
  const { states, products } = unrolled(
    stepsOf(blocked(a), each, 2),
    stepsOf(blocked(b), each, 2),
    direction,
  );
  const last = direction === 'forward' ? each - 1 : 0;
  const left = (parts: readonly Tensor[]) => reshape(parts[last] ?? a, [batch, blocks, width]);
  const carried = shifted(scan(left(products), left(states), direction), direction);
  const given = reshape(carried, [batch, blocks, 1, width]);
  const whole = add(concat([...states], 2), mul(concat([...products], 2), given));
  const flat = reshape(whole, [batch, blocks * each, width]);
  const from = direction === 'forward' ? 0 : blocks * each - steps;
  return blocks * each === steps ? flat : slice(flat, [0, from, 0], [batch, steps, width]);
}

/** States of each step of a block that begins at zero, and products of `a` up to it, in the order of time. */
function unrolled(a: readonly Tensor[], b: readonly Tensor[], direction: Direction) {
  const states = [...b];
  const products = [...a];
  const towards = direction === 'forward' ? 1 : -1;
  for (let done = 1; done < a.length; done++) {
    const at = direction === 'forward' ? done : a.length - 1 - done;
    const [factor, before, product, input] = [a[at], states[at - towards], products[at - towards], b[at]];
    if (factor === undefined || before === undefined || product === undefined || input === undefined) break;
    states[at] = add(mul(factor, before), input);
    products[at] = mul(factor, product);
  }
  return { states, products };
}

function stepsOf(x: Tensor, count: number, axis: number): Tensor[] {
  return count === 1 ? [x] : split(x, count, axis);
}

/** x with zeros at the end that the recurrence reaches last, where they change nothing that is kept. */
function extended(x: Tensor, steps: number, direction: Direction): Tensor {
  const more = steps - (x.shape[1] ?? 0);
  if (more === 0) return x;
  return pad(x, [[0, 0], direction === 'forward' ? [0, more] : [more, 0], [0, 0]]);
}

/** x one step later in the direction of the recurrence, with zeros where it begins. */
function shifted(x: Tensor, direction: Direction): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  const isForward = direction === 'forward';
  const rest = slice(x, [0, isForward ? 0 : 1, 0], [batch, steps - 1, width]);
  return pad(rest, [[0, 0], isForward ? [1, 0] : [0, 1], [0, 0]]);
}
