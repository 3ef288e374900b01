/** The ways out with Ctrl-C. */

/** 128 + SIGINT, as shells have it. */
export const interruptedExitCode = 130;

/**
 * Aborted by the first Ctrl-C; the second leaves at once.
 *
 * @param what is under way, in words
 */
export function listenForInterrupts(what = 'what is under way'): AbortController {
  const interruption = new AbortController();
  onInterrupt((times) => {
    // Workers leave by themselves when this process and its channels are gone.
    if (times > 1) process.exit(interruptedExitCode);
    process.stderr.write(`\nending ${what}; once more to leave at once\n`);
    interruption.abort(new Error('interrupted'));
  });
  return interruption;
}

/** For what runs until it is stopped; the second Ctrl-C leaves at once. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    onInterrupt((times) => {
      if (times > 1) process.exit(interruptedExitCode);
      resolve();
    });
  });
}

function onInterrupt(heard: (times: number) => void): void {
  let times = 0;
  const interrupt = () => heard(++times);
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
}
