/** Messages that clients post: each is sent back (contract/messages.ts). */
import type { TemplatedApp } from 'uWebSockets.js';
import { maxMessageBytes, messagePath } from '../../contract/messages.js';
import type { Counters } from '../shared/end.js';
import { messageTooLong, methodNotAllowed } from '../shared/refusal.js';
import { refuse, refuseLate } from './http.js';

export function serveMessages(app: TemplatedApp, counters: Counters): void {
  app.post(messagePath, (res) => {
    counters.requests++;
    const parts: Buffer[] = [];
    let length = 0;
    let gone = false;
    res.onAborted(() => {
      gone = true;
    });
    res.onData((part, isLast) => {
      length += part.byteLength;
      // A copy: the library takes the memory back when this returns.
      if (length <= maxMessageBytes) parts.push(Buffer.from(part.slice(0)));
      if (!isLast || gone) return;
      res.cork(() => {
        if (length > maxMessageBytes) return refuseLate(res, messageTooLong);
        res.writeHeader('Content-Type', 'text/plain');
        res.end(Buffer.concat(parts));
      });
    });
  });
  app.any(messagePath, (res, req) => {
    counters.requests++;
    refuse(res, req, methodNotAllowed(req.getCaseSensitiveMethod(), 'POST'));
  });
}
