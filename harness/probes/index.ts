/** Every probe: one line each. */
import type { Plan, ProbeId } from '../model.js';
import { articleLoop } from './article-loop.js';
import { churn } from './churn.js';
import { code } from './code-size.js';
import type { Probes } from './probe.js';
import { requests } from './requests.js';
import { streamsBesideRequests } from './streams-beside-requests.js';
import { upstream } from './upstream.js';

export const probes: Probes = {
  churn,
  'article-loop': articleLoop,
  code,
  upstream,
  requests,
  'streams-beside-requests': streamsBesideRequests,
};

/** Those of a run: all that are asked for, without what takes too long for a thinned one. */
export function plannedProbes(ids: readonly ProbeId[], thinned: boolean): ProbeId[] {
  return ids.filter((id) => probes[id].expectedMs(thinned) !== null);
}

/** In ms, of those that are given. */
export function probesDurationMs({ probes: ids, thinned }: Pick<Plan, 'probes' | 'thinned'>): number {
  return ids.reduce((sum, id) => sum + (probes[id].expectedMs(thinned) ?? 0), 0);
}
