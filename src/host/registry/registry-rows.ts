import * as l10n from '@vscode/l10n';
import type { RegistryState, RolloutState } from '../../shared/dry-run/view.ts';
import { inSettings } from '../../shared/words/in-settings.ts';
import { inWords } from '../../shared/words/in-words.ts';
import { grantCommand } from '../../shared/words/missing.ts';
import { ageInWords } from '../../shared/words/quantities.ts';
import type { DiagnosesState } from '../diagnosis/diagnoses.ts';
import { COMMANDS } from '../manifest.ts';
import { diagnosisRows } from './diagnosis-rows.ts';
import { commandRow, stepRows, triedRows } from './problem-rows.ts';
import type { RegistryReport } from './registry-check.ts';
import type { RegistryRow } from './row.ts';

/** What the Registry view is made of. */
export interface RegistryFindings {
  report: RegistryReport;
  /** How the way to it was seen; absent: it wasn’t looked at. */
  diagnosis?: DiagnosesState;
  /** How many runs of this machine left the registry’s cache believing in what is gone; undefined: not known. */
  owing: number | undefined;
  /** Of a rollout that this window makes. */
  rollout: RolloutState | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

const NOT_DIAGNOSED: DiagnosesState = { kind: 'none', why: 'never' };

type Reached = Extract<RegistryState, { kind: 'reached' }>;

/** The lines of the Registry view, one for each thing known. */
export function registryRows(findings: RegistryFindings): RegistryRow[] {
  const { report, diagnosis = NOT_DIAGNOSED } = findings;
  switch (report.state.kind) {
    case 'unchecked':
    case 'unused':
      return [uncheckedRow(), ...diagnosisRows(diagnosis, report), ...owedRows(findings)];
    case 'checking':
      return [
        { id: 'state', icon: 'loading~spin', label: l10n.t('Checking the registry…') },
        ...factRows(findings),
      ];
    case 'problem':
      return [problemRow(report), ...diagnosisRows(diagnosis, report), ...factRows(findings)];
    case 'reached':
      return [
        addressRow(report.state, report),
        reachedRow(report),
        tlsRow(report.state, report),
        rightRow(report),
        ...diagnosisRows(diagnosis, report),
        ...factRows(findings),
      ];
  }
}

function uncheckedRow(): RegistryRow {
  return {
    id: 'state',
    icon: 'question',
    label: l10n.t('Not checked yet'),
    description: l10n.t('click to check'),
    tooltip: l10n.t('See whether the registry can be reached from here, and whether it would let you prune.'),
    command: { id: COMMANDS.checkRegistry },
  };
}

function problemRow({ problem, state, tried }: RegistryReport): RegistryRow {
  const said = state.kind === 'problem' ? state.message : '';
  const lines = problem ? [problem.why, ...problem.lines] : [said];
  return {
    id: 'problem',
    icon: 'error',
    mood: 'bad',
    label: problem?.what ?? l10n.t('The registry can’t be used'),
    description: said,
    tooltip: inSettings(lines.join('\n')),
    children: [...triedRows(tried), ...(problem ? stepRows(problem) : [])],
    open: true,
    kind: 'problem',
  };
}

function addressRow({ address }: Reached, { source, tried }: RegistryReport): RegistryRow {
  const from = source === undefined ? '' : sourceInWords(source);
  return {
    id: 'address',
    icon: 'plug',
    label: address,
    description: from,
    tooltip: l10n.t('The registry’s address: {0} ({1})', address, from),
    kind: 'address',
    children: triedRows(tried),
  };
}

function sourceInWords(source: NonNullable<RegistryReport['source']>): string {
  switch (source) {
    case 'given':
      return l10n.t('given by the setting imageHygiene.registryUrl');
    case 'youngestImage':
      return l10n.t('named by the youngest image that was pushed');
    case 'streamRepository':
      return l10n.t('named by the image streams');
    case 'route':
      return l10n.t('of a route');
    case 'tunnel':
      return l10n.t('through a tunnel');
  }
}

function reachedRow({ through }: RegistryReport): RegistryRow {
  const how = through === undefined ? l10n.t('directly') : l10n.t('through the API server, to {0}', through);
  return { id: 'reached', icon: 'pass', mood: 'good', label: l10n.t('Reached'), description: how };
}

function tlsRow({ tls }: Reached, { authority }: RegistryReport): RegistryRow {
  switch (tls) {
    case 'verified':
      return {
        id: 'tls',
        icon: 'lock',
        mood: 'good',
        label: l10n.t('Certificate verified'),
        description: authorityInWords(authority),
        tooltip: l10n.t('The registry has proved who it is, {0}.', authorityInWords(authority)),
      };
    case 'unverified':
      return {
        id: 'tls',
        icon: 'unlock',
        mood: 'warning',
        label: l10n.t('Certificate NOT verified'),
        description: l10n.t('encrypted, but it may be anybody'),
        tooltip: l10n.t(
          'What is sent is encrypted, but nothing proves that this is the registry: your token may go to somebody else. Best: give its authority with the setting imageHygiene.certificateAuthority.',
        ),
      };
    case 'plain':
      return {
        id: 'tls',
        icon: 'warning',
        mood: 'bad',
        label: l10n.t('NOT encrypted'),
        description: l10n.t('plain HTTP'),
        tooltip: l10n.t(
          'It speaks HTTP without TLS: everybody on the way can read your token. Best: secure the registry.',
        ),
      };
  }
}

function authorityInWords(authority: RegistryReport['authority']): string {
  switch (authority) {
    case 'file':
      return l10n.t('by the setting imageHygiene.certificateAuthority');
    case 'kubeconfig':
      return l10n.t('by the kubeconfig’s authority');
    case 'machine':
      return l10n.t('by this machine’s authorities');
    default:
      return '';
  }
}

function rightRow({ right, user = '' }: RegistryReport): RegistryRow {
  const saidBy = right?.saidBy === 'registry' ? l10n.t('says the registry') : l10n.t('says the API server');
  if (right?.may === true) {
    return {
      id: 'right',
      icon: 'pass',
      mood: 'good',
      label: l10n.t('May prune'),
      description: `${user} · ${saidBy}`,
    };
  }
  const grant = commandRow(
    grantCommand(user),
    'grant',
    l10n.t('An administrator can grant the right to prune with: {0}', grantCommand(user)),
  );
  if (right?.deletionOff) {
    return {
      id: 'right',
      icon: 'error',
      mood: 'bad',
      label: l10n.t('Deletes for nobody'),
      description: saidBy,
      tooltip: inSettings(right.why ?? ''),
    };
  }
  if (right?.may === false) {
    return {
      id: 'right',
      icon: 'error',
      mood: 'bad',
      label: l10n.t('May not prune'),
      description: `${user} · ${saidBy}`,
      ...(right.why === undefined ? {} : { tooltip: inSettings(right.why) }),
      children: [grant],
      open: true,
    };
  }
  return {
    id: 'right',
    icon: 'question',
    label: l10n.t('Not known whether it lets you prune'),
    description: l10n.t('click to ask it'),
    tooltip: right?.why ?? l10n.t('Only the registry can tell. Asking it sends {0}’s token there.', user),
    command: { id: COMMANDS.checkRegistry },
    children: [grant],
  };
}

/** What the API tells, whether the registry was reached or not. */
function factRows(findings: RegistryFindings): RegistryRow[] {
  const { report } = findings;
  const { kind } = report.state;
  // Before the first answer nothing can be said of them.
  const seen = report.route !== undefined || report.deployment !== undefined || report.cache !== undefined;
  if (kind === 'checking' && !seen) return owedRows(findings);
  return [routeRow(report), deploymentRow(findings), cacheRow(report), ...owedRows(findings)];
}

function routeRow({ route }: RegistryReport): RegistryRow {
  const row = { id: 'route', label: l10n.t('Route') };
  if (route === undefined) return { ...row, icon: 'question', description: unseen() };
  if (route !== null) {
    return {
      ...row,
      icon: 'globe',
      description: route,
      tooltip: l10n.t('The registry can be reached from outside the cluster at {0}.', route),
    };
  }
  return {
    ...row,
    icon: 'globe',
    description: l10n.t('none'),
    tooltip: l10n.t(
      'No route leads to the registry, so it can’t be reached from outside the cluster but through a tunnel. Its operator makes one on request.',
    ),
    kind: 'noRoute',
  };
}

function deploymentRow({ report, rollout, now }: RegistryFindings): RegistryRow {
  const row = { id: 'deployment', label: l10n.t('Deployment') };
  if (rollout?.kind === 'running') {
    const { updated, desired } = rollout;
    const how =
      desired === 0
        ? l10n.t('rolling out')
        : l10n.t('rolling out: {0} of {1} replicas updated', updated, desired);
    return { ...row, icon: 'sync~spin', description: how };
  }
  const { deployment } = report;
  if (!deployment) return { ...row, icon: 'question', description: unseen() };
  const { desired, updated, available, restartedAt } = deployment;
  const replicas = l10n.t('{0} of {1} replicas available', available, desired);
  switch (deployment.rollout) {
    case 'running':
      return {
        ...row,
        icon: 'sync~spin',
        description: l10n.t('rolling out: {0} of {1} replicas updated', updated, desired),
        tooltip: replicas,
      };
    case 'stuck':
      return {
        ...row,
        icon: 'warning',
        mood: 'warning',
        description: l10n.t('rollout stuck: {0} of {1} replicas updated', updated, desired),
        tooltip: l10n.t(
          'The rollout exceeded its deadline. Until it ends, old pods go on with what they have cached. See why new pods don’t start: oc get pods -n openshift-image-registry',
        ),
        kind: 'deployment',
      };
    case 'none':
      return {
        ...row,
        icon: available < desired || desired === 0 ? 'warning' : 'package',
        ...(available < desired || desired === 0 ? { mood: 'warning' as const } : {}),
        description: restartedAt
          ? l10n.t('{0} · restarted {1} ago', replicas, ageInWords(restartedAt, now))
          : replicas,
        tooltip: restartedAt
          ? l10n.t('{0}, restarted {1}', replicas, restartedAt)
          : l10n.t('{0}, never restarted by hand', replicas),
        kind: 'deployment',
      };
  }
}

function cacheRow({ cache }: RegistryReport): RegistryRow {
  const id = 'cache';
  switch (cache?.kind) {
    case 'inmemory':
      return {
        id,
        icon: 'database',
        label: l10n.t('Cache in memory'),
        description: l10n.t('a rollout clears it'),
        tooltip: l10n.t('So says {0}.', inWords(cache.where)),
      };
    case 'none':
      return {
        id,
        icon: 'database',
        label: l10n.t('No cache'),
        description: l10n.t('a prune needs no rollout'),
        tooltip: l10n.t('So says {0}.', inWords(cache.where)),
      };
    case 'redis': {
      const command = flushCommand(cache.redis);
      return {
        id,
        icon: 'database',
        mood: 'warning',
        label: l10n.t('Cache in Redis'),
        description: l10n.t('clear it by hand after a prune'),
        tooltip: l10n.t(
          'A rollout doesn’t clear Redis ({0}). Until it is cleared by hand, layers that a prune removed are not pushed again.',
          inWords(cache.where),
        ),
        children: [
          commandRow(
            command,
            'flush',
            l10n.t(
              'FLUSHDB removes everything in that database: use it where the registry alone keeps its data there.',
            ),
          ),
        ],
        open: true,
      };
    }
    default:
      return {
        id,
        icon: 'question',
        label: l10n.t('Cache'),
        description: unseen(),
        tooltip:
          cache === undefined
            ? l10n.t('Whether the registry caches in Redis can’t be told. If it does, clear it by hand.')
            : l10n.t(
                'Whether the registry caches in Redis can’t be told: {0}. If it does, clear it by hand.',
                inWords(cache.where),
              ),
      };
  }
}

function flushCommand(
  { address = '<host>:6379', database }: { address?: string; database: number } = { database: 0 },
) {
  const [, host = '<host>', port = '6379'] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(address) ?? [];
  return `redis-cli -h ${host} -p ${port} -n ${database} FLUSHDB`;
}

function owedRows({ owing, rollout }: RegistryFindings): RegistryRow[] {
  if (!owing || rollout?.kind === 'running') return [];
  return [
    {
      id: 'owed',
      icon: 'history',
      mood: 'warning',
      label: l10n.t('Rollout owed'),
      description: owing === 1 ? l10n.t('by 1 run') : l10n.t('by {0} runs', owing),
      tooltip: l10n.t(
        'The registry’s cache may still believe in what these runs deleted: such layers are not pushed again, and images that contain them are broken. Roll the registry out.',
      ),
      kind: 'owed',
    },
  ];
}

function unseen(): string {
  return l10n.t('can’t be seen by this user');
}
