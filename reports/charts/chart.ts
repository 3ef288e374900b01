/** What a chart is: a question, how to read the answer, the answer drawn, told and listed. */
import type { TopLevelSpec } from 'vega-lite';
import type { ReportInput } from '../data.js';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What charts are about, as the report's contents divide them. */
export type ChartGroup = 'How late, how old' | 'Bytes' | 'Polls' | 'Server' | 'Audience and load';

export interface Chart {
  readonly id: string;
  readonly group: ChartGroup;
  /** Short enough for a column of contents: 26 characters at most. */
  readonly name: string;
  readonly question: string;
  /** The question answered in a sentence that is true of this run; null where nothing was measured. */
  answer?(input: ReportInput): string | null;
  /** One or two sentences on how to read it. */
  readonly reading: string;
  /** Whether a run is about this at all; absent: every run is. */
  concerns?(input: ReportInput): boolean;
  /** Null when nothing it shows was measured in this run; the page then says so. */
  spec(input: ReportInput): TopLevelSpec | null;
  /** The figures in words, for those who cannot see the chart. */
  describe(input: ReportInput): string;
  table(input: ReportInput): Table;
}
