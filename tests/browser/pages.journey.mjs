/* pages.journey.mjs — what every page keeps to: in both languages, on a desk and on a phone, with and without script, on paper. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESK, PHONE } from './site.mjs';
import { tour, visit } from './tour.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/* What axe-core calls serious or critical, with the first place of each. */
async function faults(page, rules) {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  return page.evaluate(async (o) => {
    const found = await window.axe.run(document, o);
    return found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].any[0]?.message ?? v.help}`);
  }, options);
}

/* What is wrong with the page as such; works without script too. */
async function wrongs(page, lang) {
  const found = [];
  const seen = await page.evaluate(() => ({
    title: document.title, lang: document.documentElement.lang, h1: document.querySelectorAll('h1').length, mains: document.querySelectorAll('main').length,
    wide: document.documentElement.scrollWidth - window.innerWidth, text: document.querySelector('main')?.innerText.trim().length ?? 0,
    twice: [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i),
  }));
  if (!seen.title.trim()) found.push('no title');
  if (seen.lang !== (lang === 'zh' ? 'zh-CN' : 'en')) found.push(`language is ${seen.lang}`);
  if (seen.h1 !== 1) found.push(`${seen.h1} × h1`);
  if (seen.mains !== 1) found.push(`${seen.mains} × main`);
  if (!seen.text) found.push('main is empty');
  if (seen.wide > 0) found.push(`${seen.wide} px wider than the window`);
  if (seen.twice.length) found.push(`ids twice: ${seen.twice}`);
  return found;
}

/* Go everywhere as everybody; `look` says what is wrong with each page. */
async function everywhere(site, options, look) {
  const found = [];
  for (const [who, stops] of Object.entries(await tour(site))) {
    const page = who ? await site.login(who, options) : await (await site.context(options)).newPage();
    page.expectsDialog = (d) => d.accept(); /* leaving a form that came back */
    for (const [name, stop] of stops) {
      await visit(page, stop);
      for (const wrong of await look(page)) found.push(`${name}: ${wrong}`);
    }
    await page.context().close();
  }
  assert.equal(found.join('\n'), '');
}

const called = (name, list) => list.map((wrong) => `${name}: ${wrong}`);

/* On a desk, in the dark, on paper and on a phone: one page after the other, loaded once. */
const looked = (lang, thorough) => async (page) => {
  const found = [];
  await page.evaluate(AXE);
  found.push(...called('desk', [...await wrongs(page, lang), ...await faults(page)]));
  if (thorough) {
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...called('dark', await faults(page, ['color-contrast', 'link-in-text-block'])));
    await page.emulateMedia({ colorScheme: 'light', media: 'print' });
    const left = await page.locator('header.bar, nav.side, .verbs, .form-end, .pager').filter({ visible: true }).count();
    if (left) found.push(`paper: ${left} things that nobody needs there`);
    await page.emulateMedia({ media: 'screen' });
  }
  await page.setViewportSize(PHONE);
  found.push(...called('phone', [...await wrongs(page, lang), ...await faults(page)]));
  await page.setViewportSize(DESK);
  return found;
};

export const journeys = {
  'every page in Chinese is sound and open to everybody, on a desk, on a phone, in the dark and on paper': (site) =>
    everywhere(site, { lang: 'zh' }, looked('zh', true)),
  'every page in English is sound and open to everybody, on a desk and on a phone': (site) =>
    everywhere(site, { lang: 'en' }, looked('en', false)),
  'every page stands without script': (site) => everywhere(site, { lang: 'zh', script: false, viewport: PHONE }, (page) => wrongs(page, 'zh')),
};
