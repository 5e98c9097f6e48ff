import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Backend } from './backend.ts';

const program = '/usr/bin/docker-registry';
// Part of util-linux. With it the registry dies with its parent, even if that was killed.
const wrapper = '/usr/bin/setpriv';

export function dockerRegistryInstalled(): boolean {
  return existsSync(program);
}

/**
 * Debian's docker-registry over `store`. Its configuration and its log are written to `folder`. It dies with the
 * thread that started it, however that ends, as long as `setpriv` is installed.
 */
export function dockerRegistry(folder: string, store: string): Backend {
  const logFile = join(folder, 'registry.log');
  let child: ChildProcess | undefined;

  async function start(): Promise<number> {
    const configuration = join(folder, 'registry.json');
    // JSON is YAML.
    await writeFile(configuration, JSON.stringify(configurationFor(store), undefined, 2));
    const serve = ['serve', configuration];
    const [command, args] = existsSync(wrapper)
      ? [wrapper, ['--pdeathsig', 'KILL', '--', program, ...serve]]
      : [program, serve];
    const started = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    const port = await listeningPort(started, logFile);
    await untilItAnswers(port);
    return port;
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
  }

  return { kind: 'docker-registry', start, stop };
}

function configurationFor(store: string): object {
  return {
    version: '0.1',
    // At `info` it says which port it got.
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: store },
      delete: { enabled: true },
      cache: { blobdescriptor: 'inmemory' },
      maintenance: { uploadpurging: { enabled: false } },
    },
    // Port 0: the kernel picks a free one, so that two tests never race for the same.
    http: { addr: '127.0.0.1:0', secret: 'only for tests' },
  };
}

function listeningPort(child: ChildProcess, logFile: string): Promise<number> {
  const log = createWriteStream(logFile, { flags: 'a' });
  return new Promise((resolve, reject) => {
    child.stderr?.pipe(log);
    let seen = '';
    child.stderr?.on('data', function read(chunk: Buffer) {
      seen += chunk.toString();
      const found = /listening on 127\.0\.0\.1:(\d+)/.exec(seen);
      if (!found) return;
      child.stderr?.off('data', read);
      // Not before the log is on disk, so that it can be read from then on.
      log.write('', () => resolve(Number(found[1])));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${program} ended (${signal ?? code}) before it listened:\n${seen}`)),
    );
  });
}

/** One request is enough: it listens, so the connection waits until it serves. */
async function untilItAnswers(port: number): Promise<void> {
  const [answer]: IncomingMessage[] = await once(
    get(`http://127.0.0.1:${port}/v2/`, { agent: false }),
    'response',
  );
  answer?.resume();
  if (answer?.statusCode !== 200)
    throw new Error(`${program} answered ${answer?.statusCode} to its first request`);
}
