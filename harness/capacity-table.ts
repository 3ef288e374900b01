/** A capacity search in words: each step as it ends, the answers, and the knee of each transport's curve. */
import type { Capacity, CapacityStep } from './model.js';
import { formatTable } from './table.js';

const unit = { rate: 'updates/s', subscribers: 'subscribers' } as const;

/** One line while the search goes on. */
export function formatStep(axis: Capacity['axis'], step: CapacityStep): string {
  const verdict = step.met ? 'met' : `missed: ${step.missed.join(', ')}`;
  return `${step.phase.padEnd(7)} ${String(step.value).padStart(7)} ${unit[axis]}  p99 ${ms(step.p99Us)} ms, server ${percent(step.serverCpuShare)} %  ${verdict}${step.generatorBound ? ' (generator saturated)' : step.noisy && !step.met ? ' (noisy machine)' : ''}`;
}

export function formatCapacity({ axis, slo, searches }: Capacity): string {
  const answers = searches.map(({ transport, capacity, failsAt, limitedBy, steps }) => {
    const at = steps.filter(({ value }) => value === capacity);
    const upTo = failsAt === null ? '' : `, missed at ${failsAt}`;
    const what =
      capacity === null
        ? `none met${upTo}`
        : `${capacity} ${unit[axis]}, met ${at.filter(({ met }) => met).length} of ${at.length}${upTo}`;
    return `${transport}: ${what} (limited by: ${limitedBy})`;
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
        String(value),
        String(at.length),
        `${at.filter(({ met }) => met).length}`,
        whole(last.offeredPerS),
        whole(last.achievedPerS),
        ms(last.p99Us),
        percent(last.serverCpuShare),
        percent(last.generatorCpuShare),
        String(last.lost ?? '—'),
        String(last.droppedSlow ?? '—'),
      ];
    });
  });
  return `${slo}\n\n${answers.join('\n')}\n\n${formatTable([head, ...rows])}`;
}

function ms(us: number | null): string {
  return us === null ? '—' : (us / 1000).toPrecision(3);
}

function percent(share: number | null): string {
  return share === null ? '—' : (share * 100).toFixed(0);
}

function whole(value: number | null): string {
  return value === null ? '—' : value.toFixed(0);
}
