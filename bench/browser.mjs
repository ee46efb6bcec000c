/* browser.mjs — how soon a page is to be seen in Chromium, cold: browser.mjs '{"base", "cookie": {"name", "value"}, "paths": {NAME: PATH}}'
 *
 * Each page is opened ROUNDS times in a context of its own, with nothing kept. "ms" is the best time from the request to the first text on
 * the screen; "bytes" is all that came over the wire until the page was quiet, with headers. Prints {NAME: {ms, bytes}}.
 */
import { chromium } from 'playwright-core';

const ROUNDS = 7;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync'];
const { base, cookie, paths } = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });

async function open(path) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  await context.addCookies([{ ...cookie, url: base }]);
  const page = await context.newPage(), session = await context.newCDPSession(page);
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await page.goto(base + path, { waitUntil: 'networkidle' });
  const ms = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  await context.close();
  return { ms, bytes };
}

const answer = {};
for (const [name, path] of Object.entries(paths)) {
  await open(path); /* the browser itself warms up */
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await open(path));
  answer[name] = { ms: Math.min(...rounds.map((r) => r.ms)), bytes: Math.max(...rounds.map((r) => r.bytes)) };
}
console.log(JSON.stringify(answer));
await browser.close();
