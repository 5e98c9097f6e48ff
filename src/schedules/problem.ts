/** What can be wrong with one value of a schedule or of a pruner. The words are in shared/words/schedule-problems.ts. */
export type ProblemCode =
  | 'cronEmpty'
  | 'cronFieldCount'
  | 'cronMacro'
  | 'cronTimeZone'
  | 'cronEvery'
  | 'cronField'
  | 'cronRange'
  | 'cronBackwards'
  | 'cronStep'
  | 'cronNever'
  | 'timeZone'
  | 'name'
  | 'operatorsName'
  | 'image'
  | 'quantity'
  | 'requestOverLimit'
  | 'overSizeWithKeep'
  | 'negative'
  | 'wholeNumber'
  | 'tooLarge'
  | 'duration'
  | 'negativeDuration'
  | 'authorityAndInsecure'
  | 'authorityAndHttp'
  | 'path'
  | 'registryUrl'
  | 'logLevel';

/** One value that can't stay as it is. */
export interface Problem {
  /** Which value, as {@link ScheduleRequest} or the ImagePruner's spec names it: `schedule`, `options.keepTagRevisions`… */
  field: string;
  code: ProblemCode;
  /** For the words: what was written, what is allowed. */
  arguments: Readonly<Record<string, string>>;
}
