#!/usr/bin/env node
/**
 * The command line's entry. Plain JavaScript, so that `--help` and misuse answer without loading TypeScript:
 * ts-node is registered only when a command really runs.
 */
import { createProgram, misuseExitCode } from './cli.mjs';

// Stack traces that name TypeScript lines. Here only: in a worker it would be work beside the measured.
process.setSourceMapsEnabled(true);

const program = createProgram(async (name, args, options) => {
  await import('../register.mjs');
  // Loaded by name: the table of commands in cli.mjs and this folder hold the same names (tested).
  const command = await import(`./commands/${name}.ts`);
  process.exitCode = await command.default(args, options);
});

// `pushlab list | head` closes the pipe early, and that is not a failure.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error?.name === 'CommanderError') process.exitCode = error.exitCode === 0 ? 0 : misuseExitCode;
  else if (error?.name === 'UsageError' || error?.name === 'UserError') {
    process.stderr.write(`pushlab: ${error.message}\n`);
    process.exitCode = error.name === 'UsageError' ? misuseExitCode : 1;
  } else throw error;
}
