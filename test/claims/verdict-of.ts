/** Judges one claim by made-up trials through the real summary: a cell is an arm, and says what its trials reported. */
import type { TransportId } from '../../contract/transports.js';
import type { Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import { type Claim, type OkTrial, type Verdict, verdictsSchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeCost, fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

export type Reported = Partial<Omit<OkTrial, 'client'>> & { readonly client?: Partial<OkTrial['client']> };

export interface Cell {
  readonly workload: Partial<Workload> & Pick<Workload, 'id'>;
  readonly transport: TransportId;
  readonly reported: (repetition: number) => Reported;
}

export const repeats = 3;

export function verdictOf(claim: Claim, cells: readonly Cell[]): Verdict {
  const workloads = new Map(cells.map(({ workload }) => [workload.id, { ...fakeWorkload, ...workload }]));
  const trials = Array.from({ length: repeats }, (_, repetition) =>
    cells.map(({ workload, transport }, i) => ({
      id: `${workload.id}.${transport}.raw.uws.${repetition + 1}`,
      index: repetition * cells.length + i,
      repetition,
      subject: 'uws',
      transport,
      client: 'raw' as const,
      workloadId: workload.id,
      seed: repetition,
    })),
  ).flat();
  const plan = fakePlan({ workloads: [...workloads.values()], trials, repeats });
  const records = trials.map((trial) => {
    const cell = cells.find(
      ({ workload, transport }) => workload.id === trial.workloadId && transport === trial.transport,
    );
    return fakeTrial(trial, (cell as Cell).reported(trial.repetition));
  });
  const found = judge({ plan, summary: summarize(plan, records) }, [claim]);
  verdictsSchema.parse(found);
  const [broken] = found.broken;
  if (broken !== undefined) throw new Error(`${broken.id} is broken: ${broken.error}`);
  return found.verdicts[0] as Verdict;
}

/** The same in every repetition. */
export const always = (reported: Reported) => () => reported;

/** One after the other, by repetition. */
export const inTurn =
  (...reported: readonly Reported[]) =>
  (repetition: number) =>
    reported[repetition] as Reported;

/** Server CPU time inside the window of a second, in µs. */
export const cpu = (us: number): Reported => ({ serverCost: fakeCost({ cpuUs: us }) });

/** Published → received, the same for every update of the trial, in µs. */
export const onItsWay = (us: number) => ({ serviceLatency: fakeHistogram(Array(100).fill(us)) });

export const bytes = (down: Partial<Record<'payload' | 'repeated' | 'framing' | 'heads', number>>, upHeads = 0) => ({
  windowTraffic: {
    down: { payload: 0, repeated: 0, framing: 0, heads: 0, ...down },
    up: { payload: 0, repeated: 0, framing: 0, heads: upHeads },
  },
});
