import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runResult, runResultSchema } from '../../harness/run-result.js';
import { reportInput } from '../fixtures/report-input.js';

test('the result of a run holds its place, its arms with intervals, and its verdicts, as its schema says', () => {
  const { plan, summary, verdicts } = reportInput({ transports: ['sse', 'websocket'] });
  const ended = { plan, directory: 'out/x', report: 'out/x/report.html', interrupted: false, recorded: 6 };
  const result = runResultSchema.parse(runResult({ ...ended, summary, verdicts }));
  assert.deepEqual(result.trials, { planned: 6, counted: 6, leftOut: 0, notRun: 0 });
  assert.deepEqual(
    result.arms.map(({ key }) => key),
    ['w/sse/raw/uws', 'w/websocket/raw/uws'],
  );
  const [sse] = result.arms;
  assert.deepEqual(Object.keys(sse?.metrics.latencyP50Us ?? {}), ['median', 'low', 'high']);
  assert.equal(sse?.metrics.uselessPollShare, undefined, 'what does not apply is absent');
  assert.ok(result.verdicts.some(({ id, outcome }) => id === 'A6' && outcome !== 'not tested'));
});

test('a run that stopped after its trials has no arms, no verdicts and no report', () => {
  const { plan } = reportInput({ transports: ['sse'] });
  const ended = { plan, directory: 'out/x', report: null, interrupted: true, recorded: 1 };
  const result = runResultSchema.parse(runResult({ ...ended, summary: null, verdicts: null }));
  assert.deepEqual([result.report, result.arms, result.verdicts, result.interrupted], [null, [], [], true]);
  assert.deepEqual(result.trials, { planned: 3, counted: 1, leftOut: 0, notRun: 2 });
});
