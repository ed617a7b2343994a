/**
 * How many floating-point operations a node of a graph takes, by its operator and the shapes around it. The convention:
 *
 * - a sum, difference, product, quotient, comparison, rounding, root or elementary function (exp, log, sin, tanh, erf) is one, so a
 *   multiply and an add are two; what an elementary function costs in instructions differs by machine and is not looked at;
 * - an operator that is a formula of these counts its formula, and a fused one what it fuses;
 * - moving, choosing, repeating and casting elements is none, and so is arithmetic on whole numbers and truth values.
 *
 * Whether a runtime would take a shortcut is not known here. An operator without a rule is refused, never counted as none.
 */
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { microsoftDomain } from '../onnx/encode-model.js';
import type { OnnxAttribute, OnnxNode, OnnxValue } from '../onnx/onnx-graph.js';

/** A node with the forms of what goes in and comes out. */
interface TypedNode {
  /** Undefined where an optional input is left out. */
  readonly inputs: readonly (OnnxValue | undefined)[];
  readonly outputs: readonly OnnxValue[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

type FlopRule = (node: TypedNode) => number;

const none: FlopRule = () => 0;

/** So many for each element of the result. */
function perResult(operations: number): FlopRule {
  return (node) => operations * sizeOf(resultOf(node));
}

/** Pairs folded along a list of inputs, element by element: one less than there are inputs. */
const acrossInputs: FlopRule = (node) => (node.inputs.length - 1) * sizeOf(resultOf(node));

/** n elements fold into one by n - 1 operations. */
const folded: FlopRule = (node) => sizeOf(inputOf(node, 0)) - sizeOf(resultOf(node));

/** Sums of n - 1 operations and one quotient each. */
const averaged: FlopRule = (node) => sizeOf(inputOf(node, 0));

/** So many for each element and for each row along the last axis. */
function perRow(perElement: number, perRow: number): FlopRule {
  return (node) => {
    const x = inputOf(node, 0);
    const width = x.shape.at(-1) ?? 1;
    return perElement * sizeOf(x) + (width === 0 ? 0 : perRow * (sizeOf(x) / width));
  };
}

/** alpha op(A) op(B): 2 m n k, and m n where there is an alpha. The length of the inner axis stands in A. */
const product: FlopRule = (node) => {
  const { shape } = inputOf(node, 0);
  const isTransposed = wholeOf(node, 'transA', 0) === 1;
  const inner = shape.at(isTransposed ? -2 : -1) ?? 1;
  const scaling = realOf(node, 'alpha', 1) === 1 ? 0 : 1;
  return (2 * inner + scaling) * sizeOf(resultOf(node));
};

/** The product and what is added to it: m n, and an operation for each element of C where there is a beta. */
const productAndSum: FlopRule = (node) => {
  const c = node.inputs[2];
  if (c === undefined) return product(node);
  const scaling = realOf(node, 'beta', 1) === 1 ? 0 : sizeOf(c);
  return product(node) + scaling + sizeOf(resultOf(node));
};

/** One for each element that is added to what is there; overwriting is none. */
const scattered: FlopRule = (node) => {
  const { reduction } = node.attributes;
  return reduction !== undefined && 'text' in reduction && reduction.text === 'add'
    ? sizeOf(inputOf(node, 2))
    : 0;
};

function ruleFor(rule: FlopRule, operators: readonly string[]): Record<string, FlopRule> {
  return Object.fromEntries(operators.map((operator) => [operator, rule]));
}

const elementary = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Erf', 'Exp', 'Floor'],
  ...['Log', 'Neg', 'Reciprocal', 'Relu', 'Round', 'Sign', 'Sin', 'Sinh', 'Sqrt', 'Tan', 'Tanh', 'IsNaN'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
];
const movement = [
  ...[
    'Cast',
    'Concat',
    'Gather',
    'Identity',
    'OneHot',
    'Pad',
    'Reshape',
    'Slice',
    'Split',
    'Tile',
    'Transpose',
  ],
  ...['Where', 'And', 'Or', 'Not'],
];

/** By operator, with its domain before it where that is not the standard. */
const rules: Readonly<Record<string, FlopRule>> = {
  ...ruleFor(perResult(1), elementary),
  ...ruleFor(none, movement),
  /** Both ends. */
  Clip: perResult(2),
  /** log(1 + e^x). */
  Softplus: perResult(3),
  /** 1 / (1 + e^-x). */
  Sigmoid: perResult(4),
  /** x or a x, by the sign. */
  LeakyRelu: perResult(2),
  /** x or a (e^x - 1), by the sign. */
  Elu: perResult(4),
  /** The same, scaled. */
  Selu: perResult(5),
  ...ruleFor(acrossInputs, ['Sum', 'Max', 'Min']),
  ...ruleFor(folded, ['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ArgMax', 'ArgMin']),
  ReduceMean: averaged,
  CumSum: perResult(1),
  /** Maximum, difference, exp, sum and quotient. */
  Softmax: perResult(5),
  /** Two means, difference, square, 1 / sd, scale and offset; of each row two quotients, epsilon, root and reciprocal. */
  LayerNormalization: perRow(7, 5),
  /** Square, mean, 1 / root, scale; of each row a quotient, epsilon, root and reciprocal. */
  SimplifiedLayerNormalization: perRow(4, 4),
  MatMul: product,
  [`${microsoftDomain}.FusedMatMul`]: product,
  Gemm: productAndSum,
  ScatterND: scattered,
};

/**
 * @param values forms of all values of the graph, by name
 * @param subject names the function in messages
 * @throws TesseraError TRACE_UNSUPPORTED for an operator without a rule
 */
export function operatorFlops(
  node: OnnxNode,
  values: ReadonlyMap<string, OnnxValue>,
  subject: string,
): number {
  const name = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) {
    throw new TesseraError({
      code: 'TRACE_UNSUPPORTED',
      argument: `function "${subject}"`,
      expected: 'operators whose floating-point operations are known',
      found: name,
      wayOut: 'Give the operator a rule beside those of the others',
    });
  }
  const form = (value: string) => {
    const found = values.get(value);
    invariant(found !== undefined, `the form of ${value} is known`);
    return found;
  };
  const inputs = node.inputs.map((each) => (each === '' ? undefined : form(each)));
  const isReal = inputs[0]?.type === 'float';
  return isReal ? rule({ inputs, outputs: node.outputs.map(form), attributes: node.attributes }) : 0;
}

function inputOf({ inputs }: TypedNode, index: number): OnnxValue {
  const input = inputs[index];
  invariant(input !== undefined, `a node has an input ${index}`);
  return input;
}

function resultOf({ outputs: [result] }: TypedNode): OnnxValue {
  invariant(result !== undefined, 'a node has a result');
  return result;
}

function sizeOf({ shape }: OnnxValue): number {
  return shape.reduce((size, each) => size * each, 1);
}

function wholeOf({ attributes }: TypedNode, name: string, missing: number): number {
  const attribute = attributes[name];
  return attribute !== undefined && 'int' in attribute ? attribute.int : missing;
}

function realOf({ attributes }: TypedNode, name: string, missing: number): number {
  const attribute = attributes[name];
  return attribute !== undefined && 'float' in attribute ? attribute.float : missing;
}
