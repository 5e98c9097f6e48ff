import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { ApiSession } from '../../../src/cluster/session/api-session.ts';
import { verbatim } from '../../../src/engine/said.ts';
import type { Step } from '../../../src/engine/steps.ts';
import { NotWantedError } from '../../../src/prune/carry-out.ts';
import { type PruneRegistry, RealEffects } from '../../../src/prune/effects/effects.ts';
import { Gate } from '../../../src/prune/effects/gate.ts';
import { ImageNeeds } from '../../../src/prune/effects/image-needs.ts';
import { Server, Stop } from '../../../src/prune/effects/server.ts';
import type { Entry } from '../../../src/prune/journal/entries.ts';
import { noProgress } from '../../../src/prune/journal/progress.ts';
import { inProcess } from '../../in-process.ts';
import { changes } from '../../moments.ts';
import { type Scene, startScene } from '../../scene.ts';
import { stateOfScene } from '../../scene-state.ts';
import { openTestSession, startServer, targetOf } from '../session-server.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Effects that let one request at a time through to each server, and what they tell of. */
function effectsOn(session: ApiSession, registry?: Pick<PruneRegistry, 'connection' | 'token'>) {
  const stop = new Stop();
  const newServer = (name: string) => new Server(verbatim(name), new Gate(1, 1), stop);
  const servers = { api: newServer('the API server'), registry: newServer('the registry') };
  const told: (Entry | Step)[] = [];
  const tell = async (entry: Entry) => void told.push(entry);
  const effects = new RealEffects({
    session,
    api: servers.api,
    registry: registry ? { ...registry, server: servers.registry } : null,
    journal: { intend: tell, acknowledge: tell },
    users: { usersOfTag: () => [], usersOfImage: () => [], isProtected: () => false },
    needs: new ImageNeeds(session, servers.api, []),
    keepTagRevisions: 3,
    goingImages: new Set(),
    progress: noProgress(),
    uids: new Map([[DIGEST, 'uid-1']]),
    announce: (step) => told.push(step),
  });
  return { effects, servers, told };
}

describe('deleting for real', () => {
  it('deletes an Image object at once, and no other of the same name (REFERENCE section 4)', async () => {
    const bodies: Promise<string>[] = [];
    const server = await startServer((request, response) => {
      bodies.push(text(request));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"Status"}');
    });
    const session = await openTestSession(targetOf(server.url));
    try {
      const { effects, told } = effectsOn(session);
      assert.equal(await effects.deleteImage(DIGEST, () => true), true);
      assert.deepEqual(
        server.requests.map(({ method, url = '' }) => `${method} ${decodeURIComponent(url)}`),
        [`DELETE /apis/image.openshift.io/v1/images/${DIGEST}`],
      );
      assert.deepEqual(JSON.parse((await bodies[0]) ?? ''), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        gracePeriodSeconds: 0,
        preconditions: { uid: 'uid-1' },
      });
      assert.deepEqual(told, [
        { kind: 'image', name: DIGEST },
        { event: 'image', image: DIGEST, gone: false },
      ]);
    } finally {
      await session.close();
      await server.close();
    }
  });

  const deletions = [
    [
      'a blob',
      'registry',
      (effects: RealEffects, scene: Scene, isWanted: () => boolean) =>
        effects.deleteBlob(orphanOf(scene), isWanted),
    ],
    [
      'an Image object',
      'api',
      (effects: RealEffects, scene: Scene, isWanted: () => boolean) =>
        effects.deleteImage(orphanOf(scene), isWanted),
    ],
  ] as const;
  for (const [what, where, remove] of deletions) {
    it(`sends no request for ${what} that is not wanted any more when the gate opens`, async () => {
      await using scene = await startScene({ kind: 'embedded', by: 'http' });
      await using prune = await inProcess(scene);
      const { effects, servers, told } = effectsOn(prune.session, prune.registry);
      const start = await stateOfScene(scene);
      const other = Promise.withResolvers<void>();
      const before = servers[where].ask(() => other.promise);
      let isWanted = true;
      const waiting = assert.rejects(
        remove(effects, scene, () => isWanted),
        NotWantedError,
      );
      await new Promise((resolve) => setImmediate(resolve));
      isWanted = false;
      other.resolve();
      await Promise.all([before, waiting]);
      assert.deepEqual(
        [scene.cluster, scene.registry].flatMap(({ requests }) => requests.filter(changes)),
        [],
      );
      assert.deepEqual(told, []);
      assert.deepEqual(await stateOfScene(scene), start);
      isWanted = true;
      assert.equal(await remove(effects, scene, () => isWanted), true, 'nothing else was in the way');
    });
  }
});

function orphanOf({ pushed }: Scene): string {
  return pushed.get('orphan')?.digest ?? assert.fail('orphan');
}
