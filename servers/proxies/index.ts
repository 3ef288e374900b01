/** Every proxy. One added to the contract fails to compile here until it exists. */
import type { ProxyId } from '../../contract/proxies.js';
import { openBuffering } from './buffering.js';
import { openDropUpgrade } from './drop-upgrade.js';
import { openIdleTimeout } from './idle-timeout.js';
import type { OpenProxy } from './proxy.js';
import { openTransparent } from './transparent.js';

export const openProxy: Readonly<Record<Exclude<ProxyId, 'none'>, OpenProxy>> = {
  transparent: openTransparent,
  'drop-upgrade': openDropUpgrade,
  buffering: openBuffering,
  'idle-timeout': openIdleTimeout,
};
