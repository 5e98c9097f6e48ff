import * as vscode from 'vscode';
import { shortDigest } from '../../shared/words/quantities.ts';
import { messageOf } from '../problems.ts';
import { isSchedulePath, schedulePath } from '../schedules/schedule-path.ts';
import { type ScheduleTarget, scheduleTargetOf } from '../schedules/schedule-target.ts';
import type { Services } from '../services.ts';
import { answerStatus } from '../streams/answer-status.ts';
import { type Target, targetOf } from '../streams/target.ts';
import { IMAGE_API, imagePath, streamImagePath, streamPath, tagPath } from './object-path.ts';

export const OBJECT_SCHEME = 'image-hygiene';

/** What an object document is of: an object of one API server. */
interface ObjectAddress {
  server: string;
  path: string;
}

/** Objects of the image API, and of what prunes in the cluster, as read-only YAML documents, as they were when they were opened last. */
export class ObjectDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscription: vscode.Disposable;
  /** Just read, and not shown yet. */
  readonly #read = new Map<string, string>();

  readonly onDidChange = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    this.#subscription = vscode.workspace.registerTextDocumentContentProvider(OBJECT_SCHEME, this);
  }

  /**
   * Reads an object and shows it; one that is open already is shown as it is now.
   * @throws what the session throws
   */
  async open(target: Target | ScheduleTarget): Promise<void> {
    const { session } = await this.#services.connection.session();
    const { path, text } = await this.#readFirst(pathsOf(target));
    const uri = objectUri(target, { server: session.server, path });
    const isOpen = vscode.workspace.textDocuments.some((document) => `${document.uri}` === `${uri}`);
    this.#read.set(`${uri}`, text);
    if (isOpen) this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'yaml');
    await vscode.window.showTextDocument(document);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const read = this.#read.get(`${uri}`);
    this.#read.delete(`${uri}`);
    if (read !== undefined) return read;
    // A window that was loaded again shows what was open before, perhaps in another context.
    try {
      const address = addressOf(uri);
      const { session } = await this.#services.connection.session();
      if (!address) throw new Error(vscode.l10n.t('This is not the name of an object of the image API.'));
      if (session.server !== address.server) {
        const { server } = address;
        throw new Error(
          vscode.l10n.t('This is an object of {0}. Choose its context and open it again.', server),
        );
      }
      return await this.#readObject(address.path);
    } catch (error) {
      this.#services.log.failure('object', error);
      return messageOf(error).replaceAll(/^/gm, '# ');
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** Reads the first object that the user may see. */
  async #readFirst(paths: readonly string[]): Promise<{ path: string; text: string }> {
    for (const [place, path] of paths.entries()) {
      try {
        return { path, text: await this.#readObject(path) };
      } catch (error) {
        const isLast = place === paths.length - 1;
        if (isLast || answerStatus(error) !== 403) throw error;
      }
    }
    throw new Error(vscode.l10n.t('A namespace is no object of the image API.'));
  }

  async #readObject(path: string): Promise<string> {
    const { session } = await this.#services.connection.session();
    const { objectYaml } = await import('./object-yaml.ts');
    return objectYaml(await session.json({ path }));
  }
}

/** Opens what a command was given. */
export async function openObjectCommand(
  services: Services,
  documents: ObjectDocuments,
  given: unknown,
): Promise<void> {
  const target = scheduleTargetOf(given) ?? targetOf(given);
  if (!target) return;
  try {
    await documents.open(target);
  } catch (error) {
    services.log.failure(`open ${titleOf(target)}`, error);
    const show = vscode.l10n.t('Open Log');
    const choice = await vscode.window.showErrorMessage(messageOf(error), show);
    if (choice === show) services.log.show();
  }
}

/** Where an object's document is. The path is what its tab is called, and says that it is YAML. */
export function objectUri(target: Target | ScheduleTarget, address: ObjectAddress): vscode.Uri {
  const query = new URLSearchParams({ ...address }).toString();
  return vscode.Uri.from({ scheme: OBJECT_SCHEME, path: `/${titleOf(target)}.yaml`, query });
}

/** Where the object is read from, the best first. A developer sees an image only through a stream. */
function pathsOf(target: Target | ScheduleTarget): string[] {
  switch (target.kind) {
    case 'pruner':
    case 'cronJob':
    case 'job':
      return [schedulePath(target)];
    case 'namespace':
      return [];
    case 'stream':
      return [streamPath(target.namespace, target.stream)];
    case 'tag':
      return [tagPath(target.namespace, target.stream, target.tag)];
    case 'revision':
    case 'image': {
      const { namespace, stream, image } = target;
      const ofStream = namespace !== undefined && stream !== undefined;
      return [imagePath(image), ...(ofStream ? [streamImagePath(namespace, stream, image)] : [])];
    }
  }
}

function titleOf(target: Target | ScheduleTarget): string {
  switch (target.kind) {
    case 'pruner':
      return 'imagepruner';
    case 'cronJob':
    case 'job':
      return target.name;
    case 'namespace':
      return target.namespace;
    case 'stream':
      return target.stream;
    case 'tag':
      return `${target.stream}:${target.tag}`;
    case 'revision':
    case 'image':
      return shortDigest(target.image);
  }
}

/** Links in documents can name any address: only objects that have commands of ours are read. */
function addressOf({ query }: vscode.Uri): ObjectAddress | undefined {
  const parameters = new URLSearchParams(query);
  const server = parameters.get('server') ?? '';
  const path = parameters.get('path') ?? '';
  const isKnown = path.startsWith(`${IMAGE_API}/`) || isSchedulePath(path);
  const isObject = isKnown && /^[\w/.%@:+-]+$/.test(path) && !path.includes('..');
  return server !== '' && isObject ? { server, path } : undefined;
}
