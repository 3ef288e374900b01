/**
 * TCP sockets of one ring: connect, send, receive and close are entries written to it, and what comes of them completions.
 *
 * A socket is a slot of the ring's own table of files (a direct descriptor), and its state some elements of typed arrays, so
 * thousands of them are a few dozen bytes each. Opening is one chain of entries in which each begins when the one before has
 * succeeded. The trap: a slot is used again at once, while completions of its last socket may still come, so every
 * entry carries the slot's generation and what bears an old one is for nobody.
 */
import { isIPv6 } from 'node:net';
import {
  bufferShift,
  cqeFlags,
  errnos,
  filesSparse,
  opcodes,
  recvFlags,
  registerCodes,
  socketSetOption,
  sockets,
  sqeFlags,
  twoTo32,
} from './abi.js';
import type { Libc } from './libc.js';
import { Outbox } from './outbox.js';
import { ReceiveBuffers } from './receive-buffers.js';
import { Ring } from './ring.js';

export interface RingSocketUser {
  onOpen(): void;
  /** Bytes are in `buffer` of the sockets, and gone once it returns. */
  onRead(start: number, end: number): void;
  /** The other side has sent its last byte. */
  onEnd(): void;
  /** Once, and nothing after it. @param errno positive */
  onError(during: 'connect' | 'read' | 'write', errno: number): void;
}

/** Where sockets connect to, as the kernel wants it said. */
export interface Destination {
  readonly family: number;
  readonly address: number;
  readonly addressBytes: number;
  /** Several messages go over a connection: no waiting for acknowledgements, and receiving goes on by itself. */
  readonly reused: boolean;
}

/** What is sent, at an address that stays. */
export interface Message {
  readonly address: number;
  readonly byteCount: number;
}

export interface RingSizes {
  readonly connections: number;
  readonly receiveBuffers: number;
  readonly receiveBufferBytes: number;
}

/** What an entry was for, in the upper bits of the first word that it carries; the slot is in the lower. */
const purposes = { socket: 0, option: 1, connect: 2, send: 3, receive: 4, copy: 5, other: 6 } as const;
const purposeShift = 24;
const slotMask = (1 << purposeShift) - 1;
const bufferGroup = 0;
/** Words of an entry (struct io_uring_sqe). */
const [fdWord, addressHighWord, addressWord, lengthWord, flagsWord, userWord, bufferWord, fileWord, optionWord] = [
  1, 3, 4, 6, 7, 8, 10, 11, 12,
];
/** Of a chain that opens a socket, and of one that closes it. */
const mostLinked = 5;
/** The most that is opened in one chain times the connections opened at one time, twice: seldom handed over early. */
const submissions = 2048;
const completions = 8192;
/** Addresses and messages: a page, and more pages when it is full. */
const arenaBytes = 64 * 1024;

export class RingSockets {
  readonly ring: Ring;
  readonly buffers: ReceiveBuffers;
  /** Slots there are; fewer than asked for where this process may not have as many open files. */
  readonly capacity: number;
  readonly #libc: Libc;
  readonly #free: number[] = [];
  readonly #users: (RingSocketUser | null)[];
  readonly #generations: Int32Array;
  readonly #isOpen: Uint8Array;
  readonly #reused: Uint8Array;
  /** Whether an entry that receives is with the kernel, or linked to one that is. */
  readonly #receiving: Uint8Array;
  /** Copies of each slot that the kernel has not taken yet, and what has to wait for them. */
  readonly #copies: Uint8Array;
  readonly #held = new Map<number, (Uint8Array | string)[]>();
  readonly #outbox: Outbox;
  /** By block of the outbox: the generation of the slot that it was sent for. */
  readonly #copiedFor: number[] = [];
  readonly #one: number;
  #arena: { address: number; bytes: ArrayBuffer };
  #arenaUsed = 0;

  /** @throws Error in one line when something that it needs is not there */
  constructor(libc: Libc, { connections, receiveBuffers, receiveBufferBytes }: RingSizes) {
    this.#libc = libc;
    this.ring = new Ring(libc, submissions, completions);
    this.buffers = new ReceiveBuffers(libc, this.ring, bufferGroup, receiveBuffers, receiveBufferBytes);
    this.capacity = this.#registerFiles(connections);
    for (let slot = this.capacity - 1; slot >= 0; slot--) this.#free.push(slot);
    this.#users = new Array<RingSocketUser | null>(this.capacity).fill(null);
    this.#generations = new Int32Array(this.capacity);
    this.#isOpen = new Uint8Array(this.capacity);
    this.#reused = new Uint8Array(this.capacity);
    this.#receiving = new Uint8Array(this.capacity);
    this.#copies = new Uint8Array(this.capacity);
    this.#outbox = new Outbox(libc);
    this.#arena = libc.allocate(arenaBytes);
    this.#one = this.keep(Uint8Array.of(1, 0, 0, 0)).address;
  }

  get buffer(): Buffer {
    return this.buffers.buffer;
  }

  /** Where to connect to. Kept for good: for the few places that a worker connects to. */
  destination(address: string, port: number, reused: boolean): Destination {
    const family = isIPv6(address) ? sockets.inet6 : sockets.inet;
    const bytes = socketAddress(address, port, family);
    return { family, address: this.keep(bytes).address, addressBytes: bytes.length, reused };
  }

  /** Bytes at an address that stays, for good. */
  keep(bytes: Uint8Array): Message {
    if (this.#arenaUsed + bytes.length > this.#arena.bytes.byteLength) {
      this.#arena = this.#libc.allocate(Math.max(arenaBytes, bytes.length));
      this.#arenaUsed = 0;
    }
    new Uint8Array(this.#arena.bytes, this.#arenaUsed).set(bytes);
    const address = this.#arena.address + this.#arenaUsed;
    // The next one at a multiple of 8, as structures need it.
    this.#arenaUsed = (this.#arenaUsed + bytes.length + 7) & ~7;
    return { address, byteCount: bytes.length };
  }

  /**
   * Opens a connection; `onOpen` or `onError` follows.
   *
   * @returns its slot, or −1 when there is none left
   */
  open(to: Destination, user: RingSocketUser, first: Message | null): number {
    const slot = this.#free.pop();
    if (slot === undefined) return -1;
    this.#users[slot] = user;
    this.#isOpen[slot] = 0;
    this.#reused[slot] = to.reused ? 1 : 0;
    this.ring.reserve(mostLinked);
    const { entries } = this.ring;
    const at = this.#entry(opcodes.socket, sqeFlags.link | sqeFlags.skipSuccess, purposes.socket, slot);
    entries[at + fdWord] = to.family;
    entries[at + addressHighWord - 1] = sockets.stream;
    entries[at + fileWord] = slot + 1;
    if (to.reused) this.#disableNagle(slot);
    const connect = this.#entry(opcodes.connect, sqeFlags.fixedFile | sqeFlags.link, purposes.connect, slot);
    this.#pointTo(connect, to.address);
    entries[connect + addressHighWord - 1] = to.addressBytes;
    if (first !== null) this.#send(slot, first, sqeFlags.link);
    this.#receive(slot);
    return slot;
  }

  send(slot: number, message: Message): void {
    this.ring.reserve(1);
    this.#send(slot, message, 0);
  }

  /** As `send`, for bytes that are sent once and may be anywhere, or text of one byte per character. */
  sendCopy(slot: number, bytes: Uint8Array | string): void {
    // Sends that wait for room may be overtaken by a later one, so nothing is sent behind one that has not ended.
    if (this.#copies[slot] !== 0) {
      const held = this.#held.get(slot);
      if (held === undefined) this.#held.set(slot, [bytes]);
      else held.push(bytes);
      return;
    }
    this.#copies[slot] = 1;
    const block = this.#outbox.put(bytes);
    this.#copiedFor[block] = this.#generations[slot] as number;
    this.ring.reserve(1);
    const at = this.#fillSend(purposes.copy, slot, this.#outbox.message(block, bytes.length), sqeFlags.fixedFile);
    // Its block instead of the generation, which is known for the block.
    this.ring.entries[at + userWord + 1] = block;
  }

  /** No call of the user follows. */
  close(slot: number): void {
    this.#users[slot] = null;
    this.#copies[slot] = 0;
    this.#held.delete(slot);
    const generation = this.#generations[slot] as number;
    this.#generations[slot] = generation + 1;
    this.ring.reserve(2);
    const { entries } = this.ring;
    if (this.#receiving[slot] === 1) {
      // An entry that waits holds its file, and the connection would stay open with it. Named by what it carries, as that is
      // looked up in one step; by its file all that wait would be looked through, for each of thousands that are closed.
      const cancel = this.#entry(opcodes.asyncCancel, sqeFlags.skipSuccess, purposes.other, slot);
      entries[cancel + addressWord] = slot | (purposes.receive << purposeShift);
      entries[cancel + addressWord + 1] = generation;
    }
    const close = this.#entry(opcodes.close, sqeFlags.skipSuccess, purposes.other, slot);
    entries[close + fdWord] = 0;
    entries[close + fileWord] = slot + 1;
    this.#free.push(slot);
  }

  /** Calls the users for all that has been completed. @returns how many completions there were */
  drain(): number {
    return this.ring.drain(this.#take);
  }

  readonly #take = (low: number, high: number, result: number, flags: number): void => {
    const slot = low & slotMask;
    const purpose = low >>> purposeShift;
    if (purpose === purposes.copy) {
      this.#copied(slot, high, result);
      return;
    }
    const isCurrent = this.#generations[slot] === high;
    const user = isCurrent ? (this.#users[slot] as RingSocketUser | null) : null;
    if (purpose === purposes.receive && isCurrent && (flags & cqeFlags.more) === 0) this.#receiving[slot] = 0;
    if (purpose === purposes.receive) this.#received(user, slot, result, flags);
    else if (user === null || purpose === purposes.other) return;
    else if (purpose === purposes.connect && result >= 0) {
      this.#isOpen[slot] = 1;
      user.onOpen();
    } else if (result < 0) this.#fail(user, slot, purpose === purposes.send ? 'write' : 'connect', result);
  };

  #received(user: RingSocketUser | null, slot: number, result: number, flags: number): void {
    if (result > 0) {
      const id = flags >>> bufferShift;
      if (user !== null) {
        const start = this.buffers.startOf(id);
        user.onRead(start, start + result);
      }
      this.buffers.giveBack(id);
      // Unless the user has closed it meanwhile.
      if (user !== null && this.#users[slot] === user && this.#receiving[slot] === 0) this.#receiveAgain(slot);
    } else if (user === null) return;
    else if (result === 0) user.onEnd();
    else if (result === -errnos.noBuffers) this.#receiveAgain(slot);
    else this.#fail(user, slot, this.#isOpen[slot] === 1 ? 'read' : 'connect', result);
  }

  #copied(slot: number, block: number, result: number): void {
    this.#outbox.free(block);
    if (this.#copiedFor[block] !== this.#generations[slot]) return;
    const user = this.#users[slot] as RingSocketUser | null;
    if (user === null) return;
    this.#copies[slot] = 0;
    if (result < 0) {
      this.#fail(user, slot, 'write', result);
      return;
    }
    const held = this.#held.get(slot);
    if (held === undefined) return;
    this.#held.delete(slot);
    for (const bytes of held) this.sendCopy(slot, bytes);
  }

  #fail(user: RingSocketUser, slot: number, during: 'connect' | 'read' | 'write', result: number): void {
    // What was linked to an entry that failed; its own completion tells why.
    if (result === -errnos.cancelled) return;
    this.close(slot);
    user.onError(during, -result);
  }

  #receiveAgain(slot: number): void {
    this.ring.reserve(1);
    this.#receive(slot);
  }

  /** Where a connection is used again receiving goes on until it ends, and with it the file is held; see `close`. */
  #receive(slot: number): void {
    const at = this.#entry(opcodes.recv, sqeFlags.fixedFile | sqeFlags.bufferSelect, purposes.receive, slot);
    const { entries } = this.ring;
    const how = this.#reused[slot] === 1 ? recvFlags.multishot | recvFlags.pollFirst : recvFlags.pollFirst;
    entries[at] = (entries[at] as number) | (how << 16);
    entries[at + bufferWord] = bufferGroup;
    this.#receiving[slot] = 1;
  }

  #send(slot: number, message: Message, link: number): void {
    this.#fillSend(purposes.send, slot, message, sqeFlags.fixedFile | sqeFlags.skipSuccess | link);
  }

  #fillSend(purpose: number, slot: number, message: Message, flags: number): number {
    const at = this.#entry(opcodes.send, flags, purpose, slot);
    this.#pointTo(at, message.address);
    this.ring.entries[at + lengthWord] = message.byteCount;
    this.ring.entries[at + flagsWord] = sockets.noSignal | sockets.waitAll;
    return at;
  }

  /** Nagle would hold a request back behind the acknowledgement of the last one. */
  #disableNagle(slot: number): void {
    const flags = sqeFlags.fixedFile | sqeFlags.link | sqeFlags.skipSuccess;
    const at = this.#entry(opcodes.uringCmd, flags, purposes.option, slot);
    const { entries } = this.ring;
    entries[at + addressHighWord - 1] = socketSetOption;
    entries[at + addressWord] = sockets.tcp;
    entries[at + addressWord + 1] = sockets.noDelay;
    entries[at + fileWord] = 4;
    entries[at + optionWord] = this.#one | 0;
    entries[at + optionWord + 1] = Math.floor(this.#one / twoTo32);
  }

  #entry(opcode: number, flags: number, purpose: number, slot: number): number {
    const at = this.ring.next();
    const { entries } = this.ring;
    entries[at] = opcode | (flags << 8);
    entries[at + fdWord] = slot;
    entries[at + userWord] = slot | (purpose << purposeShift);
    entries[at + userWord + 1] = this.#generations[slot] as number;
    return at;
  }

  #pointTo(at: number, address: number): void {
    this.ring.entries[at + addressWord] = address | 0;
    this.ring.entries[at + addressWord + 1] = Math.floor(address / twoTo32);
  }

  /** As many slots as asked for, or as this process may have open files. */
  #registerFiles(count: number): number {
    // struct io_uring_rsrc_register: how many and flags, three words of nothing; its size instead of a count.
    const words = (slots: number) => [BigInt(slots) | (BigInt(filesSparse) << 32n), 0, 0, 0];
    for (let slots = count; slots > 0; slots = Math.floor(slots * 0.9)) {
      if (this.ring.register(registerCodes.files2, words(slots), 4 * 8) === 0) return slots;
      if (this.#libc.errno() !== errnos.tooManyFiles) break;
    }
    throw new Error(`a table of ${count} sockets: errno ${this.#libc.errno()}`);
  }
}

/** struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)). */
function socketAddress(address: string, port: number, family: number): Uint8Array {
  const isV4 = family === sockets.inet;
  const bytes = new Uint8Array(isV4 ? 16 : 28);
  // The family in the machine's own order, which is little-endian wherever koffi has a binary of 64 bits; the port is not.
  bytes[0] = family;
  bytes[2] = port >>> 8;
  bytes[3] = port & 0xff;
  if (isV4) bytes.set(address.split('.').map(Number), 4);
  else bytes.set(ipv6Bytes(address), 8);
  return bytes;
}

function ipv6Bytes(address: string): number[] {
  // The URL parser writes every form of an address in the one with eight groups or a single gap, and no dots.
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(left), groups(right ?? '')];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((group) => [group >>> 8, group & 0xff]);
}
