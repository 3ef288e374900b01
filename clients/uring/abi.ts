/**
 * Numbers of Linux's io_uring interface: include/uapi/linux/io_uring.h and io_uring(7), as far as sockets need them.
 *
 * They are the kernel's promise to programs and the same on every architecture: system calls from 424 on have one number
 * everywhere.
 */
export const systemCalls = { setup: 425, enter: 426, register: 427 } as const;

/** `flags` of io_uring_params. */
export const setupFlags = {
  cqSize: 1 << 3,
  clamp: 1 << 4,
  singleIssuer: 1 << 12,
  /** Completions are worked off when they are waited for, and not whenever the thread is in the kernel. Linux 6.1. */
  deferTaskrun: 1 << 13,
} as const;

/** `features` of io_uring_params: what the engine takes for granted. */
export const features = { singleMmap: 1 << 0, nodrop: 1 << 1, extArg: 1 << 8, cqeSkip: 1 << 11 } as const;

export const enterFlags = { getEvents: 1 << 0, extArg: 1 << 3 } as const;

export const registerCodes = { eventCounter: 4, files2: 13, bufferRing: 22 } as const;
/** In the flags of the completion queue. */
export const eventsDisabled = 1 << 0;
export const filesSparse = 1 << 0;

export const opcodes = {
  asyncCancel: 14,
  connect: 16,
  close: 19,
  send: 26,
  recv: 27,
  socket: 45,
  uringCmd: 46,
} as const;

/** `flags` of a submission. */
export const sqeFlags = { fixedFile: 1 << 0, link: 1 << 2, bufferSelect: 1 << 5, skipSuccess: 1 << 6 } as const;

/** `ioprio` of a receive. */
export const recvFlags = { pollFirst: 1 << 0, multishot: 1 << 1 } as const;
/** `cmd_op` of a command to a socket: setsockopt(2). Linux 6.7. */
export const socketSetOption = 3;

/** `flags` of a completion; the id of its buffer is in the upper half. */
export const cqeFlags = { buffer: 1 << 0, more: 1 << 1 } as const;
export const bufferShift = 16;

export const mapOffsets = { rings: 0, entries: 0x10000000 } as const;

/** Bytes of the kernel's structures. */
export const sizes = { params: 120, entry: 64, completion: 16, buffer: 16 } as const;

/** Negative results that are told apart (errno(3)); the same on x86-64 and arm64. */
export const errnos = {
  interrupted: 4,
  mustRetry: 11,
  busy: 16,
  tooManyFiles: 24,
  timedOut: 62,
  noBuffers: 105,
  cancelled: 125,
} as const;

/** socket(2), tcp(7), send(2). */
export const sockets = {
  inet: 2,
  inet6: 10,
  stream: 1,
  tcp: 6,
  noDelay: 1,
  waitAll: 0x100,
  noSignal: 0x4000,
} as const;

/** What the upper of an address's two words counts. Not written as a power where it is used: before V8 optimizes, that is a call. */
export const twoTo32 = 2 ** 32;
