import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { yamlOf } from '../../../src/schedules/manifest-yaml.ts';
import { manifestsOf, type ScheduleRequest } from '../../../src/schedules/manifests.ts';
import { argumentsOf, pruneCommandOf } from '../../../src/schedules/prune-arguments.ts';
import { DOCUMENTED_REQUEST, requestProblems } from '../../../src/schedules/schedule-request.ts';
import { problemInWords } from '../../../src/shared/words/schedule-problems.ts';

const CA = '/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt';
const [account, binding, cronJob] = manifestsOf(DOCUMENTED_REQUEST);

describe('the objects of a prune in the cluster', () => {
  it('are those of the documentation', () => {
    assert.deepEqual(account, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'pruner', namespace: 'openshift-image-registry' },
    });
    assert.deepEqual(binding, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'openshift-image-registry-pruner' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:image-pruner' },
      subjects: [{ kind: 'ServiceAccount', name: 'pruner', namespace: 'openshift-image-registry' }],
    });
    assert.deepEqual(cronJob, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'image-hygiene-pruner', namespace: 'openshift-image-registry' },
      spec: {
        schedule: '0 0 * * *',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            template: {
              spec: {
                restartPolicy: 'OnFailure',
                containers: [
                  {
                    name: 'image-pruner',
                    image: 'image-registry.openshift-image-registry.svc:5000/openshift/cli:latest',
                    command: ['oc'],
                    args: [
                      'adm',
                      'prune',
                      'images',
                      `--certificate-authority=${CA}`,
                      '--keep-tag-revisions=5',
                      '--keep-younger-than=96h',
                      '--confirm=true',
                    ],
                    resources: { requests: { cpu: '1', memory: '1Gi' } },
                    terminationMessagePolicy: 'FallbackToLogsOnError',
                  },
                ],
                serviceAccountName: 'pruner',
              },
            },
          },
        },
      },
    });
  });

  it('can be one Job, another time zone, another account', () => {
    const [own, ownBinding, job] = manifestsOf({
      ...DOCUMENTED_REQUEST,
      kind: 'Job',
      name: 'once',
      namespace: 'tidy',
      serviceAccount: 'sweeper',
    });
    assert.deepEqual(own?.metadata, { name: 'sweeper', namespace: 'tidy' });
    assert.equal(ownBinding?.metadata.name, 'tidy-sweeper-image-pruner');
    assert.equal(job?.kind, 'Job');
    const [, , zoned] = manifestsOf({ ...DOCUMENTED_REQUEST, timeZone: 'Asia/Tokyo', suspend: true });
    assert.partialDeepStrictEqual(zoned, { spec: { timeZone: 'Asia/Tokyo', suspend: true } });
  });

  it('are YAML with a document each', () => {
    const documents = parseAllDocuments(yamlOf(manifestsOf(DOCUMENTED_REQUEST)));
    assert.deepEqual(
      documents.map((document) => document.toJSON()),
      manifestsOf(DOCUMENTED_REQUEST),
    );
    // Read as numbers, quantities and schedules would be something else.
    assert.match(yamlOf(manifestsOf(DOCUMENTED_REQUEST)), /cpu: "1"/);
  });
});

describe('the arguments of a prune', () => {
  const registry = DOCUMENTED_REQUEST.options.registry;

  it('hold every option, and are read back', () => {
    const every = {
      prune: {
        all: false,
        keepTagRevisions: 0,
        keepYoungerThanMs: 90 * 60_000,
        pruneRegistry: false,
        namespace: 'shop',
        ignoreInvalidRefs: true,
      },
      registry: {
        registryUrl: 'https://registry.example:5000',
        certificateAuthority: '/ca.crt',
        forceInsecure: true,
        numWorkers: 9,
      },
      confirm: true,
    };
    const words = argumentsOf(every);
    assert.deepEqual(words, [
      '--certificate-authority=/ca.crt',
      '--keep-tag-revisions=0',
      '--keep-younger-than=90m',
      '--all=false',
      '--ignore-invalid-refs=true',
      '--namespace=shop',
      '--prune-registry=false',
      '--registry-url=https://registry.example:5000',
      '--force-insecure=true',
      '--num-workers=9',
      '--confirm=true',
    ]);
    assert.deepEqual(pruneCommandOf(['oc', 'adm', 'prune', 'images', ...words]), {
      program: 'oc',
      ...every,
      others: [],
    });
    const sized = { prune: { pruneOverSizeLimit: true }, registry, confirm: false };
    assert.deepEqual(argumentsOf(sized), [`--certificate-authority=${CA}`, '--prune-over-size-limit=true']);
  });

  it('are recognised however they are written', () => {
    const prunes: [string[], object][] = [
      [['/usr/bin/oc', 'adm', 'prune', 'images', '--confirm'], { program: 'oc', confirm: true }],
      [
        ['oc', 'adm', 'prune', 'images', '--keep-tag-revisions', '5', '--loglevel=4', '--confirm=true'],
        { prune: { keepTagRevisions: 5 }, others: ['--loglevel=4'], confirm: true },
      ],
      [
        ['/bin/bash', '-c', 'set -e; oc adm prune images --all=false \\\n --confirm && echo done'],
        { prune: { all: false }, confirm: true, others: [] },
      ],
      [
        ['sh', '-ec', "oc adm prune images --registry-url='http://r:5000'"],
        { registry: { registryUrl: 'http://r:5000' }, confirm: false },
      ],
      [
        ['image-hygiene', 'prune', 'images', '--rules', 'reference', '-n', 'shop'],
        { program: 'image-hygiene', prune: { rules: 'reference', namespace: 'shop' } },
      ],
    ];
    for (const [words, expected] of prunes) {
      assert.partialDeepStrictEqual(pruneCommandOf(words), expected, words.join(' '));
    }
    for (const words of [
      [],
      ['oc'],
      ['oc', 'adm', 'prune', 'builds'],
      ['sh', '-c', 'echo oc adm prune'],
      ['prune', 'images'],
    ]) {
      assert.equal(pruneCommandOf(words), undefined, words.join(' '));
    }
  });
});

describe('what is wrong with a request', () => {
  const problems = (change: Partial<ScheduleRequest>) =>
    requestProblems({ ...DOCUMENTED_REQUEST, ...change }).map(({ field, code }) => `${field} ${code}`);
  const options = (change: object, registry: object = {}) => ({
    options: {
      ...DOCUMENTED_REQUEST.options,
      prune: { ...DOCUMENTED_REQUEST.options.prune, ...change },
      registry: { ...DOCUMENTED_REQUEST.options.registry, ...registry },
    },
  });

  it('is nothing with the documented one', () => {
    assert.deepEqual(problems({}), []);
  });

  it('is said of each value', () => {
    const table: [Partial<ScheduleRequest>, string][] = [
      [{ name: 'Pruner' }, 'name name'],
      [{ name: 'a'.repeat(53) }, 'name name'],
      [{ name: 'image-pruner' }, 'name operatorsName'],
      [{ namespace: 'a.b' }, 'namespace name'],
      [{ serviceAccount: '' }, 'serviceAccount name'],
      [{ schedule: '0 0 * *' }, 'schedule cronFieldCount'],
      [{ timeZone: 'Mars/Olympus' }, 'timeZone timeZone'],
      [{ image: 'not an image' }, 'image image'],
      [{ resources: { requests: { cpu: 'much' } } }, 'resources.requests.cpu quantity'],
      [
        { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } },
        'resources.requests.memory requestOverLimit',
      ],
      [options({ pruneOverSizeLimit: true }), 'options.pruneOverSizeLimit overSizeWithKeep'],
      [options({ keepTagRevisions: -1 }), 'options.keepTagRevisions negative'],
      [options({ keepTagRevisions: 1.5 }), 'options.keepTagRevisions wholeNumber'],
      [options({ keepYoungerThanMs: -1 }), 'options.keepYoungerThanMs negativeDuration'],
      [options({}, { numWorkers: 0 }), 'options.numWorkers negative'],
      [options({}, { registryUrl: 'ftp://r' }), 'options.registryUrl registryUrl'],
      [options({}, { registryUrl: 'http://r' }), 'options.registryUrl authorityAndHttp'],
      [options({}, { forceInsecure: true }), 'options.forceInsecure authorityAndInsecure'],
      [options({}, { certificateAuthority: 'ca.crt' }), 'options.certificateAuthority path'],
      [options({ namespace: 'Shop' }), 'options.namespace name'],
    ];
    for (const [change, expected] of table) {
      assert.deepEqual(problems(change), [expected], expected);
      for (const problem of requestProblems({ ...DOCUMENTED_REQUEST, ...change })) {
        const words = problemInWords(problem);
        assert.ok(words.length > 10 && !/\{\d\}|undefined/.test(words), words);
      }
    }
    // A Job has no schedule, and is nobody's but its own.
    assert.deepEqual(problems({ kind: 'Job', schedule: '', name: 'image-pruner' }), []);
  });
});
