/**
 * What is to be asked: a URL taken apart, tried once, and the local process behind it, if there is one.
 *
 * Trying it once, before anything is measured, turns the common mistakes into one line each instead of a table of
 * errors. What goes wrong later is counted.
 */
import { lookup } from 'node:dns/promises';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { WireError } from '../../contract/wire/errors.js';
import { formatGet, HttpResponseParser } from '../../contract/wire/http.js';
import { UsageError, UserError } from '../user-error.js';

export interface Target {
  readonly url: string;
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** As the request says it. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
}

const probeTimeoutMs = 5_000;
/** How a TLS server answers what is no TLS: record type and version (RFC 8446, 5.1). */
const tlsAlert = 0x15;
const tlsMajor = 3;

/** @throws UsageError for anything but an http URL, UserError when its name has no address */
export async function findTarget(text: string): Promise<Target> {
  const url = parseUrl(text);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const address = isIP(name) === 0 ? await resolveName(name) : name;
  return {
    url: url.href,
    address,
    port: url.port === '' ? 80 : Number(url.port),
    host: url.host,
    path: url.pathname + url.search,
  };
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`${text}: not a URL; it begins with http://, as in http://127.0.0.1:8080/hello`);
  }
  if (url.protocol === 'https:')
    throw new UsageError(`${text}: https is not supported, it would measure TLS; give the http URL behind it`);
  if (url.protocol !== 'http:') throw new UsageError(`${text}: must begin with http://`);
  if (url.username !== '') throw new UsageError(`${text}: credentials in a URL are not supported`);
  return url;
}

async function resolveName(name: string): Promise<string> {
  try {
    return (await lookup(name)).address;
  } catch (error) {
    throw new UserError(`${name} has no address (${(error as NodeJS.ErrnoException).code}); check the host of the URL`);
  }
}

/**
 * Asks once.
 *
 * @returns the status, or in words what is wrong with the response where asking again may still be worth it
 * @throws UserError when nothing listens there, or what answers is not HTTP/1
 */
export function tryTarget({ address, port, host, path, url }: Target): Promise<number | string> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let answered = false;
    const socket = connect({ host: address, port, noDelay: true });
    const settle = (outcome: number | string | UserError): void => {
      clearTimeout(timer);
      socket.destroy();
      if (typeof outcome === 'object') reject(outcome);
      else resolve(outcome);
    };
    const timer = setTimeout(
      () => settle(answered ? 'its first response was not whole after 5 s' : 'it did not answer within 5 s'),
      probeTimeoutMs,
    );
    const parser = new HttpResponseParser({
      onHead: (head) => {
        status = head.status;
      },
      onBody: () => {},
      onMessageEnd: () => settle(status),
      onUpgrade: () => settle('it answered a plain GET with 101'),
    });
    const parsed = (parse: () => void): void => {
      try {
        parse();
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        // With a head read, it is HTTP, and what follows is for the generator to count.
        settle(
          status === 0 && error.kind === 'malformed' ? notHttp(url, error) : `its first response: ${error.message}`,
        );
      }
    };
    socket.on('connect', () => socket.write(formatGet({ path, host }), 'latin1'));
    socket.on('data', (bytes) => {
      if (!answered && bytes[0] === tlsAlert && bytes[1] === tlsMajor) {
        settle(new UserError(`${url}: this port speaks TLS; give the address of the plain http server behind it`));
        return;
      }
      answered = true;
      parsed(() => parser.push(bytes, 0, bytes.length));
    });
    socket.on('end', () => {
      parsed(() => parser.end());
      settle('it closed the connection without a response');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(socket.connecting || !answered ? noConnection(url, error) : `its first response: ${error.code}`),
    );
  });
}

function notHttp(url: string, { message }: WireError): UserError {
  return new UserError(`${url}: what answers there does not speak HTTP/1 (${message})`);
}

function noConnection(url: string, { code, message }: NodeJS.ErrnoException): UserError {
  if (code === 'ECONNREFUSED')
    return new UserError(`${url}: nothing listens there; start the server, or check the port`);
  return new UserError(`${url}: no connection (${code ?? message})`);
}

/** Processes of this machine that listen on the port; none where /proc does not show them. */
export function findListeners(port: number): number[] {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(read(`/proc/net/${table}`), port)));
  if (inodes.size === 0) return [];
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => list(`/proc/${pid}/fd`).some((fd) => inodes.has(link(`/proc/${pid}/fd/${fd}`))))
    .map(Number);
}

/** Links of the sockets in state LISTEN (0A) on that port, in the table of proc(5), /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
    .map((fields) => `socket:[${fields[9]}]`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
