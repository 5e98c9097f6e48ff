// The yardsticks: the same pages fetched one after the other with Node's own fetch, parsed or not.
//   node test/bench/plain-fetch.ts <server> <token> <parse|fetch>

import { continueTokenOf } from '../../src/cluster/inventory/list-head.ts';
import { LISTS, listPath } from '../../src/cluster/inventory/lists.ts';

const [server = '', token = '', mode = 'parse'] = process.argv.slice(2);
let kept = 0;
for (const list of LISTS) {
  for (let next: string | undefined = 'start'; next; ) {
    const query = new URLSearchParams({ limit: '500', ...(next === 'start' ? {} : { continue: next }) });
    const answer = await fetch(`${server}${listPath(list, null)}?${query}`, {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' },
    });
    if (answer.status === 404) break;
    if (!answer.ok) throw new Error(`${list.resource}: ${answer.status}`);
    const body = Buffer.from(await answer.arrayBuffer());
    next = continueTokenOf(body);
    if (mode !== 'parse') continue;
    const page: unknown = JSON.parse(body.toString('utf8'));
    if (typeof page === 'object' && page !== null && 'items' in page && Array.isArray(page.items)) {
      kept += page.items.length;
    }
  }
}
process.stdout.write(`${kept}\n`);
