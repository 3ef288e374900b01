// Runs inside the page of a run that is being measured: follows it by Server-Sent Events, redraws after each trial,
// and goes to the report when it is there. Stands behind report.js, whose replaceCharts it calls.
const progress = document.getElementById('live-progress');
const table = document.getElementById('live-table');
const events = new EventSource('events');

events.addEventListener('state', (event) => {
  const state = JSON.parse(event.data);
  progress.textContent = `${state.recorded} of ${state.planned} trials${state.last === '' ? '' : `; last: ${state.last}`}`;
  fill(state.table);
  replaceCharts(state.charts);
});

events.addEventListener('report', () => {
  events.close();
  location.assign('report.html');
});

events.addEventListener('error', () => {
  progress.textContent +=
    events.readyState === EventSource.CLOSED ? ' (the connection was refused)' : ' (reconnecting)';
});

function fill({ head, rows }) {
  const cells = (tag, texts) =>
    texts.map((text) => {
      const element = document.createElement(tag);
      element.textContent = text;
      return element;
    });
  const row = (children) => {
    const element = document.createElement('tr');
    element.append(...children);
    return element;
  };
  const headRow = document.createElement('thead');
  headRow.append(row(cells('th', head)));
  const body = document.createElement('tbody');
  body.append(...rows.map((texts) => row(cells('td', texts))));
  table.replaceChildren(headRow, body);
}
