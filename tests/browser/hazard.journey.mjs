/* hazard.journey.mjs — a hazard from its finding to its acceptance, each step by whom it belongs to. */
import assert from 'node:assert/strict';
import { TODAY } from './site.mjs';

const PREMISES = '岳阳示例化工有限公司'; /* in the territory of fengzhan's station; hanchang is its head */
const send = (page) => page.locator('.form-end button[type=submit]').first().click();
const verbs = async (page) => (await page.locator('.head .verbs > a').allInnerTexts()).map((t) => t.trim());
const state = (page) => page.locator('.head-badges .badge').first().innerText();

async function found(page) {
  await page.goto('/l/hazard/new');
  await page.fill('#f-premises', PREMISES);
  await page.fill('#f-description', '示例：罐区静电接地断开');
  await page.selectOption('#f-grade', 'general');
  await page.fill('#f-found_on', '2026-11-20');
  await send(page);
  await page.waitForURL(/\/l\/hazard\/\d+$/);
  return new URL(page.url()).pathname;
}

export const journeys = {
  'a station finds a hazard, the enterprise reports it rectified, the bureau accepts it': async (site) => {
    const station = await site.login('fengzhan'), enterprise = await site.login('hanchang'), bureau = await site.login('wangke');
    const hazard = await found(station);
    assert.equal(await state(station), 'Open');

    await enterprise.goto(hazard);
    assert.deepEqual(await verbs(enterprise), ['Report rectified'], 'an enterprise reports and changes nothing else');
    await enterprise.getByRole('link', { name: 'Report rectified' }).click();
    assert.equal(await enterprise.inputValue('#f-rectified_on'), TODAY, 'the day that a verb needs is today');
    await enterprise.fill('#f-rectified_by', '示例整改人');
    await send(enterprise);
    await enterprise.waitForURL((u) => u.pathname === hazard);
    assert.equal(await state(enterprise), 'Reported rectified');
    assert.deepEqual(await verbs(enterprise), [], 'who reported does not accept');

    await bureau.goto(hazard);
    const offered = await verbs(bureau);
    assert.ok(offered.includes('Accept') && offered.includes('Reject') && !offered.includes('Report rectified'), String(offered));
    await bureau.getByRole('link', { name: 'Accept' }).click();
    await bureau.fill('#f-accepted_by', '示例验收人');
    await send(bureau);
    await bureau.waitForURL((u) => u.pathname === hazard);
    assert.equal(await state(bureau), 'Accepted');
    const history = await bureau.locator('#history').innerText();
    for (const who of ['fengzhan', 'hanchang', 'wangke']) assert.ok(history.includes(who), history);
  },

  'who reported a hazard rectified cannot accept it, and is told so': async (site) => {
    const page = await site.login('wangke');
    const hazard = await found(page);
    await page.goto(`${hazard}/do/report`);
    await page.fill('#f-rectified_by', '示例整改人');
    await send(page);
    await page.waitForURL((u) => u.pathname === hazard);
    await page.goto(`${hazard}/do/accept`);
    await page.fill('#f-accepted_by', '示例验收人');
    await send(page);
    await page.getByRole('alert').waitFor();
    page.expectsDialog = (d) => d.accept(); /* leaving what is not saved */
    assert.equal(await page.inputValue('#f-accepted_by'), '示例验收人', 'what was typed is still there');
    await page.goto(hazard);
    assert.equal(await state(page), 'Reported rectified');
  },

  'a verb that the state does not allow is refused at its address': async (site) => {
    const page = await site.login('wangke');
    const hazard = await found(page);
    const answer = await page.goto(`${hazard}/do/revisit`);
    assert.equal(answer.status(), 409);
    assert.equal(await page.locator('#f-revisited_by').count(), 0, 'what cannot be done is not asked for');
    await page.locator(`main a[href="${hazard}"]`).first().click();
    await page.waitForURL((u) => u.pathname === hazard);
    assert.equal(await state(page), 'Open');
  },

  'a withdrawn record leaves the lists, keeps its reason, and is brought back': async (site) => {
    const page = await site.login('wangke');
    const hazard = await found(page);
    await page.locator('.head details.menu summary').click();
    await page.getByRole('link', { name: 'Withdraw' }).click();
    await page.locator('main textarea').fill('示例：登记错了');
    await page.locator('main form button[type=submit]:visible').last().click();
    await page.waitForURL((u) => u.pathname === hazard);
    assert.ok((await page.locator('#history').innerText()).includes('示例：登记错了'));
    assert.deepEqual(await verbs(page), [], 'nothing is done to a withdrawn record');
    const list = `/l/hazard?q=${encodeURIComponent('静电接地断开')}`;
    await page.goto(list);
    assert.equal(await page.locator('.sheet tbody tr').count(), 0);
    await page.goto('/l/hazard?withdrawn=1&limit=100');
    assert.equal(await page.locator('tr.t-muted').count(), 1);
    await page.locator('tr.t-muted a').first().click();
    await page.locator('.head details.menu summary').click();
    await page.getByRole('link', { name: 'Bring back' }).click();
    await page.locator('main textarea').fill('示例：没有错');
    await page.locator('main form button[type=submit]:visible').last().click();
    await page.waitForURL((u) => u.pathname === hazard);
    await page.goto(list);
    assert.equal(await page.locator('.sheet tbody tr').count(), 1);
  },
};
