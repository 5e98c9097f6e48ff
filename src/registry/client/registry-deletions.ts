import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { retryAfterSeconds } from '../../cluster/session/retry-after.ts';
import { ownCommand } from '../../engine/own-command.ts';
import { type Said, SaidError, said } from '../../engine/said.ts';
import { type ConnectionFailure, connectionFailure } from './connection-failure.ts';
import { looksLikeRegistry } from './registry-api.ts';
import type { RegistryAnswer, RegistryConnection } from './registry-connection.ts';

/** The registry refused a deletion, or failed at it. */
export class RegistryDeletionError extends Error {
  override name = 'RegistryDeletionError';
  readonly status: number;
  /** Seconds, where the registry asks to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, headers }: RegistryAnswer) {
    super(`${status} ${STATUS_CODES[status] ?? ''}`.trim());
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds(headers['retry-after'], Date.now());
  }
}

/** There was no answer of the registry, or none that can be read. `cause` is the error below. */
export class RegistryRequestError extends SaidError {
  override name = 'RegistryRequestError';
  /** Of the error below, such as `ECONNRESET`; empty where it has none. */
  readonly code: string;

  constructor({ words, code }: ConnectionFailure, cause: unknown) {
    super(words, { cause });
    this.code = code;
  }
}

/** Why a registry would not prune for us. Nothing has been changed. */
export class NotAllowedToPruneError extends SaidError {
  override name = 'NotAllowedToPruneError';
  readonly status: number;

  constructor(message: Said, status: number) {
    super(message);
    this.status = status;
  }
}

export type DeletionResult = 'deleted' | 'gone';

/** Unlinks a layer or a config from a repository, `<namespace>/<name>`. */
export function deleteLayerLink(
  connection: RegistryConnection,
  token: string,
  repository: string,
  digest: string,
): Promise<DeletionResult> {
  return deletion(connection, token, layerLinkPath(repository, digest));
}

/** Unlinks a manifest from a repository, `<namespace>/<name>`. */
export function deleteManifestLink(
  connection: RegistryConnection,
  token: string,
  repository: string,
  digest: string,
): Promise<DeletionResult> {
  return deletion(connection, token, `/v2/${repository}/manifests/${digest}`);
}

/** Removes a blob's data from the registry: OpenShift's extension. */
export function deleteBlob(
  connection: RegistryConnection,
  token: string,
  digest: string,
): Promise<DeletionResult> {
  return deletion(connection, token, blobPath(digest));
}

/** What answers is no registry: to it, everything is gone already. No credential was sent, nothing was changed. */
export class NotARegistryError extends SaidError {
  override name = 'NotARegistryError';
}

async function checkIsRegistry(connection: RegistryConnection): Promise<void> {
  const { status, headers } = await answerTo(connection, 'GET', '/v2/');
  const header = (name: string) => String(headers[name] ?? '');
  const answer = {
    status,
    apiVersion: header('docker-distribution-api-version'),
    challenge: header('www-authenticate'),
  };
  if (looksLikeRegistry(answer)) return;
  throw new NotARegistryError(
    said(
      'what answers at {0} is no image registry (GET /v2/: {1}), so nothing was changed. Correct the address, or leave it out to use the one found in the cluster; look closer with: {2}',
      connection.url,
      status,
      ownCommand('diagnose'),
    ),
  );
}

/**
 * Asks the registry to delete a blob and a layer link that can't exist, so that it says whether it would delete at all
 * before anything is changed.
 * @param repository one that the prune will change, or undefined where it changes none
 * @throws NotAllowedToPruneError, NotARegistryError
 */
export async function checkRightToPrune(
  connection: RegistryConnection,
  token: string,
  repository: string | undefined,
): Promise<void> {
  await checkIsRegistry(connection);
  const nothing = `sha256:${randomBytes(32).toString('hex')}`;
  const paths = [
    blobPath(nothing),
    ...(repository === undefined ? [] : [layerLinkPath(repository, nothing)]),
  ];
  for (const path of paths) {
    const { status } = await answerTo(connection, 'DELETE', path, token);
    if (isDone(status)) continue;
    throw new NotAllowedToPruneError(refusal(connection.url, status), status);
  }
}

function refusal(url: string, code: number): Said {
  const status = `${code} ${STATUS_CODES[code] ?? ''}`.trim();
  switch (code) {
    case 401:
    case 403:
      return said(
        'the registry {0} answered {1}: this user may not prune, so nothing was changed. Grant the right with: oc adm policy add-cluster-role-to-user system:image-pruner <user>',
        url,
        status,
      );
    case 405:
      return said(
        'the registry {0} answered {1}: deletion is disabled in its configuration (storage.delete.enabled), so nothing was changed. Enable it, or prune only API objects with --prune-registry=false.',
        url,
        status,
      );
    default:
      return said(
        'the registry {0} answered {1} when asked whether it would delete, so nothing was changed. See the registry’s log: oc logs deployment/image-registry -n openshift-image-registry',
        url,
        status,
      );
  }
}

async function deletion(
  connection: RegistryConnection,
  token: string,
  path: string,
): Promise<DeletionResult> {
  const answer = await answerTo(connection, 'DELETE', path, token);
  if (!isDone(answer.status)) throw new RegistryDeletionError(answer);
  return answer.status === 404 ? 'gone' : 'deleted';
}

/** @throws RegistryRequestError where the connection failed */
async function answerTo(
  connection: RegistryConnection,
  method: string,
  path: string,
  token?: string,
): Promise<RegistryAnswer> {
  try {
    return await connection.send(method, path, { token });
  } catch (error) {
    const failure = connectionFailure(error);
    // Also what ends a request from here, which is no failure of the connection.
    throw failure.kind === 'other' && failure.code === '' ? error : new RegistryRequestError(failure, error);
  }
}

/** REFERENCE section 4: 202 or 204 done, 404 already gone, everything else an error. */
function isDone(status: number): boolean {
  return status === 202 || status === 204 || status === 404;
}

function layerLinkPath(repository: string, digest: string): string {
  return `/v2/${repository}/blobs/${digest}`;
}

function blobPath(digest: string): string {
  return `/admin/blobs/${digest}`;
}
