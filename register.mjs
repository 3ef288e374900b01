// Lets `node --import ./register.mjs file.ts` run TypeScript, in this process and in every child given the same flag.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

// ts-node would look for tsconfig.json in the working folder, which may be anybody's.
process.env.TS_NODE_PROJECT = fileURLToPath(new URL('./tsconfig.json', import.meta.url));
register('./harness/typescript/loader.mjs', import.meta.url);
