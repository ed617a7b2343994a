/** Reads the untyped attributes of tfjs kernels; a wrong one is a bug of ours or of tfjs, so it is an invariant. */
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';

export function numberAttribute(attributes: NamedAttrMap, name: string): number {
  const value = attributes[name];
  invariant(typeof value === 'number', `attribute ${name} is a number`);
  return value;
}

/** A list of numbers; a single number counts as a list of one. */
export function numbersAttribute(attributes: NamedAttrMap, name: string): number[] {
  const value = attributes[name];
  if (typeof value === 'number') return [value];
  invariant(
    typeof value === 'object' && value !== null && Symbol.iterator in value,
    `attribute ${name} is a list`,
  );
  return Array.from(value, Number);
}

/** As `numbersAttribute`, undefined where it was not given. */
export function optionalNumbersAttribute(attributes: NamedAttrMap, name: string): number[] | undefined {
  const value = attributes[name];
  return value === undefined || value === null ? undefined : numbersAttribute(attributes, name);
}

export function booleanAttribute(attributes: NamedAttrMap, name: string): boolean {
  const value = attributes[name];
  invariant(value === undefined || typeof value === 'boolean', `attribute ${name} is true or false`);
  return value === true;
}

export function textAttribute(attributes: NamedAttrMap, name: string): string {
  const value = attributes[name];
  invariant(typeof value === 'string', `attribute ${name} is a text`);
  return value;
}
