import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile, compileAhead } from '../../harness/typescript/compile.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pushlab-typescript-'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
after(() => rmSync(folder, { recursive: true, force: true }));

describe('TypeScript that is compiled once', () => {
  it('follows every change of a file, there and back', () => {
    const file = join(folder, 'one.ts');
    const of = (value: number) => {
      writeFileSync(file, `export const one: number = ${value};\n`);
      return compile(file);
    };
    assert.match(of(1), /^export const one = 1;/);
    assert.match(of(2), /^export const one = 2;/);
    assert.match(of(1), /^export const one = 1;/);
  });

  it('leaves nothing for a worker to compile', () => {
    compileAhead(['contract', 'servers', 'clients']);
    // A process that had to compile would load the compiler.
    const script = `
      await import('./servers/node/app.ts');
      await import('./clients/raw/polling.ts');
    `;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', './register.mjs', '--input-type=module', '--eval', script],
      { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'module' } },
    );
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /node_modules\/typescript\/lib/);
  });

  it('runs a file of somebody else’s folder, and what it imports of its own and of ours', () => {
    writeFileSync(join(folder, 'two.ts'), 'export const two: number = 2;\n');
    writeFileSync(
      join(folder, 'main.ts'),
      `import { two } from './two.js';\nimport { digits } from '${root}claims/evidence.js';\nconsole.log(digits(two as number));\n`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', join(root, 'register.mjs'), join(folder, 'main.ts')],
      { encoding: 'utf8' },
    );
    assert.equal(stdout.trim(), '2', stderr);
  });

  it('says which file does not parse', () => {
    const file = join(folder, 'broken.ts');
    writeFileSync(file, 'export const = 1;\n');
    assert.throws(() => compile(file), /broken\.ts/);
  });
});
