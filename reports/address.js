// What a report shows, as the fragment of its address and back: `#decide&transports=sse,websocket&theme=dark`. First, without a
// name, the place in the page, as in any link; then whatever is not as the page opens. Nothing here touches the page: recall.js does.

/** Null for what `writeAddress` would not have written: nothing of it is to be followed. */
// biome-ignore lint/correctness/noUnusedVariables: called by recall.js, which stands in the same page
function readAddress(fragment) {
  const kept = new Map();
  let place = '';
  try {
    for (const [at, part] of fragment.replace(/^#/, '').split('&').entries()) {
      const [, key, values] = /^([a-z]+)=(.*)$/.exec(part) ?? [];
      if (key === undefined) {
        if (at > 0 || part.includes('=')) return null;
        place = decodeURIComponent(part);
      } else {
        if (kept.has(key)) return null;
        kept.set(key, values === '' ? [] : values.split(',').map((value) => decodeURIComponent(value)));
      }
    }
  } catch {
    // An escape that stands for no character.
    return null;
  }
  return { place, kept };
}

/** With its `#`; '' where there is nothing to say. */
// biome-ignore lint/correctness/noUnusedVariables: called by recall.js, which stands in the same page
function writeAddress({ place, kept }) {
  // Half a surrogate pair has no escape; what is written instead is no name of the page, and will be left out.
  const escaped = (text) => encodeURIComponent(text.toWellFormed());
  const parts = [
    ...(place === '' ? [] : [escaped(place)]),
    ...[...kept].map(([key, values]) => `${key}=${values.map(escaped).join(',')}`),
  ];
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}
