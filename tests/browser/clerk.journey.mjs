/* clerk.journey.mjs — a day of the clerk who keeps the register. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TODAY } from './site.mjs';

const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();

/* From the page of a job, which looks by itself until it is done, to what came of it. */
async function goOn(page) {
  await page.waitForURL(/\/jobs\/\d+/);
  await page.getByRole('link', { name: 'Go on to the import' }).click();
  await page.waitForURL(/\/import\/\d+/);
}

export const journeys = {
  'a premises is changed and its history says what became of what': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises?q=%E5%AE%BE%E9%A6%86');
    await page.locator('.sheet tbody a').first().click();
    const record = new URL(page.url()).pathname, before = await page.locator('h1').innerText();
    await page.locator('[data-key=e]').click();
    await page.fill('#f-name', '岳阳改名示例宾馆');
    await page.selectOption('#f-risk_colour', 'red');
    await save(page);
    await page.waitForURL((u) => u.pathname === record);
    assert.match(await page.locator('#notices').innerText(), /Saved/);
    assert.equal(await page.locator('h1').innerText(), '岳阳改名示例宾馆');
    const change = page.locator('#history .timeline > li').first();
    const name = change.locator('.changes li', { hasText: '岳阳改名示例宾馆' });
    assert.equal(await name.locator('del').innerText(), before);
    assert.equal(await name.locator('ins').innerText(), '岳阳改名示例宾馆');
    assert.match(await change.innerText(), /zhouzhuren/);
    await page.reload();
    assert.equal(await page.locator('#notices > *').count(), 0, 'a notice is said once');
    await page.goto(`${record}/history`);
    assert.ok((await page.locator('.timeline').innerText()).includes(before));
  },

  'who answers for a place is asked for any day': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises?q=%E5%8C%96%E5%B7%A5');
    await page.locator('.sheet tbody a').first().click();
    const answers = page.locator('#answers');
    assert.equal(await page.inputValue('#answers-on'), TODAY);
    assert.ok((await answers.innerText()).includes('示例吴区长'), await answers.innerText());
    await page.fill('#answers-on', '2024-06-30');
    await page.waitForFunction(() => !document.querySelector('#answers').innerText.includes('示例吴区长'));
    assert.ok((await answers.innerText()).includes('nobody'));
  },

  'who answers is asked for any day without script too': async (site) => {
    const page = await site.login('zhouzhuren', { script: false });
    await page.goto('/l/premises?q=%E5%8C%96%E5%B7%A5');
    await page.locator('.sheet tbody a').first().click();
    await page.fill('#answers-on', '2024-06-30');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.waitForURL(/on=2024-06-30/);
    assert.ok(!(await page.locator('#answers').innerText()).includes('示例吴区长'));
  },

  'two records of one place are merged, and coming back undoes it': async (site) => {
    const page = await site.login('zhouzhuren');
    const made = [];
    for (const name of ['岳阳示例重复宾馆', '岳阳示例重复宾馆（东店）']) {
      await page.goto('/l/premises/new');
      await page.fill('#f-name', name);
      await page.fill('#f-territory', '东湖示例街道办事处');
      await save(page);
      await page.waitForURL(/\/l\/premises\/\d+$/);
      made.push(new URL(page.url()).pathname);
    }
    await page.goto(`${made[1]}/merge`);
    await page.fill('#f-field', '岳阳示例重复宾馆');
    await page.locator('.form-end button[type=submit]').first().click();
    await page.waitForURL((u) => u.pathname === made[0]);
    await page.goto('/l/premises?q=%E9%87%8D%E5%A4%8D');
    assert.equal(await page.locator('.sheet tbody tr').count(), 1);
    await page.goto(`${made[1]}/restore`);
    await page.fill('#f-field', '不是同一家');
    await page.locator('.form-end button[type=submit]').first().click();
    await page.waitForURL((u) => u.pathname === made[1]);
    await page.goto('/l/premises?q=%E9%87%8D%E5%A4%8D');
    assert.equal(await page.locator('.sheet tbody tr').count(), 2);
  },

  'a register is imported: columns looked at, a trial run, a refused row mended, and all of it taken back': async (site) => {
    const page = await site.login('zhouzhuren');
    const csv = (rows) => Buffer.from('\ufeff' + [['企业名称', '统一社会信用代码', '详细地址', '属地', '从业人员数', '心情'], ...rows].map((r) => r.join(',')).join('\r\n') + '\r\n');
    const rows = [['岳阳示例导入甲公司', '91430602MA7D0901X1', '示范路901号', '东湖示例街道办事处', '12', '好'],
      ['岳阳示例导入乙公司', '', '示范路902号', '东湖示例街道办事处', '很多', '好'],
      ['岳阳示例导入丙公司', '', '示范路903号', '没有这个街道', '5', '坏']];
    await page.goto('/l/premises');
    await page.getByRole('link', { name: 'Import' }).click();
    await page.setInputFiles('#f-file', { name: '监管对象 台账.csv', mimeType: 'text/csv', buffer: csv(rows) });
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.waitForURL(/\/import\/\d+/);
    const chosen = await page.locator('select[name^="map."]').evaluateAll((list) => list.map((s) => s.value));
    assert.deepEqual(chosen.slice(0, 5), ['name', 'credit_code', 'address', 'territory', 'staff'], 'the columns are guessed');
    assert.equal(chosen[5], '', 'what is no field is left out');
    await page.selectOption('select[name="map.5"]', 'remarks');
    await page.getByRole('button', { name: 'Trial run' }).click();
    await goOn(page);
    assert.equal(await page.locator('tbody tr').count() >= 2, true, 'the refused rows are listed');
    await page.getByRole('button', { name: 'Import now' }).click();
    await goOn(page);
    await page.getByRole('button', { name: 'Take this import back' }).waitFor();
    const result = page.url();
    const link = page.getByRole('link', { name: 'Download to mend' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const refused = readFileSync(await download.path());
    assert.ok(refused.length > 100);
    await page.goto('/l/premises?q=%E5%AF%BC%E5%85%A5');
    assert.equal(await page.locator('.sheet tbody tr').count(), 1, 'the good row is in');

    rows[1][4] = '20';
    rows[2][3] = '西塘示例镇人民政府';
    await page.goto('/l/premises/import');
    await page.setInputFiles('#f-file', { name: '监管对象 改好.csv', mimeType: 'text/csv', buffer: csv(rows) });
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('button', { name: 'Trial run' }).click();
    await goOn(page);
    await page.getByRole('button', { name: 'Import now' }).click();
    await goOn(page);
    await page.getByRole('button', { name: 'Take this import back' }).waitFor();
    await page.goto('/l/premises?q=%E5%AF%BC%E5%85%A5');
    assert.equal(await page.locator('.sheet tbody tr').count(), 3, 'the row that was in is not in twice');

    await page.goto(result);
    await page.getByRole('button', { name: 'Take this import back' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await goOn(page);
    await page.locator('.alert.t-warn').waitFor();
    await page.goto('/l/premises?q=%E5%AF%BC%E5%85%A5');
    assert.equal(await page.locator('.sheet tbody tr').count(), 2);
  },

  'a large file says how much of it has been sent': async (site) => {
    const page = await site.login('zhouzhuren');
    const rows = Array.from({ length: 40000 }, (_, i) => `岳阳示例第${i}号大文件公司,东湖示例街道办事处,示范路${i}号`);
    const buffer = Buffer.from('\ufeff企业名称,属地,详细地址\r\n' + rows.join('\r\n'));
    await page.goto('/l/premises/import');
    const slow = await page.context().newCDPSession(page);
    await slow.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1 << 20 });
    await page.setInputFiles('#f-file', { name: '大文件.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.waitForFunction(() => {
      const bar = document.querySelector('[data-sending]:not([hidden]) progress');
      return bar && bar.value > 0 && bar.value < bar.max;
    });
    await page.waitForURL(/\/import\/\d+/);
    assert.equal(await page.locator('select[name="map.0"]').inputValue(), 'name');
  },

  'a long list is exported in the background, and its file fetched from the page of the job': async (site) => {
    const [row] = site.cli('list', 'setting', '--where', 'name = export_rows_web').rows;
    site.cli('change', 'setting', row.id, '--set', 'value=5');
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises');
    await page.locator('.head details.menu summary', { hasText: 'Export' }).click();
    await page.getByRole('link', { name: 'CSV' }).click();
    await page.getByRole('button', { name: 'Make the file' }).click();
    await page.waitForURL(/\/jobs\/\d+/);
    const fetch = page.getByRole('link', { name: 'Fetch the file' }); /* it comes when the work has ended */
    const [download] = await Promise.all([page.waitForEvent('download'), fetch.click()]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    assert.ok(readFileSync(await download.path(), 'utf8').split('\n').length > 5);
    assert.equal(await page.locator('#job-stop').count(), 0, 'what has ended cannot be stopped');
  },

  'what was changed since an import stays when it is taken back, and is listed': async (site) => {
    const page = await site.login('zhouzhuren', { script: false });
    await page.goto('/l/premises/import');
    await page.setInputFiles('#f-file', { name: '撤回.csv', mimeType: 'text/csv', buffer: Buffer.from('\ufeff企业名称,属地\r\n岳阳示例撤回甲公司,东湖示例街道办事处\r\n岳阳示例撤回乙公司,东湖示例街道办事处\r\n') });
    await page.getByRole('button', { name: 'Upload' }).click();
    const upload = new URL(page.url()).pathname;
    const until = async (button) => { /* without script somebody looks again himself */
      for (let i = 0; i < 100 && !(await button.count()); i++) await page.goto(upload);
      return button;
    };
    await page.getByRole('button', { name: 'Trial run' }).click();
    await (await until(page.getByRole('button', { name: 'Import now' }))).click();
    await until(page.getByRole('button', { name: 'Take this import back' }));
    const [kept] = site.cli('list', 'premises', '--where', 'name = 岳阳示例撤回甲公司').rows;
    site.cli('change', 'premises', kept.id, '--set', 'address=有人改过');
    await page.getByRole('button', { name: 'Take this import back' }).click();
    await page.getByRole('button', { name: 'Take this import back' }).click(); /* the server asks once more */
    await until(page.locator('#kept'));
    await page.locator('#kept a', { hasText: '岳阳示例撤回甲公司' }).click();
    assert.equal(await page.locator('h1').innerText(), '岳阳示例撤回甲公司');
    await page.goto('/l/premises?q=%E6%92%A4%E5%9B%9E');
    assert.equal(await page.locator('.sheet tbody tr').count(), 1);
  },

  'what a list shows is exported as a workbook, a table and JSON that open': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/premises?where=risk_colour+%3D+orange');
    const names = await page.locator('.sheet tbody td[data-label=Name]').allInnerTexts();
    const fetched = {};
    for (const [format, label] of [['xlsx', 'Excel'], ['csv', 'CSV'], ['json', 'JSON']]) {
      await page.locator('.head details.menu summary', { hasText: 'Export' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: label }).click()]);
      assert.match(download.suggestedFilename(), new RegExp(`\\.${format}$`));
      fetched[format] = readFileSync(await download.path());
      await page.keyboard.press('Escape');
    }
    assert.equal(fetched.xlsx.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
    assert.ok(fetched.xlsx.includes('xl/workbook.xml'));
    const csv = fetched.csv.toString('utf8');
    for (const name of names) assert.ok(csv.includes(name), name);
    assert.equal(csv.trim().split('\n').length, names.length + 1, 'as many rows as the list, and the heading');
    assert.deepEqual(JSON.parse(fetched.json).rows.map((r) => r.name), names);
  },

  'two who look the same are shown side by side, merged after a question, and the other pair is said to be two': async (site) => {
    const page = await site.login('zhouzhuren');
    for (const name of ['示例同名甲', '示例同名乙']) {
      for (const job of ['科员', '副科长']) {
        await page.goto('/l/person/new');
        await page.fill('#f-name', name);
        await page.fill('#f-unit', '区应急管理局');
        await page.locator('#f-job').evaluate((e, v) => { e.value = v; }, job);
        await save(page);
        await page.waitForURL(/\/l\/person\/\d+$/);
      }
    }
    await page.goto('/l/person/duplicates');
    const pair = (name) => page.locator('section.pair', { hasText: name });
    assert.match((await pair('示例同名甲').locator('tr.differs').allInnerTexts()).join(), /科员[\s\S]*副科长|副科长[\s\S]*科员/);
    await pair('示例同名乙').getByRole('button', { name: 'They are two' }).click();
    await pair('示例同名乙').waitFor({ state: 'detached' });
    await pair('示例同名甲').getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await pair('示例同名甲').count(), 1, 'nothing is done without a yes');
    await pair('示例同名甲').getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await pair('示例同名甲').waitFor({ state: 'detached' });
    for (const [name, left] of [['示例同名甲', 1], ['示例同名乙', 2]]) {
      await page.goto(`/l/person?q=${encodeURIComponent(name)}`);
      assert.equal(await page.locator('.sheet tbody tr').count(), left);
    }
  },
};
