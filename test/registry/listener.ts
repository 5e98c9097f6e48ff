import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** What a client gets that speaks plain HTTP to HTTPS: the notice of today's Go servers, or the TLS alert of old ones. */
export type PlainHttpAnswer = 'notice' | 'alert';

const handshake = 0x16;
const notice = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
// A fatal alert, "record overflow".
const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x16]);

/**
 * Takes connections for a server. Node's HTTPS server just hangs up on plain HTTP, where Go's, and so OpenShift's registry,
 * says something that a diagnosis can read.
 */
export function listenerFor(server: HttpServer, secure: boolean, plainHttpAnswer: PlainHttpAnswer): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    if (!secure) {
      server.emit('connection', socket);
      return;
    }
    whenFirstByte(socket, (byte) => {
      if (byte === handshake) server.emit('connection', socket);
      else socket.end(plainHttpAnswer === 'notice' ? notice : alert);
    });
  });
}

/** Looks at the first byte and leaves it to be read. */
function whenFirstByte(socket: Socket, decide: (byte: number) => void): void {
  socket.once('readable', () => {
    const chunk: Buffer | null = socket.read();
    const byte = chunk?.[0];
    if (!chunk || byte === undefined) {
      socket.destroy();
      return;
    }
    socket.unshift(chunk);
    decide(byte);
  });
}
