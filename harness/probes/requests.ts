/**
 * Requests per second of our two subjects, by our own generator and, where they are installed, by wrk and ab as the
 * article calls them, for a second instead of a minute; and of the article's framework, where it is built: claims A1 and A1b.
 *
 * Servers and generators take turns, block by block, so that the machine is the same for all. On the machine's own
 * loopback, as `pushlab qps`: other people's tools are run as they are.
 */
import type { Plan } from '../model.js';
import { methodVersion } from '../model.js';
import { coresIn } from '../places.js';
import type { FoundTool } from '../qps/foreign.js';
import { frameworks, isBuilt } from '../qps/frameworks.js';
import { describeTools, findTools, planGenerators } from '../qps/generators.js';
import { type HelloServer, helloPath, startHelloServer } from '../qps/hello-server.js';
import type { Block, Settings } from '../qps/model.js';
import { sumUp } from '../qps/rows.js';
import { describeBlock, type PlannedBlock, runBlock } from '../qps/run.js';
import { findTarget, type Target, tryTarget } from '../qps/target.js';
import type { Requests } from './model.js';
import type { Probe, ProbeContext } from './probe.js';

const subjects = ['uws', 'node'] as const;
/** The framework that the article's figure is of. */
const articleFramework = 'hyperlane';
/** What the article used. */
const articleTools = ['wrk', 'ab'] as const;
/** A block that failed so often running will not do better. */
const mostFailures = 2;

interface Asked {
  readonly subject: string;
  readonly server: HelloServer;
  readonly target: Target;
  readonly status: number | null;
  readonly blocks: Block[];
}

export const requests: Probe<'requests'> = {
  id: 'requests',
  expectedMs: (thinned) => (thinned ? 12 * 2_600 : 84 * 1_230),
  async measure(context) {
    const { plan, signal, say } = context;
    const settings = settingsOf(plan);
    const names = plan.thinned ? [] : articleTools;
    const asked: Asked[] = [];
    try {
      for (const subject of [...subjects, ...frameworksOf(plan, say)]) asked.push(await start(subject, plan));
      const found = await findTools(names, signal, say);
      await takeTurns(asked, found, settings, context);
      return {
        methodVersion,
        runId: plan.runId,
        settings,
        tools: describeTools(articleTools, found),
        targets: asked.map(({ subject, status, blocks }) => ({
          subject,
          status,
          blocks,
          rows: sumUp(blocks, 'closed'),
        })),
      } satisfies Requests;
    } finally {
      await Promise.all(asked.map(({ server }) => server.stop()));
    }
  },
};

/** A thinned run has no time for it. */
function frameworksOf({ thinned }: Plan, say: ProbeContext['say']): string[] {
  const framework = frameworks.find(({ id }) => id === articleFramework);
  if (thinned || framework === undefined) return [];
  if (isBuilt(framework)) return [framework.id];
  say(`${framework.title} is not built, and left out; build what this machine can: npm run frameworks`);
  return [];
}

/** As many connections as the article gave wrk; one of our processes, on the one core that the generator has. */
function settingsOf({ thinned }: Plan): Settings {
  return {
    connections: 360,
    modes: ['keep-alive', 'close'],
    durationS: 1,
    warmupS: 0.3,
    repeats: thinned ? 3 : 5,
    pipeline: 1,
    rateHz: null,
    threads: 1,
    timeoutMs: 10_000,
    preset: 'article-short',
    engine: 'libuv',
    documentedSockets: false,
  };
}

async function start(subject: string, { serverCores }: Plan): Promise<Asked> {
  const server = await startHelloServer(subject, serverCores);
  const target = await findTarget(`http://127.0.0.1:${server.port}${helloPath}`);
  const status = await tryTarget(target);
  return { subject, server, target, status: typeof status === 'number' ? status : null, blocks: [] };
}

async function takeTurns(
  asked: readonly Asked[],
  found: readonly FoundTool[],
  settings: Settings,
  { plan, signal, abort, say }: ProbeContext,
): Promise<void> {
  const [first] = asked as readonly [Asked];
  for (const planned of planGenerators(found, first.target, settings, say)) {
    const inTurn = planned.repetition % 2 === 0 ? asked : [...asked].reverse();
    for (const { subject, server, target, blocks } of inTurn) {
      if (hasGivenUp(blocks, planned)) continue;
      signal.throwIfAborted();
      const block = await runBlock(planned, target, found, {
        settings,
        generatorCores: plan.generatorCores,
        serverPids: [server.pid],
        watchedCores: [...coresIn(plan.serverCores), ...coresIn(plan.generatorCores)],
        besidePids: [],
        signal,
        abort,
      });
      blocks.push(block);
      say(`${subject}: ${describeBlock(block)}`);
    }
  }
}

function hasGivenUp(blocks: readonly Block[], { generator, mode }: PlannedBlock): boolean {
  const own = blocks.filter((block) => block.generator === generator && block.mode === mode);
  return own.length >= mostFailures && own.slice(-mostFailures).every(({ failure }) => failure !== null);
}
