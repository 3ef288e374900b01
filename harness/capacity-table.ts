/** A capacity search in words: each step as it ends, the answers, and the knee of each transport's curve. */
import { formatTable } from './columns.js';
import { type Capacity, type CapacityStep, formatCount } from './model.js';
import { inDigits, threeDigits } from './numbers.js';
import { plainTerminal, type Terminal, wrapped } from './terminal.js';

const unit = { rate: 'updates/s', subscribers: 'subscribers' } as const;

/** One line while the search goes on. */
export function formatStep(axis: Capacity['axis'], step: CapacityStep): string {
  const verdict = step.met ? 'met' : `missed: ${step.missed.join(', ')}`;
  return `${step.phase.padEnd(7)} ${inDigits(step.value).padStart(7)} ${unit[axis]}  p99 ${ms(step.p99Us)} ms, server ${percent(step.serverCpuShare)} %  ${verdict}${step.generatorBound ? ' (generator saturated)' : step.noisy && !step.met ? ' (noisy machine)' : ''}`;
}

export function formatCapacity({ axis, slo, searches }: Capacity, terminal: Terminal = plainTerminal): string {
  const answers = searches.map(({ transport, capacity, failsAt, limitedBy, steps }) => {
    const at = steps.filter(({ value }) => value === capacity);
    const upTo = failsAt === null ? '' : `, missed at ${inDigits(failsAt)}`;
    const what =
      capacity === null
        ? `none met${upTo}`
        : `${inDigits(capacity)} ${unit[axis]}, met ${at.filter(({ met }) => met).length} of ${at.length}${upTo}`;
    return wrapped(`${transport}: ${what} (limited by: ${limitedBy})`, terminal, 2);
  });
  const head = [
    'transport',
    unit[axis],
    'steps',
    'met',
    'offered/s',
    'delivered/s',
    'p99 ms',
    'server CPU %',
    'generator CPU %',
    'lost',
    'dropped',
  ];
  const rows = searches.flatMap(({ transport, steps }) => {
    const values = [...new Set(steps.map(({ value }) => value))].sort((a, b) => a - b);
    return values.map((value) => {
      const at = steps.filter((step) => step.value === value);
      const last = at.at(-1) as CapacityStep;
      return [
        transport,
        inDigits(value),
        String(at.length),
        `${at.filter(({ met }) => met).length}`,
        count(last.offeredPerS),
        count(last.achievedPerS),
        ms(last.p99Us),
        percent(last.serverCpuShare),
        percent(last.generatorCpuShare),
        count(last.lost),
        count(last.droppedSlow),
      ];
    });
  });
  return `${slo}\n\n${answers.join('\n')}\n\n${formatTable([head, ...rows], { terminal, names: 2 })}`;
}

function ms(us: number | null): string {
  return us === null ? '—' : threeDigits(us / 1000);
}

function percent(share: number | null): string {
  return share === null ? '—' : inDigits(share * 100, 2);
}

function count(value: number | null): string {
  return value === null ? '—' : formatCount(value);
}
