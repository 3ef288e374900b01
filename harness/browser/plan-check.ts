/** What must hold before a browser trial is run: asked of a suite when it is planned, and of a plan when it is run. */
import {
  type Client,
  type ClientKind,
  clients,
  connectionsPerPage,
  maxPagesForLatency,
} from '../../contract/clients.js';
import type { TransportId } from '../../contract/transports.js';
import type { TrialPlan, Workload } from '../../contract/trial.js';
import type { Plan } from '../model.js';

/** Why this trial of a plan cannot be run here, or null. */
export function whyNotRunnable({ browser }: Pick<Plan, 'browser'>, { client, refused }: TrialPlan): string | null {
  return refused ?? (clients[client].inBrowser && browser.state === 'none' ? browser.why : null);
}

/** Why a browser could not do what the workload asks, in one line that begins with it; null: it can. */
export function whyNotInBrowser(kind: ClientKind, transport: TransportId, workload: Workload): string | null {
  const client: Client = clients[kind];
  if (!client.transports.includes(transport))
    return `client '${kind}' has no ${transport}; it has ${client.transports.join(', ')}`;
  if (!client.inBrowser) return null;
  const { poll, subscribers, browser } = workload;
  if (poll.connection === 'per-request')
    return `workload '${workload.id}' wants a connection per request, which a page cannot choose; use client 'raw'`;
  if (kind === 'browser-article' && transport === 'polling' && poll.pacing !== 'response-end')
    return `workload '${workload.id}': the article’s client polls after each response; set poll.pacing to 'response-end'`;
  if (workload.resume === false && kind !== 'browser-fetch' && transport === 'sse')
    return `workload '${workload.id}': an EventSource always says where it was (resume); use client 'browser-fetch' or 'raw'`;
  if ((browser?.hosts ?? 1) > 1 && (workload.proxy ?? 'none') !== 'none')
    return `workload '${workload.id}': a proxy listens on one address, the pages are on ${browser?.hosts}`;
  if (browser?.mayStall === true) return null;
  return whyItWouldStall(transport, subscribers, browser);
}

function whyItWouldStall(transport: TransportId, subscribers: number, browser: Workload['browser']): string | null {
  const pages = browser?.pages ?? Math.min(subscribers, maxPagesForLatency);
  const each = connectionsPerPage(transport);
  const hosts = browser?.hosts ?? 1;
  // Tabs of one user share the connections to a host; a WebSocket counts per page.
  const pools = browser?.contexts === 'shared' && transport !== 'websocket' ? Math.min(hosts, pages) : pages;
  if (Math.ceil(subscribers / pools) <= each) return null;
  const per = transport === 'websocket' ? 'page' : browser?.contexts === 'shared' ? 'host' : 'page of its own context';
  return `${subscribers} ${transport} subscribers would stall a browser: it opens ${each} connections per ${per}, and this workload has ${pools}; take at most ${each * pools}, more pages, or client 'raw'`;
}
