/* clerk.journey.mjs — a day of the clerk who keeps the register. */
import assert from 'node:assert/strict';
import { TODAY } from './site.mjs';

const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();

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
    await page.locator('.form-end button[type=submit]').first().click();
    await page.waitForURL((u) => u.pathname === made[1]);
    await page.goto('/l/premises?q=%E9%87%8D%E5%A4%8D');
    assert.equal(await page.locator('.sheet tbody tr').count(), 2);
  },
};
