export { main } from './main.js';
export { buildProgram } from './program.js';
export { type ExitCode, exitCodeOf, exitCodes } from './terminal/exit-code.js';
export type { Session, Terminal } from './terminal/terminal.js';
