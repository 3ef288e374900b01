/**
 * The page at `/` that shows all transports side by side, and the clock it reads the server's time from.
 *
 * The files are read on the first request: a server that is being measured never loads them.
 */

import type { TemplatedApp } from 'uWebSockets.js';
import { readFileSync } from 'node:fs';
import { nowUs } from '../../../contract/clock.js';
import type { Workload } from '../../../contract/trial.js';
import type { Counters } from '../../shared/end.js';
import { jsonContentType } from '../../shared/update-bodies.js';
import { serveGet } from '../http.js';

const pages: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/decode.js': { file: 'decode.js', type: 'text/javascript; charset=utf-8' },
  '/demo.js': { file: 'demo.js', type: 'text/javascript; charset=utf-8' },
  '/demo.css': { file: 'demo.css', type: 'text/css; charset=utf-8' },
};

// The page holds all it needs; a browser shall fetch nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src data:";

export interface DemoContext {
  readonly app: TemplatedApp;
  readonly counters: Counters;
  readonly workload: Workload;
  /** When intended offsets count from, on the server's clock; null before the source starts. */
  readonly startUs: () => number | null;
}

export function serveDemo({ app, counters, workload, startUs }: DemoContext): void {
  for (const [path, { file, type }] of Object.entries(pages)) {
    let bytes: Buffer | null = null;
    serveGet(app, path, counters, (res) => {
      bytes ??= readFileSync(new URL(file, import.meta.url));
      res.writeHeader('Content-Type', type);
      res.writeHeader('Content-Security-Policy', policy);
      res.writeHeader('Cache-Control', 'no-cache');
      res.end(bytes);
    });
  }
  serveGet(app, '/clock', counters, (res) => {
    const { updates, payloadBytes } = workload;
    res.writeHeader('Content-Type', jsonContentType);
    res.writeHeader('Cache-Control', 'no-store');
    // The clock is read last, so that its value is as fresh as it can be.
    res.end(JSON.stringify({ startUs: startUs(), ...updates, payloadBytes, nowUs: Math.round(nowUs()) }));
  });
}
