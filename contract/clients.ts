/**
 * The kinds of client, what each can be asked for, and how many connections a browser can hold.
 *
 * A browser stalls silently past its limits: the seventh event stream to one host hangs, and takes every request to that
 * host with it. A plan must not run into that by accident, so the limits are here, where planner and driver see them.
 */
import { type TransportId, transportIds } from './transports.js';

export const clientKinds = [
  'raw',
  'browser',
  'browser-fetch',
  'browser-cache',
  'browser-article',
  'browser-bare',
] as const;
export type ClientKind = (typeof clientKinds)[number];

export interface Client {
  readonly title: string;
  readonly inBrowser: boolean;
  readonly transports: readonly TransportId[];
}

export const clients: Readonly<Record<ClientKind, Client>> = {
  raw: { title: 'raw', inBrowser: false, transports: transportIds },
  /** EventSource, WebSocket, fetch; an ETag of the page's own. */
  browser: { title: 'browser', inBrowser: true, transports: transportIds },
  'browser-fetch': { title: 'browser, over fetch', inBrowser: true, transports: ['sse'] },
  'browser-cache': { title: 'browser, by its HTTP cache', inBrowser: true, transports: ['conditional-polling'] },
  'browser-article': { title: 'browser, the article’s client', inBrowser: true, transports: ['polling', 'sse'] },
  /** EventSource and WebSocket alone: no line of the page for a lost connection. */
  'browser-bare': { title: 'browser, nothing added', inBrowser: true, transports: ['sse', 'websocket'] },
};

/** What a page may find built into its browser: the means by which updates reach one, without a library. */
export const pageFeatures = [
  'fetch',
  'ReadableStream',
  'AbortController',
  'EventSource',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
] as const;
export type PageFeature = (typeof pageFeatures)[number];

/** HTTP/1.1 connections per host, port and browser context (Chromium: net/socket/client_socket_pool_manager.cc). */
const httpConnectionsPerHost = 6;
/** WebSockets per page (Chromium: WebSocketImpl's cap per renderer; measured by the suite browser-limits). */
const webSocketsPerPage = 255;
/** More pages than this take the one core from each other, and their latency measures that. */
export const maxPagesForLatency = 5;
/** For what is not about latency. */
export const maxPages = 20;

export function connectionsPerPage(transport: TransportId): number {
  return transport === 'websocket' ? webSocketsPerPage : httpConnectionsPerHost;
}
