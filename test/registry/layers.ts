import { createCipheriv, createHash } from 'node:crypto';
import { crc32, gunzipSync } from 'node:zlib';

/** A layer by name and size, the same bytes every time and everywhere; or a gzipped tar of the caller's own. */
export type LayerSpec = { name: string; size: number } | { name?: string; bytes: Buffer };

/** A layer as it is stored (gzipped tar), and the digest of the tar inside, which the image config names. */
export type Layer = { bytes: Buffer; digest: string; diffId: string };

export const smallestLayer = 1024;

const block = 512;
const storedLimit = 65_535;
// A tar ends with two blocks of zeros. This is a final deflate block of exactly these, so that a layer of 1 KB is possible
// although everything else is stored uncompressed.
const endOfTar = Buffer.alloc(2 * block);
const endOfTarDeflated = Buffer.from('63601805a360148c540000', 'hex');

const gzipHeader = 10;
const extraHeader = 6;
const gzipTrailer = 8;

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * A layer's bytes. Named layers are exactly `size` bytes long (at least `smallestLayer`): a tar.gz with one file of
 * pseudorandom content. Nothing is left to zlib, whose output differs between versions and processors.
 */
export function layerOf(spec: LayerSpec): Layer {
  if ('bytes' in spec) {
    return { bytes: spec.bytes, digest: digestOf(spec.bytes), diffId: digestOf(gunzipSync(spec.bytes)) };
  }
  const key = `${spec.name}\0${spec.size}`;
  const known = made.get(key);
  if (known) return known;
  const tarHead = tarWith(spec.name, contentLength(spec.size));
  const bytes = gzipOf(tarHead, spec.size);
  const layer = { bytes, digest: digestOf(bytes), diffId: digestOf(Buffer.concat([tarHead, endOfTar])) };
  made.set(key, layer);
  return layer;
}

// Bulk pushes name the same layer thousands of times.
const made = new Map<string, Layer>();

function contentLength(size: number): number {
  if (!Number.isSafeInteger(size) || size < smallestLayer) {
    throw new RangeError(`a layer has at least ${smallestLayer} bytes, not ${size}`);
  }
  let length = Math.floor(size / block) * block;
  while (overheadOf(length) + length > size) length -= block;
  return length;
}

function overheadOf(contentLength: number): number {
  const stored = block + contentLength;
  const headers = 5 * Math.ceil(stored / storedLimit);
  return gzipHeader + extraHeader + headers + block + endOfTarDeflated.length + gzipTrailer;
}

/** One file's header and content, without the end of the archive. */
function tarWith(name: string, length: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(`layer/${name.replaceAll(/[^\w.-]/g, '_')}`, 0, 99, 'ascii');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${'0'.repeat(11)}\0`, 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, pseudorandom(name, length)]);
}

function pseudorandom(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

function gzipOf(tarHead: Buffer, size: number): Buffer {
  const blocks = [...storedBlocks(tarHead), endOfTarDeflated];
  const deflated = blocks.reduce((total, part) => total + part.length, 0);
  const padding = size - gzipHeader - extraHeader - deflated - gzipTrailer;
  // The rest of the size goes to an "extra" field of the gzip header, which every reader skips.
  const header = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255]);
  const extra = Buffer.alloc(extraHeader + padding);
  extra.writeUInt16LE(4 + padding, 0);
  extra.write('PD', 2);
  extra.writeUInt16LE(padding, 4);
  const trailer = Buffer.alloc(gzipTrailer);
  trailer.writeUInt32LE(crc32(endOfTar, crc32(tarHead)), 0);
  trailer.writeUInt32LE(tarHead.length + endOfTar.length, 4);
  return Buffer.concat([header, extra, ...blocks, trailer]);
}

function storedBlocks(data: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < data.length; start += storedLimit) {
    const part = data.subarray(start, start + storedLimit);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ 0xffff, 3);
    parts.push(head, part);
  }
  return parts;
}
