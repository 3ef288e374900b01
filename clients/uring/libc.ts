/**
 * System calls that Node does not offer, through `koffi`: an optional package, so everything here may be absent.
 *
 * Pointers go in and out as numbers (addresses of user space are below 2⁴⁷) into memory that was mapped here: memory of
 * V8 may move, this does not.
 */
import { createRequire } from 'node:module';
import { systemCalls } from './abi.js';

/** What is used of koffi, in words of our own: its types are absent where the package is. */
interface Koffi {
  load(path: null): { func(name: string, result: string, parameters: readonly string[]): NativeFunction };
  view(address: bigint, bytes: number): ArrayBuffer;
  errno(): number;
  readonly node: {
    poll(fd: number, events: { readable: true }, onEvent: () => void): { unref(): void; stop(): void; close(): void };
  };
}
type NativeFunction = (...values: readonly number[]) => number;

export interface Memory {
  readonly address: number;
  readonly bytes: ArrayBuffer;
}

export interface Libc {
  /** −1 on error, as in C. */
  readonly enter: NativeFunction;
  errno(): number;
  setup(entries: number, params: number): number;
  register(fd: number, code: number, argument: number, count: number): number;
  /** @throws Error when there is none */
  allocate(byteCount: number): Memory;
  map(fd: number, offset: number, byteCount: number): Memory;
  /** A counter of events (eventfd(2)): what libuv can watch. */
  eventCounter(): number;
  /** Empties a counter of events, into memory at this address. */
  takeEvents(fd: number, address: number): void;
  /** Calls whenever libuv finds it readable. @returns what ends that */
  watch(fd: number, onReadable: () => void): () => void;
}

/** mmap(2): to be read and written, shared with the kernel, and here before it is touched. */
const readWrite = 0x1 | 0x2;
/** Closed in programs that are started, and never waited for when read. */
const counterFlags = 0x80000 | 0x800;
const [shared, anonymous, populate] = [0x1, 0x20, 0x8000];

/** @throws Error in one line where the package is not installed, or has no binary for this machine */
export function findLibc(): Libc {
  if (process.platform !== 'linux') throw new Error(`${process.platform} has no io_uring`);
  let koffi: Koffi;
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    throw new Error('the optional package koffi is not installed, or has no binary for this machine');
  }
  return bind(koffi);
}

function bind(koffi: Koffi): Libc {
  // Null: what this process has loaded already, whichever C library that is.
  const library = koffi.load(null);
  // syscall(2) is variadic; on x86-64 and arm64 such arguments travel in the same registers as declared ones.
  const call = (...parameters: string[]) => library.func('syscall', 'long', ['long', ...parameters]);
  const setup = call('uint32', 'uint64');
  const enter = call('uint32', 'uint32', 'uint32', 'uint32', 'uint64', 'uint64');
  const register = call('uint32', 'uint32', 'uint64', 'uint32');
  const mmap = library.func('mmap', 'int64', ['uint64', 'uint64', 'int', 'int', 'int', 'int64']);
  const eventfd = library.func('eventfd', 'int', ['uint32', 'int']);
  const read = library.func('read', 'int64', ['int', 'uint64', 'uint64']);
  const map = (fd: number, offset: number, byteCount: number, flags: number): Memory => {
    const address = mmap(0, byteCount, readWrite, flags, fd, offset);
    if (address === -1) throw new Error(`mmap of ${byteCount} bytes: errno ${koffi.errno()}`);
    return { address, bytes: koffi.view(BigInt(address), byteCount) };
  };
  return {
    enter,
    errno: () => koffi.errno(),
    setup: (entries, params) => setup(systemCalls.setup, entries, params),
    register: (fd, code, argument, count) => register(systemCalls.register, fd, code, argument, count),
    allocate: (byteCount) => map(-1, 0, byteCount, shared | anonymous),
    map: (fd, offset, byteCount) => map(fd, offset, byteCount, shared | populate),
    eventCounter: () => {
      const fd = eventfd(0, counterFlags);
      if (fd < 0) throw new Error(`eventfd: errno ${koffi.errno()}`);
      return fd;
    },
    takeEvents: (fd, address) => {
      read(fd, address, 8);
    },
    watch: (fd, onReadable) => {
      const handle = koffi.node.poll(fd, { readable: true }, onReadable);
      // Who only waits for nothing to come need not stay.
      handle.unref();
      return () => {
        handle.stop();
        handle.close();
      };
    },
  };
}
