/**
 * What a client says to the server: the other direction, which claim A15 is about.
 *
 * Over a WebSocket it is a message of the connection that updates come by; beside every other transport it is a POST.
 * Either way the server sends the same text back, so that both carry a message up and an answer down.
 */

/** Where messages are posted. */
export const messagePath = '/message';
/** Longer ones are refused: this is for a word to the server, not for an upload. */
export const maxMessageBytes = 1024;

/** The two ways, and the second with a connection for each message. */
export const upstreamWays = ['websocket', 'post', 'post-per-connection'] as const;
export type UpstreamWay = (typeof upstreamWays)[number];
