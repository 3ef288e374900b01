// Lets `node --import ./register.mjs file.ts` run TypeScript, in this process and in every child given the same flag.
import { register } from 'node:module';

register('ts-node/esm', import.meta.url);
