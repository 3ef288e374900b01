/** What a user sees while trials run: one line that is rewritten on a terminal, a line per trial elsewhere. */
import type { TrialPlan, Workload } from '../contract/trial.js';
import { trialOverheadMs } from './defaults.js';
import { percentile } from './metrics.js';
import { formatCount, type Plan, type TrialRecord } from './model.js';
import { threeDigits } from './numbers.js';
import { wrapped } from './terminal.js';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const eraseLine = '\r\u001b[2K';
const redrawMs = 500;

export class Progress {
  readonly #output: ProgressOutput;
  readonly #plan: Plan;
  readonly #now: () => number;
  readonly #startedMs: number;
  #timer: NodeJS.Timeout | undefined;
  #current: { trial: TrialPlan; position: number } | null = null;
  #last = '';
  #doneMs = 0;
  #doneExpectedMs = 0;

  /** @param now milliseconds on any clock; tests hold their own */
  constructor(plan: Plan, output: ProgressOutput, now: () => number) {
    this.#plan = plan;
    this.#output = output;
    this.#now = now;
    this.#startedMs = now();
  }

  started(trial: TrialPlan, position: number): void {
    this.#current = { trial, position };
    if (!this.#output.isTTY) return;
    this.#draw();
    this.#timer ??= setInterval(() => this.#draw(), redrawMs).unref();
  }

  ended(record: TrialRecord, position: number): void {
    this.#doneMs += record.elapsedMs;
    this.#doneExpectedMs += this.#expectedMs(record.trial);
    this.#last = describeRecord(record, this.#plan);
    const total = this.#plan.trials.length;
    const place = `${String(position).padStart(String(total).length)}/${total}  `;
    const line = `${place}${this.#last}`;
    const terminal = { colours: false, columns: this.#output.columns ?? Number.POSITIVE_INFINITY };
    if (this.#output.isTTY) this.#output.write(`${eraseLine}${wrapped(line, terminal, place.length)}\n`);
    else {
      const { elapsed, left } = this.#times();
      this.#output.write(`${line}  (${elapsed}, ${left})\n`);
    }
  }

  /** Takes the live line away. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#output.isTTY) this.#output.write(eraseLine);
  }

  #draw(): void {
    if (this.#current === null) return;
    const { trial, position } = this.#current;
    const what = `${position}/${this.#plan.trials.length}  ${nameOf(trial, this.#plan).trimEnd()} …`;
    const { elapsed, left } = this.#times();
    // A line that wrapped could not be rewritten.
    const room = (this.#output.columns ?? 80) - 1;
    const fitting = [`${what}  ${elapsed}, ${left}`, `${what}  ${left}`].find(({ length }) => length <= room);
    this.#output.write(`${eraseLine}${fitting ?? what.slice(0, Math.max(0, room))}`);
  }

  #times(): { readonly elapsed: string; readonly left: string } {
    const elapsedMs = this.#now() - this.#startedMs;
    const leftTrials = this.#plan.trials.slice((this.#current?.position ?? 1) - 1 + (this.#output.isTTY ? 0 : 1));
    const expectedMs = leftTrials.reduce((sum, trial) => sum + this.#expectedMs(trial), 0);
    // How much longer trials took here than reckoned so far.
    const factor = this.#doneExpectedMs === 0 ? 1 : this.#doneMs / this.#doneExpectedMs;
    return {
      elapsed: `${formatDuration(elapsedMs)} elapsed`,
      left: `about ${formatDuration(expectedMs * factor)} left`,
    };
  }

  #expectedMs({ workloadId }: TrialPlan): number {
    const workload = this.#plan.workloads.find(({ id }) => id === workloadId) as Workload;
    return workload.warmupMs + workload.windowMs + trialOverheadMs;
  }
}

/** `3 s`, `2 min 05 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The transport, and what else the plan varies. */
function nameOf({ transport, client, subject }: TrialPlan, { trials }: Plan): string {
  return [
    transport.padEnd('conditional-polling'.length),
    ...(trials.some((other) => other.client !== client) ? [client] : []),
    ...(trials.some((other) => other.subject !== subject) ? [subject.padEnd(5)] : []),
  ].join(' ');
}

/** One trial in one line, before it is measured. */
export function describeTrial(trial: TrialPlan, plan: Plan): string {
  return `${trial.workloadId}  ${nameOf(trial, plan)}  #${trial.repetition + 1}`;
}

/** One trial in one line: its name, its latencies, and what is to be known of it. */
export function describeRecord(record: TrialRecord, plan: Plan): string {
  const name = describeTrial(record.trial, plan);
  if (record.status === 'failed') return `${name}  FAILED: ${record.failure.message}`;
  const { client, warnings } = record;
  const latency = [50, 99].map((percent) => {
    const us = percentile(client.latency, percent);
    return `p${percent} ${us === null ? 'none' : `${threeDigits(us / 1000)} ms`}`;
  });
  const lost = client.lost === 0 ? '' : `, ${formatCount(client.lost)} lost`;
  const warned = warnings.length === 0 ? '' : `  ! ${[...new Set(warnings.map(({ kind }) => kind))].join(', ')}`;
  return `${name}  ${latency.join(', ')}${lost}${warned}`;
}
