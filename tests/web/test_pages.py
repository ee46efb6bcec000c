"""Single pages: what they say when something cannot be done, whole histories, deadlines in words.

usage: test_pages.py PROGRAM [WORD]
"""
import json

from web import run_tests


def hazard(site, **more):
    fields = {'description': '灭火器失效', 'grade': 'general', 'found_on': '2026-03-02', 'premises': site.premises['north'], **more}
    return site.new('hazard', **fields)


def a_verb_that_the_state_forbids_is_not_asked_about(site):
    one = hazard(site)
    office = site.login('office')
    page = office.get(f'/l/hazard/{one["id"]}/do/accept')
    assert page.status == 409 and '“Accept” is not possible in the state “Open”' in page.text, page
    assert f'href="/l/hazard/{one["id"]}"' in page.text and 'href="/l/hazard"' in page.text and '<form class="form"' not in page.text
    assert office.get(f'/l/hazard/{one["id"]}/do/report').status == 200
    site.cli('withdraw', 'hazard', one['id'], '--reason', '重复')
    assert office.get(f'/l/hazard/{one["id"]}/do/report').status == 409


def an_error_shows_the_way_on(site):
    office = site.login('office')
    page = office.get('/l/hazard/1')
    assert page.status == 404 and 'href="/l/hazard"' in page.text and 'href="/l/hazard/1"' not in page.text
    assert 'aria-label="Ledgers"' in page.text, 'with the ledgers beside it'
    assert 'href="/l/account"' not in site.login('station').get('/l/account').text, 'no way to what one may not see'


def a_long_history_has_pages(site):
    one = hazard(site)
    for i in range(55):
        site.cli('change', 'hazard', one['id'], '--set', f'place_text=位置 {i:02}')
    office, address = site.login('office'), f'/l/hazard/{one["id"]}/history'
    first, second = office.get(address), office.get(address + '?skip=50')
    assert first.text.count('<time ') == 50 and '1 to 50 of 56' in first.text and f'href="{address}?skip=50"' in first.text
    assert second.text.count('<time ') == 6 and '51 to 56 of 56' in second.text and 'Entered' in second.text
    assert '位置 54' in first.text and '位置 54' not in second.text
    assert office.get(address + '?skip=1000').status == 200
    for wrong in ('x', '-1'):
        assert office.get(f'{address}?skip={wrong}').status == 422


def how_a_deadline_follows_is_told_in_words(site):
    hazard(site)
    office = site.login('office')
    for page in (office.get('/'), office.get('/l/duty?fields=derivation')):
        assert page.status == 200 and '&quot;rule&quot;' not in page.text and 'clock rule hazard_' in page.text
    duty = site.cli('list', 'duty', '--limit', '1')['rows'][0]
    assert 'the starting day' in office.get(f'/l/duty/{duty["id"]}').text


def withdrawn_records_are_found_by_those_who_ask_for_them(site):
    one = hazard(site, description='烟感探头失灵')
    office = site.login('office')
    site.cli('withdraw', 'hazard', one['id'], '--reason', '重复')
    search = '/l/hazard?q=%E7%83%9F%E6%84%9F'
    assert one['number'] not in office.get(search).text and one['number'] in office.get(search + '&withdrawn=1').text
    assert one['number'] not in office.get('/search?q=%E7%83%9F%E6%84%9F').text
    site.cli('reinstate', 'hazard', one['id'], '--reason', '恢复')
    assert one['number'] in office.get(search).text and one['number'] in office.get('/search?q=%E7%83%9F%E6%84%9F').text


def the_star_is_explained_where_there_is_one(site):
    one = hazard(site)
    office = site.login('office')
    for page in ('/l/hazard/new', f'/l/hazard/{one["id"]}/withdraw', f'/l/hazard/{one["id"]}/merge'):
        assert 'form-must' in office.get(page).text, page
    assert 'form-must' not in office.get(f'/l/hazard/{one["id"]}/do/reject').text
    assert office.post(f'/l/hazard/{one["id"]}/withdraw', {'field': ''}).status == 422, 'withdrawn with a reason or not at all'


def password_managers_are_told_whose_it_is(site):
    assert 'value="office" autocomplete="username"' in site.login('office').get('/account').text


def all_that_is_wrong_with_a_form_is_told_at_once(site):
    office = site.login('office')
    bad = office.post('/l/hazard/new', {'description': '', 'grade': 'general', 'found_on': '2026-02-31', 'premises': '没有这家', 'key': 'k-1'})
    assert bad.status == 422, bad
    for field in ('description', 'found_on', 'premises'):
        assert f'href="#f-{field}"' in bad.text and f'id="e-{field}"' in bad.text, (field, bad)
    lacking = office.post('/l/premises/new', {'name': '', 'head_phone': '12', 'key': 'k-2'})
    assert 'id="e-name"' in lacking.text, lacking
    assert 'Name: Name' not in lacking.text
    problem = office.api('POST', '/hazard', {'grade': 'general', 'found_on': '2026-03-02'}).json
    assert [e['field'] for e in problem['errors']] == ['premises', 'description'] and problem['field'] == 'premises', problem
    done = site.run('new', 'hazard', '--set', 'grade=general')
    assert {o['field'] for o in json.loads(done.stdout)['error']['others']} == {'description', 'found_on'}, done


run_tests([
    a_verb_that_the_state_forbids_is_not_asked_about, an_error_shows_the_way_on, a_long_history_has_pages,
    how_a_deadline_follows_is_told_in_words, withdrawn_records_are_found_by_those_who_ask_for_them, the_star_is_explained_where_there_is_one,
    password_managers_are_told_whose_it_is, all_that_is_wrong_with_a_form_is_told_at_once,
])
