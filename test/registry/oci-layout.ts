import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltImage, type ContentBlob, descriptorOf } from './images.ts';
import { hexOf } from './store.ts';

/** Writes an OCI image layout (folder `oci:<folder>:<tag>` for skopeo) of images, and of their index if there is one. */
export async function writeLayout(
  folder: string,
  tag: string,
  images: BuiltImage[],
  index?: ContentBlob,
): Promise<void> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const contents = images.flatMap((image) => [image.manifest, image.config, ...image.layers]);
  if (index) contents.push(index);
  await Promise.all(contents.map((blob) => writeFile(join(blobs, hexOf(blob.digest)), blob.bytes)));
  const tagged = index ? [index] : images.map((image) => image.manifest);
  const manifests = tagged.map((manifest) => ({
    ...descriptorOf(manifest),
    annotations: { 'org.opencontainers.image.ref.name': tag },
  }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
