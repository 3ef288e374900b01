/**
 * npm run frameworks: builds the servers of the published table that this machine has a toolchain for.
 *
 * Once: what is built stays in ~/.cache/pushlab/hello. Crates come from crates.io.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFramework, frameworks, isBuilt } from '../qps/frameworks.js';
import { UserError } from '../user-error.js';

let built = 0;
for (const framework of frameworks) {
  if (isBuilt(framework)) {
    console.log(`${framework.title}: built already`);
    built++;
    continue;
  }
  console.log(`${framework.title}: ${framework.build.join(' ')} …`);
  const work = mkdtempSync(join(tmpdir(), 'pushlab-build-'));
  try {
    await buildFramework(framework, work);
    built++;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.log(error.message);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
console.log(
  `${built} of ${frameworks.length} built; pushlab qps --subject ${frameworks.map(({ id }) => id).join('|')}`,
);
