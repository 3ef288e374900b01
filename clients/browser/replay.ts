/**
 * What pages remembered, played to the recorder as if it happened now: in the order of time, with the recorder's clock
 * set to each event's own. So browser and raw clients are judged by one piece of code.
 *
 * The window's snapshots are events like the others, which puts them exactly at its edges.
 */
import type { Timeline } from '../../contract/control.js';
import type { ErrorKind } from '../../contract/trial.js';
import type { Recorder } from '../recorder.js';
import { errorCodes, rowKinds, rowWidth } from './protocol.js';

/** The rows of one page, and its clock. */
interface PageRows {
  readonly rows: Float64Array;
  toUs(pageMs: number): number;
}

/** Where the recorder reads its time. */
export interface ReplayClock {
  us: number;
}

const errorKinds = Object.keys(errorCodes) as ErrorKind[];

/**
 * @param counted first arrivals in this time are counted, as [from, to) in µs
 * @returns how many there were
 */
export function replay(
  recorder: Recorder,
  clock: ReplayClock,
  pages: readonly PageRows[],
  timeline: Timeline,
  counted: readonly [number, number],
): number {
  const foundNew = new Set<number>();
  let firstArrivals = 0;
  const edges = [
    { atUs: timeline.windowStartUs, pass: () => recorder.openWindow() },
    { atUs: timeline.windowEndUs, pass: () => recorder.closeWindow() },
  ];
  const passEdges = (untilUs: number): void => {
    for (let edge = edges[0]; edge !== undefined && edge.atUs <= untilUs; edge = edges[0]) {
      clock.us = edge.atUs;
      edge.pass();
      edges.shift();
    }
  };
  for (const { atUs, page, at } of inOrder(pages)) {
    passEdges(atUs);
    clock.us = atUs;
    const cell = (i: number) => page.rows[at + i] as number;
    const subscriber = cell(1);
    switch (cell(0)) {
      case rowKinds.update:
        if (recorder.receivedHeader(subscriber, cell(3), cell(4), cell(5)) === 'first') {
          foundNew.add(subscriber);
          if (atUs >= counted[0] && atUs < counted[1]) firstArrivals++;
        }
        break;
      case rowKinds.requested:
        foundNew.delete(subscriber);
        recorder.requested();
        break;
      case rowKinds.responded:
        recorder.responded(page.toUs(cell(3)));
        if (cell(4) === 1 && !foundNew.has(subscriber)) recorder.uselessPoll();
        break;
      case rowKinds.error: {
        const kind = errorKinds[cell(3)] as ErrorKind;
        recorder.error(kind);
        // A spoiled update came from a server that is there.
        if (kind !== 'content') recorder.disrupted(subscriber);
        break;
      }
      case rowKinds.disrupted:
        recorder.disrupted(subscriber);
        break;
      case rowKinds.reconnected:
        recorder.reconnected();
        break;
      default:
        throw new Error(`a row of unknown kind ${cell(0)} in the page's log`);
    }
  }
  passEdges(Number.POSITIVE_INFINITY);
  return firstArrivals;
}

interface Event {
  readonly atUs: number;
  readonly page: PageRows;
  readonly at: number;
}

function inOrder(pages: readonly PageRows[]): Event[] {
  const events: Event[] = [];
  for (const page of pages)
    for (let at = 0; at < page.rows.length; at += rowWidth)
      events.push({ atUs: page.toUs(page.rows[at + 2] as number), page, at });
  // Stable: what one page noted at one instant stays in the order it noted it.
  return events.sort((a, b) => a.atUs - b.atUs);
}

/** The page's log out of its text. */
export function decodeRows(base64: string): Float64Array {
  const bytes = Buffer.from(base64, 'base64');
  // Copied: a Float64Array must begin at a multiple of eight.
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
