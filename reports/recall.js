// Runs inside the report, behind address.js: what a reader chose, opened and coloured is kept in the fragment of the address, so
// that a link or a reload shows the same. Whoever has something to keep says so with `keep`.
const keepers = new Map();
/** Where a link led to last; it stays in the address. */
let place = '';

/**
 * @param now what is kept: names, or null where it is as the page opens
 * @param become takes such names, null for as the page opens; those that the page does not have it leaves out
 */
function keep(key, now, become) {
  keepers.set(key, { now, become });
}

/** Called after every change of something that is kept. */
function noteAddress() {
  const kept = new Map();
  for (const [key, { now }] of keepers) {
    const names = now();
    if (names !== null) kept.set(key, names);
  }
  const fragment = writeAddress({ place, kept });
  if (fragment !== location.hash) history.replaceState(history.state, '', fragment === '' ? '#' : fragment);
}

/** At the start, and when the address changes: a malformed one is ignored, and a link to a place leaves what is chosen. */
function followAddress() {
  const read = readAddress(location.hash);
  if (read === null) return;
  place = read.place;
  if (read.kept.size > 0) {
    for (const [key, { become }] of keepers) become(read.kept.get(key) ?? null);
    dispatchEvent(new Event('followed'));
  }
  goTo(place);
  noteAddress();
}

/** A link to something folded away opens what it is in. */
function goTo(id) {
  const target = id === '' ? null : document.getElementById(id);
  if (target === null) return;
  for (let around = target.closest('details'); around !== null; around = around.parentElement.closest('details'))
    around.open = true;
  target.scrollIntoView();
}

/** Parts that fold: those opened and those shut that were otherwise when the page opened. */
function keepFolds() {
  const folds = [...document.querySelectorAll('details[id]')].map((fold) => ({ fold, wasOpen: fold.open }));
  for (const [key, isOpen] of [
    ['open', true],
    ['shut', false],
  ])
    keep(
      key,
      () => {
        const turned = folds.filter(({ fold, wasOpen }) => wasOpen !== isOpen && fold.open === isOpen);
        return turned.length === 0 ? null : turned.map(({ fold }) => fold.id);
      },
      (ids) => {
        for (const { fold, wasOpen } of folds)
          if (wasOpen !== isOpen) fold.open = (ids ?? []).includes(fold.id) ? isOpen : wasOpen;
      },
    );
}

/** Called when everybody who keeps something has said so. */
// biome-ignore lint/correctness/noUnusedVariables: called by report.js, which stands in the same page
function recall() {
  keepFolds();
  followAddress();
  addEventListener('hashchange', followAddress);
  // It does not bubble.
  document.addEventListener('toggle', noteAddress, true);
}
