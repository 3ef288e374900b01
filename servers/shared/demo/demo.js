/**
 * All six transports live in one page, each with its own figures.
 *
 * Latency needs both ends on one clock: `/clock` is asked for the server's, and the fastest of the recent
 * round trips bounds the error. The trap is the browser's limit of six HTTP/1.1 connections per host: five
 * are taken here, so the clock may use only one.
 */
import { decode } from './decode.js';

const samplesKept = 200;
const intervalsMs = [100, 250, 500, 1000, 3000, 5000, 10_000];
const reconnectMs = 1000;

const clock = {
  /** Server time minus page time, ms. */
  offsetMs: 0,
  boundMs: Number.POSITIVE_INFINITY,
  startMs: null,
  recent: [],

  async ask() {
    const before = performance.now();
    const answer = await (await fetch('/clock', { cache: 'no-store' })).json();
    const after = performance.now();
    this.recent.push({ offsetMs: answer.nowUs / 1000 - (before + after) / 2, boundMs: (after - before) / 2 });
    // Old exchanges are forgotten: the two clocks drift apart.
    if (this.recent.length > 30) this.recent.shift();
    const best = this.recent.reduce((a, b) => (b.boundMs < a.boundMs ? b : a));
    this.offsetMs = best.offsetMs;
    this.boundMs = best.boundMs;
    const startMs = answer.startUs === null ? null : answer.startUs / 1000;
    const restarted = this.startMs !== null && startMs !== this.startMs;
    this.startMs = startMs;
    return { ...answer, restarted };
  },

  nowMs() {
    return performance.now() + this.offsetMs;
  },
};

/** One transport: what it has received, and how to run it. `run` ends when its signal is aborted. */
class Channel {
  constructor({ title, summary, run }) {
    Object.assign(this, { title, summary, run });
    this.abort = null;
    this.reset();
  }

  reset() {
    this.samples = [];
    this.updates = 0;
    this.skipped = 0;
    this.requests = 0;
    this.bytes = 0;
    this.newestSeq = 0;
    this.newestMs = null;
    this.problem = '';
  }

  get paused() {
    return this.abort === null;
  }

  async resume() {
    if (!this.paused) return;
    const abort = new AbortController();
    this.abort = abort;
    while (!abort.signal.aborted) {
      try {
        await this.run(this, abort.signal);
        this.problem = '';
      } catch (error) {
        if (!abort.signal.aborted) this.problem = `${error.message}; trying again`;
      }
      await sleep(reconnectMs, abort.signal);
    }
  }

  pause() {
    this.abort?.abort();
    this.abort = null;
  }

  /** One update, as text. Polling may bring the one already held. */
  receive(update) {
    const { seq, intendedOffsetUs } = decode(update);
    if (seq <= this.newestSeq || clock.startMs === null) return;
    if (this.newestSeq > 0) this.skipped += seq - this.newestSeq - 1;
    this.newestSeq = seq;
    this.newestMs = clock.startMs + intendedOffsetUs / 1000;
    this.updates++;
    this.problem = '';
    this.samples.push(clock.nowMs() - this.newestMs);
    if (this.samples.length > samplesKept) this.samples.shift();
  }
}

function sleep(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

async function request(channel, path, signal, headers = {}) {
  channel.requests++;
  const response = await fetch(path, { signal, headers, cache: 'no-store' });
  if (!response.ok && response.status !== 304) throw new Error(`the server answered ${response.status}`);
  return response;
}

function receiveArray(channel, text) {
  // All of it is ASCII: a character is a byte.
  channel.bytes += text.length;
  for (const update of JSON.parse(text)) channel.receive(update);
}

const interval = document.querySelector('#interval');
const pollMs = () => intervalsMs[Number(interval.value)];

async function poll(signal, ask) {
  while (!signal.aborted) {
    const started = performance.now();
    await ask();
    // In short naps, so that a change of the interval is felt at once.
    while (!signal.aborted && performance.now() - started < pollMs())
      await sleep(Math.min(100, pollMs() - (performance.now() - started)), signal);
  }
}

const channels = [
  new Channel({
    title: 'Interval polling',
    summary: 'Asks for the current state at a fixed interval.',
    run: (channel, signal) =>
      poll(signal, async () => receiveArray(channel, await (await request(channel, '/polling', signal)).text())),
  }),
  new Channel({
    title: 'Conditional polling',
    summary: 'The same, but the answer is an empty 304 when nothing changed.',
    run: (channel, signal) => {
      let tag = null;
      return poll(signal, async () => {
        const response = await request(
          channel,
          '/conditional-polling',
          signal,
          tag === null ? {} : { 'If-None-Match': tag },
        );
        const text = await response.text();
        if (response.status === 304) return;
        tag = response.headers.get('etag');
        receiveArray(channel, text);
      });
    },
  }),
  new Channel({
    title: 'Long polling',
    summary: 'Asks, and the server holds the answer until there is something newer.',
    async run(channel, signal) {
      while (!signal.aborted) {
        const since = channel.newestSeq > 0 ? `?since=${channel.newestSeq}&latest=1` : '';
        receiveArray(channel, await (await request(channel, `/long-polling${since}`, signal)).text());
      }
    },
  }),
  new Channel({
    title: 'Server-Sent Events',
    summary: 'One response that never ends; the browser parses it and reconnects by itself.',
    run: (channel, signal) =>
      new Promise((resolve) => {
        const source = new EventSource('/sse');
        const leave = () => {
          source.close();
          resolve();
        };
        source.onopen = () => channel.requests++;
        source.onerror = () => {
          channel.problem = 'the connection was lost; the browser tries again';
          // The browser has given up, as it does on an answer that is no event stream.
          if (source.readyState === EventSource.CLOSED) leave();
        };
        source.onmessage = ({ data }) => {
          channel.bytes += data.length;
          channel.receive(data);
        };
        source.addEventListener('close', leave);
        signal.addEventListener('abort', leave, { once: true });
      }),
  }),
  new Channel({
    title: 'HTTP streaming',
    summary: 'One response that never ends, one JSON value per line, read with fetch.',
    async run(channel, signal) {
      const response = await request(channel, '/http-stream', signal);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream ended');
        channel.bytes += value.length;
        const lines = (rest + value).split('\n');
        rest = lines.pop();
        for (const line of lines) if (line !== '') channel.receive(JSON.parse(line));
      }
    },
  }),
  new Channel({
    title: 'WebSocket',
    summary: 'One text frame per update over an upgraded connection.',
    run: (channel, signal) =>
      new Promise((resolve, reject) => {
        channel.requests++;
        const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/websocket`);
        socket.onmessage = ({ data }) => {
          channel.bytes += data.length;
          channel.receive(data);
        };
        socket.onclose = ({ code }) => (signal.aborted ? resolve() : reject(new Error(`closed with code ${code}`)));
        signal.addEventListener('abort', () => socket.close(), { once: true });
      }),
  }),
];

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function formatMs(ms) {
  if (ms === undefined || ms === null) return '–';
  if (ms < 0) return '0 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function formatBytes(bytes) {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 1e7 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The kept latencies as dots, on a scale from 0.1 ms to 10 s. */
function draw(canvas, samples) {
  const scale = devicePixelRatio;
  const width = canvas.clientWidth * scale;
  const height = canvas.clientHeight * scale;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  context.fillStyle = getComputedStyle(canvas).color;
  const radius = 1.5 * scale;
  samples.forEach((ms, i) => {
    const share = Math.min(1, Math.max(0, (Math.log10(Math.max(ms, 0.1)) + 1) / 5));
    const x = radius + ((width - 2 * radius) * i) / (samplesKept - 1);
    const y = height - radius - share * (height - 2 * radius);
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  });
}

function show(channel) {
  const { card, fields, button, state, canvas } = channel.view;
  const sorted = [...channel.samples].sort((a, b) => a - b);
  const p50 = quantile(sorted, 0.5);
  fields.p50.textContent = formatMs(p50);
  fields.p90.textContent = formatMs(quantile(sorted, 0.9));
  fields.age.textContent = formatMs(channel.newestMs === null ? null : clock.nowMs() - channel.newestMs);
  fields.updates.textContent = channel.updates.toLocaleString('en');
  fields.skipped.textContent = channel.skipped.toLocaleString('en');
  fields.requests.textContent = channel.requests.toLocaleString('en');
  fields.bytes.textContent = formatBytes(channel.bytes);
  card.classList.toggle('paused', channel.paused);
  button.textContent = channel.paused ? 'Resume' : 'Pause';
  button.setAttribute('aria-label', `${button.textContent} ${channel.title}`);
  state.textContent = channel.problem || (channel.paused ? 'paused' : channel.updates === 0 ? 'waiting' : 'receiving');
  canvas.setAttribute('aria-label', `Latency of the last ${sorted.length} updates, median ${formatMs(p50)}`);
  draw(canvas, channel.samples);
}

function build(channel) {
  const fragment = document.querySelector('#card').content.cloneNode(true);
  const card = fragment.querySelector('.card');
  const button = fragment.querySelector('button');
  fragment.querySelector('h2').textContent = channel.title;
  fragment.querySelector('.summary').textContent = channel.summary;
  button.addEventListener('click', () => (channel.paused ? channel.resume() : channel.pause()));
  const fields = {};
  for (const field of fragment.querySelectorAll('[data-field]')) fields[field.dataset.field] = field;
  channel.view = {
    card,
    fields,
    button,
    state: fragment.querySelector('.state'),
    canvas: fragment.querySelector('canvas'),
  };
  document.querySelector('#cards').append(fragment);
}

const status = document.querySelector('#status');
async function keepTime() {
  for (let asked = 0; ; asked++) {
    let text;
    try {
      const { rateHz, arrival, payloadBytes, restarted } = await clock.ask();
      if (restarted) for (const channel of channels) channel.reset();
      document.querySelector('#load').textContent =
        `${rateHz} updates a second (${arrival}, ${payloadBytes} bytes each)`;
      document.querySelector('#clock').textContent =
        `known to ±${clock.boundMs.toFixed(2)} ms, from ${clock.recent.length} exchanges`;
      text = clock.startMs === null ? 'The server has not started publishing.' : 'Live.';
    } catch {
      text = 'The server does not answer.';
      // It may come back on another machine's clock.
      clock.recent.length = 0;
    }
    // Only on a change: a screen reader says each one.
    if (status.textContent !== text) status.textContent = text;
    await new Promise((resolve) => setTimeout(resolve, asked < 8 ? 50 : 1000));
  }
}

interval.addEventListener('input', () => {
  const ms = pollMs();
  const text = ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
  document.querySelector('#interval-value').textContent = text;
  interval.setAttribute('aria-valuetext', text);
});
const all = document.querySelector('#all');
all.addEventListener('click', () => {
  const pausing = channels.some((channel) => !channel.paused);
  for (const channel of channels) pausing ? channel.pause() : channel.resume();
});

for (const channel of channels) build(channel);
keepTime();
// The clock first: without it the first latencies would be meaningless.
setTimeout(() => {
  for (const channel of channels) channel.resume();
}, 600);
setInterval(() => {
  for (const channel of channels) show(channel);
  const running = channels.some((channel) => !channel.paused);
  all.textContent = running ? 'Pause all' : 'Resume all';
}, 250);
