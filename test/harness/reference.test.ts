/** The committed reference run: its verdicts follow from its trials, and the README shows them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { claims } from '../../claims/index.js';
import {
  fileNames,
  readFloor,
  readPlan,
  readProbes,
  readSummary,
  readTrials,
  readVerdicts,
} from '../../harness/files.js';
import { judge } from '../../harness/judge.js';
import { probeStates } from '../../harness/probes/run.js';
import { largestReferenceBytes, readmeFile, referenceFolder, withBoard } from '../../harness/reference.js';
import { summarize } from '../../harness/summarize.js';
import { withTodaysWarnings } from '../../harness/warnings.js';
import { verdictsMarkdown } from '../../reports/verdicts-markdown.js';

describe('the reference run', () => {
  const plan = readPlan(referenceFolder);
  const records = readTrials(referenceFolder);

  it('is a full run of the article’s claims, every trial of it on record', () => {
    assert.equal(plan.suite.id, 'article');
    assert.equal(plan.thinned, false);
    assert.deepEqual(new Set(records.map(({ trial }) => trial.id)), new Set(plan.trials.map(({ id }) => id)));
  });

  it('gives its summary and its verdicts again from its trials alone', () => {
    const summary = summarize(
      plan,
      withTodaysWarnings(plan, records),
      readFloor(referenceFolder),
      probeStates(plan, referenceFolder),
    );
    assert.deepEqual(summary, readSummary(referenceFolder));
    const evidence = { plan, summary, probes: readProbes(referenceFolder) };
    const verdicts = judge(evidence, claims);
    assert.deepEqual(verdicts, readVerdicts(referenceFolder));
    assert.equal(
      verdictsMarkdown(evidence, verdicts),
      readFileSync(join(referenceFolder, fileNames.verdictsMarkdown), 'utf8'),
    );
  });

  it('is small enough to keep, and the README shows its board', () => {
    const bytes = readdirSync(referenceFolder).reduce(
      (sum, name) => sum + statSync(join(referenceFolder, name)).size,
      0,
    );
    assert.ok(bytes <= largestReferenceBytes, `${bytes} bytes`);
    const readme = readFileSync(readmeFile, 'utf8');
    assert.equal(withBoard(readme, readVerdicts(referenceFolder)), readme);
  });
});
