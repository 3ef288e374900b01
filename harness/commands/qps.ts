/**
 * `pushlab qps`: requests per second of a server, by our own generator and by others over the same target.
 *
 * Ctrl-C ends the block under way and reports on the finished ones; twice leaves at once. qps.json is written after
 * every block, report.html at the end.
 */
import { articlePreset, qpsDefaults } from '../defaults.js';
import { createRunDirectory, displayPath, writeQps } from '../files.js';
import { chooseCores, readMachine, readVersions } from '../meters/environment.js';
import { methodVersion } from '../model.js';
import { parseOptions, type QpsCommandOptions, qpsOptionsSchema } from '../options.js';
import { coresIn } from '../places.js';
import type { FoundTool } from '../qps/foreign.js';
import { describeTools, findTools, planGenerators } from '../qps/generators.js';
import { type HelloServer, helloPath, startHelloServer } from '../qps/hello-server.js';
import type { Block, Qps, Settings } from '../qps/model.js';
import { sumUp } from '../qps/rows.js';
import { describeBlock, type PlannedBlock, runBlocks } from '../qps/run.js';
import { formatQps } from '../qps/table.js';
import { findListeners, findTarget, type Target, tryTarget } from '../qps/target.js';
import { newRunId } from '../run-id.js';
import { UsageError, UserError } from '../user-error.js';
import { interruptedExitCode, listenForInterrupts } from './interrupts.js';
import { stdoutTerminal, tell } from './output.js';
import { reportQps } from './stages.js';

export default async function qps([url]: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(qpsOptionsSchema, given);
  const settings = settingsOf(options);
  const interruption = listenForInterrupts('this block');
  const abort = rejectedWhen(interruption.signal);
  const cores = chooseCores(1, settings.threads);
  if (cores.whyNot !== null) tell(`not pinned: ${cores.whyNot}, so server and generator share cores`);
  const known = url === undefined ? null : await findTarget(url);
  const server = known === null ? await startHelloServer(options.subject, cores.server) : null;
  try {
    const target = known ?? (await findTarget(`http://127.0.0.1:${(server as HelloServer).port}${helloPath}`));
    const status = await tryTarget(target);
    if (status !== 200) tell(`${target.url}: ${describeStatus(status)}; measured all the same`);
    const found = await findTools(options.with, interruption.signal, tell);
    const serverPids = server === null ? findListeners(target.port) : [server.pid];
    const planned = planGenerators(found, target, settings, tell);
    const { runId, directory } = createRunDirectory(options.out, newRunId('qps', new Date()), { latest: false });
    const record: Qps = {
      methodVersion,
      runId,
      createdAt: new Date().toISOString(),
      command: commandFor(url, given),
      interrupted: false,
      machine: readMachine(cores),
      versions: readVersions(),
      serverCores: server === null ? null : cores.server,
      generatorCores: cores.generator,
      target: {
        url: target.url,
        subject: server === null ? null : options.subject,
        serverPids: serverPids.length,
        status: typeof status === 'number' ? status : null,
      },
      settings,
      tools: describeTools(options.with, found),
      blocks: [],
      rows: [],
    };
    const context = {
      settings,
      generatorCores: cores.generator,
      serverPids,
      watchedCores: server === null ? [] : [...coresIn(cores.server), ...coresIn(cores.generator)],
      besidePids: [],
      signal: interruption.signal,
      abort,
    };
    const done = await measure(record, planned, target, found, context, directory);
    return await conclude(done, directory, options);
  } catch (error) {
    // Before the first block there is nothing to report.
    if (interruption.signal.aborted) return interruptedExitCode;
    throw error;
  } finally {
    await server?.stop();
  }
}

function settingsOf(options: QpsCommandOptions): Settings {
  const preset = options.preset === 'article' ? { ...qpsDefaults, ...articlePreset } : qpsDefaults;
  if (options.pipeline > 1 && options.mode.includes('close'))
    throw new UsageError(
      `--pipeline ${options.pipeline}: a connection per request has nothing to pipeline; use keep-alive`,
    );
  return {
    connections: options.connections ?? preset.connections,
    modes: options.mode,
    durationS: options.duration ?? preset.durationS,
    warmupS: preset.warmupS,
    repeats: options.repeats ?? preset.repeats,
    pipeline: options.pipeline,
    rateHz: options.rate ?? null,
    threads: options.threads ?? preset.threads,
    timeoutMs: options.timeout === undefined ? preset.timeoutMs : Math.ceil(options.timeout * 1000),
    preset: options.preset ?? null,
    engine: options.engine,
    documentedSockets: options.documentedSockets,
  };
}

async function measure(
  record: Qps,
  planned: readonly PlannedBlock[],
  target: Target,
  found: readonly FoundTool[],
  context: Parameters<typeof runBlocks>[3],
  directory: string,
): Promise<Qps> {
  const blocks: Block[] = [];
  const state = (isInterrupted: boolean): Qps => ({
    ...record,
    interrupted: isInterrupted,
    blocks,
    rows: sumUp(blocks, record.settings.rateHz === null ? 'closed' : 'open'),
  });
  try {
    await runBlocks(planned, target, found, context, (block, position) => {
      blocks.push(block);
      writeQps(directory, state(false));
      tell(`${position}/${planned.length} ${describeBlock(block)}`);
    });
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
  const done = state(context.signal.aborted);
  writeQps(directory, done);
  tell(`written: ${displayPath(directory)}`);
  return done;
}

async function conclude(done: Qps, directory: string, { json, report }: QpsCommandOptions): Promise<number> {
  process.stdout.write(json ? `${JSON.stringify(done, null, 2)}\n` : formatQps(done, stdoutTerminal()));
  const path = report && done.blocks.length > 0 ? displayPath(await reportQps(directory)) : null;
  if (path !== null && json) tell(`report: ${path}`);
  else if (path !== null) process.stdout.write(`report: ${path}\n`);
  if (done.interrupted) return interruptedExitCode;
  if (done.rows.every(({ requestsPerS }) => requestsPerS === null))
    throw new UserError(`nothing could be measured: ${done.rows[0]?.failures[0] ?? 'no block was planned'}`);
  // Who only looks at the exit code must hear of a generator that failed.
  return done.rows.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function describeStatus(status: number | string): string {
  return typeof status === 'string' ? status : `answers with HTTP status ${status}`;
}

/** The command that repeats this. */
function commandFor(url: string | undefined, given: Record<string, unknown>): string {
  const options = Object.entries(given)
    .filter(([name]) => !['json', 'out', 'report'].includes(name))
    .map(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? flag : `${flag} ${String(value)}`;
    });
  return ['npx pushlab qps', ...(url === undefined ? [] : [`'${url}'`]), ...options].join(' ');
}

/** Never resolves; rejects with the signal's reason. */
function rejectedWhen(signal: AbortSignal): Promise<never> {
  const abort = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Between two blocks nobody waits for it, and an abort then is not an unhandled error.
  abort.catch(() => {});
  return abort;
}
