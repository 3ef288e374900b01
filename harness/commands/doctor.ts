/** `pushlab doctor`: what this machine can measure, and what each missing thing would have been for. */
import { removeLeftoverProfiles } from '../browser/profile.js';
import { examine, type Finding, type FindingState } from '../doctor.js';
import { removeLeftoverNamespaces } from '../meters/wire.js';
import { type Style, styled, type Terminal, wrapped } from '../terminal.js';
import { proseTerminal, say } from './output.js';

export default async function doctor(_args: string[], options: Record<string, unknown>): Promise<number> {
  if (options.clean === true) return clean();
  const groups = examine();
  const terminal = proseTerminal();
  for (const { title, findings } of groups)
    console.log(
      `${[styled(title, 'bold', terminal), ...findings.map((found) => describe(found, terminal))].join('\n')}\n`,
    );
  const failed = groups.flatMap(({ findings }) => findings).filter(({ state }) => state === 'fails');
  say(
    failed.length === 0
      ? 'A run works here.'
      : `A run does not work here: ${failed.map(({ what }) => what).join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
}

const whatColumns = 15;
const stateColumns = 8;

const stateStyles: Readonly<Record<FindingState, Style | null>> = {
  ok: 'green',
  exact: 'green',
  look: 'yellow',
  estimate: 'yellow',
  missing: 'yellow',
  fails: 'red',
};

function describe({ what, state, detail, fix }: Finding, terminal: Terminal): string {
  const indent = whatColumns + stateColumns + '      '.length;
  const line = wrapped(`  ${what.padEnd(whatColumns)}  ${state.padEnd(stateColumns)}  ${detail}`, terminal, indent);
  const styledLine = line.replace(new RegExp(`(?<=  )${state}(?= )`), styled(state, stateStyles[state], terminal));
  if (fix === null) return styledLine;
  // Whole, as it may be a command to copy: further to the left where it would not fit.
  const fits = indent + '→ '.length + fix.length <= terminal.columns;
  return `${styledLine}\n${' '.repeat(fits ? indent : 4)}→ ${fix}`;
}

function clean(): number {
  const removed = [...removeLeftoverNamespaces(), ...removeLeftoverProfiles()];
  console.log(removed.length === 0 ? 'nothing to remove' : `removed: ${removed.join(', ')}`);
  return 0;
}
