/** Somebody else's load generator: how it is called for a block, and how its output is read. One file each. */
import type { ConnectionMode } from '../../../contract/qps.js';
import type { blockErrorKinds, LatencyFigures, Settings } from '../model.js';
import type { ToolOutput } from '../tool-process.js';

export interface ToolSettings {
  readonly url: string;
  readonly connections: number;
  readonly durationS: number;
  readonly mode: ConnectionMode;
  readonly pipeline: number;
  readonly threads: number;
  readonly timeoutMs: number;
  readonly preset: Settings['preset'];
}

export interface ToolResult {
  /** Whole responses. */
  readonly requests: number;
  readonly elapsedS: number;
  /** Everything received, heads included; null where the tool does not say. */
  readonly bytesDown: number | null;
  readonly latency: LatencyFigures;
  readonly errors: Partial<Record<(typeof blockErrorKinds)[number], number>>;
}

export interface Tool {
  readonly id: string;
  /** Prints its version, or something with it. */
  readonly version: readonly string[];
  /** Why it cannot do this, or null. */
  unable(settings: ToolSettings): string | null;
  /** Connections it uses: the article's commands differ in them. */
  connections?(settings: ToolSettings): number;
  /** Seconds it is expected to take at most; without one, the duration. */
  longestS?(settings: ToolSettings): number;
  /** Files to be put into its working folder, by name. */
  files?(settings: ToolSettings): Readonly<Record<string, string>>;
  /** Arguments, without the program. */
  args(settings: ToolSettings): readonly string[];
  /**
   * @param file text of a file in its working folder, or null
   * @throws Error when there is no result in it
   */
  parse(output: ToolOutput, settings: ToolSettings, file: (name: string) => string | null): ToolResult;
}

/** Nothing known of a latency. */
export const unknownLatency: LatencyFigures = {
  meanUs: null,
  p50Us: null,
  p90Us: null,
  p99Us: null,
  p999Us: null,
  maxUs: null,
};

/** Kinds with a count above zero. */
export function someErrors(counts: ToolResult['errors']): ToolResult['errors'] {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined && count > 0));
}

/** @throws Error when the text is no JSON */
export function parseJson<T>(text: string): T {
  // Some print a line of their own before it.
  const start = text.indexOf('{');
  return JSON.parse(start < 0 ? text : text.slice(start)) as T;
}

/** A number found in a text. @throws Error naming what is missing */
export function numberIn(text: string, pattern: RegExp, what: string): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${what} in its output`);
  return Number(found);
}
