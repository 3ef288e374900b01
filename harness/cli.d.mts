import type { Command } from 'commander';

export declare const misuseExitCode: 2;

export interface CommandRow {
  readonly name: string;
  readonly args?: string;
  readonly describe: string;
  readonly options?: readonly { readonly flags: string; readonly describe: string }[];
  readonly examples: readonly string[];
}
export declare const commandTable: readonly CommandRow[];

export type Start = (name: string, args: string[], options: Record<string, unknown>) => Promise<void>;
export declare function createProgram(start: Start): Command;
