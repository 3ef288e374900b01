/** The verdicts of a run as Markdown, to be pasted where a claim is discussed. */
import { type Evidence, outcomeMarks, outcomes, type Verdict, type Verdicts } from '../harness/model.js';
import { articleMarkdown } from './article-section.js';
import { escapeMarkdown as text } from './markdown.js';
import { restsOn } from './rests-on.js';
import { figureOf } from './verdict-figure.js';

export function verdictsMarkdown(evidence: Evidence, found: Verdicts): string {
  const { plan } = evidence;
  const { verdicts, broken } = found;
  const { machine, versions } = plan;
  const table = articleMarkdown({ ...evidence, verdicts: found });
  const tested = verdicts.filter(({ outcome }) => outcome !== 'not tested');
  const untested = verdicts.filter(({ outcome }) => outcome === 'not tested');
  return [
    `## ${text(plan.suite.title)}: verdicts`,
    tested.length === 0
      ? 'No claim has its evidence in this run.'
      : `${tally(tested)} All of each figure, thresholds and conditions are below.\n\n${board(tested)}`,
    ...(table === '' ? [] : [table]),
    ...tested.map(section),
    ...(untested.length === 0 ? [] : [`Not tested, this run lacks the evidence: ${untested.map(nameOf).join('; ')}.`]),
    ...(broken.length === 0
      ? []
      : [
          `Not judged, the judge failed: ${broken.map(({ id, title, error }) => `${text(id)} ${text(title)} (${text(error)})`).join('; ')}.`,
        ]),
    `${text(`${machine.cpuModel}, ${machine.cores} cores, ${machine.kernel}; Node ${versions.node}; pushlab ${versions.pushlab} (${versions.commit ?? 'no commit known'})`)}. Repeat with \`${plan.command.replaceAll('`', "'")}\`.`,
    '',
  ].join('\n\n');
}

/** The board alone: what became of each claim, in one table. */
export function verdictBoard({ verdicts }: Verdicts): string {
  return `${tally(verdicts)}\n\n${board(verdicts)}`;
}

function board(verdicts: readonly Verdict[]): string {
  return ['| claim | verdict | claimed | measured |', '|---|---|---|---|', ...verdicts.map(row)].join('\n');
}

function tally(tested: readonly Verdict[]): string {
  const parts = outcomes.flatMap((outcome) => {
    const number = tested.filter((verdict) => verdict.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${outcome}`];
  });
  return `Of ${tested.length} claims: ${parts.join(', ')}.`;
}

function row(verdict: Verdict): string {
  const { id, title, outcome, claimed } = verdict;
  const marked = `${outcomeMarks[outcome]} ${outcome}`;
  return `| ${[`${id} ${title}`, marked, claimed, figureOf(verdict)].map(text).join(' | ')} |`;
}

function section(verdict: Verdict): string {
  const { id, title, outcome, says, source, claimed, value, because, conditions } = verdict;
  const { theirMethod, ourTest, prediction, threshold, wouldChange } = verdict;
  const cited = source.url === null ? text(source.title) : `${text(source.title)}, ${text(source.url)}`;
  return [
    `### ${text(id)} ${text(title)}: ${outcome}`,
    `${text(says)} (${cited})`,
    `Claimed: ${text(claimed)}. Measured: ${text(value ?? 'nothing')}.`,
    `${text(because)}.`,
    `Their method: ${text(theirMethod)}`,
    `Ours: ${text(ourTest)}`,
    `Expected: ${text(prediction)}`,
    `Threshold, written beforehand: ${text(threshold)}`,
    ...(conditions.length === 0 ? [] : [conditions.map((condition) => `- ${text(condition)}`).join('\n')]),
    `Would change it: ${text(wouldChange)}`,
    text(restsOn(verdict)),
  ].join('\n\n');
}

function nameOf({ id, title }: Verdict): string {
  return `${text(id)} ${text(title)}`;
}
