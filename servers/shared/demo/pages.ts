/**
 * The page at `/` that shows all transports side by side, and the clock it reads the server's time from.
 *
 * The files are read on the first request: a server that is being measured never loads them.
 */
import { readFileSync } from 'node:fs';
import { nowUs } from '../../../contract/clock.js';
import type { Workload } from '../../../contract/trial.js';
import { jsonContentType } from '../update-bodies.js';

export interface Page {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body(): Buffer;
}

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/decode.js', file: 'decode.js', type: 'text/javascript; charset=utf-8' },
  { path: '/demo.js', file: 'demo.js', type: 'text/javascript; charset=utf-8' },
  { path: '/demo.css', file: 'demo.css', type: 'text/css; charset=utf-8' },
] as const;

// The page holds all it needs; a browser shall fetch nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src data:";

/** @param startUs when intended offsets count from, on the server's clock; null before the source starts */
export function demoPages({ updates, payloadBytes }: Workload, startUs: () => number | null): Page[] {
  const clock: Page = {
    path: '/clock',
    headers: { 'Content-Type': jsonContentType, 'Cache-Control': 'no-store' },
    // The clock is read last, so that its value is as fresh as it can be.
    body: () =>
      Buffer.from(JSON.stringify({ startUs: startUs(), ...updates, payloadBytes, nowUs: Math.round(nowUs()) })),
  };
  return [...files.map(filePage), clock];
}

function filePage({ path, file, type }: (typeof files)[number]): Page {
  let bytes: Buffer | null = null;
  return {
    path,
    headers: { 'Content-Type': type, 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' },
    body() {
      bytes ??= readFileSync(new URL(file, import.meta.url));
      return bytes;
    },
  };
}
