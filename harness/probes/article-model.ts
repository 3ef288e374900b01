/** Files of what is read of the article's own handlers and of the code that transports need, as schemas. */
import { z } from 'zod';
import { upstreamWays } from '../../contract/messages.js';
import { transportIds } from '../../contract/transports.js';
import { count, methodVersionField } from '../model/common.js';

/** What every file of a run begins with. */
const ofRun = { methodVersion: methodVersionField, runId: z.string() };

const gapsSchema = z
  .strictObject({ p50Us: z.number(), p99Us: z.number(), maxUs: z.number() })
  .describe('between one event and the next, as they arrived');

/** The article's performance loop, once. */
const loopSchema = z.strictObject({
  subject: z.string(),
  repetition: count,
  events: count.describe('that arrived, without the summary'),
  firstToLastMs: z.number().describe('from the first of them to the last'),
  receivedPerS: z.number().nullable().describe('gaps between them ÷ that time; null: fewer than two'),
  gaps: gapsSchema.nullable(),
  downBytes: count.describe('of the socket, head and chunks included'),
  dataBytes: count.describe('of the events’ data'),
  summary: z
    .strictObject({
      total_events: z.number(),
      total_time_ms: z.number(),
      average_event_time_us: z.number(),
      events_per_second: z.number(),
    })
    .nullable()
    .describe('what the loop says of itself, under its own names; null: it did not come'),
});

/** The first seconds of another handler of the article. */
const feedSchema = z.strictObject({
  subject: z.string(),
  path: z.string(),
  readMs: z.number().describe('from the request to when reading ended'),
  ended: z.boolean().describe('by the server'),
  events: count,
  types: z.array(z.strictObject({ type: z.string(), count })),
  ids: z.array(z.string()).describe('in the order they were set'),
  retryMs: z.number().nullable().describe('wait before a reconnect that it asks for; null: it does not'),
  gapP50Us: z.number().nullable(),
  downBytes: count,
  dataBytes: count,
});

/** article-loop.json */
export const articleLoopSchema = z.strictObject({
  ...ofRun,
  loops: z.array(loopSchema),
  feeds: z.array(feedSchema),
  elapsedMs: z.number(),
});
export type ArticleLoop = z.infer<typeof articleLoopSchema>;
export type ArticleLoopRow = z.infer<typeof loopSchema>;
export type ArticleFeedRow = z.infer<typeof feedSchema>;

const sizeSchema = z.strictObject({
  files: z.array(z.string()).describe('of this project, in which there are declarations that it needs'),
  lines: count.describe('that hold code, of JavaScript without types and comments, as the compiler prints it'),
  bytes: count.describe('of the same'),
  gzipBytes: count.describe('all of it compressed at once (gzip, level 9)'),
});

/** Where code runs: in a page, in a subject of that name, or in the load generator without a browser’s help. */
export const codeEnds = ['page', 'page-bare', 'raw', 'uws', 'node'] as const;

/** code.json */
export const codeSchema = z.strictObject({
  ...ofRun,
  rows: z.array(
    z.strictObject({
      end: z.enum(codeEnds),
      transport: z.enum(transportIds),
      own: sizeSchema.describe('what this transport needs and not every other one at the same end does'),
      reconnect: sizeSchema
        .nullable()
        .describe('of that, files which only say how to come back; null: the end has none, or not in files of its own'),
      packages: z
        .array(z.strictObject({ name: z.string(), version: z.string(), files: count, bytes: count }))
        .describe('libraries it loads that not every other one at the same end does, with their JavaScript'),
    }),
  ),
  common: z
    .array(z.strictObject({ end: z.enum(codeEnds), size: sizeSchema }))
    .describe('what every transport of that end needs alike; not in the rows'),
});
export type Code = z.infer<typeof codeSchema>;
export type CodeRow = Code['rows'][number];
export type CodeSize = z.infer<typeof sizeSchema>;

const upstreamRowSchema = z.strictObject({
  subject: z.string(),
  way: z.enum(upstreamWays),
  repetition: count,
  messages: count,
  roundTripP50Us: z.number().describe('message sent → its text back, one at a time'),
  roundTripP99Us: z.number(),
  upBytesPerMessage: z.number().describe('of the socket, the message’s own bytes included; without TCP/IP'),
  downBytesPerMessage: z.number(),
  connections: count.describe('of the client at one time, by its own word; the one that updates come by included'),
  accepted: count
    .optional()
    .describe('TCP connections that the server took over the block, warm-up included; absent: not counted'),
  serverCpuUsPerMessage: z.number().nullable().describe('null: /proc is missing'),
});

/** upstream.json */
export const upstreamSchema = z.strictObject({
  ...ofRun,
  payloadBytes: count.describe('of a message, and of its answer'),
  rows: z.array(upstreamRowSchema),
  elapsedMs: z.number(),
});
export type Upstream = z.infer<typeof upstreamSchema>;
export type UpstreamRow = z.infer<typeof upstreamRowSchema>;
