/**
 * The blocks of a QPS measurement, one after the other: every generator in every mode, repeat by repeat.
 *
 * Repeats are mirrored (A B C, C B A, …), so a machine that drifts does not favour whoever comes first. A block that
 * fails is a record like any other, and the next one starts.
 */
import { type ConnectionMode, connectionModes, ownGenerator } from '../../contract/qps.js';
import { WorkerFailure } from '../worker.js';
import type { BlockContext } from './block.js';
import { type FoundTool, runForeignBlock } from './foreign.js';
import type { Block, Settings } from './model.js';
import { runOwnBlock } from './own.js';
import type { Target } from './target.js';

export interface PlannedBlock {
  readonly generator: string;
  readonly mode: ConnectionMode;
  readonly repetition: number;
}

/** @param generators names, in the order of the first repeat */
export function planBlocks(
  generators: readonly string[],
  { modes, repeats }: Pick<Settings, 'modes' | 'repeats'>,
): PlannedBlock[] {
  return Array.from({ length: repeats }, (_, repetition) => {
    const round = connectionModes
      .filter((mode) => modes.includes(mode))
      .flatMap((mode) => generators.map((generator) => ({ generator, mode, repetition })));
    return repetition % 2 === 0 ? round : round.reverse();
  }).flat();
}

/** @throws the signal's reason when aborted; finished blocks have been given to `onBlock` by then */
export async function runBlocks(
  planned: readonly PlannedBlock[],
  target: Target,
  tools: readonly FoundTool[],
  context: BlockContext,
  onBlock: (block: Block, position: number) => void,
): Promise<void> {
  for (const [index, block] of planned.entries()) {
    context.signal.throwIfAborted();
    onBlock(await runBlock(block, target, tools, context), index + 1);
  }
}

/** @throws the signal's reason when aborted; what else fails is a block that says so */
export async function runBlock(
  block: PlannedBlock,
  target: Target,
  tools: readonly FoundTool[],
  context: BlockContext,
): Promise<Block> {
  const startedAt = new Date().toISOString();
  return { ...block, startedAt, ...(await measured(block, target, tools, context)) };
}

/** One line for whoever watches. */
export function describeBlock({ generator, mode, failure, measured, repetition }: Block): string {
  const perS = measured === null ? '' : `, ${Math.round(measured.requestsPerS).toLocaleString('en')} requests/s`;
  return `${generator}, ${mode}, repeat ${repetition + 1}${perS}${failure === null ? '' : `: ${failure}`}`;
}

type Outcome = Pick<Block, 'command' | 'connections' | 'failure' | 'measured'>;

async function measured(
  { generator, mode }: PlannedBlock,
  target: Target,
  tools: readonly FoundTool[],
  context: BlockContext,
): Promise<Outcome> {
  const { connections } = context.settings;
  if (generator !== ownGenerator) {
    const found = tools.find(({ tool }) => tool.id === generator);
    if (found === undefined) throw new Error(`${generator} was planned and is not there`);
    return runForeignBlock(found, target, mode, context);
  }
  try {
    const measured = await runOwnBlock(target, mode, context);
    const failure = measured.requests === 0 ? 'no request succeeded' : null;
    return { command: null, connections, failure, measured };
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    return { command: null, connections, failure: error.message, measured: null };
  }
}
