/** Names for the parts of a Vega-Lite specification that several charts build; Vega-Lite exports only the whole. */
import type { TopLevelSpec } from 'vega-lite';

/** One layer of a specification. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

type Encoding = NonNullable<Extract<Layer, { mark: unknown }>['encoding']>;

/** Where along x or y something stands. */
export type XPosition = NonNullable<Encoding['x']>;
export type YPosition = NonNullable<Encoding['y']>;
