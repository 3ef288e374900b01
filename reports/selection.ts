/** What a reader may choose among, for the page's script: arms by what they are, workloads by the suite they came from. */
import { clients } from '../contract/clients.js';
import { transportIds, transports } from '../contract/transports.js';
import { armTitle, type ReportInput, workloadLabel } from './data.js';
import { partsOf } from './findings-tables.js';
import { focusOf } from './focus.js';
import { shapes, themeColour } from './theme.js';

/** A group of which any part may be chosen. */
interface Choice {
  readonly id: string;
  readonly title: string;
}

export interface Selection {
  readonly transports: readonly (Choice & { readonly colour: string; readonly shape: string })[];
  readonly clients: readonly Choice[];
  readonly subjects: readonly Choice[];
  readonly workloads: readonly (Choice & {
    /** As charts call it, which is not its title in a sweep. */
    readonly label: string;
    readonly part: string;
    /** Whether it is shown before anybody chose. */
    readonly first: boolean;
  })[];
  /** In the order of the summary: title, transport, client, subject, place of the workload. */
  readonly arms: readonly (readonly [string, string, string, string, number])[];
}

export function selectionOf(input: ReportInput): Selection {
  const { plan, summary } = input;
  const { arms } = summary;
  const present = <T extends string>(ids: readonly T[]) => [...new Set(ids)];
  const focused = focusOf(input).input.plan.workloads;
  const partOf = new Map(
    partsOf(input).flatMap(({ title, workloads }) => workloads.map(({ id }) => [id, title ?? ''])),
  );
  return {
    transports: transportIds
      .filter((id) => arms.some(({ transport }) => transport === id))
      .map((id) => ({
        id,
        title: transports[id].title,
        colour: themeColour(id),
        shape: shapes[id],
      })),
    clients: present(arms.map(({ client }) => client)).map((id) => ({ id, title: clients[id].title })),
    subjects: present(arms.map(({ subject }) => subject)).map((id) => ({ id, title: id })),
    workloads: plan.workloads.map((workload) => ({
      id: workload.id,
      title: workload.title,
      label: workloadLabel(plan, workload),
      part: partOf.get(workload.id) ?? '',
      first: focused.some(({ id }) => id === workload.id),
    })),
    arms: arms.map((arm) => [
      armTitle(arm, summary),
      arm.transport,
      arm.client,
      arm.subject,
      plan.workloads.findIndex(({ id }) => id === arm.workloadId),
    ]),
  };
}
