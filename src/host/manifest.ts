// What package.json contributes, by name. `tools/check-manifest.ts` holds the two together.

/** Every command. */
export const COMMANDS = {
  dryRun: 'imageHygiene.dryRun',
  dryRunBySize: 'imageHygiene.dryRunBySize',
  openDryRun: 'imageHygiene.openDryRun',
  cancelDryRun: 'imageHygiene.cancelDryRun',
  prune: 'imageHygiene.prune',
  rollOut: 'imageHygiene.rollOut',
  explain: 'imageHygiene.explain',
  deleteTag: 'imageHygiene.deleteTag',
  copyPullSpec: 'imageHygiene.copyPullSpec',
  copyDigest: 'imageHygiene.copyDigest',
  openObject: 'imageHygiene.openObject',
  chooseContext: 'imageHygiene.chooseContext',
  chooseNamespace: 'imageHygiene.chooseNamespace',
  copyGrant: 'imageHygiene.copyGrant',
  openSettings: 'imageHygiene.openSettings',
  openLog: 'imageHygiene.openLog',
  refreshStreams: 'imageHygiene.refreshStreams',
  filterStreams: 'imageHygiene.filterStreams',
  clearFilter: 'imageHygiene.clearFilter',
  sortStreams: 'imageHygiene.sortStreams',
  revealInStreams: 'imageHygiene.revealInStreams',
  showInDryRun: 'imageHygiene.showInDryRun',
  checkRegistry: 'imageHygiene.checkRegistry',
  diagnoseRegistry: 'imageHygiene.diagnoseRegistry',
  openDiagnosis: 'imageHygiene.openDiagnosis',
  explainError: 'imageHygiene.explainError',
  exposeRegistry: 'imageHygiene.exposeRegistry',
  copyRegistryAddress: 'imageHygiene.copyRegistryAddress',
  refreshRuns: 'imageHygiene.refreshRuns',
  resumeRun: 'imageHygiene.resumeRun',
  restoreRun: 'imageHygiene.restoreRun',
  openRunReport: 'imageHygiene.openRunReport',
  refreshSchedules: 'imageHygiene.refreshSchedules',
  createSchedule: 'imageHygiene.createSchedule',
  editSchedule: 'imageHygiene.editSchedule',
  runSchedule: 'imageHygiene.runSchedule',
  suspendSchedule: 'imageHygiene.suspendSchedule',
  resumeSchedule: 'imageHygiene.resumeSchedule',
  openJobLog: 'imageHygiene.openJobLog',
  explainJob: 'imageHygiene.explainJob',
  dryRunSchedule: 'imageHygiene.dryRunSchedule',
  deleteJob: 'imageHygiene.deleteJob',
  hardPrune: 'imageHygiene.hardPrune',
  makeRegistryWritable: 'imageHygiene.makeRegistryWritable',
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  streams: 'imageHygiene.streams',
  registry: 'imageHygiene.registry',
  runs: 'imageHygiene.runs',
  schedules: 'imageHygiene.schedules',
} as const;

/** Tools for language models. They only read. */
export const TOOLS = {
  dryRunSummary: 'imageHygiene_dryRunSummary',
  explainImage: 'imageHygiene_explainImage',
  diagnoseRegistry: 'imageHygiene_diagnoseRegistry',
} as const;
export type ToolName = (typeof TOOLS)[keyof typeof TOOLS];

/** Context keys that `when` clauses of package.json read. */
export const CONTEXT_KEYS = {
  /** `loading`, `ready`, or what keeps the views empty: see {@link ViewsState}. */
  state: 'imageHygiene.state',
  /** The same of the Registry view. */
  registryState: 'imageHygiene.registryState',
  hasPlan: 'imageHygiene.hasPlan',
  planRunning: 'imageHygiene.planRunning',
  pruning: 'imageHygiene.pruning',
  filtered: 'imageHygiene.filtered',
  /** Likewise of the Schedules view: see {@link ViewsState}. */
  schedulesState: 'imageHygiene.schedulesState',
} as const;

/** Why the views are empty, if they are. */
export type ViewsState =
  | 'loading'
  | 'ready'
  | 'noKubeconfig'
  | 'badKubeconfig'
  | 'unreachable'
  | 'notOpenShift'
  | 'forbidden'
  | 'failed';

/** Settings, below `imageHygiene`. */
export const SETTINGS = {
  kubeconfig: 'kubeconfig',
  registryUrl: 'registryUrl',
  certificateAuthority: 'certificateAuthority',
  forceInsecure: 'forceInsecure',
  all: 'all',
  keepTagRevisions: 'keepTagRevisions',
  keepYoungerThan: 'keepYoungerThan',
  pruneOverSizeLimit: 'pruneOverSizeLimit',
  pruneRegistry: 'pruneRegistry',
  ignoreInvalidRefs: 'ignoreInvalidRefs',
  numWorkers: 'numWorkers',
  rules: 'rules',
  asServiceAccount: 'asServiceAccount',
  rolloutAfterPrune: 'rolloutAfterPrune',
} as const;
export type SettingName = (typeof SETTINGS)[keyof typeof SETTINGS];

/** Settings that could redirect a token or weaken TLS: a workspace that isn't trusted can't set them. */
export const RESTRICTED_SETTINGS: readonly SettingName[] = [
  'kubeconfig',
  'registryUrl',
  'certificateAuthority',
  'forceInsecure',
  'asServiceAccount',
];
