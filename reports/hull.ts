/** Which region some points span: between them something was measured, outside it nothing was. */

export type Place = readonly [x: number, y: number];

/**
 * Corners of the smallest convex polygon that holds all points, counter-clockwise (A. M. Andrew, "Another efficient
 * algorithm for convex hulls in two dimensions", Information Processing Letters 9 (1979)).
 */
export function hullOf(points: readonly Place[]): Place[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  if (sorted.length < 3) return sorted;
  const chain = (places: readonly Place[]) => {
    const found: Place[] = [];
    for (const place of places) {
      while (found.length > 1 && turn(found.at(-2) as Place, found.at(-1) as Place, place) <= 0) found.pop();
      found.push(place);
    }
    return found.slice(0, -1);
  };
  return [...chain(sorted), ...chain([...sorted].reverse())];
}

/** Its edge is inside. A hull of fewer than three corners holds nothing. */
export function isInside(hull: readonly Place[], place: Place): boolean {
  return (
    hull.length > 2 && hull.every((corner, i) => turn(corner, hull[(i + 1) % hull.length] as Place, place) >= -rounding)
  );
}

/** Above zero when the way from a over b to c turns left. */
function turn([ax, ay]: Place, [bx, by]: Place, [cx, cy]: Place): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

const rounding = 1e-9;
