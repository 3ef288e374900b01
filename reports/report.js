// Runs inside the report: draws each chart when it comes near the screen, in the reader's colours, and again when these
// change. Needs vega, vegaLite and vegaEmbed as globals, and the two JSON blocks that document.ts writes.
let charts = JSON.parse(document.getElementById('charts').textContent).map(unpacked);
const themes = JSON.parse(document.getElementById('themes').textContent);
const root = document.documentElement;
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
/** Charts this far below the screen are drawn already: reading on never waits. */
const nearPx = 600;

/** The inverse of packed.ts: rows of named values, as Vega-Lite takes them. */
function unpacked({ id, spec }) {
  if (!spec.data?.packed) return { id, spec };
  const { fields, texts, rows } = spec.data.packed;
  const values = rows.map((row) =>
    Object.fromEntries(
      row.flatMap((value, i) => (value === null ? [] : [[fields[i], texts[i] === null ? value : texts[i][value]]])),
    ),
  );
  return { id, spec: { ...spec, data: { values } } };
}

function theme() {
  return root.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light');
}

function inTheme(value, colours) {
  if (typeof value === 'string') return value.startsWith('theme:') ? (colours[value.slice(6)] ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => inTheme(item, colours));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTheme(item, colours)]));
}

/** A chart of several panels has a fixed width: it is narrowed to what a small screen has. */
function fitted(spec, element) {
  if (spec.vconcat) {
    const width = Math.max(140, Math.min(spec.vconcat[0].width, element.clientWidth - 190));
    return { ...spec, vconcat: spec.vconcat.map((panel) => ({ ...panel, width })) };
  }
  if (!spec.facet || !spec.spec?.width) return spec;
  const columns = spec.facet.column ? new Set(spec.data.values.map((row) => row[spec.facet.column.field])).size : 1;
  const roomPx = element.clientWidth / columns - 90;
  return { ...spec, spec: { ...spec.spec, width: Math.max(140, Math.min(spec.spec.width, roomPx)) } };
}

async function drawChart({ id, spec }) {
  const scheme = theme();
  const { colours, config } = themes[scheme];
  const element = document.getElementById(`chart-${id}`);
  if (element.dataset.drawing === scheme) return;
  element.dataset.drawing = scheme;
  const { view } = await vegaEmbed(element, fitted(inTheme(spec, colours), element), {
    ast: true,
    actions: false,
    renderer: 'svg',
    config,
  });
  // What it shows is told by the figure's own label; its hundred marks are no news to a screen reader.
  for (const svg of element.querySelectorAll('svg')) svg.setAttribute('aria-hidden', 'true');
  offerDownloads(element, id, view);
  element.dataset.drawn = scheme;
  delete element.dataset.drawing;
  root.dataset.drawn = String(document.querySelectorAll('.chart[data-drawn]').length);
}

function offerDownloads(element, id, view) {
  element.parentElement.querySelector('.downloads')?.remove();
  const place = document.createElement('p');
  place.className = 'downloads';
  for (const type of ['svg', 'png']) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `Save as ${type.toUpperCase()}`;
    button.addEventListener('click', async () => {
      const link = document.createElement('a');
      link.download = `${id}.${type}`;
      link.href = await view.toImageURL(type, type === 'png' ? 2 : 1);
      link.click();
    });
    place.append(button);
  }
  element.after(place);
}

function chartOf(element) {
  return charts.find(({ id }) => element.id === `chart-${id}`);
}

const nearby = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting && chartOf(target) && target.dataset.drawn !== theme()) drawChart(chartOf(target));
  },
  { rootMargin: `${nearPx}px` },
);

/** Draws the first chart and what is near, and the rest when it is reached. */
function draw() {
  const first = document.querySelector('.chart[id]');
  if (first !== null && chartOf(first) && first.dataset.drawn !== theme()) drawChart(chartOf(first));
  for (const element of document.querySelectorAll('.chart[id]')) {
    nearby.unobserve(element);
    nearby.observe(element);
  }
}

/** For a page that follows a run: other charts in the place of those it has. */
// biome-ignore lint/correctness/noUnusedVariables: called by live.js, which stands in the same page
function replaceCharts(next) {
  charts = next;
  for (const element of document.querySelectorAll('.chart[id]')) {
    delete element.dataset.drawn;
    delete element.dataset.drawing;
  }
  draw();
}

/** Auto follows the system, as before anybody touched the switch. */
function offerThemes() {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'theme';
  const choices = ['auto', 'light', 'dark'];
  let chosen = 0;
  const show = () => {
    button.textContent = `Colours: ${choices[chosen]}`;
    if (chosen === 0) delete root.dataset.theme;
    else root.dataset.theme = choices[chosen];
    draw();
  };
  button.addEventListener('click', () => {
    chosen = (chosen + 1) % choices.length;
    show();
  });
  document.querySelector('header')?.prepend(button);
  show();
}

prefersDark.addEventListener('change', draw);
// On paper everything is near.
addEventListener('beforeprint', () => {
  for (const chart of charts)
    if (document.getElementById(`chart-${chart.id}`).dataset.drawn !== theme()) drawChart(chart);
});
offerThemes();
