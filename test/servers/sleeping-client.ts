/** A client that asks and does not read. */
import net from 'node:net';

/** Sends its requests and then reads nothing until told. */
export function sleepingClient(port: number, requests: string): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(requests);
  return socket;
}

export function requestFor(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
}
