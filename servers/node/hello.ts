/**
 * The plain keep-alive GET that the article's requests-per-second figure is about, as its Node server answers it:
 * head first and then the body, so Node does not know the length and sends one chunk.
 */
import type { Routes } from './http.js';

export function serveHello(routes: Routes): void {
  routes.get('/hello', (_req, res) => {
    const connection = res.shouldKeepAlive ? 'keep-alive' : 'close';
    res.writeHead(200, { 'Content-Type': 'text/plain', Connection: connection });
    res.end('hello');
  });
}
