// Runs inside the page of a run that is being measured: follows it by Server-Sent Events, redraws after each trial,
// and goes to the report when it is there. Stands behind report.js, whose replaceCharts it calls.
const progress = document.getElementById('live-progress');
const notes = document.getElementById('live-notes');
const bar = document.getElementById('live-bar');
const findings = document.getElementById('live-findings');
const title = document.title;
const events = new EventSource('events');
let told = progress.textContent;

events.addEventListener('state', (event) => {
  const state = JSON.parse(event.data);
  told = state.told[0];
  progress.textContent = told;
  notes.replaceChildren(...state.told.slice(1).map((text) => elementOf('li', text)));
  bar.value = state.recorded;
  document.title = `${state.recorded}/${state.planned} ${title}`;
  fill(state.table);
  replaceCharts(state.charts);
});

events.addEventListener('report', () => {
  events.close();
  location.assign('report.html');
});

// The server has said why, and would say it again.
events.addEventListener('failure', (event) => {
  events.close();
  progress.textContent = `${told} This page can no longer follow: ${event.data}`;
});

events.addEventListener('error', () => {
  const refused = events.readyState === EventSource.CLOSED;
  progress.textContent = `${told} ${refused ? 'pushlab view does not answer any more.' : 'pushlab view is gone; trying again …'}`;
});

function elementOf(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function fill({ head, rows }) {
  const cellOf = (tag, scope, { text, mark }) => {
    // An interval stands below its median: beside it six columns would not fit a screen.
    const [figure, interval] = text.split(/ (?=\[)/);
    const element = elementOf(tag, figure);
    if (interval !== undefined) element.append(elementOf('small', interval));
    if (scope !== null) element.scope = scope;
    if (mark !== null) element.className = mark;
    return element;
  };
  const rowOf = (cells) => {
    const element = document.createElement('tr');
    element.append(...cells);
    return element;
  };
  const heads = head.map((text) => cellOf('th', 'col', { text, mark: null }));
  findings.querySelector('thead').replaceChildren(rowOf(heads));
  findings
    .querySelector('tbody')
    .replaceChildren(
      ...rows.map(([first, ...rest]) =>
        rowOf([cellOf('th', 'row', first), ...rest.map((cell) => cellOf('td', null, cell))]),
      ),
    );
  findings.hidden = rows.length === 0;
}
