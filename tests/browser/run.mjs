/* run.mjs — the journeys through the pages in a real browser: run.mjs PROGRAM [TEXT]
 *
 * Every *.journey.mjs exports `journeys`: statements and what proves them. Each gets a site of its own (site.mjs): its own copy of the
 * made-up district, its own server. A journey fails by an assertion, by taking too long, and by anything that no page may do: a
 * script error, a dialog that nobody expected, a breach of the content policy, a request to another place.
 * TEXT: only the journeys whose names hold it.
 */
import { readdirSync } from 'node:fs';
import { start, stop, Site } from './site.mjs';

const LIMIT = 120_000; /* milliseconds for one journey */
const [program, only = ''] = process.argv.slice(2);
const here = new URL('.', import.meta.url);

function within(promise, limit) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`took longer than ${limit / 1000} s`)), limit); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function walk(journey) {
  const site = await Site.open();
  try {
    await within(journey(site), LIMIT);
    if (site.problems.length) throw new Error('the pages did what none may do:\n' + site.problems.join('\n'));
  } finally {
    await site.close();
  }
}

let passed = 0, failed = 0;
await start(program);
for (const file of readdirSync(here).filter((f) => f.endsWith('.journey.mjs')).sort()) {
  const { journeys } = await import(new URL(file, here));
  for (const [name, journey] of Object.entries(journeys)) {
    if (!name.includes(only)) continue;
    const began = Date.now();
    try {
      await walk(journey);
      passed++;
      console.log(`[       OK ] ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed++;
      console.log(`[  FAILED  ] ${name}\n${error.stack}`);
    }
  }
}
await stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
