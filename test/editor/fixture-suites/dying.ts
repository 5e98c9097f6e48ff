// Takes the extension host down in the middle.
import { describe, it } from 'mocha';

describe('a host that dies', () => {
  it('lives at first', () => {});
  it('ends the process', () => process.kill(process.pid, 'SIGKILL'));
});
