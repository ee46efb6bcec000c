/* edit.journey.mjs — forms: nothing typed is lost, nothing is saved twice, two people do not overwrite each other. */
import assert from 'node:assert/strict';

const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const fact = (page, label) => page.locator('.fact', { has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) }).locator('.value').innerText();

/* Open the fields that are seldom filled in. */
async function unfold(page) {
  for (const d of await page.locator('details.block:not([open]) summary').all()) await d.click();
}

/* The address of a premises by a part of its name. */
async function find(page, name) {
  await page.goto(`/l/premises?q=${encodeURIComponent(name)}`);
  return page.locator('.sheet tbody a').first().getAttribute('href');
}

async function rows(site, script) {
  const page = await site.login('zhouzhuren', { script });
  const record = await find(page, '宾馆');
  await page.goto(`${record}/edit`);
  await page.fill('#f-head', '示例新负责人');
  const part = page.locator('#f-gathering_sheet');
  const before = await part.locator('tbody tr').count();
  await part.getByRole('button', { name: 'Add a row' }).click();
  assert.equal(await part.locator('tbody tr').count(), before + 1);
  assert.equal(await page.inputValue('#f-head'), '示例新负责人', 'what was typed is still there');
  await page.locator('[name="gathering_sheet.0.use"]').fill('宾馆客房');
  await page.locator('[name="gathering_sheet.0.exits"]').fill('3');
  await part.getByRole('button', { name: 'Add a row' }).click();
  await page.locator('[name="gathering_sheet.1.use"]').fill('餐厅');
  await save(page);
  await page.waitForURL(/\/l\/premises\/\d+$/);
  const shown = await page.locator('.record-main').innerText();
  assert.ok(shown.includes('宾馆客房') && shown.includes('餐厅') && shown.includes('示例新负责人'), shown);
  await page.goto(`${record}/edit`);
  await page.locator('[name="gathering_sheet.0.drop"]').check();
  await save(page);
  await page.waitForURL(/\/l\/premises\/\d+$/);
  const tables = await page.locator('.record-main').innerText();
  assert.ok(!tables.includes('宾馆客房') && tables.includes('餐厅'), tables);
}

export const journeys = {
  'two who change different fields of a record both have their way': async (site) => {
    const one = await site.login('zhouzhuren'), other = await site.login('wangke');
    const record = await find(one, '加油站');
    await one.goto(`${record}/edit`);
    await other.goto(`${record}/edit`);
    await one.fill('#f-head', '示例甲');
    await other.fill('#f-address', '示范路一百号');
    await save(one);
    await one.waitForURL(/\/l\/premises\/\d+$/);
    await save(other);
    await other.waitForURL(/\/l\/premises\/\d+$/);
    assert.equal(await fact(other, 'Head'), '示例甲');
    assert.equal(await fact(other, 'Address'), '示范路一百号');
  },

  'two who change the same field are shown both versions and decide': async (site) => {
    const one = await site.login('zhouzhuren'), other = await site.login('wangke');
    const record = await find(one, '加油站');
    for (const [choice, kept] of [['theirs', '示例甲'], ['mine', '示例丙']]) {
      await one.goto(`${record}/edit`);
      await other.goto(`${record}/edit`);
      await one.fill('#f-head', choice === 'theirs' ? '示例甲' : '示例丁');
      await other.fill('#f-head', choice === 'theirs' ? '示例乙' : '示例丙');
      await other.fill('#f-address', `示范路${kept}号`);
      await save(one);
      await one.waitForURL(/\/l\/premises\/\d+$/);
      await save(other);
      await other.locator('fieldset.clash').waitFor();
      assert.match(await other.locator('fieldset.clash').innerText(), choice === 'theirs' ? /示例甲/ : /示例丁/);
      assert.equal(await other.inputValue('#f-head'), choice === 'theirs' ? '示例乙' : '示例丙', 'mine stands in the field');
      await other.locator(`input[name="keep.head"][value=${choice}]`).check();
      await save(other);
      await other.waitForURL(/\/l\/premises\/\d+$/);
      assert.equal(await fact(other, 'Head'), kept);
      assert.equal(await fact(other, 'Address'), `示范路${kept}号`, 'the rest is merged');
    }
  },

  'leaving a form with something unsaved is asked about; leaving it untouched is not': async (site) => {
    const page = await site.login('zhouzhuren');
    const asked = [];
    page.expectsDialog = (d) => { asked.push(d.type()); return d.dismiss(); };
    await page.goto('/l/premises/new');
    await page.click('a.brand');
    await page.waitForURL((u) => u.pathname === '/');
    assert.deepEqual(asked, []);
    await page.goto('/l/premises/new');
    await page.locator('#f-name').pressSequentially('示例');
    await page.click('a.brand', { noWaitAfter: true });
    for (let i = 0; i < 100 && !asked.length; i++) await page.waitForTimeout(20);
    assert.deepEqual(asked, ['beforeunload']);
    assert.equal(new URL(page.url()).pathname, '/l/premises/new');
    assert.equal(await page.inputValue('#f-name'), '示例');
    await save(page); /* sending it is no leaving; what is missing keeps it here */
    await page.waitForLoadState();
    assert.deepEqual(asked, ['beforeunload']);
  },

  'a form sent twice makes one record': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises/new');
    await page.fill('#f-name', '示例两次公司');
    await page.fill('#f-address', '示范路2号');
    const form = await page.locator('form.form').evaluate((f) => [...new FormData(f)].filter(([, v]) => typeof v === 'string'));
    await page.getByRole('button', { name: 'Save', exact: true }).dblclick();
    await page.waitForURL(/\/l\/premises\/\d+$/);
    const made = new URL(page.url()).pathname;
    const again = await page.request.post('/l/premises/new', { multipart: Object.fromEntries(form), maxRedirects: 0 });
    assert.equal(again.status(), 303);
    assert.equal(again.headers().location, made, 'the second sending leads to the record of the first');
    await page.goto(`/l/premises?q=${encodeURIComponent('示例两次公司')}`);
    assert.equal(await page.locator('.sheet tbody tr').count(), 1);
  },

  'what is wrong is said at its field, and what was typed is still there': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises/new');
    await page.fill('#f-name', '示例有误公司');
    await page.fill('#f-territory', '没有这个街道');
    await page.locator('input[name=categories][value=school]').check();
    await unfold(page);
    await page.fill('#f-founded_on', '2027-01-01');
    await page.fill('#f-capital', '很贵');
    await page.fill('#f-staff', '很多');
    await page.fill('#f-remarks', '第一行\n  第二行 <b>');
    await save(page);
    await page.locator('#errors').waitFor();
    for (const field of ['territory', 'capital', 'staff']) {
      await page.locator(`#e-${field}`).waitFor();
      assert.equal(await page.locator(`#f-${field}`).getAttribute('aria-invalid'), 'true');
      assert.match(await page.locator(`#f-${field}`).getAttribute('aria-describedby'), new RegExp(`e-${field}`));
    }
    assert.equal(await page.inputValue('#f-territory'), '没有这个街道');
    assert.equal(await page.inputValue('#f-capital'), '很贵');
    assert.equal(await page.inputValue('#f-founded_on'), '2027-01-01');
    assert.equal(await page.inputValue('#f-staff'), '很多');
    assert.equal(await page.inputValue('#f-remarks'), '第一行\n  第二行 <b>');
    assert.equal(await page.locator('input[name=categories][value=school]').isChecked(), true);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'errors', 'the summary has the focus');
    await page.locator('#errors a').first().click();
    assert.match(page.url(), /#f-/);
    await page.fill('#f-territory', '东湖示例街道办事处');
    await page.fill('#f-capital', '100.50');
    await page.fill('#f-staff', '12');
    await unfold(page);
    await page.fill('#f-credit_code', '91430602MA7D0001XH');
    await save(page);
    await page.locator('#e-credit_code').waitFor();
    assert.equal(await page.inputValue('#f-capital'), '100.50');
    await page.fill('#f-credit_code', '');
    await save(page);
    await page.waitForURL(/\/l\/premises\/\d+$/);
    assert.equal(await fact(page, 'Staff'), '12');
    assert.match(await fact(page, 'Territory unit'), /东湖示例街道办事处/);
  },

  'rows inside a record are added and taken away': (site) => rows(site, true),
  'rows inside a record are added without script': (site) => rows(site, false),

  'a name typed into a field for a record is offered from the ledger': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/hazard/new');
    await page.locator('#f-premises').pressSequentially('岳阳示例化工');
    const offered = page.locator('#l-premises option');
    await offered.first().waitFor({ state: 'attached' });
    assert.match(await offered.first().evaluate((o) => o.label + o.value), /岳阳示例化工有限公司/);
  },

  'a file is attached, opens with the same bytes, and is taken away again': async (site) => {
    const page = await site.login('zhouzhuren');
    const record = await find(page, '加油站'), bytes = Buffer.from('%PDF-1.4\n示例文件\n%%EOF\n');
    await page.goto(`${record}/edit`);
    await unfold(page);
    await page.setInputFiles('#f-photos', { name: '检查 记录&1.pdf', mimeType: 'application/pdf', buffer: bytes });
    await save(page);
    await page.waitForURL(/\/l\/premises\/\d+$/);
    const link = page.locator('#files a', { hasText: '检查 记录&1.pdf' });
    const answer = await page.request.get(await link.getAttribute('href'));
    assert.equal(answer.status(), 200);
    assert.deepEqual(await answer.body(), bytes);
    await page.goto(`${record}/edit`);
    await unfold(page);
    await page.locator('input[name="photos.drop"]').check();
    await save(page);
    await page.waitForURL(/\/l\/premises\/\d+$/);
    assert.equal(await link.count(), 0);
  },
};
