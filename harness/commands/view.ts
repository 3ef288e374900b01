/** `pushlab view`: the runs of a folder in the browser, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { displayPath, fileNames } from '../files.js';
import { findProgram, readVersions } from '../meters/environment.js';
import { parseOptions, viewOptionsSchema } from '../options.js';
import { UserError } from '../user-error.js';
import { runRow } from '../view/runs.js';
import { startView, type View } from '../view/server.js';
import { untilInterrupted } from './interrupts.js';

export default async function view([run]: string[], given: Record<string, unknown>): Promise<number> {
  const { port, out, open } = parseOptions(viewOptionsSchema, given);
  if (!existsSync(out)) throw new UserError(`there is no folder ${out}; make a run with: pushlab run quick`);
  const page = run === undefined ? '' : pageOf(run, out);
  const stopped = untilInterrupted();
  const served = await start(out, port);
  const address = `${served.origin}/${page}`;
  console.log(`${address}  (Ctrl-C stops it)`);
  if (open) openBrowser(address);
  await stopped;
  await served.close();
  return 0;
}

async function start(outDirectory: string, port: number): Promise<View> {
  try {
    return await startView({ outDirectory, port, version: readVersions().pushlab });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new UserError(`port ${port} is taken; take another with --port, or any free one with --port 0`);
    throw error;
  }
}

/** A finished run opens its report, one under way the page that follows it. */
function pageOf(directory: string, out: string): string {
  if (!existsSync(join(directory, fileNames.plan)))
    throw new UserError(`${directory} is no run: it has no ${fileNames.plan}`);
  const folder = realpathSync(directory);
  if (dirname(folder) !== realpathSync(out))
    throw new UserError(`${directory} is not in ${out}; say where it is: --out ${displayPath(dirname(folder))}`);
  return runRow(folder).href;
}

/** Where there is nothing that opens an address, it stands printed. */
function openBrowser(address: string): void {
  const opener = ['xdg-open', 'open'].find((program) => findProgram(program) !== null);
  if (opener === undefined) return;
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
