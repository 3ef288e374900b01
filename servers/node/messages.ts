/** Messages that clients post: each is sent back (contract/messages.ts). */
import { maxMessageBytes, messagePath } from '../../contract/messages.js';
import { messageTooLong } from '../shared/refusal.js';
import { type Routes, refuse } from './http.js';

export function serveMessages(routes: Routes): void {
  routes.post(messagePath, (req, res) => {
    const parts: Buffer[] = [];
    let length = 0;
    req.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= maxMessageBytes) parts.push(part);
    });
    req.on('end', () => {
      if (length > maxMessageBytes) return refuse(res, messageTooLong);
      res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': length });
      res.end(Buffer.concat(parts));
    });
  });
}
