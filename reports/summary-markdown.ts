/** The findings of a run as Markdown: for an issue, a README or a message. */
import { armTitle, type ReportInput } from './data.js';
import { cell, finding, findingColumns } from './findings.js';
import { escapeMarkdown as text } from './markdown.js';

export function summaryMarkdown(input: ReportInput): string {
  const { plan, summary, verdicts } = input;
  const { machine, versions } = plan;
  const tables = plan.workloads.map((workload) => {
    const arms = summary.arms.filter(({ workloadId }) => workloadId === workload.id);
    return [
      `### ${text(workload.title)}`,
      '',
      row(['transport', ...findingColumns.map(({ title }) => title), 'delivered', 'superseded', 'lost']),
      `|---|${'---:|'.repeat(findingColumns.length + 3)}`,
      ...arms.map((arm) =>
        row([
          armTitle(arm, summary),
          ...findingColumns.map((column) => {
            const { text: value, mark } = cell(input, arm, column);
            return mark === null ? value : `**${mark === 'tied' ? '≈ ' : ''}${value}**`;
          }),
          String(arm.counts.delivered),
          String(arm.counts.superseded),
          String(arm.counts.lost),
        ]),
      ),
    ].join('\n');
  });
  const board = verdicts.verdicts.map(
    ({ id, outcome, title, value }) =>
      `- **${id}** ${outcome}: ${text(title)}${value === null ? '' : ` (${text(value)})`}`,
  );
  return `## ${text(plan.suite.question)}

${text(finding(input))}

${tables.join('\n\n')}

Median over trials with its interval (${summary.intervalMethod}); bold is what no other arm beats, ≈ where several tie for it. ${summary.excluded.length} of ${summary.planned} trials left out, ${summary.notRun.length} not run, ${summary.warnings.length} warnings.

### Claims

${board.join('\n')}

${text(`${machine.cpuModel}, ${machine.cores} cores, ${machine.kernel}; Node ${versions.node}, uWebSockets.js ${versions.uWebSockets}; pushlab ${versions.pushlab} (${versions.commit ?? 'no commit known'})`)}. Repeat with \`${plan.command.replaceAll('`', "'")}\`.
`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((value) => text(value).replaceAll('\\*\\*', '**')).join(' | ')} |`;
}
