/**
 * Names from outside as constant texts of a specification. Vega 6.4 takes a constant text that is also the name of a
 * property of every object (`constructor`, `toString`) for a signal and fails; with a space after it, which is not drawn,
 * it stays a text.
 */
export function labelText(text: string): string {
  return text in Object.prototype ? `${text} ` : text;
}
