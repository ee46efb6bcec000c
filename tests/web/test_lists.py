"""Lists as pages: the same thing done to several records at once.

usage: test_lists.py PROGRAM [WORD]
"""
import re

from web import run_tests


def hazards(site, n, **more):
    fields = {'description': '灭火器失效', 'grade': 'general', 'found_on': '2026-03-02', 'premises': site.premises['north'], **more}
    return [site.new('hazard', **fields) for _ in range(n)]


def state(site, record):
    return site.cli('show', 'hazard', record['id'])['state']


def hidden(answer, name):
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', answer.text)


def bulk(client, act, ids, **more):
    return client.post('/l/hazard/bulk', {'do': act, 'ids': ids, **more})


REPORT = {'rectified_on': '2026-03-09', 'rectified_by': '王强', 'sure': '1'}


def what_a_verb_needs_is_asked_once_for_all(site):
    some = hazards(site, 3)
    clerk = site.login('station')
    asked = bulk(clerk, 'do.report', [r['id'] for r in some], back='/l/hazard?where=state+%3D+open')
    assert asked.status == 200 and asked.text.count('name="rectified_by"') == 1, asked
    assert len(hidden(asked, 'ids')) == 3 and 'href="/l/hazard?where=state+%3D+open"' in asked.text
    done = bulk(clerk, 'do.report', hidden(asked, 'ids'), **REPORT)
    assert done.status == 200 and 'All 3 are done.' in done.text, done
    assert [state(site, r) for r in some] == ['rectified'] * 3
    assert site.cli('show', 'hazard', some[0]['id'])['rectified_by'] == '王强'


def those_that_cannot_go_stay_and_say_why(site):
    some = hazards(site, 3)
    away = hazards(site, 1, premises=site.premises['south'])
    site.cli('do', 'hazard', some[1]['id'], 'report', '--set', 'rectified_on=2026-03-05', '--set', 'rectified_by=李明')
    clerk = site.login('station')
    done = bulk(clerk, 'do.report', [r['id'] for r in some + away], **REPORT)
    assert done.status == 200 and '2 done, 2 not' in done.text, done
    assert 'is not possible in the state' in done.text
    assert [state(site, r) for r in some + away] == ['rectified', 'rectified', 'rectified', 'open']
    assert site.cli('show', 'hazard', some[1]['id'])['rectified_by'] == '李明', 'the one before keeps its value'
    assert away[0]['number'] not in done.text, 'what lies outside of the scope is not told'
    assert sorted(hidden(done, 'ids')) == sorted([some[1]['id'], away[0]['id']]), 'and can be tried again'


def what_somebody_changed_meanwhile_is_left_alone(site):
    one, two = hazards(site, 2)
    clerk = site.login('station')
    ids = hidden(bulk(clerk, 'do.report', [one['id'], two['id']]), 'ids')
    site.cli('change', 'hazard', one['id'], '--set', 'place_text=门口')
    assert '1 done, 1 not' in bulk(clerk, 'do.report', ids, **REPORT).text
    assert [state(site, one), state(site, two)] == ['open', 'rectified']
    assert '0 done, 2 not' in bulk(clerk, 'do.report', ids, **REPORT).text, 'sent twice, nothing is done twice'


def a_value_that_cannot_be_read_changes_nothing(site):
    some = hazards(site, 2)
    clerk = site.login('station')
    wrong = bulk(clerk, 'do.report', [r['id'] for r in some], **{**REPORT, 'rectified_on': '2026-02-31'})
    assert wrong.status == 422 and 'e-rectified_on' in wrong.text and 'value="王强"' in wrong.text, wrong
    assert [state(site, r) for r in some] == ['open', 'open']


def several_are_withdrawn_with_a_reason_and_come_back(site):
    some = hazards(site, 2)
    ids = [r['id'] for r in some]
    office = site.login('office')
    assert 'name="reason"' in bulk(office, 'withdraw', ids).text
    assert 'All 2 are done.' in bulk(office, 'withdraw', ids, sure='1', reason='重复登记').text
    assert all(site.cli('show', 'hazard', i)['withdrawn'] for i in ids)
    assert '重复登记' in office.get(f'/l/hazard/{ids[0]}/history').text
    assert '0 done, 2 not' in bulk(office, 'withdraw', ids, sure='1').text
    assert 'All 2 are done.' in bulk(office, 'restore', ids, sure='1').text


def the_rows_chosen_leave_as_a_file(site):
    some = hazards(site, 3)
    office = site.login('office')
    go = bulk(office, 'export.xlsx', [r['id'] for r in some[:2]], fields=['description', 'grade'])
    assert go.status == 303, go
    to = go.headers['Location'].replace('format=xlsx', 'format=json')
    rows = office.get(to).json['rows']
    assert sorted(r['number'] for r in rows) == sorted(r['number'] for r in some[:2])
    assert office.get('/l/hazard/export?format=json&ids=one').status == 422


def nobody_does_what_he_may_not(site):
    one = hazards(site, 1)[0]
    enterprise, auditor = site.login('enterprise'), site.login('auditor')
    assert bulk(enterprise, 'withdraw', [one['id']], sure='1').status == 403
    assert bulk(enterprise, 'do.accept', [one['id']], sure='1').status == 403
    assert bulk(auditor, 'withdraw', [one['id']]).status == 403
    assert 'value="withdraw"' not in enterprise.get('/l/hazard').text
    office = site.login('office')
    assert office.send('POST', '/l/hazard/bulk', f'do=withdraw&sure=1&ids={one["id"]}',
                       {'Content-Type': 'application/x-www-form-urlencoded'}).status == 403, 'without the csrf value'
    assert not site.cli('show', 'hazard', one['id']).get('withdrawn')


def what_is_sent_is_looked_at(site):
    office = site.login('office')
    assert bulk(office, 'withdraw', []).status == 422
    assert bulk(office, 'withdraw', ['x']).status == 422
    assert bulk(office, 'withdraw', ['1.x']).status == 422
    assert bulk(office, 'nonsense', ['1']).status == 422
    assert bulk(office, 'do.register', ['1']).status == 422, 'a verb that makes records'
    assert bulk(office, 'withdraw', [str(i) for i in range(1, 202)]).status == 413
    assert 'href="/l/hazard"' in bulk(office, 'withdraw', ['1'], back='//elsewhere.example/').text
    assert 'None of these records' in bulk(office, 'withdraw', ['1']).text


run_tests([
    what_a_verb_needs_is_asked_once_for_all, those_that_cannot_go_stay_and_say_why, what_somebody_changed_meanwhile_is_left_alone,
    a_value_that_cannot_be_read_changes_nothing, several_are_withdrawn_with_a_reason_and_come_back, the_rows_chosen_leave_as_a_file,
    nobody_does_what_he_may_not, what_is_sent_is_looked_at,
])
