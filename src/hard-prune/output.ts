// What the registry's own `dockerregistry -prune=check` and `-prune=delete` say (openshift/image-registry,
// pkg/dockerregistry/server/prune and pkg/cmd/dockerregistry): log lines on stderr in whatever format its log is set to,
// and sums on stdout.

/** What a hard prune deletes, or would. */
export interface HardPruneOutput {
  /** Repositories without an image stream, which go as a whole: `namespace/name`. */
  repositories: readonly string[];
  manifestLinks: readonly { repository: string; digest: string }[];
  /** Digests. */
  blobs: readonly string[];
  /** As it sums up; null as long as it hasn't. */
  blobCount: number | null;
  /** Of the blobs; null as long as it hasn't said. */
  bytes: number | null;
  /** What it says of errors, in its words. */
  errors: readonly string[];
}

/** The output of one that hasn't said anything. */
export function emptyOutput(): HardPruneOutput {
  return { repositories: [], manifestLinks: [], blobs: [], blobCount: null, bytes: null, errors: [] };
}

/** Whether there is nothing that a hard prune would delete. */
export function isNothing({ repositories, manifestLinks, blobs, blobCount }: HardPruneOutput): boolean {
  return (
    repositories.length === 0 && manifestLinks.length === 0 && blobs.length === 0 && (blobCount ?? 0) === 0
  );
}

/** Reads an output line by line, of stdout and stderr alike. */
export class HardPruneReader {
  readonly #repositories = new Set<string>();
  readonly #links = new Map<string, { repository: string; digest: string }>();
  readonly #blobs = new Set<string>();
  readonly #errors: string[] = [];
  #blobCount: number | null = null;
  #bytes: number | null = null;

  get output(): HardPruneOutput {
    return {
      repositories: [...this.#repositories],
      manifestLinks: [...this.#links.values()],
      blobs: [...this.#blobs],
      blobCount: this.#blobCount,
      bytes: this.#bytes,
      errors: [...this.#errors],
    };
  }

  /** How many things were named so far. */
  get named(): number {
    return this.#repositories.size + this.#links.size + this.#blobs.size;
  }

  line(line: string): void {
    if (this.#takesDeletion(line) || this.#takesSum(line)) return;
    const error = errorIn(line);
    if (error !== undefined && this.#errors.length < MOST_ERRORS) this.#errors.push(error);
  }

  #takesDeletion(line: string): boolean {
    const [, repository] =
      /\bWould delete repository: ([\w./-]+)/.exec(line) ??
      /\bDeleting repo: \S*?\/repositories\/([\w./-]+)/.exec(line) ??
      [];
    if (repository !== undefined) {
      this.#repositories.add(repository.replace(/\/$/, ''));
      return true;
    }
    const [, of, link] =
      new RegExp(`\\b(?:Would delete|Deleting) manifest link: ([\\w./-]+)@(${DIGEST})`).exec(line) ?? [];
    if (of !== undefined && link !== undefined) {
      this.#links.set(`${of}@${link}`, { repository: of, digest: link });
      return true;
    }
    const [, digest] = new RegExp(`\\bWould delete blob: (${DIGEST})`).exec(line) ?? [];
    // The delete names the folder in the storage: …/blobs/sha256/00/00043a…
    const [, algorithm, hex] =
      /\bDeleting blob: \S*?\/blobs\/(\w+)\/[0-9a-f]{2}\/([0-9a-f]{32,})/.exec(line) ?? [];
    const blob = digest ?? (hex === undefined ? undefined : `${algorithm}:${hex}`);
    if (blob === undefined) return false;
    this.#blobs.add(blob);
    return true;
  }

  #takesSum(line: string): boolean {
    const [, count] = /^(?:Would delete|Deleted) (\d+) blobs$/.exec(line) ?? [];
    if (count !== undefined) this.#blobCount = Number(count);
    const [, size] = /^(?:Would free up|Freed up) (.+) of disk space$/.exec(line) ?? [];
    if (size !== undefined) this.#bytes = bytesOf(size) ?? null;
    return count !== undefined || size !== undefined || /^Use -prune=delete /.test(line);
  }
}

const DIGEST = '[a-z0-9]+:[0-9a-f]{32,}';
const MOST_ERRORS = 20;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `2.835GiB` as it is written, `2.835 GiB` as the documentation writes it. */
function bytesOf(text: string): number | undefined {
  const [, number, unit = ''] = /^([\d.]+(?:e\+\d+)?) ?([KMGTP]?i?B)$/.exec(text.trim()) ?? [];
  const power = UNITS.indexOf(unit);
  return number === undefined || power < 0 ? undefined : Math.round(Number(number) * 1024 ** power);
}

/** The message of a log line at level error and above, be it text or JSON; a line that is no log line, as it is. */
function errorIn(line: string): string | undefined {
  const text = line.trim();
  const [, level] = /\blevel=(\w+)/.exec(text) ?? /"level":"(\w+)"/.exec(text) ?? [];
  if (level !== undefined) {
    if (!/^(?:error|fatal|panic)$/.test(level)) return undefined;
    const [, quoted] = /\b(?:msg="|"(?:msg|message|@message)":")((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
    const [, bare] = /\bmsg=(\S+)/.exec(text) ?? [];
    return quoted === undefined ? (bare ?? text) : quoted.replaceAll(/\\(["\\])/g, '$1');
  }
  return /\b(?:error|fatal|denied|forbidden|panic|not found)\b/i.test(text) ? text : undefined;
}
