// The process a server runs in: `node server-process.ts server-main.js …`, as the leader of a process group of its own. It
// ends with its whole group as soon as its standard input closes, hence also when a test run is killed.
import { pathToFileURL } from 'node:url';

const [serverMain] = process.argv.splice(2, 1);
if (serverMain === undefined) throw new Error('usage: node server-process.ts <server-main.js> [option…]');
process.argv[1] = serverMain;
process.stdin.once('close', () => process.kill(-process.pid, 'SIGKILL')).resume();
await import(pathToFileURL(serverMain).href);
