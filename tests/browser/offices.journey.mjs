/* offices.journey.mjs — the three who keep the system and have no business in the ledgers. */
import assert from 'node:assert/strict';

const submit = (page) => page.locator('.form-end button[type=submit], main form:not(.inline) button.btn-primary[type=submit]').first().click();
const ledgers = (page) => page.locator('nav.side li a').evaluateAll((list) => list.map((a) => a.getAttribute('href')));

export const journeys = {
  'the auditor verifies the log, finds events in it, and sees no business ledger': async (site) => {
    const clerk = await site.login('wangke'), page = await site.login('shenji');
    await clerk.goto('/l/premises?q=%E5%8C%96%E5%B7%A5');
    await clerk.locator('.sheet tbody a').first().click();
    const record = new URL(clerk.url()).pathname;
    await page.goto('/log');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.waitForURL(/\/jobs\/\d+/);
    await page.getByRole('link', { name: 'Event log', exact: true }).and(page.locator('#job a')).click(); /* it comes when the work has ended */
    await page.waitForURL((u) => u.pathname === '/log');
    await page.locator('h2 .badge.t-good').waitFor();
    await page.fill('#who', 'console');
    await page.selectOption('#ledger', 'premises');
    await page.getByRole('button', { name: 'Ask' }).click();
    assert.ok(await page.locator('.timeline > li').count() > 10);
    assert.deepEqual((await ledgers(page)).filter((l) => /\/l\//.test(l)), []);
    for (const path of ['/l/premises', '/l/hazard', '/l/person', record, '/api/v1/premises', '/l/account', '/rights'])
      assert.equal((await page.request.get(path)).status(), 403, path);
    await page.goto('/search?q=%E5%8C%96%E5%B7%A5');
    assert.equal(await page.locator('.hits li').count(), 0);
  },

  'one makes an account, another grants it, and then it logs in': async (site) => {
    const system = await site.login('guanli'), security = await site.login('quanxian'), page = await (await site.context()).newPage();
    const tryToLogIn = async (password) => {
      await page.goto('/login');
      await page.fill('#name', 'xinshenji');
      await page.fill('#password', password);
      await page.click('main button[type=submit]');
    };
    await system.goto('/l/account/new');
    await system.fill('#f-name', 'xinshenji');
    await system.fill('#f-person', '示例审计员');
    await submit(system);
    await system.waitForURL(/\/l\/account\/\d+$/);
    const account = new URL(system.url()).pathname;
    assert.equal((await system.request.get(`${account}/do/grant`)).status(), 403, 'who makes accounts grants none');
    await system.goto(`${account}/do/reset`);
    await submit(system);
    const password = await system.locator('code.secret').innerText();
    await tryToLogIn(password);
    await page.getByRole('alert').waitFor(); /* it waits for its grant */

    await security.goto(`${account}/do/grant`);
    await security.selectOption('#f-role', 'auditor');
    await submit(security);
    await security.waitForURL((u) => u.pathname === account);
    assert.equal((await security.request.get(`${account}/do/reset`)).status(), 403, 'who grants sets no passwords');
    await tryToLogIn(password);
    await page.waitForURL((u) => u.pathname === '/account');
    await page.fill('#old', password);
    await page.fill('#password-new', 'quite another sentence');
    await page.fill('#again', 'quite another sentence');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.goto('/log');
    assert.equal(await page.locator('h1').innerText(), 'Event log');
  },

  'who keeps the rights sees them side by side, and neither ledgers nor the log': async (site) => {
    const page = await site.login('quanxian');
    await page.goto('/rights?role=station');
    assert.ok(await page.locator('main table tbody tr').count() > 3);
    for (const path of ['/l/premises', '/l/hazard', '/log', '/api/v1/hazard']) assert.equal((await page.request.get(path)).status(), 403, path);
  },
};
