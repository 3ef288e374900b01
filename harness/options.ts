/** Options as the command line gives them (strings), turned into values or into one clear line. */
import { z } from 'zod';
import { connectionModes } from '../contract/qps.js';
import { transportIds } from '../contract/transports.js';
import { updateHeaderBytes } from '../contract/update.js';
import { comparedMetrics } from './compare.js';
import { defaultAaExperiments, defaultAaRepeats, defaultSeed, defaultViewPort } from './defaults.js';
import { defaultOutDirectory } from './files.js';
import { nearest } from './nearest.js';
import { subjectIds } from './processes.js';
import { frameworkIds } from './qps/frameworks.js';
import { engines } from './qps/model.js';
import { tools } from './qps/tools/index.js';
import { UsageError } from './user-error.js';

const wholeNumber = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^-?\d+$/, message)
    .transform(Number)
    .refine((value) => value >= low && value <= high, message);
};

const positiveNumber = (high: number) => {
  const message = `must be a number above 0, at most ${high}`;
  return z
    .string()
    .transform(Number)
    .refine((value) => value > 0 && value <= high, message);
};

/** One of a list of names; a slip is answered with the nearest. */
const oneOf = <Name extends string>(names: readonly Name[]) =>
  z.string().transform((text, context): Name => {
    const known = names.find((name) => name === text);
    if (known !== undefined) return known;
    const guess = nearest(text, names);
    context.addIssue({
      code: 'custom',
      message: guess === null ? `must be one of ${names.join(', ')}` : `did you mean ${guess}?`,
    });
    return z.NEVER;
  });

/** Claim ids with commas between them. */
const claimList = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== ''))
  .refine((ids) => ids.length > 0, 'must name claims, as in A2,A7');

const transport = oneOf(transportIds);
const metric = oneOf(comparedMetrics);
const subject = oneOf(subjectIds);

export const planOptionsSchema = z.strictObject({
  repeats: wholeNumber(1, 1000).optional(),
  seed: wholeNumber(0, 0xffffffff).optional(),
  transport: z.array(transport).optional(),
  subject: z.array(subject).optional(),
  out: z.string().min(1).default(defaultOutDirectory),
  wire: z.boolean().default(true),
  floor: z.boolean().default(true),
  clientWorkers: wholeNumber(1, 64).optional(),
  serverProcesses: wholeNumber(1, 64).optional(),
  browser: z.string().min(1).optional(),
  addresses: wholeNumber(1, 254).optional(),
  claims: claimList.optional(),
  claimsFrom: z.string().min(1).optional(),
  quick: z.boolean().default(false),
});
export type PlanCommandOptions = z.infer<typeof planOptionsSchema>;

export const runOptionsSchema = planOptionsSchema.extend({
  resume: z.boolean().default(false),
  report: z.boolean().default(true),
  quiet: z.boolean().default(false),
  json: z.boolean().default(false),
});

export const exportOptionsSchema = z.strictObject({ archive: z.string().min(1).optional() });

export const claimsOptionsSchema = z.strictObject({ claimsFrom: z.string().min(1).optional() });

export const selftestOptionsSchema = z.strictObject({
  transport: transport.default('sse'),
  experiments: wholeNumber(1, 1000).default(defaultAaExperiments),
  repeats: wholeNumber(3, 100).default(defaultAaRepeats),
  out: z.string().min(1).default(defaultOutDirectory),
  json: z.boolean().default(false),
});

const connectionMode = z
  .enum([...connectionModes, 'both'], 'must be keep-alive, close or both')
  .transform((mode) => (mode === 'both' ? [...connectionModes] : [mode]));

/** Names with commas between them. */
const toolList = z.string().transform((text, context): string[] => {
  const names = [...new Set(text.split(',').filter((name) => name !== ''))];
  const known = tools.map(({ id }) => id);
  for (const name of names) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    const there = guess === null ? `there are: ${known.join(', ')}` : `did you mean ${guess}?`;
    context.addIssue({ code: 'custom', message: `no load generator '${name}'; ${there}` });
  }
  return names;
});

export const qpsOptionsSchema = z.strictObject({
  connections: wholeNumber(1, 100_000).optional(),
  mode: connectionMode.default(['keep-alive']),
  duration: positiveNumber(3600).optional(),
  repeats: wholeNumber(1, 1000).optional(),
  pipeline: wholeNumber(1, 1024).default(1),
  rate: positiveNumber(10_000_000).optional(),
  threads: wholeNumber(1, 256).optional(),
  timeout: positiveNumber(600).optional(),
  with: toolList.default([]),
  preset: z.enum(['article'], 'must be article').optional(),
  subject: oneOf([...subjectIds, ...frameworkIds]).default('uws'),
  engine: oneOf(engines).default('auto'),
  documentedSockets: z.boolean().default(false),
  report: z.boolean().default(true),
  json: z.boolean().default(false),
  out: z.string().min(1).default(defaultOutDirectory),
});
export type QpsCommandOptions = z.infer<typeof qpsOptionsSchema>;

export const capacityOptionsSchema = z.strictObject({
  transport: z.array(transport).optional(),
  slo: z.string().min(1).default('p99<50ms,lost=0'),
  find: z.enum(['rate', 'subscribers'], 'must be rate or subscribers').default('rate'),
  subscribers: wholeNumber(1, 200_000).default(100),
  rate: positiveNumber(100_000).default(10),
  payload: wholeNumber(updateHeaderBytes, 16 * 1024 * 1024).default(128),
  pollInterval: positiveNumber(3_600_000).default(20),
  window: positiveNumber(3_600).default(3),
  resolution: positiveNumber(100).default(5),
  confirm: wholeNumber(0, 100).default(2),
  seed: wholeNumber(0, 0xffffffff).optional(),
  out: z.string().min(1).default(defaultOutDirectory),
  wire: z.boolean().default(true),
  report: z.boolean().default(true),
});
export type CapacityOptions = z.infer<typeof capacityOptionsSchema>;

export const churnOptionsSchema = z.strictObject({
  transport: z.array(transport).default(['sse', 'websocket', 'long-polling']),
  cycles: wholeNumber(1, 10_000).default(5),
  count: wholeNumber(1, 15_000).default(500),
  run: z.string().min(1).optional(),
  seed: wholeNumber(0, 0xffffffff).default(defaultSeed),
  out: z.string().min(1).default(defaultOutDirectory),
});

export const connectionsOptionsSchema = planOptionsSchema.extend({
  count: wholeNumber(1, 200_000).default(10_000),
  idle: wholeNumber(1, 3600).default(5),
  hold: wholeNumber(1, 3600).default(3),
  report: z.boolean().default(true),
});

export const serveOptionsSchema = z.strictObject({
  subject: subject.optional(),
  port: wholeNumber(0, 65_535).optional(),
  host: z.string().min(1).optional(),
  rate: positiveNumber(100_000).optional(),
  payload: wholeNumber(updateHeaderBytes, 16 * 1024 * 1024).optional(),
  arrival: z.enum(['periodic', 'poisson', 'bursts'], 'must be periodic, poisson or bursts').optional(),
});

export const viewOptionsSchema = z.strictObject({
  port: wholeNumber(0, 65_535).default(defaultViewPort),
  out: z.string().min(1).default(defaultOutDirectory),
  open: z.boolean().default(true),
});

export const compareOptionsSchema = z.strictObject({
  json: z.boolean().default(false),
  failOn: z
    .string()
    .transform((text, context): { percent: number } => {
      const percent = /^worse(?::(\d+(?:\.\d+)?)%?)?$/.exec(text);
      if (percent !== null) return { percent: Number(percent[1] ?? 0) };
      context.addIssue({ code: 'custom', message: 'must be worse, or worse:5 for at least 5 %' });
      return z.NEVER;
    })
    .optional(),
  metric: z.array(metric).optional(),
  html: z.string().min(1).optional(),
  junit: z.string().min(1).optional(),
  benchmarkJson: z.string().min(1).optional(),
  minEffect: z
    .string()
    .transform(Number)
    .refine((value) => value >= 0 && value <= 100, 'must be a number of percent from 0 to 100')
    .optional(),
});

export type CompareCommandOptions = z.infer<typeof compareOptionsSchema>;

/** @throws UsageError naming the option and the value */
export function parseOptions<T>(schema: z.ZodType<T>, options: Record<string, unknown>): T {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [name = '', index] = issue?.path ?? [];
  const given = options[String(name)];
  const value = Array.isArray(given) ? given[Number(index)] : given;
  throw new UsageError(`--${flagOf(String(name))} ${String(value)}: ${issue?.message ?? 'not valid'}`);
}

/** `minEffect`, as commander names it, is `min-effect` for whoever typed it. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
