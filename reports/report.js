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

/** A chart of several panels cannot ask its container for its width: its panels get what their names and axes leave. */
function fitted(spec, element) {
  const isPanel = spec.facet !== undefined;
  if (!isPanel && !spec.vconcat) return spec;
  const besidePx = Math.max(
    ...(spec.vconcat ?? [spec]).map((panel) => besidePanelPx(panel, spec.data.values, mostNamePx(element))),
  );
  const width = Math.max(leastPanelPx, element.clientWidth - besidePx);
  const panels = (spec.vconcat ?? [spec]).map((panel) => inWidth(panel, width));
  const data = { ...spec.data, values: withNamesIn(width, spec) };
  return isPanel ? { ...panels[0], data } : { ...spec, data, vconcat: panels };
}

/** What no panel is narrower than; half of a last number of its axis stands beside it; a vertical axis, and its title. */
const [leastPanelPx, overhangPx, axisPx, axisTitlePx] = [140, 26, 46, 20];
/** A gap and a tick follow a name. */
const nameGapPx = 14;

/** Names longer than the theme's limit are cut, on a narrow screen sooner. */
function mostNamePx(element) {
  return Math.min(themes.light.config.axis.labelLimit, Math.max(170, 0.3 * element.clientWidth));
}

function besidePanelPx(panel, rows, mostPx) {
  const { encoding, layer = [] } = panel.spec ?? panel;
  const y = encoding?.y ?? layer.map((one) => one.encoding?.y).find((one) => one !== undefined);
  if (y?.axis === null) return overhangPx;
  if (y?.type !== 'nominal') return overhangPx + axisPx + (y?.title === null ? 0 : axisTitlePx);
  const widths = [...new Set(rows.map((row) => row[y.field]))].map((name) => widthOf(name ?? ''));
  return overhangPx + nameGapPx + Math.min(mostPx, Math.max(0, ...widths));
}

function inWidth(panel, width) {
  if (panel.facet === undefined) return { ...panel, ...titled(panel, width), width };
  const { row } = panel.facet;
  const sort = row.field === 'arm' ? row.sort : row.sort.map((name) => inLines(name, width));
  const facet = { ...panel.facet, row: { ...row, sort, header: { ...row.header, labelLimit: width } } };
  return { ...panel, ...titled(panel, width), facet, spec: { ...panel.spec, width } };
}

function titled({ title }, width) {
  return title === undefined ? {} : { title: { ...title, text: inLines(title.text, width), limit: width } };
}

/** Names of panels stand above them, in as many lines as they need. */
function withNamesIn(width, spec) {
  const named = (spec.vconcat ?? [spec]).flatMap(({ facet }) => (facet === undefined ? [] : [facet.row.field]));
  // Arms are short, and their scales go by their names.
  const fields = new Set(named.filter((field) => field !== 'arm'));
  if (fields.size === 0) return spec.data.values;
  const linesOf = new Map();
  const lines = (name) => {
    if (!linesOf.has(name)) linesOf.set(name, inLines(name, width));
    return linesOf.get(name);
  };
  return spec.data.values.map((row) => ({
    ...row,
    ...Object.fromEntries([...fields].filter((field) => field in row).map((field) => [field, lines(row[field])])),
  }));
}

/** Broken between words where it would be wider. */
function inLines(text, width) {
  return text.split(' ').reduce((lines, word) => {
    const line = `${lines.slice(lines.lastIndexOf('\n') + 1)} ${word}`;
    return `${lines}${widthOf(line) > width ? '\n' : ' '}${word}`;
  });
}

const pen = document.createElement('canvas').getContext('2d');

function widthOf(text) {
  pen.font = `12px ${themes.light.config.font}`;
  return pen.measureText(text).width;
}

/** Legends beside one another, and names as long, as there is room for. */
function withRoomFor(element, config) {
  return {
    ...config,
    axis: { ...config.axis, labelLimit: mostNamePx(element) },
    legend: { ...config.legend, columns: Math.max(1, Math.min(3, Math.floor(element.clientWidth / 230))) },
  };
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
  const whole = chosen === null ? [] : panelsOf(chosen);
  const shown = wholes.has(id) ? whole : fewest(whole);
  // The page must not jump while a chart is taken away and drawn anew.
  element.style.minHeight = `${element.clientHeight}px`;
  if (chosen === null) {
    element.innerHTML = '<p class="missing">Nothing of this chart is chosen.</p>';
    element.parentElement.querySelector('.downloads')?.remove();
  } else {
    const drawn = shown.length < whole.length ? onlyPanels(chosen, shown) : chosen;
    const { view } = await vegaEmbed(element, fitted(inTheme(drawn, colours), element), {
      ast: true,
      actions: false,
      renderer: 'svg',
      // A layer without a row is ordinary (no knee, nothing chosen of it) and would be warned of; errors are told.
      logLevel: vega.Error,
      tooltip: { theme: scheme },
      config: withRoomFor(element, config),
    });
    // What it shows is told by the figure's own label; its hundred marks are no news to a screen reader.
    for (const svg of element.querySelectorAll('svg')) svg.setAttribute('aria-hidden', 'true');
    offerMore(element, id, view, whole);
  }
  element.style.minHeight = '';
  element.dataset.drawn = scheme;
  element.dataset.choice = at;
  root.dataset.drawn = String(document.querySelectorAll('.chart[data-drawn]').length);
}

/** Charts whose panels are all shown, however many. */
const wholes = new Set();
/** Higher than this, a chart of panels shows the first of them before a reader asks for all: a screen's height or so. */
const mostHighPx = 720;
/** What a panel takes beside its drawing: its title and its axis. */
const panelFramePx = 48;

/** The panels that stand one below the other, none where a chart has no such: a key and a height of each. */
function panelsOf(spec) {
  const { values } = spec.data;
  if (spec.vconcat)
    return spec.vconcat.map((panel, key) => {
      const rows = panel.facet?.row ? rowsOf(panel.facet.row, values).length : 1;
      return { key, heightPx: rows * heightOf(panel.spec ?? panel) };
    });
  return spec.facet?.row ? rowsOf(spec.facet.row, values).map((key) => ({ key, heightPx: heightOf(spec.spec) })) : [];
}

function heightOf({ height = mostHighPx }) {
  return height + panelFramePx;
}

function rowsOf({ field, sort }, values) {
  const present = new Set(values.map((value) => value[field]));
  return Array.isArray(sort) ? sort.filter((key) => present.has(key)) : [...present];
}

/** Two at least: one alone compares nothing. */
function fewest(panels) {
  let heightPx = 0;
  return panels.filter((panel, i) => {
    heightPx += panel.heightPx;
    return i < 2 || heightPx <= mostHighPx;
  });
}

/** Rows and legends, too, are those of the panels that are left. */
function onlyPanels(spec, panels) {
  const keys = new Set(panels.map(({ key }) => key));
  const filters = spec.vconcat?.filter((_, key) => keys.has(key)).map(filterOf);
  const isLeft = (row) =>
    filters === undefined
      ? keys.has(row[spec.facet.row.field])
      : filters.some((filter) => filter === undefined || row[filter.field] === filter.equal);
  const { values: all } = spec.data;
  const values = all.filter(isLeft);
  const kept = { ...legendsOf(spec, (field) => gone(all, values, field)), data: { ...spec.data, values } };
  return filters === undefined ? kept : { ...kept, vconcat: kept.vconcat.filter((_, key) => keys.has(key)) };
}

/** Which rows of the chart are a panel's own. */
function filterOf(panel) {
  return panel.transform?.map(({ filter }) => filter).find((filter) => filter?.equal !== undefined);
}

/** What stands in a field of some row of the chart, and of none that is left. */
function gone(all, values, field) {
  const left = new Set(values.map((row) => row[field]));
  return new Set(all.map((row) => row[field]).filter((one) => !left.has(one)));
}

/** Scales, and so legends, without what has no row left. */
function legendsOf(value, goneFrom) {
  if (Array.isArray(value)) return value.map((item) => legendsOf(item, goneFrom));
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'data' || key === 'values' ? item : legendsOf(item, goneFrom),
    ]),
  );
  const { domain, range } = copy.scale ?? {};
  if (typeof copy.field !== 'string' || !Array.isArray(domain) || !Array.isArray(range)) return copy;
  const absent = goneFrom(copy.field);
  const kept = domain.map((title, i) => [title, range[i]]).filter(([title]) => !absent.has(title));
  const scale = { ...copy.scale, domain: kept.map(([title]) => title), range: kept.map(([, one]) => one) };
  // One variant alone is told from no other.
  return { ...copy, scale, ...(copy.field === 'variant' && kept.length === 1 ? { legend: null } : {}) };
}

/** Below a chart: the rest of its panels, and the chart as a file. */
function offerMore(element, id, view, panels) {
  element.parentElement.querySelector('.downloads')?.remove();
  const place = document.createElement('p');
  place.className = 'downloads';
  if (fewest(panels).length < panels.length) place.append(panelsButton(element, id, panels));
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

function panelsButton(element, id, panels) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'panels';
  button.textContent = wholes.has(id)
    ? `Show the first ${fewest(panels).length} panels only`
    : `Show all ${panels.length} panels`;
  button.addEventListener('click', () => {
    if (!wholes.delete(id)) wholes.add(id);
    noteAddress();
    drawAgain(id).then(() => element.parentElement.querySelector('.panels')?.focus({ preventScroll: true }));
  });
  return button;
}

function drawAgain(id) {
  const element = document.getElementById(`chart-${id}`);
  delete element.dataset.drawn;
  const chart = chartOf(element);
  return chart === undefined ? Promise.resolve() : drawChart(chart);
}

function keepPanels() {
  keep(
    'panels',
    () => (wholes.size === 0 ? null : [...wholes]),
    (ids) => {
      const turned = charts.filter(({ id }) => wholes.has(id) !== (ids ?? []).includes(id));
      wholes.clear();
      for (const id of ids ?? []) if (document.getElementById(`chart-${id}`) !== null) wholes.add(id);
      for (const { id } of turned) drawAgain(id);
    },
  );
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

/** Panels have the width that there was; turned, or made wider, a screen has another. */
function drawAnewWhenResized() {
  let [widthPx, waiting] = [innerWidth, 0];
  addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (innerWidth !== widthPx) chooseAgain();
      widthPx = innerWidth;
    }, restMs);
  });
}
/** Until a window that is being dragged has come to rest. */
const restMs = 200;

/** What is to be shown, or the room for it, has changed. */
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
  const show = (index) => {
    chosen = index;
    button.textContent = `Colours: ${choices[chosen]}`;
    if (chosen === 0) delete root.dataset.theme;
    else root.dataset.theme = choices[chosen];
    draw();
  };
  button.addEventListener('click', () => {
    show((chosen + 1) % choices.length);
    noteAddress();
  });
  document.querySelector('header')?.prepend(button);
  show(0);
  keep(
    'theme',
    () => (chosen === 0 ? null : [choices[chosen]]),
    (names) => show(Math.max(0, choices.indexOf(names?.[0]))),
  );
}

/** Paper does not wait: a chart that is not drawn yet, or for a dark screen, is there as readers without scripts see it. */
function layOut() {
  for (const element of document.querySelectorAll('.chart[id]')) {
    const still = element.parentElement.querySelector('noscript');
    if (still === null || (isDrawn(element) && element.dataset.drawn === 'light')) continue;
    const paper = document.createElement('div');
    paper.className = 'paper laid-out';
    paper.innerHTML = still.textContent;
    element.after(paper);
    element.classList.add('screen');
  }
}

function pickUp() {
  for (const paper of document.querySelectorAll('.laid-out')) paper.remove();
  for (const element of document.querySelectorAll('.chart.screen')) element.classList.remove('screen');
}

/** Called when every script of the page has been read. */
// biome-ignore lint/correctness/noUnusedVariables: called by the page's last script
async function begin() {
  offerThemes();
  keepPanels();
  recall();
  if (!(await unpackAll())) return;
  prefersDark.addEventListener('change', draw);
  drawAnewWhenResized();
  addEventListener('beforeprint', layOut);
  addEventListener('afterprint', pickUp);
  draw();
}
