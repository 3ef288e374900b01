/**
 * Kernel memory of sockets: the objects in the slab caches that an open TCP connection takes, on the whole machine.
 *
 * Only differences mean anything, and only where nothing else opens connections meanwhile. Needs root
 * (/proc/slabinfo, slabinfo(5)). Both ends of a loopback connection are on this machine, so a connection shows twice.
 *
 * The kernel merges caches of one object size and shows them under the name of one: the entry of an epoll set then
 * stands for a port's bind buckets too. Buffers of bytes on their way are pages, not slab, and are not in here.
 */
import { readFileSync } from 'node:fs';

/** Objects per socket: itself, its inode, its file, its place in an epoll set, its local port, what security modules add. */
const caches = [
  'TCP',
  'TCPv6',
  'sock_inode_cache',
  'filp',
  'eventpoll_epi',
  'ep_head',
  'tcp_bind_bucket',
  'tcp_bind2_bucket',
  'lsm_inode_cache',
  'lsm_file_cache',
  'skbuff_head_cache',
  'skbuff_small_head',
];

/** Bytes in use in those caches, or null where slabinfo cannot be read. */
export function readSocketBytes(): number | null {
  try {
    return parseSlabinfo(readFileSync('/proc/slabinfo', 'utf8'));
  } catch {
    return null;
  }
}

/** What was opened between two readings; unknown where one of them is missing. */
export function socketBytesBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}

/** @throws Error when the text is not that of slabinfo version 2 */
export function parseSlabinfo(text: string): number {
  if (!text.startsWith('slabinfo - version: 2')) throw new Error('not slabinfo version 2');
  let bytes = 0;
  let sockets = 0;
  let directoryEntryBytes = 0;
  for (const line of text.split('\n')) {
    const [name = '', activeObjects, , objectBytes] = line.split(/\s+/);
    // Not all objects of the slabs: those of closed sockets stay set aside, and the next trial would get them for nothing.
    if (caches.includes(name)) bytes += Number(activeObjects) * Number(objectBytes);
    if (name === 'sock_inode_cache') sockets = Number(activeObjects);
    if (name === 'dentry') directoryEntryBytes = Number(objectBytes);
  }
  // Every socket has one. Counted by inodes: any file that anybody looks up makes an entry too.
  return bytes + sockets * directoryEntryBytes;
}
