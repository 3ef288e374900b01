/**
 * Kernel memory of sockets: the objects in the slab caches that an open TCP connection takes, on the whole machine.
 *
 * Only differences mean anything, and only where nothing else opens connections meanwhile. Needs root
 * (/proc/slabinfo, slabinfo(5)). Both ends of a loopback connection are on this machine, so a connection shows twice.
 */
import { readFileSync } from 'node:fs';

/** One object each per socket: the socket, its inode with its file and directory entry, its place in an epoll set. */
const caches = ['TCP', 'TCPv6', 'sock_inode_cache', 'filp', 'eventpoll_epi', 'skbuff_head_cache', 'skbuff_small_head'];

/** Bytes in use in those caches, or null where slabinfo cannot be read. */
export function readSocketBytes(): number | null {
  try {
    return parseSlabinfo(readFileSync('/proc/slabinfo', 'utf8'));
  } catch {
    return null;
  }
}

/** @throws Error when the text is not that of slabinfo version 2 */
export function parseSlabinfo(text: string): number {
  if (!text.startsWith('slabinfo - version: 2')) throw new Error('not slabinfo version 2');
  let bytes = 0;
  for (const line of text.split('\n')) {
    const [name = '', activeObjects, , objectBytes] = line.split(/\s+/);
    // Not all objects of the slabs: those of closed sockets stay set aside, and the next trial would get them for nothing.
    if (caches.includes(name)) bytes += Number(activeObjects) * Number(objectBytes);
  }
  return bytes;
}
