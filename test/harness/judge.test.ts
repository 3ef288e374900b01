import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a6 } from '../../claims/a6-payload-share.js';
import { judge } from '../../harness/judge.js';
import { type Claim, type Evidence, type Judged, verdictsSchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { formatVerdicts } from '../../harness/table.js';
import { verdictsMarkdown } from '../../reports/verdicts-markdown.js';
import { fakeRequests } from '../fixtures/requests.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

const plan = fakePlan({ transports: ['sse'] });
const evidence: Evidence = {
  plan,
  summary: summarize(
    plan,
    plan.trials.map((trial) => fakeTrial(trial)),
  ),
};

const fine: Judged = {
  outcome: 'reproduced',
  value: '42 % (41–43)',
  interval: { median: 0.42, low: 0.41, high: 0.43, unit: 'share' },
  because: 'it is so',
  conditions: [],
  evidence: ['w/sse/raw/uws'],
};

function claim(id: string, judged: () => unknown): Claim {
  return { ...a6, id, judge: judged as Claim['judge'] };
}

test('a judge that throws, or returns no verdict, is broken by itself; the others are judged', () => {
  const verdicts = judge(evidence, [
    claim('X1', () => {
      throw new Error('no such figure');
    }),
    claim('X2', () => ({ ...fine, outcome: 'won' })),
    claim('X3', () => ({ ...fine, evidence: ['w/sse/raw/apache'] })),
    claim('X4', () => ({ ...fine, value: Number.NaN })),
    claim('X5', () => fine),
    claim('X6', () => null),
  ]);
  verdictsSchema.parse(verdicts);
  assert.deepEqual(
    verdicts.verdicts.map(({ id, outcome }) => [id, outcome]),
    [
      ['X5', 'reproduced'],
      ['X6', 'not tested'],
    ],
  );
  assert.deepEqual(
    verdicts.broken.map(({ id }) => id),
    ['X1', 'X2', 'X3', 'X4'],
  );
  assert.match(verdicts.broken[0]?.error ?? '', /no such figure/);
  assert.match(verdicts.broken[1]?.error ?? '', /returned no verdict \(outcome/);
  assert.match(verdicts.broken[2]?.error ?? '', /an arm that this run does not have: w\/sse\/raw\/apache/);
  assert.match(formatVerdicts(verdicts), /not tested, this run lacks the evidence: X6\nX1 .*broken.*no such figure/);
});

test('a verdict has its figure in words and as numbers, and null where there is none', () => {
  const { interval: _, ...wordsOnly } = fine;
  const [one, two] = judge(evidence, [claim('X1', () => fine), claim('X2', () => wordsOnly)]).verdicts;
  assert.deepEqual(one?.interval, { median: 0.42, low: 0.41, high: 0.43, unit: 'share' });
  assert.equal(two?.interval, null);
});

test('times say little where most trials were disturbed; other figures stand', () => {
  const noise = { kind: 'machine-noise', message: 'others used a core', disqualifying: false } as const;
  const disturbed = (count: number): Evidence => ({
    plan,
    summary: summarize(
      plan,
      plan.trials.map((trial, i) => fakeTrial(trial, i < count ? { warnings: [noise] } : {})),
    ),
  });
  const timed = { ...claim('X1', () => fine), timed: true };
  const outcomes = (count: number) =>
    judge(disturbed(count), [timed, claim('X2', () => fine)]).verdicts.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes(3), ['inconclusive', 'reproduced']);
  assert.deepEqual(outcomes(2), ['reproduced', 'reproduced']);
  assert.match(
    judge(disturbed(4), [timed]).verdicts[0]?.because ?? '',
    /but something else used the machine in 4 of 5 trials/,
  );
});

test('the same goes for blocks of requests', () => {
  const asked = (strangersShare: number) => ({ perS: 50_000, strangersShare });
  const requests = fakeRequests({ uws: { pushlab: { 'keep-alive': [asked(0.3), asked(0.15), asked(0.02)] } } });
  const quiet = fakeRequests({ uws: { pushlab: { 'keep-alive': [asked(0.3), asked(0.1), asked(0.02)] } } });
  const rests = { ...fine, evidence: [], probes: ['requests'] as const };
  const timed = { ...claim('X1', () => rests), timed: true, probes: ['requests'] as const };
  const verdictOn = (found: typeof requests) =>
    judge({ ...evidence, probes: { requests: found } }, [timed]).verdicts[0];
  assert.match(verdictOn(requests)?.because ?? '', /but something else used the machine in 2 of 3 blocks of requests/);
  assert.equal(verdictOn(quiet)?.outcome, 'reproduced');
});

test('noise is counted in the trials that the figures come from, not in those that were planned', () => {
  const noise = { kind: 'machine-noise', message: 'others used a core', disqualifying: false } as const;
  const bound = { kind: 'generator-bound', message: 'it measured itself', disqualifying: true } as const;
  // Of five planned two are left out and two of the other three disturbed: most, though not of five.
  const summary = summarize(
    plan,
    plan.trials.map((trial, i) => fakeTrial(trial, { warnings: i < 2 ? [noise] : i < 4 ? [bound] : [] })),
  );
  assert.equal(summary.arms[0]?.trials, 3);
  const [verdict] = judge({ plan, summary }, [{ ...claim('X1', () => fine), timed: true }]).verdicts;
  assert.equal(verdict?.outcome, 'inconclusive');
  assert.match(verdict?.because ?? '', /something else used the machine in 2 of 3 trials/);
});

test('few trials leave arithmetic and what is undefined as they are', () => {
  const few = fakePlan({ transports: ['sse'], repeats: 2 });
  const summary = summarize(
    few,
    few.trials.map((trial) => fakeTrial(trial)),
  );
  const outcomes = (['refuted by arithmetic', 'undefined', 'reproduced'] as const).map(
    (outcome) => judge({ plan: few, summary }, [claim('X1', () => ({ ...fine, outcome }))]).verdicts[0]?.outcome,
  );
  assert.deepEqual(outcomes, ['refuted by arithmetic', 'undefined', 'inconclusive']);
});

test('arithmetic needs no trial to stand', () => {
  const [verdict] = judge(evidence, [
    claim('X1', () => ({ ...fine, outcome: 'refuted by arithmetic', interval: null, evidence: [] })),
  ]).verdicts;
  assert.deepEqual([verdict?.outcome, verdict?.sampleCount], ['refuted by arithmetic', 0]);
});

test('verdicts as Markdown: a table and a section each; nothing in a name becomes markup', () => {
  const hostile = { ...claim('X1', () => fine), title: 'a | b <img src=x> `c` [d](e)' };
  const text = verdictsMarkdown(evidence, judge(evidence, [hostile, claim('X2', () => null)]));
  assert.match(
    text,
    /^\| X1 a \\\| b &lt;img src=x> \\`c\\` \\\[d\\\]\(e\) \| ● reproduced \| .* \| 42 % \(41–43\) \|$/m,
  );
  assert.match(text, /^### X1 .*: reproduced$/m);
  assert.match(text, /^Threshold, written beforehand: 95 %/m);
  assert.match(text, /^Not tested, this run lacks the evidence: X2 /m);
  assert.ok(!text.includes('<img'));
});
