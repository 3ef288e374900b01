/** `pushlab qps` as it is typed: a table or JSON, files, missing and failing tools, and the way out with Ctrl-C. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { readQps } from '../../../harness/files.js';
import { jsonSchemas } from '../../../harness/schemas.js';
import { hello, serve } from '../../clients/qps/load-process.js';
import { pushlabEntry as entry, type Outcome, pushlab } from '../../fixtures/pushlab.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-qps-test-'));
after(() => rmSync(root, { recursive: true }));
const tools = join(root, 'bin');
mkdirSync(tools);

/** A tool on the PATH that does as this script says. */
function fakeTool(name: string, script: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}
fakeTool('oha', 'echo "oha 1.2.3"; case "$*" in *127*) exit 7;; esac');
fakeTool(
  'bombardier',
  `echo '{"result":{"bytesRead":1000,"timeTakenSeconds":1,"req1xx":0,"req2xx":10,"req3xx":0,"req4xx":0,"req5xx":0,"others":90,` +
    `"latency":{"mean":1,"max":2,"percentiles":{}}}}'`,
);

/** Without the report, which one test is about. */
function qps(...args: string[]): Promise<Outcome> {
  return pushlab(['qps', '--no-report', ...args], root, { ...process.env, PATH: `${tools}:${process.env.PATH}` });
}

describe('pushlab qps', { concurrency: 3 }, () => {
  test('asks our own server, prints a table and writes a file that can be read again', async () => {
    const { code, out, err } = await qps('--duration', '0.3', '--repeats', '2', '--mode', 'both', '--out', 'own');
    assert.equal(code, 0, err);
    assert.match(out, /^GET http:\/\/127\.0\.0\.1:\d+\/hello: closed model, 0\.3 s × 2, 1 generator process\n/);
    assert.match(out, /^pushlab +keep-alive +64 /m);
    assert.match(out, /^pushlab +close +64 /m);
    assert.match(out, /^generator engine: (io_uring|libuv)$/m);
    const [folder] = readdirSync(join(root, 'own'));
    const file = readQps(join(root, 'own', folder as string));
    const { rows, blocks, target, settings } = file;
    const ajv = new Ajv2020.default({ strict: false, formats: { 'date-time': true } });
    const validate = ajv.compile(JSON.parse(jsonSchemas().get('qps.schema.json') as string));
    assert.ok(validate(file), ajv.errorsText(validate.errors));
    assert.ok(!validate({ ...file, extra: 1 }));
    assert.equal(blocks.length, 4);
    assert.equal(target.subject, 'uws');
    assert.deepEqual(settings.modes, ['keep-alive', 'close']);
    for (const row of rows) {
      assert.equal(row.requestsPerS?.values.length, 2);
      assert.ok((row.requestsPerGeneratorCpuS?.median as number) > 0);
      assert.ok((row.requestsPerServerCpuS?.median as number) > 0);
      assert.deepEqual(row.errors, {});
      assert.ok(Math.abs((row.littlesLaw as number) - 1) < 0.5);
    }
    // Content-Type, Date, Content-Length and the five bytes of the body.
    assert.equal(rows[0]?.bytesPerResponse, 106);
  });

  test('asks any URL, and names tools that are missing, that fail, or that count errors', async () => {
    const server = await serve((socket) => socket.write(hello));
    const { code, out, err } = await qps(
      `http://127.0.0.1:${server.port}/x`,
      ...[
        '--duration',
        '0.2',
        '--repeats',
        '1',
        '--connections',
        '2',
        '--with',
        'oha,gcannon,bombardier',
        '--json',
        '--out',
        'any',
      ],
    );
    assert.equal(code, 1, 'a tool that failed shows in the exit code');
    assert.match(err, /^gcannon is not on the PATH: left out$/m);
    const { rows, tools: found, target } = JSON.parse(out);
    assert.equal(target.serverPids, 1);
    assert.deepEqual(
      found.map(({ id, path, version }: { id: string; path: string | null; version: string | null }) => [
        id,
        path !== null,
        version,
      ]),
      [
        ['oha', true, '1.2.3'],
        ['gcannon', false, null],
        ['bombardier', true, null],
      ],
    );
    const of = (generator: string) => rows.find((row: { generator: string }) => row.generator === generator);
    assert.ok(of('pushlab').requestsPerS.median > 0);
    assert.match(of('oha').failures[0], /^oha \(exit code 7\): /);
    assert.equal(of('oha').requestsPerS, null);
    assert.match(of('bombardier').failures[0], /errors in most of 10 requests: 90 other/);
  });

  test('writes a report, and again from its file', async () => {
    const args = ['--duration', '0.2', '--repeats', '1', '--out', 'reported'];
    const { code, out, err } = await pushlab(['qps', ...args], root);
    assert.equal(code, 0, err);
    const [, path] = /^report: (\S+)$/m.exec(out) ?? assert.fail(out);
    const report = join(root, path as string);
    assert.match(readFileSync(report, 'utf8'), /How many requests a second does the hello of subject uws answer\?/);
    assert.match(readFileSync(report, 'utf8'), /npx pushlab qps --duration 0\.2 --repeats 1</);
    rmSync(report);
    const again = await pushlab(['report', dirname(path as string)], root);
    assert.equal(again.code, 0, again.err);
    assert.equal(again.out.trim(), path);
    assert.ok(readFileSync(report, 'utf8').length > 0);
  });

  test('a server that answers with an error is measured, and said to do so', async () => {
    const server = await serve((socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'));
    const { out, err } = await qps(
      `http://127.0.0.1:${server.port}/`,
      '--duration',
      '0.2',
      '--repeats',
      '1',
      '--out',
      'busy',
    );
    assert.match(err, /answers with HTTP status 503; measured all the same/);
    assert.match(out, /first status error: HTTP status 503/);
    assert.match(out, /\d+ status$/m);
  });

  test('an open model is called that, and a closed one too', async () => {
    const server = await serve((socket) => socket.write(hello));
    const url = `http://127.0.0.1:${server.port}/`;
    const { out } = await qps(url, '--rate', '100', '--duration', '0.5', '--repeats', '1', '--out', 'open');
    assert.match(out, /open model, 100 requests\/s offered by pushlab/);
    assert.match(out, /counts from when a request was due/);
  });

  const mistakes: [string, string[], number, RegExp][] = [
    ['https', ['https://127.0.0.1/'], 2, /^pushlab: .*https is not supported/],
    ['a refused connection', ['http://127.0.0.1:1/'], 1, /^pushlab: .*nothing listens there; start the server/],
    ['an unknown tool', ['--with', 'wkr'], 2, /^pushlab: --with wkr: no load generator 'wkr'; did you mean wrk\?\n$/],
    ['an unknown mode', ['--mode', 'open'], 2, /^pushlab: --mode open: must be keep-alive, close or both\n$/],
    ['a pipeline of closed connections', ['--mode', 'close', '--pipeline', '2'], 2, /nothing to pipeline/],
  ];
  for (const [what, args, code, line] of mistakes)
    test(`${what} is one clear line and exit code ${code}`, async () => {
      const outcome = await qps(...args);
      assert.match(outcome.err, line);
      assert.equal(outcome.code, code);
      assert.equal(outcome.out, '');
    });

  test('Ctrl-C reports what was measured, leaves with 130 and leaves nothing behind', async () => {
    const child = spawn(process.execPath, [entry, 'qps', '--duration', '0.5', '--repeats', '50', '--out', 'cut'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    const workers = new Set<string>();
    await new Promise<void>((resolve) => {
      let err = '';
      child.stderr.on('data', (text) => {
        err += text;
        for (const pid of childrenOf(child.pid as number)) workers.add(pid);
        if (/^1\/50 /m.test(err)) resolve();
      });
    });
    for (const pid of childrenOf(child.pid as number)) workers.add(pid);
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 130);
    assert.match(out, /, interrupted\n/);
    assert.match(out, /^pushlab +keep-alive +64 +\d/m);
    assert.ok(workers.size > 0);
    assert.deepEqual(
      [...workers].filter((pid) => parentOf(pid) !== null),
      [],
    );
    const [folder] = readdirSync(join(root, 'cut'));
    assert.equal(readQps(join(root, 'cut', folder as string)).interrupted, true);
  });
});

function childrenOf(parent: number): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === String(parent));
}

/** Null when the process is gone. */
function parentOf(pid: string): string | null {
  try {
    return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
