/**
 * TCP sockets without `net.Socket`: the handle below it, which it is itself built on.
 *
 * That leaves out the stream machinery of every write, and with a connection for each request also that of every
 * connection; how much that is stands in docs/decisions/0014. The handle is no public interface of Node. So nothing is
 * taken for granted: `findBareSockets` first exchanges bytes through it, and throws when anything is not as
 * expected; documented sockets then take its place, and the report says which it was.
 */
import { isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { echoes } from './echo.js';
import { type LoadSocket, readBuffer, type SocketEngine, type SocketPlace, type SocketUser } from './sockets.js';

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

/** @throws Error where this Node has no such handles, or they do not behave */
export async function findBareSockets(): Promise<SocketEngine> {
  const bindings = findBindings();
  if (bindings === null) throw new Error('this Node has no such handles');
  const engine: SocketEngine = {
    calls: 'bare',
    readBuffer,
    openAt: (where) => {
      const place = new BarePlace(bindings, where);
      return (user, first) => new BareSocket(place, user, first);
    },
  };
  if (!(await echoes(engine))) throw new Error('bytes did not come back through them');
  return engine;
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
  readonly #first: Buffer | null;
  #closed = false;

  constructor(place: BarePlace, user: SocketUser, first: Buffer | null) {
    const { TCP, kind, ConnectWrap } = place.bindings;
    this.#place = place;
    this.#user = user;
    this.#first = first;
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
    if (this.#first !== null) this.write(this.#first);
    if (!this.#closed) this.#user.onOpen();
  }

  readDone(): void {
    if (this.#closed) return;
    const byteCount = this.#place.bindings.state[this.#place.bindings.readBytesOrError] as number;
    if (byteCount > 0) this.#user.onRead(0, byteCount);
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
