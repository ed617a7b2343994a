export const areas: Readonly<Record<string, string>>;
export const mayImport: Readonly<Record<string, readonly string[]>>;
export const outsideOnlyIn: readonly {
  readonly packages: string;
  readonly areas: readonly string[];
  readonly comment: string;
}[];
export const packageMayDependOn: Readonly<Record<string, readonly string[]>>;
