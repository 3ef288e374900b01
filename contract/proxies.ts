/**
 * What can stand between client and server. Nothing does unless the workload says so.
 *
 * Their limits are those of proxies in use, but for the idle timeout: a trial has no minute to spare.
 */
export const proxies = {
  none: 'nothing: one TCP connection from end to end',
  transparent: 'a TCP proxy that hands bytes on as they come',
  'drop-upgrade': 'an HTTP/1.1 proxy that does not know Upgrade, a hop-by-hop field: it goes no further',
  buffering: 'an HTTP/1.1 proxy that collects a response until a buffer is full or the response ends',
  'idle-timeout': 'a TCP proxy that cuts a connection on which nothing has passed for a while',
} as const;

export type ProxyId = keyof typeof proxies;
export const proxyIds = Object.keys(proxies) as [ProxyId, ...ProxyId[]];

/** A memory page: the lumps in which nginx 1.22 as installed passes a slow stream on (docs/decisions/0013). */
export const proxyBufferBytes = 4 * 1024;
/** In use are 30 to 60 s and more (nginx `proxy_read_timeout`: 60 s). */
export const proxyIdleMs = 1_000;
