/**
 * A run's folder: `plan.json → trials.ndjson (+ samples/) → summary.json → verdicts.json → report.html`.
 *
 * Whatever is read is checked against its schema, so a stage never meets a shape it does not know; the
 * error names the file and the field. Nothing already measured is ever rewritten: trials are appended.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import {
  type Capacity,
  type CodecBench,
  codecBenchSchema,
  type Floor,
  floorSchema,
  methodVersion,
  type Plan,
  type ProbeId,
  planSchema,
  type SamplesFile,
  type Summary,
  samplesFileSchema,
  summarySchema,
  type TrialRecord,
  trialRecordSchema,
  type Verdicts,
  verdictsSchema,
} from './model.js';
import { type ProbeData, type ProbeRecord, probeFiles, probeRecordsSchema } from './probes/model.js';
import { type Qps, qpsSchema } from './qps/model.js';
import { UserError } from './user-error.js';

/** Where runs go, unless told otherwise. */
export const defaultOutDirectory = 'out';

export const fileNames = {
  plan: 'plan.json',
  floor: 'floor.json',
  trials: 'trials.ndjson',
  summary: 'summary.json',
  verdicts: 'verdicts.json',
  verdictsMarkdown: 'verdicts.md',
  report: 'report.html',
  capacity: 'capacity.json',
  probes: 'probes.json',
  qps: 'qps.json',
} as const;

/** What a file's name ends in when an archived run has it compressed (gzip). */
export const compressedSuffix = '.gz';

/**
 * Makes the folder of a new run and points `latest` at it, unless told not to. Where there is one of that name its own gets a
 * number: the folder is made or refused in one step, so that two runs that begin together never share one.
 */
export function createRunDirectory(
  outDirectory: string,
  wantedId: string,
  { latest = true } = {},
): { runId: string; directory: string } {
  mkdirSync(outDirectory, { recursive: true });
  for (let n = 1; ; n++) {
    const runId = n === 1 ? wantedId : `${wantedId}-${n}`;
    const directory = join(outDirectory, runId);
    try {
      mkdirSync(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    if (latest) pointLatestAt(outDirectory, runId);
    return { runId, directory };
  }
}

/** Written anew after every block, so that what was measured is on disk whatever comes next. */
export function writeQps(directory: string, qps: Qps): void {
  writeJson(join(directory, fileNames.qps), qps);
}

/** Whether this is the folder of a QPS measurement, and of no run. */
export function holdsQps(directory: string): boolean {
  return existsSync(join(directory, fileNames.qps)) && !existsSync(join(directory, fileNames.plan));
}

export function readQps(directory: string): Qps {
  return readJson(join(directory, fileNames.qps), qpsSchema);
}

export function writePlan(directory: string, plan: Plan): void {
  writeJson(join(directory, fileNames.plan), plan);
}

export function readPlan(directory: string): Plan {
  return readJson(join(directory, fileNames.plan), planSchema);
}

export function writeFloor(directory: string, floor: Floor): void {
  writeJson(join(directory, fileNames.floor), floor);
}

/** Null when the run did not measure its floor. */
export function readFloor(directory: string): Floor | null {
  const path = join(directory, fileNames.floor);
  return existsSync(path) ? readJson(path, floorSchema) : null;
}

/** @throws Error when the disk is full or the folder gone; earlier trials stay readable */
export function appendTrial(directory: string, record: TrialRecord): void {
  const path = join(directory, fileNames.trials);
  if (existsSync(path + compressedSuffix))
    throw new UserError(`${directory} is an archived run, which no trial is added to; make a new run`);
  try {
    dropTornLine(path);
    appendFileSync(path, `${JSON.stringify(record)}\n`);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * The trials recorded so far, in order; none when the file does not exist.
 *
 * A last line without its end is what a crash in the middle of a write leaves: it is left out, and its trial
 * counts as not run.
 */
export function readTrials(directory: string): TrialRecord[] {
  const path = join(directory, fileNames.trials);
  if (!existsSync(path) && !existsSync(path + compressedSuffix)) return [];
  const records: TrialRecord[] = [];
  // What follows the last line end is a torn line, or nothing.
  const lines = readText(path).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const where = `${path}, line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      if (index === lines.length - 1) continue;
      throw new UserError(`${where}: not JSON; remove the line to leave that trial out`);
    }
    records.push(check(value, trialRecordSchema, where));
  }
  return records;
}

/** Returns the path inside the run's folder. */
export function writeSamples(directory: string, samples: SamplesFile): string {
  const name = join('samples', `${samples.trialId}.json`);
  mkdirSync(join(directory, 'samples'), { recursive: true });
  const path = join(directory, name);
  try {
    writeFileSync(path, `${JSON.stringify(samples)}\n`);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return name;
}

export function readSamples(directory: string, trialId: string): SamplesFile {
  return readJson(join(directory, 'samples', `${trialId}.json`), samplesFileSchema);
}

export function writeCapacity(directory: string, capacity: Capacity): void {
  writeJson(join(directory, fileNames.capacity), capacity);
}

/** All of it at once, when it has been measured. */
export function writeProbe<Id extends ProbeId>(directory: string, id: Id, data: ProbeData[Id]): void {
  writeJson(join(directory, `${id}.json`), data);
}

export function hasProbe(directory: string, id: ProbeId): boolean {
  return existsSync(join(directory, `${id}.json`));
}

/** What was measured beside the trials; null what was not. */
export function readProbes(directory: string): { readonly [Id in ProbeId]: ProbeData[Id] | null } {
  const read = <Id extends ProbeId>(id: Id): ProbeData[Id] | null =>
    hasProbe(directory, id) ? readJson<ProbeData[Id]>(join(directory, `${id}.json`), probeFiles[id].schema) : null;
  return {
    churn: read('churn'),
    'article-loop': read('article-loop'),
    code: read('code'),
    upstream: read('upstream'),
    requests: read('requests'),
    'streams-beside-requests': read('streams-beside-requests'),
  };
}

/** Replaces what is known of an earlier attempt at the same probe. */
export function writeProbeRecord(directory: string, record: ProbeRecord): void {
  const others = readProbeRecords(directory).filter(({ id }) => id !== record.id);
  writeJson(join(directory, fileNames.probes), { methodVersion, records: [...others, record] });
}

export function readProbeRecords(directory: string): ProbeRecord[] {
  const path = join(directory, fileNames.probes);
  return existsSync(path) ? readJson(path, probeRecordsSchema).records : [];
}

export function writeSummary(directory: string, summary: Summary): void {
  writeJson(join(directory, fileNames.summary), summary);
}

export function readSummary(directory: string): Summary {
  return readJson(join(directory, fileNames.summary), summarySchema);
}

export function writeVerdicts(directory: string, verdicts: Verdicts): void {
  writeJson(join(directory, fileNames.verdicts), verdicts);
}

export function readVerdicts(directory: string): Verdicts {
  return readJson(join(directory, fileNames.verdicts), verdictsSchema);
}

/** Returns the path of the report. */
export function writeReport(directory: string, html: string): string {
  const path = join(directory, fileNames.report);
  writeWhole(path, html);
  return path;
}

/** Any text that a user wants in a file of their own naming. Returns its path. */
export function writeText(path: string, text: string): string {
  writeWhole(path, text);
  return path;
}

/** What `npm run bench:codec` last found, or null. */
export function readCodecBench(outDirectory: string = defaultOutDirectory): CodecBench | null {
  const path = join(outDirectory, 'codec.json');
  return existsSync(path) ? readJson(path, codecBenchSchema) : null;
}

export function writeCodecBench(bench: CodecBench, outDirectory: string = defaultOutDirectory): string {
  mkdirSync(outDirectory, { recursive: true });
  const path = join(outDirectory, 'codec.json');
  writeJson(path, bench);
  return path;
}

/** Folders of runs, newest first. */
export function listRuns(outDirectory: string = defaultOutDirectory): string[] {
  if (!existsSync(outDirectory)) return [];
  return readdirSync(outDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(outDirectory, entry.name, fileNames.plan)))
    .map((entry) => join(outDirectory, entry.name))
    .sort()
    .reverse();
}

/**
 * The folder of the newest run.
 *
 * @throws UserError when there is none
 */
export function latestRun(outDirectory: string = defaultOutDirectory): string {
  const latest = join(outDirectory, 'latest');
  if (existsSync(join(latest, fileNames.plan))) return latest;
  throw new UserError(`no run in ${outDirectory}/ yet; make one with: pushlab run quick`);
}

/** @throws UserError naming the file and field when the value does not fit */
export function check<T>(value: unknown, schema: z.ZodType<T>, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  const version = isOtherVersion(value) ? ' (it was written under another methodVersion: make a new run)' : '';
  throw new UserError(`${where}${path}: ${issue?.message ?? 'not valid'}${version}`);
}

function isOtherVersion(value: unknown): boolean {
  const version = (value as { methodVersion?: unknown } | null)?.methodVersion;
  return typeof version === 'number' && !planSchema.shape.methodVersion.safeParse(version).success;
}

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(`${path}: ${code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: not JSON (${(error as Error).message})`);
  }
  return check(value, schema, path);
}

/** Plain, or compressed where only that is there, as in an archived run; null: neither is. */
export function findFile(directory: string, name: string): string | null {
  return [name, name + compressedSuffix].map((file) => join(directory, file)).find(existsSync) ?? null;
}

/** Plain, or compressed where only that is there, as in an archived run. */
function readText(path: string): string {
  const archived = path + compressedSuffix;
  if (existsSync(path) || !existsSync(archived)) return readFileSync(path, 'utf8');
  return gunzipSync(readFileSync(archived)).toString('utf8');
}

function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** All of it or nothing: written beside, then renamed. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'the disk is full' : message;
  return new UserError(`cannot write ${path}: ${why}; what was written before is kept`);
}

function pointLatestAt(outDirectory: string, runId: string): void {
  const latest = join(outDirectory, 'latest');
  const beside = `${latest}.${process.pid}.tmp`;
  rmSync(beside, { force: true });
  symlinkSync(runId, beside);
  renameSync(beside, latest);
}

/** Cuts off a record that a crash left unfinished, so that the next one begins on a line of its own. */
function dropTornLine(path: string): void {
  if (!existsSync(path) || endsWithLineEnd(path)) return;
  truncateSync(path, readFileSync(path).lastIndexOf(0x0a) + 1);
}

/** Looks at the last byte only: a long run appends often. An empty file counts as ended. */
function endsWithLineEnd(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    closeSync(file);
  }
}

/** A run's folder as a user would type it. */
export function displayPath(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  return fromHere === '' ? basename(path) : fromHere.startsWith('..') ? resolve(path) : fromHere;
}
