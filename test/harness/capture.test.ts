/** The kernel's packet counters against a capture: two programs that know nothing of each other, to the byte. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../harness/meters/environment.js';
import { NetNamespace, whyNoWire } from '../../harness/meters/wire.js';

const why = whyNoWire() ?? (findProgram('tshark') === null ? 'tshark is not installed' : null);
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A request and a response of several segments each, over connections that are opened and closed. */
const talk = `
const http = require('node:http');
const server = http.createServer((request, response) => {
  request.resume().on('end', () => response.end(Buffer.alloc(20_000, 'x')));
});
server.listen(8099, '127.0.0.1', async () => {
  for (let i = 0; i < 12; i++)
    await new Promise((resolve, reject) => {
      const request = http.request({ port: 8099, host: '127.0.0.1', method: 'POST', agent: false }, (response) => {
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end(Buffer.alloc(5_000, 'y'));
    });
  server.close();
});`;

function start(namespace: NetNamespace, program: string, args: readonly string[]): ChildProcess {
  const [enter = '', ...rest] = namespace.enter;
  const child = spawn(enter, [...rest, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

test('packets and bytes each way are those of a tshark capture', { skip: why ?? false }, async () => {
  const namespace = NetNamespace.create('capture');
  try {
    namespace.count(8099);
    const fields = ['-T', 'fields', '-e', 'tcp.srcport', '-e', 'ip.len', '-l'];
    const tshark = start(namespace, 'tshark', ['-i', 'lo', '-f', 'tcp port 8099', ...fields]);
    let captured = '';
    let said = '';
    tshark.stdout?.setEncoding('utf8').on('data', (text: string) => {
      captured += text;
    });
    tshark.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // It says so before it listens in earnest, so the wait goes on a little.
    for (let i = 0; i < 200 && !/Capturing on/.test(said); i++) await delay(50);
    assert.match(said, /Capturing on/);
    await delay(1_000);
    const talker = start(namespace, process.execPath, ['-e', talk]);
    const [code] = await once(talker, 'exit');
    assert.equal(code, 0);

    const counted = await namespace.read();
    const total = counted.down.packets + counted.up.packets;
    const rows = () =>
      captured
        .trim()
        .split('\n')
        .map((line) => line.split('\t').map(Number));
    for (let i = 0; i < 100 && rows().length < total; i++) await delay(50);
    tshark.kill('SIGINT');
    await once(tshark, 'exit');

    const sum = (isDown: boolean) => {
      const lengths = rows()
        .filter(([port]) => (port === 8099) === isDown)
        .map(([, length = 0]) => length);
      return { packets: lengths.length, bytes: lengths.reduce((bytes, length) => bytes + length, 0) };
    };
    assert.deepEqual({ down: sum(true), up: sum(false) }, counted);
    assert.ok(counted.down.bytes > 12 * 20_000 && counted.up.bytes > 12 * 5_000);
  } finally {
    namespace.remove();
  }
});
