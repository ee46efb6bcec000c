/* list.journey.mjs — finding one's way in a list: conditions, order, pages, columns, tabs, keys. */
import assert from 'node:assert/strict';

/* What stands in a column of the list, from top to bottom. */
const column = (page, label) => page.locator(`.sheet tbody td[data-label="${label}"]`).allInnerTexts();
const here = (page) => { const u = new URL(page.url()); return u.pathname + u.search; };

/* The address of the list changes, and the list that belongs to it stands on the page. */
async function changes(page, act) {
  const old = await page.locator('#list').elementHandle(), before = page.url();
  await act();
  await page.waitForURL((u) => String(u) !== before);
  if (page.script) await page.waitForFunction((e) => !e.isConnected, old).catch(() => {}); /* a whole new page: it went with the old one */
  await page.locator('#list').waitFor();
}

async function addCondition(page, field, script) {
  await changes(page, async () => {
    await page.selectOption('#edit', field);
    if (!script) await page.getByRole('button', { name: 'Choose' }).click();
  });
}

async function filter(site, script) {
  const page = await site.login('zhouzhuren', { script });
  page.script = script;
  await page.goto('/l/premises');
  await addCondition(page, 'risk_colour', script);
  await changes(page, async () => {
    await page.selectOption('#condition-value', 'orange');
    await page.getByRole('button', { name: 'Apply' }).first().click();
  });
  assert.equal(await page.locator('.chip').count(), 1);
  const orange = await column(page, 'Risk colour');
  assert.ok(orange.length > 3 && orange.every((c) => /Orange/.test(c)), String(orange));

  await addCondition(page, 'name', script);
  await changes(page, async () => {
    await page.selectOption('#condition-op', '~');
    await page.fill('#condition-value', '宾馆');
    await page.keyboard.press('Enter');
  });
  assert.equal(await page.locator('.chip').count(), 2);
  const hotels = await column(page, 'Name');
  assert.ok(hotels.length > 0 && hotels.length < orange.length && hotels.every((n) => n.includes('宾馆')), String(hotels));

  const address = page.url();
  await changes(page, () => page.locator('.chip').first().getByRole('link', { name: 'Remove this condition' }).click());
  assert.equal(await page.locator('.chip').count(), 1);
  assert.ok((await column(page, 'Name')).length > hotels.length);
  await page.goBack();
  assert.equal(page.url(), address);
  await page.locator('.chip').nth(1).waitFor();
  assert.deepEqual(await column(page, 'Name'), hotels, 'back shows what was there');
  await changes(page, () => page.getByRole('link', { name: 'Clear', exact: true }).click());
  assert.equal(await page.locator('.chip').count(), 0);
}

async function walkPages(site, script) {
  const page = await site.login('zhouzhuren', { script });
  page.script = script;
  await page.goto('/l/hazard?limit=30');
  const first = await column(page, 'Number'), seen = new Set(first);
  assert.equal(first.length, 30);
  await changes(page, () => page.getByRole('link', { name: 'Next' }).click());
  for (const n of await column(page, 'Number')) assert.ok(!seen.has(n) && seen.add(n), `${n} is on two pages`);
  await changes(page, () => page.getByRole('link', { name: 'Next' }).click());
  for (const n of await column(page, 'Number')) assert.ok(!seen.has(n) && seen.add(n), `${n} is on two pages`);
  assert.equal(seen.size, 72, 'every record is on one page');
  assert.equal(await page.getByRole('link', { name: 'Next' }).count(), 0);
  await changes(page, () => page.getByRole('link', { name: 'To the start' }).click());
  assert.deepEqual(await column(page, 'Number'), first);
}

async function sorting(site, script) {
  const page = await site.login('zhouzhuren', { script });
  page.script = script;
  await page.goto('/l/hazard?where=grade+%3D+major');
  const head = page.getByRole('columnheader', { name: 'Found on' });
  await changes(page, () => head.getByRole('link').click());
  const up = await column(page, 'Found on');
  assert.deepEqual(up, [...up].sort());
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  await changes(page, () => head.getByRole('link').click());
  assert.deepEqual(await column(page, 'Found on'), [...up].reverse());
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  assert.equal(await page.locator('.chip').count(), 1, 'the condition is kept');
}

export const journeys = {
  'conditions are added, edited and taken away as chips': (site) => filter(site, true),
  'conditions work without script': (site) => filter(site, false),
  'next pages show every record once': (site) => walkPages(site, true),
  'next pages work without script': (site) => walkPages(site, false),
  'a press on a heading sorts by it, another one the other way round': (site) => sorting(site, true),
  'sorting works without script': (site) => sorting(site, false),

  'columns and tabs are chosen': async (site) => {
    const page = await site.login('zhouzhuren');
    page.script = true;
    await page.goto('/l/hazard');
    await page.getByText('Display').click();
    const box = page.locator('input[name=fields][value=responsible_person]');
    assert.equal(await box.isChecked(), false);
    await box.check();
    await page.locator('input[name=fields][value=premises]').uncheck();
    await changes(page, () => page.locator('.menu-form').getByRole('button', { name: 'Apply' }).click());
    const heads = await page.locator('.sheet thead th').allInnerTexts();
    assert.ok(heads.includes('Responsible person') && !heads.includes('Premises'), String(heads));
    await changes(page, () => page.locator('.tabs').getByRole('link', { name: 'Reported rectified' }).click());
    const states = await column(page, 'State');
    assert.ok(states.length > 0 && states.every((s) => s === 'Reported rectified'), String(states));
    assert.equal(await page.locator('.tabs [aria-current]').innerText(), 'Reported rectified');
  },

  'a list is worked by keyboard': async (site) => {
    const page = await site.login('zhouzhuren');
    page.script = true;
    await page.goto('/l/premises');
    const numbers = await column(page, 'Number');
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    assert.equal(await page.locator('tr.at td[data-label=Number]').innerText(), numbers[1]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/l\/premises\/\d+$/);
    assert.equal(await page.locator('.crumb-number').innerText(), numbers[1]);
    await page.keyboard.press('e');
    await page.waitForURL(/\/edit$/);
    await page.goto('/l/premises');
    await page.keyboard.press('/');
    await page.keyboard.type('jn?');
    assert.equal(await page.inputValue('#q'), 'jn?', 'letters are letters where something is typed');
    await page.goto('/l/premises');
    await page.keyboard.press('n');
    await page.waitForURL(/\/l\/premises\/new$/);
    await page.locator('body').click({ position: { x: 700, y: 50 } });
    await page.keyboard.press('?');
    await page.waitForURL(/\/help\/keyboard$/);
  },

  'a record opens by a press anywhere on its row': async (site) => {
    const page = await site.login('zhouzhuren');
    page.script = true;
    await page.goto('/l/premises');
    const number = (await column(page, 'Number'))[4];
    await page.locator('.sheet tbody tr').nth(4).locator('td[data-label=Address]').click();
    await page.waitForURL(/\/l\/premises\/\d+$/);
    assert.equal(await page.locator('.crumb-number').innerText(), number);
  },

  'searching within a ledger keeps to it, and what nothing fits says so': async (site) => {
    const page = await site.login('zhouzhuren');
    page.script = true;
    await page.goto('/l/premises');
    await changes(page, async () => {
      await page.fill('#within', '宾馆');
      await page.keyboard.press('Enter');
    });
    const names = await column(page, 'Name');
    assert.ok(names.length > 0 && names.every((n) => n.includes('宾馆')), String(names));
    await changes(page, async () => {
      await page.fill('#within', '没有这个名字');
      await page.keyboard.press('Enter');
    });
    assert.match(await page.locator('.nothing').innerText(), /No record fits/);
    assert.equal(here(page).includes('premises'), true);
  },
};
