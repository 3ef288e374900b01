/** One block of somebody else's generator: its process from start to end, its output read, the server watched. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ConnectionMode } from '../../contract/qps.js';
import { findProgram } from '../meters/environment.js';
import { readThreads, type ThreadCost, threadCostBetween } from '../meters/thread-cost.js';
import { type BlockContext, limitOf } from './block.js';
import type { Measured, Settings } from './model.js';
import { watchStrangers } from './strangers.js';
import type { Target } from './target.js';
import { runTool, type ToolOutput } from './tool-process.js';
import type { Tool, ToolSettings } from './tools/tool.js';

/** Beyond its duration: for starting, connecting and adding up. */
const toolSlackMs = 20_000;
const versionTimeoutMs = 10_000;

/** A tool that is here, and how to start it. */
export interface FoundTool {
  readonly tool: Tool;
  readonly path: string;
  /** What its command line starts with. */
  readonly program: readonly string[];
  readonly version: string | null;
}

/** Null when it is neither on the PATH nor among this project's packages. */
export async function findTool(tool: Tool, signal: AbortSignal): Promise<FoundTool | null> {
  const path = findProgram(tool.id) ?? findPackage(tool.id);
  if (path === null) return null;
  const program = /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
  return { tool, path, program, version: await readVersion([...program, ...tool.version], signal) };
}

/** The script of a package that is a program in JavaScript. */
function findPackage(name: string): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: string | Record<string, string> };
    const script = typeof bin === 'string' ? bin : bin?.[name];
    return script === undefined ? null : resolve(dirname(manifest), script);
  } catch {
    return null;
  }
}

async function readVersion(command: readonly string[], signal: AbortSignal): Promise<string | null> {
  const { stdout, stderr } = await runTool(command, {
    cores: null,
    cwd: tmpdir(),
    timeoutMs: versionTimeoutMs,
    signal,
  });
  return /v?(\d+\.\d+(\.\d+)?[\w.-]*)/.exec(`${stdout}\n${stderr}`)?.[1] ?? null;
}

interface ForeignBlock {
  readonly command: string;
  readonly connections: number;
  readonly failure: string | null;
  readonly measured: Measured | null;
}

/** @throws the signal's reason when aborted; a tool that fails is a block that says so */
export async function runForeignBlock(
  { tool, program }: FoundTool,
  target: Target,
  mode: ConnectionMode,
  context: BlockContext,
): Promise<ForeignBlock> {
  const settings = toolSettings(tool, target, mode, context.settings);
  const args = tool.args(settings);
  const block = { command: [tool.id, ...args].map(quoted).join(' '), connections: settings.connections };
  const folder = mkdtempSync(join(tmpdir(), 'pushlab-qps-'));
  try {
    for (const [name, text] of Object.entries(tool.files?.(settings) ?? {})) writeFileSync(join(folder, name), text);
    const timeoutMs = (tool.longestS?.(settings) ?? settings.durationS) * 1000 + settings.timeoutMs + toolSlackMs;
    const before = readThreads(context.serverPids);
    const strangers = watchStrangers(context);
    const output = await runTool([...program, ...args], {
      cores: context.generatorCores,
      cwd: folder,
      timeoutMs,
      signal: context.signal,
    });
    const server = threadCostBetween(before, readThreads(context.serverPids));
    const strangersShare = strangers.share(server.cpuUs, output.cpuUs);
    const file = (name: string): string | null => textOf(join(folder, name));
    const readings = { output, server, strangersShare, cores: coresOf(context.generatorCores) };
    return { ...block, ...conclude(tool, settings, readings, file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toolSettings(tool: Tool, target: Target, mode: ConnectionMode, settings: Settings): ToolSettings {
  const { connections, durationS, pipeline, threads, timeoutMs, preset } = settings;
  const asked = {
    url: target.url,
    connections,
    durationS,
    mode,
    pipeline: mode === 'close' ? 1 : pipeline,
    threads,
    timeoutMs,
    preset,
  };
  return { ...asked, connections: tool.connections?.(asked) ?? connections };
}

interface Readings {
  readonly output: ToolOutput;
  readonly server: ThreadCost;
  readonly strangersShare: number | null;
  /** That the tool could use. */
  readonly cores: number;
}

function conclude(
  tool: Tool,
  settings: ToolSettings,
  { output, server, strangersShare, cores }: Readings,
  file: (name: string) => string | null,
): Pick<ForeignBlock, 'failure' | 'measured'> {
  if (output.timedOut) return { failure: `${tool.id} did not end in time and was killed`, measured: null };
  try {
    const result = tool.parse(output, settings, file);
    if (!(result.elapsedS > 0)) throw new Error('it says it took no time');
    const share =
      output.cpuUs === null ? null : output.cpuUs / (result.elapsedS * 1e6) / Math.min(cores, settings.threads);
    const perS = result.requests / result.elapsedS;
    const { meanUs } = result.latency;
    const measured: Measured = {
      requests: result.requests,
      elapsedS: result.elapsedS,
      requestsPerS: perS,
      bytesPerResponse: result.bytesDown === null || result.requests === 0 ? null : result.bytesDown / result.requests,
      bytesPerRequest: null,
      latency: result.latency,
      histogram: null,
      errors: result.errors,
      errorExamples: {},
      connectionsOpened: null,
      offeredPerS: null,
      slipMeanUs: null,
      unanswered: null,
      generatorCpuUs: output.cpuUs,
      serverCpuUs: server.cpuUs,
      generatorShare: share,
      serverShare: server.busiest,
      limit: limitOf(share, server.busiest),
      strangersShare,
      littlesLaw: meanUs === null ? null : (perS * meanUs) / 1e6 / (settings.connections * settings.pipeline),
      sockets: null,
    };
    return { failure: distrust(measured), measured };
  } catch (error) {
    const exit = output.exitCode === 0 ? '' : ` (exit code ${output.exitCode})`;
    return { failure: `${tool.id}${exit}: ${(error as Error).message}`, measured: null };
  }
}

/** A rate of errors is no rate of requests. */
function distrust({ requests, errors }: Measured): string | null {
  if (requests === 0) return 'no request succeeded';
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(errors).map(([kind, count]) => `${count} ${kind}`);
  return failed > requests / 2 ? `errors in most of ${requests} requests: ${kinds.join(', ')}` : null;
}

function coresOf(list: string | null): number {
  return list === null ? Number.POSITIVE_INFINITY : list.split(',').length;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function quoted(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
