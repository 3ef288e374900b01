/** The verdicts of a run as Markdown, to be pasted where a claim is discussed. */
import type { Plan, Verdict, Verdicts } from '../harness/model.js';
import { escapeMarkdown as text } from './markdown.js';
import { restsOn } from './rests-on.js';

export function verdictsMarkdown(plan: Plan, { verdicts, broken }: Verdicts): string {
  const { machine, versions } = plan;
  const tested = verdicts.filter(({ outcome }) => outcome !== 'not tested');
  const untested = verdicts.filter(({ outcome }) => outcome === 'not tested');
  return [
    `## ${text(plan.suite.title)}: verdicts`,
    tested.length === 0
      ? 'No claim has its evidence in this run.'
      : ['| claim | verdict | claimed | measured |', '|---|---|---|---|', ...tested.map(row)].join('\n'),
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

function row({ id, title, outcome, claimed, value }: Verdict): string {
  return `| ${[`${id} ${title}`, outcome, claimed, value ?? 'nothing'].map(text).join(' | ')} |`;
}

function section(verdict: Verdict) {
  const { id, title, outcome, says, source, because, threshold, conditions } = verdict;
  const cited = source.url === null ? text(source.title) : `${text(source.title)}, ${text(source.url)}`;
  return [
    `### ${text(id)} ${text(title)}: ${outcome}`,
    `${text(says)} (${cited})`,
    `${text(because)}.`,
    `Threshold, written beforehand: ${text(threshold)}`,
    ...(conditions.length === 0 ? [] : [conditions.map((condition) => `- ${text(condition)}`).join('\n')]),
    text(restsOn(verdict)),
  ].join('\n\n');
}

function nameOf({ id, title }: Verdict): string {
  return `${text(id)} ${text(title)}`;
}
