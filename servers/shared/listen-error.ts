/** Why a server cannot listen, as one clear line. */
export function listenError(host: string, port: number, error: NodeJS.ErrnoException): Error {
  return new Error(`cannot listen on ${host}:${port}: ${reason(error)}`);
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; stop its server or choose another port (0 takes any free one)';
    case 'EADDRNOTAVAIL':
      return 'no interface of this machine has that address; choose another host';
    case 'EACCES':
      return 'this user may not take that port; choose one above 1023';
    default:
      return message;
  }
}
