import { type Readable, Transform } from 'node:stream';

/**
 * The same bytes, counted, with errors in our words. Destroying it ends the body too, and with it the connection.
 * `whenClosed` is told once how many bytes came by, whatever the end.
 */
export function countedBody(
  body: Readable,
  explain: (error: unknown) => Error,
  whenClosed: (bytes: number) => void,
): Readable {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      bytes += chunk.length;
      callback(null, chunk);
    },
  });
  body.on('error', (error) => counted.destroy(explain(error)));
  counted.once('close', () => {
    if (!body.readableEnded) body.destroy();
    whenClosed(bytes);
  });
  return body.pipe(counted);
}
