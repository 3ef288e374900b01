/** The compiler itself, loaded when somebody compiles: it takes a second, and most commands and workers have no use for it. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function loadTypeScript(): typeof import('typescript') {
  return require('typescript');
}
