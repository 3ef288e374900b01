/**
 * TCP sockets without `net.Socket`: the handle below it, which it is itself built on.
 *
 * That leaves out the stream machinery of every write, and with a connection for each request also that of every
 * connection; how much that is stands in docs/decisions/0014. The handle is no public interface of Node. So nothing is
 * taken for granted: `findBareSockets` first exchanges bytes through it, and returns null when anything is not as
 * expected; documented sockets then take its place, and the report says which it was.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { type LoadSocket, type OpenSocket, readBuffer, type SocketPlace, type SocketUser } from './sockets.js';

interface Handle {
  user: BareSocket;
  onread: (this: Handle) => void;
  useUserBuffer(buffer: Buffer): void;
  setNoDelay(on: boolean): number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  readStart(): number;
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  close(): void;
}
interface ConnectRequest {
  oncomplete: (status: number, handle: Handle) => void;
}
interface WriteRequest {
  oncomplete: (status: number, handle: Handle) => void;
}
interface Bindings {
  readonly TCP: new (kind: number) => Handle;
  readonly kind: number;
  readonly ConnectWrap: new () => ConnectRequest;
  readonly WriteWrap: new () => WriteRequest;
  /** What the last read or write came to, at the two places that follow. */
  readonly state: Int32Array;
  readonly readBytesOrError: number;
  readonly lastWriteWasAsync: number;
}

/** How long a byte may take to come back over loopback before the attempt is given up. */
const trialTimeoutMs = 2_000;

/** Null where this Node has no such handles, or they do not behave. */
export async function findBareSockets(): Promise<((place: SocketPlace) => OpenSocket) | null> {
  const bindings = findBindings();
  if (bindings === null) return null;
  const open = (where: SocketPlace): OpenSocket => {
    const place = new BarePlace(bindings, where);
    return (user) => new BareSocket(place, user);
  };
  try {
    return (await echoes(open)) ? open : null;
  } catch {
    return null;
  }
}

function findBindings(): Bindings | null {
  try {
    const binding = (process as unknown as { binding(name: string): Record<string, never> }).binding;
    const tcp = binding.call(process, 'tcp_wrap');
    const stream = binding.call(process, 'stream_wrap');
    const found = {
      TCP: tcp.TCP,
      kind: (tcp.constants as { SOCKET?: number } | undefined)?.SOCKET,
      ConnectWrap: tcp.TCPConnectWrap,
      WriteWrap: stream.WriteWrap,
      state: stream.streamBaseState,
      readBytesOrError: stream.kReadBytesOrError,
      lastWriteWasAsync: stream.kLastWriteWasAsync,
    };
    return Object.values(found).every((value) => value !== undefined) ? (found as unknown as Bindings) : null;
  } catch {
    return null;
  }
}

/** What all sockets to one place have in common. */
class BarePlace {
  readonly bindings: Bindings;
  readonly address: string;
  readonly port: number;
  readonly isIPv6: boolean;
  readonly reused: boolean;
  /** Used again by every write that is done when the call returns, which for a request nearly every one is. */
  writeRequest: WriteRequest;

  constructor(bindings: Bindings, { address, port, reused }: SocketPlace) {
    this.bindings = bindings;
    this.address = address;
    this.port = port;
    this.reused = reused;
    this.isIPv6 = isIPv6(address);
    this.writeRequest = this.newWriteRequest();
  }

  newWriteRequest(): WriteRequest {
    const request = new this.bindings.WriteWrap();
    request.oncomplete = onWritten;
    return request;
  }
}

class BareSocket implements LoadSocket {
  readonly #place: BarePlace;
  readonly #user: SocketUser;
  readonly #handle: Handle;
  #closed = false;

  constructor(place: BarePlace, user: SocketUser) {
    const { TCP, kind, ConnectWrap } = place.bindings;
    this.#place = place;
    this.#user = user;
    const handle = new TCP(kind);
    this.#handle = handle;
    handle.user = this;
    handle.onread = onRead;
    handle.useUserBuffer(readBuffer);
    const request = new ConnectWrap();
    request.oncomplete = onConnected;
    const error = place.isIPv6
      ? handle.connect6(request, place.address, place.port)
      : handle.connect(request, place.address, place.port);
    // The user has not got its socket yet.
    if (error !== 0) queueMicrotask(() => this.failed('connect', error));
    // Before it is connected: the kernel is then asked to watch for both at once. Afterwards it would be asked to
    // add what it already has, refuse, and be asked to change it: one system call more per connection.
    else handle.readStart();
  }

  write(bytes: Buffer): void {
    const place = this.#place;
    const error = this.#handle.writeBuffer(place.writeRequest, bytes);
    if (error !== 0) this.failed('write', error);
    else if (place.bindings.state[place.bindings.lastWriteWasAsync] !== 0) place.writeRequest = place.newWriteRequest();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close();
  }

  connected(status: number): void {
    if (this.#closed) return;
    if (status !== 0) {
      this.failed('connect', status);
      return;
    }
    // Nagle would hold a request back behind the acknowledgement of the last one; a first request has none before it.
    if (this.#place.reused) this.#handle.setNoDelay(true);
    this.#user.onOpen();
  }

  readDone(): void {
    if (this.#closed) return;
    const byteCount = this.#place.bindings.state[this.#place.bindings.readBytesOrError] as number;
    if (byteCount > 0) this.#user.onRead(byteCount);
    else if (byteCount < 0) {
      if (getSystemErrorName(byteCount) === 'EOF') this.#user.onEnd();
      else this.failed('read', byteCount);
    }
  }

  failed(during: 'connect' | 'read' | 'write', error: number): void {
    if (this.#closed) return;
    this.close();
    this.#user.onError(during, getSystemErrorName(error));
  }
}

// Functions of the module and not of each socket: a closure per connection would be garbage per request in close mode.
function onConnected(status: number, handle: Handle): void {
  handle.user.connected(status);
}

function onRead(this: Handle): void {
  this.user.readDone();
}

function onWritten(status: number, handle: Handle): void {
  if (status !== 0) handle.user.failed('write', status);
}

/** Sends bytes there and back, and sees the end of the connection: all that is ever asked of a bare socket. */
async function echoes(openAt: (place: SocketPlace) => OpenSocket): Promise<boolean> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sent = Buffer.from('pushlab');
  try {
    return await new Promise((resolve) => {
      let received = '';
      const timer = setTimeout(resolve, trialTimeoutMs, false);
      const settle = (outcome: boolean): void => {
        clearTimeout(timer);
        socket.close();
        resolve(outcome);
      };
      const { port } = server.address() as AddressInfo;
      const socket = openAt({ address: '127.0.0.1', port, reused: true })({
        onOpen: () => socket.write(sent),
        onRead: (byteCount) => {
          received += readBuffer.toString('latin1', 0, byteCount);
        },
        onEnd: () => settle(received === 'pushlab'),
        onError: () => settle(false),
      });
    });
  } finally {
    server.close();
  }
}
