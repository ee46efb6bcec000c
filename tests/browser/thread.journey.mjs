/* thread.journey.mjs — the main job from end to end: a register, a hazard, its deadline that passes, who is told, and the points that it costs. */
import assert from 'node:assert/strict';

const TOWN = '东湖示例街道办事处', PLACE = '岳阳示例主线公司', MATTER = '示例：主线隐患，护栏松动';

async function goOn(page) {
  await page.waitForURL(/\/jobs\/\d+/);
  await page.getByRole('link', { name: 'Go on to the import' }).click();
  await page.waitForURL(/\/import\/\d+/);
}

export const journeys = {
  'a deadline that passes is found by its owner, explained day by day, told up to the leader, and costs its points': async (site) => {
    const office = await site.login('zhouzhuren');
    const csv = `\ufeff企业名称,详细地址,属地\r\n${PLACE},示范路888号,${TOWN}\r\n`;
    await office.goto('/l/premises/import');
    await office.setInputFiles('#f-file', { name: '台账.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await office.getByRole('button', { name: 'Upload' }).click();
    await office.getByRole('button', { name: 'Trial run' }).click();
    await goOn(office);
    await office.getByRole('button', { name: 'Import now' }).click();
    await goOn(office);
    await office.getByRole('button', { name: 'Take this import back' }).waitFor();

    let station = await site.login('fengzhan');
    await station.goto('/l/hazard/new');
    await station.fill('#f-premises', PLACE);
    await station.fill('#f-description', MATTER);
    await station.selectOption('#f-grade', 'general');
    await station.fill('#f-found_on', '2026-11-16');
    await station.locator('details:has(#f-days) > summary').click();
    await station.fill('#f-days', '5');
    await station.locator('.form-end button[type=submit]').first().click();
    await station.waitForURL(/\/l\/hazard\/\d+$/);

    await site.passes('2026-11-24T08:00');
    station = await site.login('fengzhan');
    await station.goto('/');
    await station.locator('#duties .sheet tbody tr').first().waitFor(); /* the longest overdue */
    await station.locator('#duties .block-more a').click();
    const owed = station.locator('tr', { hasText: MATTER });
    await owed.waitFor();
    assert.match(await owed.innerText(), /Breached/);
    await owed.locator('td.c-date a').click();
    await station.waitForURL(/\/duties\/\d+\/why$/);
    const end = station.locator('.why-day.d-end');
    assert.match(await end.innerText(), /11-23[^]*day 5/, 'five working days behind Monday 16 November');
    assert.equal(await station.locator('.why-day.d-skipped').count(), 3, 'the day itself and a weekend do not count');
    const why = new URL(station.url()).pathname;

    const clerk = await site.login('zhouzhuren');
    const unit = site.cli('list', 'unit', '--where', `name = ${TOWN}`).rows[0].id;
    await clerk.goto(`/sheet/${unit}`);
    await clerk.getByRole('button', { name: 'Bring up to date' }).click();
    const point = clerk.locator('.sheet-point').first();
    await point.waitFor();
    assert.match(await clerk.locator('.sheet-sum').innerText(), /100\.00[^]*5\.00[^]*95\.00/, 'ten that count: more than the rule takes at most cost nothing');
    assert.match(await point.innerText(), /-0\.50[^]*YH-430602-2026-[^]*hazard_overdue/);
    await point.locator('summary').click();
    assert.match(await point.locator('.sheet-steps').innerText(), /2026-08-01 Sat[^]*starting day[^]*2026-08-05 Wed[^]*day 3/);
    await clerk.goto('/sheets');
    await clerk.getByRole('link', { name: TOWN }).waitFor();

    await site.passes('2026-12-20T08:00');
    const leader = await site.login('wuquzhang');
    await leader.goto('/');
    await leader.getByRole('link', { name: TOWN }).first().click();
    await leader.locator('tr', { hasText: MATTER }).locator('td.c-date a').click();
    await leader.waitForURL((u) => u.pathname === why);
    assert.match(await leader.locator('.why-told').innerText(), /Leader in charge/);
  },
};
