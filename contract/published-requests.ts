/**
 * The table that the article's 324,323.71 stands in, of the Hyperlane framework: requests per second of a plain GET on their
 * machine (i9-14900KF, Ubuntu 20.04), by wrk with 360 connections and by ab with 1,000, with keep-alive and without.
 *
 * A claim judges by it and the report shows it, and neither knows the other.
 */
interface PublishedRow {
  readonly wrkKeepAlive: number;
  readonly wrkClose: number;
  readonly abKeepAlive: number;
  readonly abClose: number;
}

export const publishedRequests = {
  Tokio: row(340_130.92, 49_555.87, 308_596.26, 51_825.13),
  Hyperlane: row(324_323.71, 51_031.27, 307_568.9, 51_554.47),
  Rocket: row(298_945.31, 49_345.76, 267_931.52, 49_621.02),
  'Rust std': row(291_218.96, 30_142.55, 260_514.56, 31_511.0),
  Gin: row(242_570.16, 40_149.75, 224_296.16, 47_081.05),
  'Go std': row(234_178.93, 38_364.06, 226_550.34, 47_915.2),
  // Of the million requests of its third figure, 811,908 failed.
  'Node std': row(139_412.13, 28_286.96, 85_357.18, 44_763.11),
} as const;

function row(wrkKeepAlive: number, wrkClose: number, abKeepAlive: number, abClose: number): PublishedRow {
  return { wrkKeepAlive, wrkClose, abKeepAlive, abClose };
}
