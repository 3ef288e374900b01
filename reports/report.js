// Runs inside the report: draws every chart in the reader's colour scheme, and again when that changes.
// Needs vega, vegaLite and vegaEmbed as globals, and the two JSON blocks that page.ts writes.
let charts = JSON.parse(document.getElementById('charts').textContent);
const themes = JSON.parse(document.getElementById('themes').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');

function inTheme(value, colours) {
  if (typeof value === 'string') return value.startsWith('theme:') ? (colours[value.slice(6)] ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => inTheme(item, colours));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTheme(item, colours)]));
}

/** A faceted chart has a fixed width: it is narrowed to what a small screen has. */
function fitted(spec, element) {
  if (!spec.facet || !spec.spec?.width) return spec;
  const columns = spec.facet.column ? new Set(spec.data.values.map((row) => row[spec.facet.column.field])).size : 1;
  const roomPx = element.clientWidth / columns - 90;
  return { ...spec, spec: { ...spec.spec, width: Math.max(140, Math.min(spec.spec.width, roomPx)) } };
}

async function draw() {
  const { colours, config } = themes[dark.matches ? 'dark' : 'light'];
  for (const { id, spec } of charts) {
    const element = document.getElementById(`chart-${id}`);
    await vegaEmbed(element, fitted(inTheme(spec, colours), element), {
      ast: true,
      actions: false,
      renderer: 'svg',
      config,
    });
  }
  document.documentElement.dataset.drawn = String(charts.length);
}

/** For a page that follows a run: other charts in the place of those it has. */
// biome-ignore lint/correctness/noUnusedVariables: called by live.js, which stands in the same page
function replaceCharts(next) {
  charts = next;
  return draw();
}

dark.addEventListener('change', draw);
draw();
