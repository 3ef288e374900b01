/**
 * Says on stdout why no io_uring gives sockets here, and nothing where one does. `pushlab doctor` starts it: what it tries is
 * gone with the process.
 */
import { findLibc } from './libc.js';
import { RingSockets } from './sockets.js';

try {
  new RingSockets(findLibc(), { connections: 1, receiveBuffers: 1, receiveBufferBytes: 4096 });
} catch (error) {
  console.log((error as Error).message);
}
