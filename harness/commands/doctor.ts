/** `pushlab doctor`: what this machine can measure, and what each missing thing would have been for. */
import { removeLeftoverProfiles } from '../browser/profile.js';
import { examine } from '../doctor.js';
import { removeLeftoverNamespaces } from '../meters/wire.js';

export default async function doctor(_args: string[], options: Record<string, unknown>): Promise<number> {
  if (options.clean === true) return clean();
  const groups = examine();
  for (const { title, findings } of groups) {
    console.log(`${title}`);
    for (const { what, state, detail, fix } of findings) {
      console.log(`  ${what.padEnd(15)} ${state.padEnd(8)}  ${detail}`);
      if (fix !== null) console.log(`  ${' '.repeat(26)}→ ${fix}`);
    }
    console.log('');
  }
  const failed = groups.flatMap(({ findings }) => findings).filter(({ state }) => state === 'fails');
  console.log(
    failed.length === 0
      ? 'A run works here.'
      : `A run does not work here: ${failed.map(({ what }) => what).join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
}

function clean(): number {
  const removed = [...removeLeftoverNamespaces(), ...removeLeftoverProfiles()];
  console.log(removed.length === 0 ? 'nothing to remove' : `removed: ${removed.join(', ')}`);
  return 0;
}
