// Runs inside the report: draws each chart when it comes near the screen, in the reader's colours, and again when these
// or the reader's choice change. Needs the blocks that document.ts writes: chart libraries, charts and themes.
let charts = [];
/** Whether the libraries are there. */
let ready = false;
const themes = JSON.parse(document.getElementById('themes').textContent);
const root = document.documentElement;
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
/** Charts this far below the screen are drawn already: reading on never waits. */
const nearPx = 600;
/** What a chart shows of its spec: all, unless select.js says otherwise. Null: nothing. */
// biome-ignore lint/style/useConst: select.js, which stands in the same page, puts its own here
let chosenOf = (spec) => spec;
/** Raised with every choice: what was drawn before it is out of date. */
let choice = 0;
/** One drawing at a time in each place. */
const queues = new WeakMap();

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

async function unzipped(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

/** Libraries and specs come packed; a browser that cannot unpack them shows what readers without scripts see. */
async function unpackAll() {
  if (typeof DecompressionStream === 'undefined') return showStills();
  const [libraries, specs] = await Promise.all([unzipped('libraries'), unzipped('charts')]);
  const script = document.createElement('script');
  script.textContent = libraries;
  document.head.append(script);
  // A page that follows a run may have been told newer ones meanwhile.
  if (charts.length === 0) charts = JSON.parse(specs).map(unpacked);
  ready = true;
  return true;
}

function showStills() {
  for (const still of document.querySelectorAll('figure noscript')) {
    const shown = document.createElement('div');
    shown.innerHTML = still.textContent;
    still.replaceWith(shown);
  }
  return false;
}

function isDrawn(element) {
  return element.dataset.drawn === theme() && element.dataset.choice === String(choice);
}

function drawChart(chart) {
  const element = document.getElementById(`chart-${chart.id}`);
  const next = (queues.get(element) ?? Promise.resolve()).then(() => drawNow(chart, element));
  queues.set(element, next);
  return next;
}

async function drawNow({ id, spec }, element) {
  if (isDrawn(element)) return;
  const [scheme, at] = [theme(), choice];
  const { colours, config } = themes[scheme];
  const chosen = chosenOf(spec);
  // The page must not jump while a chart is taken away and drawn anew.
  element.style.minHeight = `${element.clientHeight}px`;
  if (chosen === null) {
    element.innerHTML = '<p class="missing">Nothing of this chart is chosen.</p>';
    element.parentElement.querySelector('.downloads')?.remove();
  } else {
    const { view } = await vegaEmbed(element, fitted(inTheme(chosen, colours), element), {
      ast: true,
      actions: false,
      renderer: 'svg',
      // A layer without a row is ordinary (no knee, nothing chosen of it) and would be warned of; errors are told.
      logLevel: vega.Error,
      config,
    });
    // What it shows is told by the figure's own label; its hundred marks are no news to a screen reader.
    for (const svg of element.querySelectorAll('svg')) svg.setAttribute('aria-hidden', 'true');
    offerDownloads(element, id, view);
  }
  element.style.minHeight = '';
  element.dataset.drawn = scheme;
  element.dataset.choice = at;
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
      if (isIntersecting && chartOf(target) && !isDrawn(target)) drawChart(chartOf(target));
  },
  { rootMargin: `${nearPx}px` },
);

/** Draws the first chart and what is near, and the rest when it is reached. */
function draw() {
  if (!ready) return;
  const first = document.querySelector('.chart[id]');
  if (first !== null && chartOf(first) && !isDrawn(first)) drawChart(chartOf(first));
  for (const element of document.querySelectorAll('.chart[id]')) {
    nearby.unobserve(element);
    nearby.observe(element);
  }
}

/** For a page that follows a run: other charts in the place of those it has. */
// biome-ignore lint/correctness/noUnusedVariables: called by live.js, which stands in the same page
function replaceCharts(next) {
  charts = next;
  choice++;
  draw();
}

/** What was chosen has changed. */
// biome-ignore lint/correctness/noUnusedVariables: called by select.js, which stands in the same page
function chooseAgain() {
  choice++;
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

/** A link to something folded away opens what it is in. */
function unfold() {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (target === null) return;
  for (let around = target.closest('details'); around !== null; around = around.parentElement.closest('details'))
    around.open = true;
  target.scrollIntoView();
}

/** Called when every script of the page has been read. */
// biome-ignore lint/correctness/noUnusedVariables: called by the page's last script
async function begin() {
  addEventListener('hashchange', unfold);
  unfold();
  if (!(await unpackAll())) return;
  prefersDark.addEventListener('change', draw);
  // On paper everything is near.
  addEventListener('beforeprint', () => {
    for (const chart of charts) if (!isDrawn(document.getElementById(`chart-${chart.id}`))) drawChart(chart);
  });
  offerThemes();
}
