/** Where the figures come from: machine, versions, network, seed, and the command that repeats the run. */
import type { Plan } from '../harness/model.js';
import { formatNumber, type ReportInput } from './data.js';
import { type Html, html } from './html.js';

/** What machine it was, and which versions. */
export function facts({ machine, versions }: Pick<Plan, 'machine' | 'versions'>): [string, string][] {
  return [
    ['machine', `${machine.cpuModel}, ${machine.cores} cores, ${formatNumber(machine.memoryBytes / 2 ** 30)} GiB`],
    ['system', `${machine.os}, ${machine.kernel}, congestion control ${machine.congestionControl ?? 'unknown'}`],
    [
      'versions',
      `pushlab ${versions.pushlab} (${versions.commit ?? 'no commit known'}), Node ${versions.node}, uWebSockets.js package ${versions.uWebSockets}`,
    ],
    ['server binary', versions.uWebSocketsSha256 === null ? 'unknown' : `SHA-256 ${versions.uWebSocketsSha256}`],
  ];
}

export function provenance({ plan, summary }: ReportInput): Html {
  const rows: [string, string][] = [
    ...facts(plan),
    [
      'pinning',
      plan.serverCores === null
        ? 'none'
        : `server on core ${plan.serverCores}, load generator on core ${plan.generatorCores}${severalProcesses(plan)}`,
    ],
    ['network', networkOf(plan)],
    ['run', `${plan.runId}, method version ${plan.methodVersion}, made ${plan.createdAt}`],
    [
      'plan',
      `${plan.trials.length} trials: ${summary.arms.length} arms × ${plan.repeats} repeats, interleaved and mirrored; fresh processes for each`,
    ],
    ['seed', String(plan.seed)],
  ];
  return html`<section id="provenance"><h2>Where this comes from, and how to repeat it</h2>
<pre><code>${plan.command}</code></pre>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<details id="workloads-in-full"><summary>Workloads in full</summary><pre>${plan.workloads.map((workload) => `${JSON.stringify(workload)}\n`)}</pre></details></section>`;
}

function networkOf({ wire }: ReportInput['plan']): string {
  return wire.method === 'namespace'
    ? `loopback of a network namespace of the run’s own, MTU ${wire.mtuBytes} B, no segmentation offload; raw TCP sockets`
    : `the machine’s loopback, raw TCP sockets; TCP/IP bytes estimated, not counted: ${wire.why}`;
}

/** Trials of more connections than a process may have take several, and those share the cores. */
function severalProcesses({ trials, workloads }: Plan): string {
  const title = (workloadId: string) => workloads.find(({ id }) => id === workloadId)?.title ?? workloadId;
  const most = trials
    .flatMap(({ arrangement, workloadId }) => (arrangement === undefined ? [] : [{ ...arrangement, workloadId }]))
    .map(
      ({ workloadId, serverProcesses, clientWorkers }) =>
        `${serverProcesses} server processes and ${clientWorkers} client workers in “${title(workloadId)}”`,
    );
  return most.length === 0 ? '' : `; ${[...new Set(most)].join('; ')}`;
}
