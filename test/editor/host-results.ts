// What the extension host and the runner outside say to each other, in a file.
import { listAt, numberAt, textAt } from '../../src/engine/shape.ts';

export interface HostTest {
  /** Suites from the outermost on, then the test. */
  title: string[];
  state: 'passed' | 'failed' | 'skipped';
  milliseconds: number;
  /** Stack, or message, of what it failed with. */
  error?: string;
}

export interface HostResults {
  /** False where the host ended before its tests did. */
  finished: boolean;
  /** The test that was under way. */
  running?: string[] | undefined;
  /** Failed hooks are listed too. */
  tests: HostTest[];
}

/** Throws where the text isn't JSON. */
export function parseHostResults(text: string): HostResults {
  const parsed: unknown = JSON.parse(text);
  const tests = listAt(parsed, 'tests').map((test): HostTest => {
    const state = textAt(test, 'state');
    const error = textAt(test, 'error');
    return {
      title: listAt(test, 'title').map(String),
      state: state === 'passed' || state === 'skipped' ? state : 'failed',
      milliseconds: numberAt(test, 'milliseconds') ?? 0,
      ...(error === '' ? {} : { error }),
    };
  });
  const running = listAt(parsed, 'running').map(String);
  const finished = typeof parsed === 'object' && parsed !== null && 'finished' in parsed && parsed.finished;
  return { finished: finished === true, tests, ...(running.length === 0 ? {} : { running }) };
}
