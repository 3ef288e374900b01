/** Which generators there are for a measurement, and what of it each of them can do. Said in words where one cannot. */
import { ownGenerator } from '../../contract/qps.js';
import { type FoundTool, findTool } from './foreign.js';
import type { Qps, Settings } from './model.js';
import { type PlannedBlock, planBlocks } from './run.js';
import type { Target } from './target.js';
import { tools } from './tools/index.js';

/** Those that are here; the others are named, and left out. */
export async function findTools(
  names: readonly string[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<FoundTool[]> {
  const found: FoundTool[] = [];
  for (const tool of tools.filter(({ id }) => names.includes(id))) {
    const here = await findTool(tool, signal);
    if (here === null) say(`${tool.id} is not on the PATH: left out`);
    else found.push(here);
  }
  return found;
}

/** As they are recorded: those that were asked for and are not here have no path. */
export function describeTools(names: readonly string[], found: readonly FoundTool[]): Qps['tools'] {
  return names.map((id) => {
    const tool = found.find((one) => one.tool.id === id);
    return { id, path: tool?.path ?? null, version: tool?.version ?? null };
  });
}

/** Blocks of our own and of those found. What cannot be done by a tool is said once, and not tried. */
export function planGenerators(
  found: readonly FoundTool[],
  { url }: Pick<Target, 'url'>,
  settings: Settings,
  say: (line: string) => void,
): PlannedBlock[] {
  const unable = new Set<string>();
  for (const { tool } of found)
    for (const mode of settings.modes) {
      const { connections, durationS, pipeline, threads, timeoutMs, preset } = settings;
      const why = tool.unable({ url, connections, durationS, mode, pipeline, threads, timeoutMs, preset });
      if (why === null) continue;
      say(`${why}: left out of ${mode}`);
      unable.add(`${tool.id} ${mode}`);
    }
  return planBlocks([ownGenerator, ...found.map(({ tool }) => tool.id)], settings).filter(
    ({ generator, mode }) => !unable.has(`${generator} ${mode}`),
  );
}
