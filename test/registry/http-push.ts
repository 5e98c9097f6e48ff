import type { Agent as PlainAgent } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import { type Call, type Called, call } from './calls.ts';
import type { BuiltImage, ContentBlob } from './images.ts';
import type { TestRegistry } from './start.ts';

/** A push over HTTP: who pushes, over which connections, and which blobs each repository is known to have. */
export interface PushSession {
  registry: TestRegistry;
  token?: string;
  agent?: PlainAgent | SecureAgent;
  /** Uploads without asking first whether the registry has it: for filling an empty one. */
  blindly?: boolean;
  /** `<repository> <digest>` → its upload; one blob is never uploaded twice to a repository in a session. */
  uploads: Map<string, Promise<void>>;
}

/** Uploads blobs and manifest as any client does: nothing that a HEAD finds is sent again, unless `blindly`. */
export async function putImage(
  session: PushSession,
  repository: string,
  image: BuiltImage,
  reference: string,
) {
  await Promise.all([image.config, ...image.layers].map((blob) => putBlob(session, repository, blob)));
  await putManifest(session, repository, image.manifest, reference);
}

export async function putManifest(
  session: PushSession,
  repository: string,
  manifest: ContentBlob,
  reference: string,
): Promise<void> {
  await expectStatus(201, session, {
    method: 'PUT',
    path: `/v2/${repository}/manifests/${reference}`,
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
  });
}

export function putBlob(session: PushSession, repository: string, blob: ContentBlob): Promise<void> {
  const key = `${repository} ${blob.digest}`;
  const begun = session.uploads.get(key);
  if (begun) return begun;
  const upload = uploadMissing(session, repository, blob);
  session.uploads.set(key, upload);
  return upload;
}

async function uploadMissing(session: PushSession, repository: string, blob: ContentBlob): Promise<void> {
  if (!session.blindly && (await isThere(session, `/v2/${repository}/blobs/${blob.digest}`))) return;
  const started = await expectStatus(202, session, {
    method: 'POST',
    path: `/v2/${repository}/blobs/uploads/`,
  });
  const location = new URL(started.headers.location ?? '');
  location.searchParams.set('digest', blob.digest);
  await expectStatus(201, session, {
    method: 'PUT',
    path: location.href,
    headers: { 'content-type': 'application/octet-stream' },
    body: blob.bytes,
  });
}

async function isThere(session: PushSession, path: string): Promise<boolean> {
  return (await send(session, { method: 'HEAD', path })).status === 200;
}

async function expectStatus(status: number, session: PushSession, options: Call): Promise<Called> {
  const answer = await send(session, options);
  if (answer.status === status) return answer;
  throw new Error(`${options.method} ${options.path}: ${answer.status} ${answer.body}, not ${status}`);
}

function send(session: PushSession, options: Call): Promise<Called> {
  return call(session.registry, { token: session.token, agent: session.agent, ...options });
}
