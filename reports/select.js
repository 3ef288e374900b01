// Runs inside the report, behind report.js: one choice of transports, clients, subjects and workloads that every chart and
// table follows. Without scripts there is no choice, and everything is shown.
const offered = JSON.parse(document.getElementById('selection-data').textContent);
/** What is chosen before anybody chose, of each kind: ids, and places of workloads. */
const atFirst = {
  transports: offered.transports.map(({ id }) => id),
  clients: offered.clients.map(({ id }) => id),
  subjects: offered.subjects.map(({ id }) => id),
  workloads: offered.workloads.flatMap(({ first }, place) => (first ? [place] : [])),
};
const chosen = Object.fromEntries(Object.entries(atFirst).map(([kind, ids]) => [kind, new Set(ids)]));
/** Of charts whose rows name no arm: every arm by the name that rows give it. */
const armsByTitle = Map.groupBy?.(offered.arms, ([title]) => title) ?? grouped(offered.arms);
const workloadPlaces = new Map(
  offered.workloads.flatMap(({ title, label }, i) => [
    [title, i],
    [label, i],
  ]),
);
/** Small drawings of the charts' marks, in a box from -1 to 1. */
const marks = {
  circle: 'M-.8 0a.8 .8 0 1 0 1.6 0a.8 .8 0 1 0 -1.6 0',
  square: 'M-.7 -.7h1.4v1.4h-1.4z',
  diamond: 'M0 -1L.8 0L0 1L-.8 0z',
  'triangle-up': 'M0 -.8L.9 .8L-.9 .8z',
  'triangle-down': 'M0 .8L.9 -.8L-.9 -.8z',
  cross: 'M-.3 -.9h.6v.6h.6v.6h-.6v.6h-.6v-.6h-.6v-.6h.6z',
};

function grouped(arms) {
  const map = new Map();
  for (const arm of arms) map.set(arm[0], [...(map.get(arm[0]) ?? []), arm]);
  return map;
}

function isArmChosen([, transport, client, subject]) {
  return chosen.transports.has(transport) && chosen.clients.has(client) && chosen.subjects.has(subject);
}

/** A name that is no arm's says nothing against showing it. */
function isTitleChosen(title) {
  return armsByTitle.get(title)?.some(isArmChosen) ?? true;
}

function isWorkloadChosen(name) {
  const place = workloadPlaces.get(name);
  return place === undefined || chosen.workloads.has(place);
}

/**
 * Whether a chart has its workloads side by side, in panels or as lines. A curve through many of them is about all: none is
 * taken out of it.
 */
function isByWorkload(spec) {
  const { values } = spec.data;
  if (new Set(values.map(({ workload }) => workload)).size < 2) return true;
  const inPanels = [
    spec.facet?.row,
    spec.facet?.column,
    spec.spec?.encoding?.detail,
    ...(spec.vconcat ?? []).map(filterOf),
  ];
  return (
    inPanels.some((panel) => panel?.field === 'workload') ||
    values.some(({ panel, workload }) => workload !== undefined && panel?.includes(workload))
  );
}

function isRowChosen({ arm, transport, workload }, byWorkload) {
  if (byWorkload && workload !== undefined && !isWorkloadChosen(workload)) return false;
  if (armsByTitle.has(arm)) return isTitleChosen(arm);
  return transport === undefined || chosen.transports.has(transport) || !(transport in marksOf);
}
const marksOf = Object.fromEntries(offered.transports.map(({ id }) => [id, true]));

/** Rows, panels and legends of what is chosen. */
chosenOf = (spec) => {
  const all = spec.data?.values;
  if (!Array.isArray(all)) return spec;
  const byWorkload = isByWorkload(spec);
  const ofChosen = all.filter((row) => isRowChosen(row, byWorkload));
  // Before anybody chose, a chart that is about other workloads than those that are shown first shows its own.
  const values =
    ofChosen.length === 0 && isAtFirst('workloads') ? all.filter((row) => isRowChosen(row, false)) : ofChosen;
  if (values.length === all.length) return spec;
  if (values.length === 0) return null;
  /** Of the rows that a panel filters out for itself: what is left of its arms. */
  const share = (filter) => {
    const isOfPanel = (row) => filter === undefined || row[filter.field] === filter.equal;
    const armsOf = (rows) => new Set(rows.filter(isOfPanel).map(({ arm }) => arm)).size;
    return armsOf(all) === 0 ? 1 : armsOf(values) / armsOf(all);
  };
  const kept = { ...legendsOf(spec, (field) => gone(all, values, field)), data: { ...spec.data, values } };
  if (spec.vconcat)
    kept.vconcat = kept.vconcat.flatMap((panel) => {
      const left = share(filterOf(panel));
      return left === 0 ? [] : [lower(panel, left)];
    });
  else if (hasRowsOfArms(spec)) return lower(kept, share());
  return kept;
};

function hasRowsOfArms(spec) {
  return JSON.stringify(spec.encoding?.y ?? {}).includes('"field":"arm"');
}

/** As high as its rows need. The axis below them takes no less. */
function lower(panel, share) {
  if (typeof panel.height !== 'number' || !hasRowsOfArms(panel)) return panel;
  return { ...panel, height: Math.max(24, Math.round(panel.height * share)) };
}

/** Cells that name an arm or a workload stand first in their row. */
const namingCells = 3;

function filterTables() {
  for (const row of document.querySelectorAll('tbody tr')) {
    if (row.closest('#arms') !== null) continue;
    const names = [...row.cells].slice(0, namingCells).map(({ textContent }) => textContent);
    const { workload } = row.parentElement.dataset;
    row.hidden =
      names.some((name) => !isTitleChosen(name) || !isWorkloadChosen(name)) ||
      (workload !== undefined && !chosen.workloads.has(Number(workload)));
  }
}

function apply() {
  filterTables();
  chooseAgain();
  for (const update of updates) update();
}

/** After a choice of the reader's own. */
function applyChoice() {
  apply();
  noteAddress();
}

function isAtFirst(kind) {
  return chosen[kind].size === atFirst[kind].length && atFirst[kind].every((key) => chosen[kind].has(key));
}

/** In an address: of one kind, all that there is. No id looks like it. */
const everyOne = '*';

/** A kind's choice by its ids, whatever it is told apart by here. */
function keepChoice(kind) {
  const all = offered[kind].map(({ id }, place) => ({ id, key: kind === 'workloads' ? place : id }));
  keep(
    kind,
    () => {
      const own = all.filter(({ key }) => chosen[kind].has(key));
      if (isAtFirst(kind)) return null;
      return own.length === all.length ? [everyOne] : own.map(({ id }) => id);
    },
    (names) => {
      const known = all.filter(({ id }) => names?.includes(id) || names?.includes(everyOne)).map(({ key }) => key);
      // Of names that are all unknown nothing can be shown; of none at all that is what was chosen.
      const isNothing = names === null || (names.length > 0 && known.length === 0);
      chosen[kind] = new Set(isNothing ? atFirst[kind] : known);
    },
  );
}

const updates = [];

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function swatch({ colour, shape }) {
  const name = colour.slice('theme:'.length);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '-1.2 -1.2 2.4 2.4');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.color = `light-dark(${themes.light.colours[name]}, ${themes.dark.colours[name]})`;
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', marks[shape] ?? marks.circle);
  path.setAttribute('fill', 'currentColor');
  svg.append(path);
  return svg;
}

/** A box that takes all of these in or out; half checked where only some are in. */
function box(kind, ids, ...label) {
  const input = element('input', { type: 'checkbox' });
  input.addEventListener('change', () => {
    for (const id of ids) input.checked ? chosen[kind].add(id) : chosen[kind].delete(id);
    applyChoice();
  });
  updates.push(() => {
    const inside = ids.filter((id) => chosen[kind].has(id)).length;
    input.checked = inside === ids.length;
    input.indeterminate = inside > 0 && inside < ids.length;
  });
  return element('label', {}, input, ...label);
}

function group(title, kind) {
  return element(
    'fieldset',
    {},
    element('legend', { textContent: title }),
    ...offered[kind].map((one) => box(kind, [one.id], ...(one.colour ? [swatch(one)] : []), one.title)),
  );
}

function workloadChoice() {
  const summary = element('summary', {});
  updates.push(() => {
    summary.textContent = `Workloads: ${chosen.workloads.size === offered.workloads.length ? 'all' : `${chosen.workloads.size} of`} ${offered.workloads.length}`;
  });
  const parts = [...new Set(offered.workloads.map(({ part }) => part))];
  const lists = parts.map((part) => {
    const own = offered.workloads.flatMap((one, place) => (one.part === part ? [{ ...one, place }] : []));
    const boxes = own.map(({ title, place }) => element('li', {}, box('workloads', [place], title)));
    const head =
      part === ''
        ? []
        : [
            box(
              'workloads',
              own.map(({ place }) => place),
              element('b', { textContent: part }),
            ),
          ];
    return element('div', {}, ...head, element('ul', {}, ...boxes));
  });
  return element(
    'details',
    { id: 'workloads' },
    summary,
    element('div', { className: 'choices' }, element('div', {}, ...lists)),
  );
}

function chooseAll() {
  for (const name of ['transports', 'clients', 'subjects']) for (const { id } of offered[name]) chosen[name].add(id);
  for (const place of offered.workloads.keys()) chosen.workloads.add(place);
  applyChoice();
}

/** Only these arms, by their places: what a verdict rests on. */
function chooseOnly(places) {
  const arms = places.map((place) => offered.arms[place]);
  for (const [name, at] of [
    ['transports', 1],
    ['clients', 2],
    ['subjects', 3],
    ['workloads', 4],
  ]) {
    chosen[name].clear();
    for (const arm of arms) chosen[name].add(arm[at]);
  }
  applyChoice();
}

function offerChoice() {
  const status = element('span', { className: 'status' });
  status.setAttribute('role', 'status');
  updates.push(() => {
    const arms = offered.arms.filter((arm) => isArmChosen(arm) && chosen.workloads.has(arm[4])).length;
    status.textContent = arms === offered.arms.length ? '' : `${arms} of ${offered.arms.length} arms shown`;
    all.hidden = arms === offered.arms.length;
  });
  const all = element('button', { type: 'button', textContent: 'Show all' });
  all.addEventListener('click', chooseAll);
  const form = element('form', { className: 'selection' });
  form.setAttribute('aria-label', 'What charts and tables show');
  form.append(group('Show', 'transports'));
  if (offered.clients.length > 1) form.append(group('received by', 'clients'));
  if (offered.subjects.length > 1) form.append(group('from', 'subjects'));
  if (offered.workloads.length > 1) form.append(workloadChoice());
  form.append(element('p', {}, status, ' ', all));
  document.querySelector('header')?.after(form);
  for (const link of document.querySelectorAll('a.only'))
    link.addEventListener('click', () => chooseOnly(link.dataset.arms.split(' ').map(Number)));
  filterTables();
  for (const update of updates) update();
  for (const kind of Object.keys(chosen)) keepChoice(kind);
  addEventListener('followed', apply);
}

if (offered.arms.length > 1) offerChoice();
