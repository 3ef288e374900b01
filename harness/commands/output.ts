/** Where commands write: results to stdout, what goes on meanwhile to stderr, each within its own width. */
import { type Terminal, terminalOf, wrapped } from '../terminal.js';

/** Longer lines of prose are hard to read, however wide the terminal. */
const proseColumns = 100;

export function stdoutTerminal(): Terminal {
  return terminalOf(process.stdout, process.env);
}

/** What a file or a pipe gets stays unbroken: a line there is a thing to search for. */
export function proseTerminal(): Terminal {
  const terminal = stdoutTerminal();
  return Number.isFinite(terminal.columns)
    ? { ...terminal, columns: Math.min(terminal.columns, proseColumns) }
    : terminal;
}

/** A line of prose on stdout. */
export function say(line: string, indent = 0): void {
  console.log(wrapped(line, proseTerminal(), indent));
}

/** A line for whoever watches; what follows its first line on the screen stands indented. */
export function tell(line: string, indent = 2): void {
  process.stderr.write(`${wrapped(line, terminalOf(process.stderr, process.env), indent)}\n`);
}
