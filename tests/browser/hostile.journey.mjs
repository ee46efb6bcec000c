/* hostile.journey.mjs — what looks like markup, script or a template, typed into every text field of a form, is text wherever it is shown.
 *
 * The forms are walked without knowing their fields: everything that takes text gets the string; the form comes back with reasons (and
 * what was typed); the fields that cannot hold such a thing get something that they can; the rest is saved and then looked at.
 */
import assert from 'node:assert/strict';

const STRINGS = [
  'javascript:window.hit=1',
  '"><img src=x onerror=window.hit=1>\'{{7*7}}${7*7}',
  '</textarea></title></script><script>window.hit=1</script><!--',
];
const RECORDS = { premises: '岳阳示例化工有限公司', unit: '区应急管理局', person: '示例王科员', region: '430602000000' };
const LEDGERS = ['premises', 'hazard', 'unit', 'person', 'accident', 'responsibility'];

/* Put the string into every control that takes text; returns what stands where. */
const fill = (page, evil) => page.evaluate((text) => {
  const typed = {};
  for (const e of document.querySelector('form.form').elements) {
    if (e.matches('textarea, input[type=text], input[type=tel]')) {
      e.value = e.maxLength > 0 ? text.slice(0, e.maxLength) : text;
      typed[e.id] = e.value;
    } else if (e.required && e.matches('select')) {
      e.selectedIndex = 1;
    } else if (e.required && e.matches('input[type=date]')) {
      e.value = '2026-11-20';
    } else if (e.required && e.matches('input[type=datetime-local]')) {
      e.value = '2026-11-20T08:00';
    }
  }
  return typed;
}, evil);

/* The fields that the server does not take get what they can hold; false when it named none. */
const mend = (page, records) => page.evaluate((names) => {
  const wrong = [...document.querySelectorAll('.form [aria-invalid]')];
  for (const e of wrong) {
    const pick = /^\/l\/(\w+)\/pick$/.exec(e.getAttribute('hx-get') ?? '');
    if (e.matches('select')) e.selectedIndex = 1;
    else if (e.type === 'date') e.value = '2026-11-20';
    else e.value = pick && e.required ? names[pick[1]] : '';
  }
  return wrong.map((e) => e.id);
}, records);

async function unharmed(page, where) {
  const found = await page.evaluate(() => ({
    hit: window.hit, made: document.querySelectorAll('img[src="x"], main script, body > script').length,
    links: [...document.querySelectorAll('a[href], form[action], [hx-get]')].map((e) => e.getAttribute('href') ?? e.getAttribute('action') ?? e.getAttribute('hx-get'))
      .filter((u) => !/^[/#]/.test(u)),
  }));
  assert.deepEqual(found, { hit: undefined, made: 0, links: [] }, where);
}

/* Returns the path of the record and what was typed into it and kept. */
async function make(page, ledger, evil) {
  await page.goto(`/l/${ledger}/new`);
  const typed = await fill(page, evil);
  for (let round = 0; round < 12; round++) {
    await page.locator('.form-end button[type=submit]').first().click();
    await page.waitForLoadState();
    await unharmed(page, `${ledger}/new, sent ${round + 1} times`);
    if (/\/\d+$/.test(new URL(page.url()).pathname)) return { path: new URL(page.url()).pathname, typed };
    for (const [id, text] of Object.entries(typed))
      assert.equal(await page.locator(`[id="${id}"]`).inputValue(), text, `${ledger}: ${id} holds what was typed`);
    const wrong = await mend(page, RECORDS);
    assert.ok(wrong.length, `${ledger}: ${await page.locator('#errors').innerText()}`);
    for (const id of wrong) delete typed[id];
  }
  throw new Error(`${ledger} cannot be saved`);
}

async function look(page, ledger, evil, made) {
  const lists = [`/l/${ledger}?q=${encodeURIComponent(evil)}`, `/l/${ledger}?where=${encodeURIComponent(`state = ${evil}`)}`,
    `/l/${ledger}?sort=${encodeURIComponent(evil)}`, `/search?q=${encodeURIComponent(evil)}`, `/lang/en?back=${encodeURIComponent(evil)}`];
  for (const path of [...lists, `/l/${ledger}`, `${made.path}/history`, `${made.path}/withdraw`]) {
    await page.goto(path);
    await unharmed(page, path);
  }
  await page.goto(made.path);
  await unharmed(page, made.path);
  assert.equal(await page.title().then((t) => t.includes(evil.slice(0, 20))), true, 'the title shows it as typed');
  const shown = await page.locator('.record-main').innerText();
  for (const [id, text] of Object.entries(made.typed)) {
    if (await page.locator(`.record-main :text("${id}")`).count()) continue;
    assert.ok(text.split('\n').every((line) => shown.includes(line.trim())), `${ledger}: ${id} is shown as typed`);
  }
  await page.goto(`${made.path}/edit`);
  await unharmed(page, `${made.path}/edit`);
  for (const [id, text] of Object.entries(made.typed)) {
    const control = page.locator(`[id="${id}"]`);
    if ((await control.getAttribute('placeholder'))?.startsWith('kept sealed')) continue;
    assert.equal(await control.inputValue(), text.trim(), `${ledger}: ${id} comes back as typed`);
  }
  const answer = await page.request.get(`/api/v1${made.path.slice(2)}`);
  assert.match(answer.headers()['content-type'], /^application\/json/);
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff');
}

const hostile = (ledger) => async (site) => {
  const page = await site.login('zhouzhuren');
  page.expectsDialog = (d) => { if (d.type() !== 'beforeunload') site.problems.push(`dialog: ${d.message()}`); return d.accept(); };
  for (const evil of STRINGS) await look(page, ledger, evil, await make(page, ledger, evil));
};

export const journeys = {
  ...Object.fromEntries(LEDGERS.map((ledger) => [`markup typed into the fields of ${ledger} is text everywhere`, hostile(ledger)])),

  'markup in addresses, in the login and in a name of a file is text': async (site) => {
    const guest = await (await site.context()).newPage();
    for (const evil of STRINGS) {
      const quoted = encodeURIComponent(evil);
      for (const path of [`/login?back=${quoted}&name=${quoted}`, `/${quoted}`, `/l/${quoted}`]) {
        await guest.goto(path);
        await unharmed(guest, path);
      }
      await guest.goto('/login');
      await guest.fill('#name', evil);
      await guest.fill('#password', evil);
      await guest.click('main button[type=submit]');
      await guest.getByRole('alert').waitFor();
      await unharmed(guest, 'login');
      assert.equal(await guest.inputValue('#name'), evil);
    }
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises?q=%E5%8C%96%E5%B7%A5');
    await page.locator('.sheet tbody a').first().click();
    const record = new URL(page.url()).pathname;
    await page.goto(`${record}/edit`);
    const name = '"><img src=x onerror=window.hit=1>.txt';
    await page.setInputFiles('#f-photos', { name, mimeType: 'text/plain', buffer: Buffer.from('<script>window.hit=1</script>') });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForLoadState();
    await unharmed(page, 'a record with a file');
  },
};
