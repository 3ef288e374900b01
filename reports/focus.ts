/**
 * What a run of many experiments shows first: those workloads that its first table speaks of.
 *
 * Dozens of panels in every chart would bury what they show. All of them are drawn on request, by the selection; the
 * drawings for readers without scripts keep to the focus and say so, since nobody can ask them for more.
 */
import type { Workload } from '../contract/trial.js';
import { mainWorkload, type ReportInput } from './data.js';
import { partsOf } from './findings-tables.js';

/** Up to this many panels a chart is read as one. */
const mostPanels = 8;
/** Of drawings that are in the page beside the charts: each panel of each of them is some 15 kB of it. */
const mostStillPanels = 2;

interface Focus {
  readonly input: ReportInput;
  /** What is left out, in words; null: nothing is. */
  readonly said: string | null;
}

/**
 * In fewer panels still, and never of workloads in which a chart has nothing to show while others have.
 *
 * @param shows whether the chart has anything of a part of the run
 */
export function stillFocusOf(input: ReportInput, shows: (part: ReportInput) => boolean): Focus {
  const first = focusOf(input, mostStillPanels);
  if (first.said === null || shows(first.input)) return first;
  for (const { title, workloads } of partsOf(input)) {
    const focus = focusOn(input, workloads.slice(0, mostStillPanels), title);
    if (shows(focus.input)) return focus;
  }
  return first;
}

/** @param most panels of a run of more workloads than are read as one */
export function focusOf(input: ReportInput, most = mostPanels): Focus {
  const main = mainWorkload(input);
  if (input.plan.workloads.length <= mostPanels || main === undefined) return { input, said: null };
  const part = partsOf(input).find(({ workloads }) => workloads.includes(main));
  const near = part?.title == null ? [main] : part.workloads.slice(0, most);
  return focusOn(input, near.includes(main) ? near : [main], part?.title ?? null);
}

function focusOn(input: ReportInput, workloads: readonly Workload[], title: string | null): Focus {
  const { plan, summary } = input;
  const ids = new Set(workloads.map(({ id }) => id));
  return {
    input: {
      ...input,
      // Sweeps of the whole run stay what they are: panels of a part are drawn as in the whole.
      plan: { ...plan, workloads: plan.workloads.filter(({ id }) => ids.has(id)) },
      summary: { ...summary, arms: summary.arms.filter(({ workloadId }) => ids.has(workloadId)) },
    },
    said: `Drawn here: ${workloads.length} of ${plan.workloads.length} workloads${title === null ? '' : ` (${title})`}. The table below has all.`,
  };
}
