import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { diagnosisLines } from '../../../src/cli/diagnosis-lines.ts';
import { useLanguage } from '../../../src/cli/language.ts';
import { jsonInEnglish, said, verbatim } from '../../../src/engine/said.ts';
import { connectionFailure } from '../../../src/registry/client/connection-failure.ts';
import { DETECTORS } from '../../../src/registry/diagnosis/find-findings.ts';
import type { DocumentedRule, Finding, FixCode } from '../../../src/registry/diagnosis/finding.ts';
import type {
  RegistryDiagnosis,
  Step,
  StepName,
} from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { stepsOf } from '../../../src/registry/diagnosis/steps-of.ts';
import { findingInWords, fixInWords, ruleInWords } from '../../../src/shared/words/diagnosis.ts';
import { diagnosisMarkdown, findingsMarkdown } from '../../../src/shared/words/diagnosis-markdown.ts';
import { stepInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { CERTIFICATE, facts, NOW, TRUSTED } from './diagnosis-facts.ts';

const FIXES: Record<FixCode, true> = {
  giveAuthority: true,
  useClusterAuthority: true,
  useRoute: true,
  exposeRoute: true,
  useTunnel: true,
  runInCluster: true,
  useServedName: true,
  renewCertificate: true,
  serveIntermediates: true,
  secureRegistry: true,
  setClock: true,
  login: true,
  useServiceAccount: true,
  grantPruner: true,
  enableDeletion: true,
  checkRegistryPods: true,
  checkProxy: true,
  setNoProxy: true,
  correctAddress: true,
  useHttps: true,
  apiObjectsOnly: true,
  forceInsecure: true,
  retry: true,
  askForHelp: true,
};
const RULES: readonly DocumentedRule[] = [
  'secureByDefault',
  'insecureFallback',
  'otherAuthority',
  'insecureRegistry',
  'secureRegistryInsecureClient',
  'wrongAuthority',
  'needsToken',
  'needsPruner',
  'needsRoute',
];

const finding = (more: Partial<Finding>): Finding => ({
  code: 'unknown',
  address: 'registry.example.com',
  message: 'said',
  arguments: {},
  fixes: [],
  rule: null,
  ...more,
});

describe('the words of a diagnosis', () => {
  it('are there for every finding, whatever is known of it', () => {
    const everything = Object.fromEntries(
      [
        'issuer',
        'subject',
        'names',
        'wanted',
        'now',
        'notAfter',
        'notBefore',
        'status',
        'why',
        'proxy',
        'user',
        'host',
      ].map((name) => [name, `<${name}>`]),
    );
    for (const { code } of DETECTORS) {
      for (const address of ['', 'registry.example.com:5000']) {
        for (const known of [{}, everything]) {
          const { title, cause } = findingInWords(finding({ code, address, arguments: known }));
          assert.match(title, /^\S.{8,}/, code);
          assert.match(cause, /^\S/, code);
          assert.doesNotMatch(`${title} ${cause}`, /undefined|\{\d\}/, code);
        }
      }
    }
  });

  it('tell what is known', () => {
    const words = findingInWords(
      finding({ code: 'nameMismatch', arguments: { wanted: 'a.example.com', names: 'b.example.com' } }),
    );
    assert.deepEqual(words, {
      title: 'The certificate is for another name',
      cause: 'The certificate of registry.example.com is not for a.example.com. It is for: b.example.com.',
    });
  });

  it('are there for every fix and every rule', () => {
    for (const code of Object.keys(FIXES) as FixCode[]) {
      assert.match(fixInWords({ code, risk: 'none', arguments: {} }), /^[A-Z].*\.$|--registry-url$/, code);
    }
    for (const rule of RULES) assert.match(ruleInWords(rule), /^[A-Z].*\.$/);
    assert.equal(ruleInWords(null), '');
  });

  it('warn of what gives up verification', () => {
    const words = fixInWords({ code: 'forceInsecure', risk: 'insecure', arguments: { withoutFile: 'true' } });
    assert.match(
      words,
      /^Only as a workaround: --force-insecure\. .*token\. Leave --certificate-authority out with it\.$/,
    );
  });

  it('are there for every step, whatever came of it', () => {
    const taken = stepsOf(facts(), NOW);
    const names = new Set<StepName>(taken.map(({ step }) => step));
    assert.equal(names.size, 13);
    for (const step of taken) {
      const variants: Step[] = [
        step,
        {
          ...step,
          verdict: 'failed',
          because: null,
          why: verbatim('because'),
          facts: { status: '500', speaks: 'other' },
        },
        { ...step, verdict: 'skipped', ms: null, because: 'stepBefore', why: null, facts: {} },
      ];
      for (const variant of variants) {
        const { name, result } = stepInWords(variant);
        assert.match(name, /^\S/);
        assert.doesNotMatch(`${name} ${result}`, /undefined|\{\d\}/);
      }
    }
  });
});

describe('what was met on the way', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('is in the language of the reader, and English in JSON; the code stays', () => {
    useLanguage({ LANG: 'ja_JP.UTF-8' }, new URL('../../../l10n/', import.meta.url));
    const refused = connectionFailure(Object.assign(new Error(), { code: 'ECONNREFUSED' }));
    const lost = facts({ connect: { ms: 1, failure: refused, remote: '', local: '' } });
    const step = stepsOf(lost, NOW).find((one) => one.step === 'tcp') ?? assert.fail('no step');
    assert.equal(stepInWords(step).result, '接続が拒否されました (ECONNREFUSED)');
    assert.match(jsonInEnglish(step), /"why": "connect: connection refused \(ECONNREFUSED\)"/);
    const cut = connectionFailure(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }));
    assert.equal(inWords(cut.words), '接続が切断されました (UND_ERR_SOCKET)');
    assert.equal(cut.reference, 'EOF');
  });

  it('and what was not looked at too, on the command line and in Markdown', () => {
    useLanguage({ LANG: 'ja_JP.UTF-8' }, new URL('../../../l10n/', import.meta.url));
    const unread = [
      { what: said('the routes in {0}', 'shop'), why: said('none leads to the service {0}', 'registry') },
    ];
    const looked = { ...DIAGNOSIS, unread, findings: [finding({ code: 'refused' })] };
    const line = `${inWords(said('the routes in {0}', 'shop'))}: ${inWords(said('none leads to the service {0}', 'registry'))}`;
    assert.doesNotMatch(line, /routes|leads/);
    assert.ok(diagnosisLines(looked, {}).includes(`  ${line}`), diagnosisLines(looked, {}).join('\n'));
    assert.ok(diagnosisMarkdown(looked).includes(`- ${line}`), diagnosisMarkdown(looked));
    assert.match(
      jsonInEnglish(looked),
      /"what": "the routes in shop",\s+"why": "none leads to the service registry"/,
    );
  });
});

const DIAGNOSIS: RegistryDiagnosis = {
  kind: 'registryDiagnosis',
  version: 1,
  at: '2026-11-24T05:00:00.000Z',
  context: 'ocp-lab',
  server: 'https://api.example.com:6443',
  addresses: [],
  unread: [],
  findings: [],
  reached: null,
};

describe('Markdown for a ticket', () => {
  const evil = 'a|b`c`<img src=x onerror=alert(1)>\n# head [x](javascript:1)';

  it('keeps what strangers say from becoming Markdown or HTML', () => {
    const text = findingsMarkdown([
      finding({ code: 'unknown', message: '```\nrm\n```', why: said('it said {0}', evil), arguments: {} }),
    ]).join('\n');
    assert.match(text, /^````\n```\nrm\n```\n````$/m);
    assert.doesNotMatch(text, /[^\\]<img|^# head|[^\\]\[x/m);
  });

  it('shows the way as a table, the chain and what was tried', () => {
    const text = diagnosisMarkdown({
      ...DIAGNOSIS,
      addresses: [
        {
          address: '172.30.30.30:5000',
          source: 'given',
          through: null,
          chosen: true,
          steps: stepsOf(facts(), NOW),
          chain: [CERTIFICATE],
          verifications: [TRUSTED],
          findings: [],
        },
      ],
      unread: [{ what: said('the routes in {0}', 'shop'), why: said('none: {0}', evil) }],
      reached: '172.30.30.30:5000',
    });
    assert.match(text, /^# The way to the registry of ocp-lab$/m);
    assert.match(
      text,
      /^\| Certificate \| ok \| CN=registry, verified with the kubeconfig’s authority \| 1 \|$/m,
    );
    assert.match(text, /^- CN=registry\n {2}- signed by CN=authority$/m);
    assert.match(text, /^- the kubeconfig’s authority: verifies it$/m);
    assert.match(text, /^- A prune would use 172\.30\.30\.30:5000\.$/m);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    assert.equal(rows.length, 14);
    for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
  });
});
