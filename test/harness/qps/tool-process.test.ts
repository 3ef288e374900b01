import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { childCpuUs, runTool } from '../../../harness/qps/tool-process.js';

const place = { cores: null, cwd: tmpdir(), timeoutMs: 30_000, signal: new AbortController().signal };

test('CPU time holds all threads of a tool, those too that ended before it', async () => {
  // Two threads burn until each has used 200 ms of CPU time, and are gone before the process is.
  const burn = `
    const { Worker } = require('node:worker_threads');
    const code = 'const t = process.cpuUsage(); while (process.cpuUsage(t).user + process.cpuUsage(t).system < 400000);';
    let ended = 0;
    for (let i = 0; i < 2; i++) new Worker(code, { eval: true }).on('exit', () => {
      if (++ended === 2) { const { user, system } = process.cpuUsage(); console.log(user + system); }
    });`;
  const { stdout, cpuUs, exitCode } = await runTool([process.execPath, '-e', burn], place);
  const said = Number(stdout);
  assert.equal(exitCode, 0);
  assert.ok(said >= 400_000, `${said} µs`);
  // The shell's own figure has a grain of 10 ms in some shells; ending the process costs a little more.
  assert.ok(Math.abs((cpuUs as number) - said) < 20_000 + said * 0.2, `${cpuUs} µs, of which it knows ${said}`);
});

test('output, exit code and time limit are as they were', async () => {
  const failed = await runTool(['sh', '-c', 'echo out; echo err >&2; exit 3'], place);
  assert.deepEqual([failed.stdout, failed.stderr, failed.exitCode, failed.timedOut], ['out\n', 'err\n', 3, false]);
  const late = await runTool(['sleep', '60'], { ...place, timeoutMs: 100 });
  assert.equal(late.timedOut, true);
});

test('an abort ends the tool, and what it has started', async () => {
  const interruption = new AbortController();
  const mark = `61.${process.pid}`;
  const run = runTool(['sh', '-c', `sleep ${mark} & sleep ${mark}`], { ...place, signal: interruption.signal });
  while (commandLines().filter((line) => line === `sleep ${mark}`).length < 2) await pause();
  interruption.abort(new Error('enough'));
  await assert.rejects(run, /enough/);
  while (commandLines().some((line) => line.includes(mark))) await pause();
});

test('a harness that is killed leaves no tool behind', async () => {
  const mark = `62.${process.pid}`;
  const script = `
    import { runTool } from '${new URL('../../../harness/qps/tool-process.ts', import.meta.url).href}';
    const { signal } = new AbortController();
    await runTool(['sh', '-c', 'sleep ${mark} & sleep ${mark}'], { cores: null, cwd: '/', timeoutMs: 60_000, signal });
  `;
  const register = new URL('../../../register.mjs', import.meta.url).href;
  const harness = spawn(process.execPath, ['--import', register, '--input-type=module', '--eval', script]);
  while (commandLines().filter((line) => line === `sleep ${mark}`).length < 2) await pause();
  harness.kill('SIGKILL');
  while (commandLines().some((line) => line === `sleep ${mark}`)) await pause();
});

test('times of bash, dash and busybox are understood, whatever the decimal point', () => {
  assert.equal(childCpuUs('0m0.000s 0m0.001s\n0m1.250s 1m2.500s\n'), 63_750_000);
  assert.equal(childCpuUs('0m0.000000s 0m0.000000s\n0m0.210000s 0m2.530000s\n'), 2_740_000);
  assert.equal(childCpuUs('0m0,000s 0m0,001s\n0m1,250s 0m0,000s\n'), 1_250_000);
  assert.equal(childCpuUs(''), null);
});

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      } catch {
        return '';
      }
    });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
