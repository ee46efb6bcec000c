/* login.journey.mjs — coming in and going out. */
import assert from 'node:assert/strict';
import { PASSWORD } from './site.mjs';

async function fill(page, name, password) {
  await page.fill('#name', name);
  await page.fill('#password', password);
  await page.click('main button[type=submit]');
}

export const journeys = {
  'somebody unknown is led to the login and from there to the page that was asked for': async (site) => {
    const page = await (await site.context()).newPage();
    await page.goto('/l/premises?q=%E5%AE%BE%E9%A6%86&sort=-name');
    assert.equal(new URL(page.url()).pathname, '/login');
    await fill(page, 'wangke', PASSWORD);
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/l/premises?q=%E5%AE%BE%E9%A6%86&sort=-name');
    await page.locator('header details.menu summary').click();
    await page.getByRole('button', { name: 'Log out' }).click();
    assert.equal(new URL(page.url()).pathname, '/login');
    await page.goto('/l/premises');
    assert.equal(new URL(page.url()).pathname, '/login');
  },

  'a wrong password is said at the form, which keeps the name and not the password': async (site) => {
    const page = await (await site.context()).newPage();
    await page.goto('/login');
    await fill(page, 'wangke', 'something else');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.inputValue('#name'), 'wangke');
    assert.equal(await page.inputValue('#password'), '');
    assert.ok(await page.locator('#password').evaluate((e) => e === document.activeElement), 'the password is asked for again');
    await fill(page, 'nobody', 'something else');
    assert.equal(await page.getByRole('alert').count(), 1);
    await fill(page, 'wangke', PASSWORD);
    assert.equal(new URL(page.url()).pathname, '/');
  },

  'switching the language keeps the page with its conditions, and stays for the next one': async (site) => {
    const page = await site.login('wangke');
    await page.goto('/l/hazard?where=state+%3D+open&sort=found_on');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.getByRole('link', { name: '中文' }).click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
    const address = new URL(page.url());
    assert.equal(address.pathname, '/l/hazard');
    assert.equal(address.searchParams.get('where'), 'state = open');
    assert.equal(address.searchParams.get('sort'), 'found_on');
    await page.goto('/l/premises');
    assert.equal(await page.locator('h1').innerText().then((t) => t.startsWith('监管对象')), true);
    await page.getByRole('link', { name: 'English' }).click();
    assert.match(await page.locator('h1').innerText(), /^Premises/);
  },

  'whose password another has set must choose one before anything else': async (site) => {
    site.cli('user', 'add', 'xinren', '--role', 'auditor', '--password-stdin');
    const page = await (await site.context()).newPage();
    await page.goto('/login');
    await fill(page, 'xinren', PASSWORD);
    assert.equal(new URL(page.url()).pathname, '/account');
    await page.goto('/log');
    assert.equal(new URL(page.url()).pathname, '/account');
    await page.fill('#old', PASSWORD);
    await page.fill('#password-new', 'quite another sentence');
    await page.fill('#again', 'quite another sentence');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.goto('/log');
    assert.equal(await page.locator('h1').innerText(), 'Event log');
  },

  'the session of an account that is blocked ends at once': async (site) => {
    const page = await site.login('wangke'), keeper = await site.login('guanli');
    await page.goto('/l/premises');
    await keeper.goto('/l/account');
    await keeper.getByRole('link', { name: 'wangke' }).first().click();
    await keeper.getByRole('link', { name: 'Block' }).click();
    await keeper.locator('main form button[type=submit]:visible').last().click();
    await page.goto('/l/premises');
    assert.equal(new URL(page.url()).pathname, '/login');
    await fill(page, 'wangke', PASSWORD);
    await page.getByRole('alert').waitFor();
  },

  'who holds two posts acts under one and can switch': async (site) => {
    const page = await site.login('fengzhan');
    await page.goto('/l/premises');
    const before = await page.locator('.sheet tbody').innerText();
    await page.locator('header details.menu summary').click();
    await page.getByRole('link', { name: 'Act under another post' }).click();
    await page.getByText('西塘示例镇安全监管站').first().click();
    const submit = page.locator('main button[type=submit]');
    if (await submit.count()) await submit.last().click();
    await page.goto('/l/premises');
    const after = await page.locator('.sheet tbody').innerText();
    assert.ok(before.includes('东湖街道') && !before.includes('西塘镇'), before);
    assert.ok(after.includes('西塘镇') && !after.includes('东湖街道'), after);
  },
};
