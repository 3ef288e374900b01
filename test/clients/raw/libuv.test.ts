/** The raw clients over libuv's sockets. */
import { libuvConnections } from '../../../clients/raw/connection.js';
import { clientsConform } from './conformance.js';

clientsConform(libuvConnections);
