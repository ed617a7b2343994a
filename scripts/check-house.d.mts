export function checkHouse(root: string): number;
export function fileBreaches(root: string): string[];
export function manifestBreaches(root: string): string[];
