/** Finding a browser: the embedded one after `npm ci` alone, and one clear line where a chosen one is not there. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { whyNoEmbedded } from '../../harness/browser/embedded.js';
import { findBrowser } from '../../harness/browser/find.js';

const folder = mkdtempSync(join(tmpdir(), 'pushlab-browser-'));
after(() => rmSync(folder, { recursive: true }));

test('the embedded Chromium starts and says its version', { skip: whyNoEmbedded() ?? false }, () => {
  const found = findBrowser('embedded');
  assert.equal(found.state, 'found');
  if (found.state === 'found') assert.match(found.version, /^Chromium \d+\./);
});

test('it is unpacked once, whole, and under its version', { skip: whyNoEmbedded() ?? false }, () => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = folder;
  try {
    for (let time = 0; time < 2; time++) assert.equal(findBrowser('embedded').state, 'found');
    assert.match(readdirSync(join(folder, 'pushlab')).join(' '), /^chromium-\d+\.\d+\.\d+$/);
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    process.env.XDG_CACHE_HOME = file;
    assert.throws(
      () => findBrowser('embedded'),
      /^UserError: --browser embedded: the embedded Chromium cannot be unpacked into /,
    );
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});

test('`none` is a choice, not a failure', () => {
  assert.deepEqual(findBrowser('none'), { state: 'none', why: 'switched off by --browser none' });
});

test('a chosen browser that cannot be used is one line that names it', () => {
  assert.throws(
    () => findBrowser('/no/such/chrome'),
    /^UserError: --browser \/no\/such\/chrome: there is no file \/no\/such\/chrome$/,
  );
  const script = join(folder, 'not-a-browser');
  writeFileSync(script, '#!/bin/sh\necho Something Else 1.0\n', { mode: 0o755 });
  assert.throws(() => findBrowser(script), /says it is "Something Else 1.0", which is no Chromium$/);
  writeFileSync(script, '#!/bin/sh\necho libmissing.so: cannot open >&2\nexit 127\n', { mode: 0o755 });
  assert.throws(() => findBrowser(script), /does not start: libmissing\.so: cannot open$/);
});
