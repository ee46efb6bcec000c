"""Lists as pages: the same thing done to several records at once, and lists saved under a name.

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
    assert '0 done, 2 not' in bulk(office, 'withdraw', ids, sure='1', reason='再撤').text
    assert 'All 2 are done.' in bulk(office, 'restore', ids, sure='1', reason='恢复').text
    assert bulk(office, 'withdraw', ids, sure='1').status == 422, 'without a reason'


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


WHERE = '?where=grade+%3D+major&sort=-found_on&fields=description&fields=grade'
SAVED = '/l/hazard?where=grade%20%3D%20major&amp;sort=-found_on&amp;fields=description&amp;fields=grade'


def save(client, name, where=WHERE, **more):
    return client.post(f'/l/hazard/lists{where}', {'name': name, **more})


def forgets(answer):
    return re.findall(r'action="(/l/hazard/lists/\d+/forget)"', answer.text)


def a_list_is_saved_under_a_name_and_forgotten(site):
    clerk, neighbour = site.login('station'), site.login('other')
    saved = save(clerk, '重大隐患')
    assert saved.status == 303 and saved.headers['Location'].startswith('/l/hazard?where='), saved
    shown = clerk.get(saved.headers['Location'])
    assert shown.text.count(f'href="{SAVED}" aria-current="page"') == 2, 'above the list and in the navigation'
    assert f'href="{SAVED}"' in clerk.get('/l/premises').text, 'in the navigation of every page'
    assert '重大隐患' not in neighbour.get('/l/hazard').text
    save(clerk, '重大隐患', '?sort=found_on')
    again = clerk.get('/l/hazard')
    assert len(forgets(again)) == 1 and SAVED not in again.text, 'the same name is the same list'
    assert neighbour.post(forgets(again)[0]).status == 404
    assert clerk.post(forgets(again)[0]).status == 303
    assert '重大隐患' not in clerk.get('/l/hazard').text


def a_list_is_shared_with_the_unit_by_those_who_may(site):
    office, colleague, station = site.login('office'), site.login('officer'), site.login('station')
    assert save(office, '办公室清单', shared='1').status == 303
    person = site.new('person', name='second 某', unit=site.unit['safety_office'])['id']
    site.new('post', person=person, unit=site.unit['safety_office'], duty='经办', role='clerk', from_day='2020-01-01')
    site.cli('user', 'add', 'second', '--person', person, '--role', 'user', '--password-stdin', stdin='correct horse battery 7\n')
    site.sql('UPDATE _password SET must_change = 0')
    second = site.login('second').get('/l/hazard')
    assert '办公室清单' in second.text and not forgets(second), 'it can be used, not removed'
    for other in (colleague, station):
        assert '办公室清单' not in other.get('/l/hazard').text
    assert save(site.login('enterprise'), '共用', shared='1').status == 403
    assert save(site.login('enterprise'), '自用').status == 303
    assert 'name="shared"' not in site.login('leader').get('/l/hazard').text


def what_is_saved_is_looked_at(site):
    clerk = site.login('teacher')
    assert save(clerk, '').status == 422
    assert save(clerk, '名' * 31).status == 422
    assert save(clerk, '无此字段', '?where=nonsense+%3D+1').status == 422
    assert save(clerk, '<b>x</b>', '?q=%3Cscript%3E').status == 303
    assert '<b>x</b>' not in clerk.get('/l/hazard').text
    for i in range(49):
        assert save(clerk, f'列表 {i}').status == 303
    assert save(clerk, '再来一个').status == 413
    assert len(forgets(clerk.get('/l/hazard'))) == 50
    assert site.login('auditor').post('/l/hazard/lists', {'name': 'x'}).status == 403


run_tests([
    a_list_is_saved_under_a_name_and_forgotten, a_list_is_shared_with_the_unit_by_those_who_may, what_is_saved_is_looked_at,
    what_a_verb_needs_is_asked_once_for_all, those_that_cannot_go_stay_and_say_why, what_somebody_changed_meanwhile_is_left_alone,
    a_value_that_cannot_be_read_changes_nothing, several_are_withdrawn_with_a_reason_and_come_back, the_rows_chosen_leave_as_a_file,
    nobody_does_what_he_may_not, what_is_sent_is_looked_at,
])
