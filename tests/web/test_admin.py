"""The pages of administration: who may see which, accounts and passwords, posts, tokens, duplicates, search, the log and its chain, the
responsibility map, settings."""
import html
import re
import time
import urllib.parse

from web import ADMINISTRATORS, NOW, PASSWORD, USERS, Client, run_tests

FRESH = 'another fine password 8'
EVERYBODY = [*USERS, *ADMINISTRATORS]


def text_of(answer):
    """What a reader sees: no tags, entities read, blanks as one."""
    body = re.sub(r'<(script|style).*?</\1>', '', answer.text, flags=re.S)
    return ' '.join(html.unescape(re.sub(r'<[^>]*>', ' ', body)).split())


def main_of(answer):
    return answer.text[answer.text.index('<main'):answer.text.index('</main>')]


def ok(answer, status=200):
    assert answer.status == status, answer
    return answer


def account_id(site, name):
    return next(a['id'] for a in site.cli('user', 'list')['users'] if a['name'] == name)


# ---- who may see what

PAGES = {
    '/': EVERYBODY, '/search': EVERYBODY, '/search?q=x': EVERYBODY, '/account': EVERYBODY, '/post': EVERYBODY, '/about': EVERYBODY,
    '/help': EVERYBODY, '/help/keyboard': EVERYBODY,
    '/who': ['leader', 'office', 'officer', 'teacher', 'station', 'other'],
    '/rights': ['security'], '/rights?role=officer': ['security'],
    '/log': ['auditor'], '/log/logins': ['auditor'],
    '/settings': ['leader', 'office', 'officer', 'teacher', 'station', 'other', 'root'],
    '/l/premises/duplicates': ['office', 'officer', 'teacher'], '/l/unit/duplicates': ['office'], '/l/hazard/duplicates': ['office', 'officer', 'teacher'],
}


def each_page_is_for_those_who_may_see_it(site):
    for name in EVERYBODY:
        visitor = site.login(name)
        for page, who in PAGES.items():
            a = visitor.get(page)
            assert a.status == (200 if name in who else 403), (name, page, a)


def somebody_unknown_is_sent_to_the_login(site):
    for page in PAGES:
        a = ok(site.client().get(page), 303)
        assert a.headers['Location'].startswith('/login'), (page, a.headers)


def pages_come_in_both_languages(site):
    for name, page, zh, en in (('office', '/who', '责任分布', 'Who answers for what'), ('auditor', '/log', '操作日志', 'Event log'),
                               ('security', '/rights', '角色权限', 'Rights of the roles'), ('root', '/settings', '设置', 'Settings')):
        for lang, words in (('zh-CN', zh), ('en', en)):
            assert words in text_of(ok(site.login(name, lang).get(page))), (page, lang)


def forms_without_the_value_of_the_session_are_refused(site):
    root, office = site.login('root'), site.login('office')
    for visitor, path in ((office, '/account/tokens'), (office, '/post'), (office, '/account/sessions/end'), (office, '/l/premises/duplicates'),
                          (root, '/settings/list_rows'), (site.login('auditor'), '/log/verify'), (office, '/account/password')):
        ok(visitor.post(path, {'csrf': 'x'}), 403)


# ---- passwords

def a_password_set_by_another_must_be_changed(site):
    site.cli('user', 'add', 'newcomer', '--role', 'auditor', '--password-stdin', stdin=PASSWORD + '\n')
    newcomer = site.login('newcomer')
    for page in ('/', '/log', '/about', '/post'):
        assert ok(newcomer.get(page), 303).headers['Location'] == '/account', page
    page = text_of(ok(newcomer.get('/account')))
    assert 'Please choose your own one now' in page and 'API tokens' not in page
    ok(newcomer.post('/account/tokens', {'name': 'x', 'kind': 'read', 'expires': '2026-05-01'}), 303)  # to /account: nothing was made
    assert not site.cli('user', 'tokens', 'newcomer')['tokens']
    ok(newcomer.post('/account/password', {'old': PASSWORD, 'password': FRESH, 'again': FRESH}), 303)
    ok(newcomer.get('/log'))


def the_own_password_is_changed(site):
    mine, elsewhere = site.login('other'), site.login('other')
    for old, new, again, why in ((PASSWORD, FRESH, FRESH + 'x', 'not typed twice alike'), ('wrong password', FRESH, FRESH, 'is not right'),
                                 (PASSWORD, PASSWORD, PASSWORD, 'is the old one'), (PASSWORD, 'short', 'short', 'at least 10 characters')):
        assert why in text_of(ok(mine.post('/account/password', {'old': old, 'password': new, 'again': again}), 422)), why
    ok(mine.post('/account/password', {'old': PASSWORD, 'password': FRESH, 'again': FRESH}), 303)
    assert 'The password is changed' in text_of(ok(mine.get('/account')))
    ok(elsewhere.get('/'), 303)  # every other session has ended
    assert site.client().post('/login', {'name': 'other', 'password': PASSWORD}).status == 403
    Client(site.port).login('other', FRESH)
    site.cli('user', 'password', 'other', '--password-stdin', stdin=PASSWORD + '\n')
    site.sql('UPDATE _password SET must_change = 0')


def a_system_administrator_sets_passwords(site):
    path = f'/l/account/{account_id(site, "teacher")}/do/reset'
    root, teacher = site.login('root'), site.login('teacher')
    for name in ('security', 'auditor', 'office'):
        visitor = site.login(name)
        ok(visitor.get(path), 403)
        ok(visitor.post(path), 403)
    assert 'Set a password: teacher' in text_of(ok(root.get(path)))
    assert 'at least 10 characters' in text_of(ok(root.post(path, {'password': 'short'}), 422))
    ok(teacher.get('/'))
    made = re.search(r'<code class="secret">([^<]+)<', ok(root.post(path)).text).group(1)
    assert len(made) == 16
    ok(teacher.get('/'), 303)  # thrown out
    assert made not in ok(root.get(path)).text  # shown once
    teacher = Client(site.port, lang='en').login('teacher', made)
    assert ok(teacher.get('/'), 303).headers['Location'] == '/account'
    assert ok(root.post(path, {'password': FRESH}), 303).headers['Location'].startswith('/l/account/')
    Client(site.port).login('teacher', FRESH)
    site.cli('user', 'password', 'teacher', '--password-stdin', stdin=PASSWORD + '\n')
    site.sql('UPDATE _password SET must_change = 0')
    assert made not in site.cli('log', '--out', site.folder / 'log.jsonl')['file'] and made not in (site.folder / 'log.jsonl').read_text()


def other_sessions_are_ended(site):
    mine, elsewhere = site.login('leader'), site.login('leader')
    assert 'Log out everywhere else' in ok(mine.get('/account')).text
    ok(mine.post('/account/sessions/end'), 303)
    ok(elsewhere.get('/'), 303)
    page = ok(mine.get('/account'))
    assert 'You are logged out everywhere else' in text_of(page) and 'Log out everywhere else' not in page.text


# ---- tokens

def tokens_are_made_shown_once_and_made_void(site):
    station = site.login('station')
    for form, why in (({'name': 'robot', 'kind': 'read', 'expires': ''}, 'last day of the token'),
                      ({'name': '', 'kind': 'read', 'expires': '2026-05-01'}, 'needs a name'),
                      ({'name': 'robot', 'kind': 'read', 'expires': '2031-05-01'}, 'expires in the future'),
                      ({'name': 'robot', 'kind': 'read', 'ledger': 'nonsense', 'expires': '2026-05-01'}, 'Scopes are')):
        assert why in text_of(ok(station.post('/account/tokens', form), 422)), why
    a = ok(station.post('/account/tokens', {'name': 'robot <1>', 'kind': 'read', 'ledger': ['premises', 'hazard'], 'expires': '2026-05-01'}))
    token = re.search(r'<code class="secret">([^<]+)<', a.text).group(1)
    page = ok(station.get('/account'))
    assert token not in page.text and 'robot <1>' in text_of(page) and 'read: Premises, Hazard' in text_of(page), text_of(page)
    robot = Client(site.port, token=token)
    robot.api('GET', '/premises', status=200)
    robot.api('GET', '/person', status=403)
    number = re.search(r'/account/tokens/(\d+)/revoke', page.text).group(1)
    ok(site.login('other').post(f'/account/tokens/{number}/revoke'), 403)  # somebody else's
    ok(station.post(f'/account/tokens/{number}/revoke'), 303)
    page = ok(station.get('/account'))
    assert 'The token is void' in text_of(page) and '/revoke' not in page.text
    assert robot.api('GET', '/premises').status in (401, 403)


# ---- posts

def one_acts_under_one_post_at_a_time(site):
    person = site.new('person', name='两处任职', unit=site.unit['north'])['id']
    posts = {where: site.new('post', person=person, unit=site.unit[where], duty=f'{where} 站长', role='clerk', from_day='2020-01-01')['id']
             for where in ('north', 'south')}
    gone = site.new('post', person=person, unit=site.unit['bureau'], duty='旧职', role='clerk', from_day='2019-01-01', to_day='2019-12-31')['id']
    site.cli('user', 'add', 'twice', '--person', person, '--role', 'user', '--post', posts['north'], '--password-stdin', stdin=PASSWORD + '\n')
    site.sql('UPDATE _password SET must_change = 0')
    twice = site.login('twice')
    page = ok(twice.get('/post?back=/l/premises'))
    assert 'north 站长' in page.text and 'south 站长' in page.text and '旧职' not in page.text
    seen = {where: twice.get(f'/l/premises/{site.premises[where]}').status for where in ('north', 'south')}
    assert seen == {'north': 200, 'south': 404}, seen
    assert ok(twice.post('/post', {'post': posts['south'], 'back': '/l/premises'}), 303).headers['Location'] == '/l/premises'
    seen = {where: twice.get(f'/l/premises/{site.premises[where]}').status for where in ('north', 'south')}
    assert seen == {'north': 404, 'south': 200}, seen
    for post in (gone, '7', 'x', ''):
        assert twice.post('/post', {'post': post}).status in (403, 422), post
    assert ok(twice.post('/post', {'post': posts['north'], 'back': 'https://elsewhere.example/'}), 303).headers['Location'] == '/'
    assert 'You hold no post today' in text_of(ok(site.login('root').get('/post')))


# ---- home

def home_shows_what_is_new_and_what_is_owed(site):
    hazard = site.new('hazard', premises=site.premises['north'], description='渡船缺救生衣', found_on='2026-02-02', grade='general')
    page = text_of(ok(site.login('station').get('/')))
    assert hazard['number'] in page and '北港渡口' in page
    assert 'All duties' in page
    assert '渡船缺救生衣' not in text_of(ok(site.login('other').get('/')))
    assert 'Where to begin' in text_of(ok(site.login('auditor').get('/')))


def an_account_that_waits_stands_on_the_home_page_of_who_may_grant_it(site):
    site.cli('user', 'add', 'waiting1', '--password-stdin', stdin=PASSWORD + '\n')
    assert 'Accounts that wait to be granted' in text_of(ok(site.login('security').get('/')))
    assert 'Accounts that wait to be granted' not in text_of(ok(site.login('root').get('/')))


def an_account_without_a_post_is_told_so(site):
    site.cli('user', 'add', 'postless', '--role', 'user', '--person', site.new('person', name='无职', unit=site.unit['north'])['id'],
             '--password-stdin', stdin=PASSWORD + '\n')
    site.sql('UPDATE _password SET must_change = 0')
    assert 'acts under no post today' in text_of(ok(site.login('postless').get('/')))


# ---- search

def search_finds_within_the_scope_and_marks_the_words(site):
    q = '/search?q=' + urllib.parse.quote('南湖加油')
    page = ok(site.login('other').get(q))
    assert '<mark>南湖加油</mark>站' in page.text and f'/l/premises/{site.premises["south"]}"' in page.text, page
    page = ok(site.login('station').get(q))
    assert site.premises['south'] not in main_of(page) and 'Nothing was found' in text_of(page)
    page = ok(site.login('office').get('/search?q=' + urllib.parse.quote(site.cli('show', 'premises', site.premises['south'])['number'])))
    assert '南湖加油站' in text_of(page)


def a_search_that_asks_nothing_says_so(site):
    office = site.login('office')
    assert 'Nothing was found' not in text_of(ok(office.get('/search')))
    assert 'no word in this' in text_of(ok(office.get('/search?q=%2F+%2F'), 422))
    assert 'too many words' in text_of(ok(office.get('/search?q=' + 'a' * 401), 422))
    assert 'Nothing was found' in text_of(ok(office.get('/search?q=zzzz')))
    ok(office.get('/search?q=a&after=nonsense'), 422)
    assert '<script' not in main_of(ok(office.get('/search?q=' + urllib.parse.quote('<script>alert(1)</script>'))))


def search_goes_on_page_by_page(site):
    for i in range(35):
        site.new('premises', name=f'连锁便利店第{i:02d}号', territory=site.unit['south'], region='430602')
    visitor, path, seen = site.login('office'), '/search?q=' + urllib.parse.quote('连锁便利'), []
    while path:
        page = ok(visitor.get(path))
        seen += re.findall(r'第(\d\d)号', main_of(page))
        found = re.search(r'href="(/search\?[^"]*after=[^"]*)" rel="next"', page.text)
        path = html.unescape(found.group(1)) if found else None
    assert seen == [f'{i:02d}' for i in range(34, -1, -1)], seen


# ---- the responsibility map

def the_map_shows_gaps_and_overlaps(site):
    unit = site.unit
    here = site.new('premises', name='无人负责的仓库', region='430602')['id']
    page = ok(site.login('office').get('/who'))
    row = re.search(r'<tr[^>]*>(?:(?!</tr>).)*无人负责的仓库.*?</tr>', page.text, re.S).group()
    assert row.count('nobody') == 4 and f'/l/premises/{here}?on=2026-03-10' in row, row
    for to in ('schools', 'bureau'):
        site.new('responsibility', matter=f'仓库 {to}', layer='sector', unit=unit[to], premises=here, from_day='2026-01-01', basis='文件')
    row = re.search(r'<tr[^>]*>(?:(?!</tr>).)*无人负责的仓库.*?</tr>', ok(site.login('office').get('/who?layer=sector&fault=overlap')).text, re.S).group()
    assert '区教育局一科' in row and '区应急管理局一科' in row
    assert '无人负责的仓库' not in ok(site.login('office').get('/who?layer=sector&fault=gap')).text
    assert '无人负责的仓库' in ok(site.login('office').get('/who?layer=sector&fault=gap&on=2025-12-31')).text  # before they began
    assert '无人负责的仓库' not in ok(site.login('station').get('/who')).text  # not in its territory
    assert '无人负责的仓库' not in ok(site.login('office').get(f'/who?territory={unit["north"]}')).text
    for bad in ('on=yesterday', 'territory=north', 'after=x'):
        ok(site.login('office').get('/who?' + bad), 422)


# ---- duplicates

def duplicates_are_merged_and_the_merge_is_undone(site):
    one = site.new('premises', name='岳阳永盛（加油站）', region='430602', head='王小明')['id']
    two = site.new('premises', name='岳阳永盛(加油站)', region='430602', head='王晓明', address='新路1号')['id']
    other = site.new('premises', name='岳阳永盛（加油站）', region='430603')['id']  # elsewhere: not the same
    office = site.login('office')
    page = ok(office.get('/l/premises/duplicates'))
    pairs = re.findall(r'name="a" value="(\d+)"><input type="hidden" name="b" value="(\d+)"', page.text)
    assert (one, two) in pairs and not any(other in p for p in pairs), pairs
    assert f'value="{two}" form="pair-0" id="keep-0-b" checked' in page.text  # the one that says more is proposed
    ok(office.post('/l/premises/duplicates', {'a': one, 'b': two}), 422)
    ok(office.post('/l/premises/duplicates', {'a': one, 'b': two, 'keep': other}), 422)
    ok(site.login('station').post('/l/premises/duplicates', {'a': one, 'b': two, 'keep': two}), 403)
    ok(office.post('/l/premises/duplicates', {'a': one, 'b': two, 'keep': two}), 303)
    assert one not in ok(office.get('/l/premises/duplicates')).text
    assert site.cli('show', 'premises', one)['id'] == two  # followed to the one that stays
    assert f'/l/premises/{one}?itself=1' in ok(office.get('/l/premises?withdrawn=1')).text
    assert 'Bring back' in text_of(ok(office.get(f'/l/premises/{one}?itself=1'))) and 'Bring back' not in text_of(ok(office.get(f'/l/premises/{one}')))
    ok(office.post(f'/l/premises/{one}/restore', {'field': '不是同一家'}), 303)
    assert (one, two) in re.findall(r'name="a" value="(\d+)"><input type="hidden" name="b" value="(\d+)"', office.get('/l/premises/duplicates').text)
    ok(office.post('/l/premises/duplicates', {'a': one, 'b': two, 'apart': '1'}), 303)
    page = ok(office.get('/l/premises/duplicates'))
    assert 'Noted: they are two' in text_of(page) and one not in page.text
    ok(office.get('/l/premises/duplicates?after=9.9'), 422)


def duplicates_go_on_from_page_to_page_and_from_key_to_key(site):
    for i in range(13):
        for name in ('旧号甲', '旧号乙'):
            site.new('premises', name=f'{name}{i}', legacy_id=f'1500-{i}', region='430602')
    for _ in range(2):
        site.new('premises', name='旧号丙', region='430602')
    office, path, seen, pages = site.login('office'), '/l/premises/duplicates', [], 0
    while path:
        page = ok(office.get(path))
        seen += re.findall(r'name="a" value="(\d+)"><input type="hidden" name="b" value="(\d+)"', page.text)
        pages += 1
        found = re.search(r'href="(/l/premises/duplicates[^"]*after=[^"]*)" rel="next"', page.text)
        path = html.unescape(found.group(1)) if found else None
    assert pages > 1 and len(seen) == len(set(seen)) >= 14, (pages, seen)
    ok(office.get('/l/premises/duplicates?after=2.0'))  # the start of a key, where a page may end


def duplicates_outside_the_scope_are_not_shown(site):
    for _ in range(2):
        site.new('premises', name='重名小学', region='430602', territory=site.unit['south'])
    assert '重名小学' in ok(site.login('office').get('/l/premises/duplicates')).text
    assert '重名小学' not in ok(site.login('teacher').get('/l/premises/duplicates')).text
    for _ in range(2):
        site.new('hazard', premises=site.premises['north'], description='同一处隐患', found_on='2026-03-01', grade='general')
    assert '同一处隐患' in ok(site.login('office').get('/l/hazard/duplicates')).text


# ---- the log

def events_are_narrowed_by_who_what_and_when(site):
    auditor, office = site.login('auditor'), site.login('office')
    made = site.new('premises', name='日志测试场所', region='430602', territory=site.unit['north'])
    form = office.get(f'/l/premises/{made["id"]}/edit').text
    hidden = dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)"', form))
    ok(office.post(f'/l/premises/{made["id"]}/withdraw', {'field': '测试'}), 303)
    page = ok(auditor.get('/log?who=office&verb=withdraw'))
    assert main_of(page).count('<time') == 1 and 'Premises ' + made['id'] in text_of(page) and '测试' in text_of(page), text_of(page)
    assert '日志测试场所' not in page.text and f'/l/premises/{made["id"]}' not in page.text  # the auditor sees no business data
    assert 'Name' in text_of(ok(auditor.get('/log?ledger=premises&verb=create')))
    assert 'No event fits' in text_of(ok(auditor.get('/log?who=nobody')))
    assert 'No event fits' in text_of(ok(auditor.get('/log?to=2026-03-09')))
    assert 'No event fits' in text_of(ok(auditor.get('/log?from=2026-03-11')))
    assert made['id'] in ok(auditor.get('/log?from=2026-03-10&to=2026-03-10&ledger=premises')).text
    for bad, status in (('from=x', 422), ('ledger=nonsense', 404), ('after=x', 422), ('after=1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18', 422)):
        ok(auditor.get('/log?' + bad), status)
    assert hidden['version'] == '1'


def the_log_goes_on_without_gap_or_repetition(site):
    auditor, path, seen = site.login('auditor'), '/log', []
    while path:
        page = ok(auditor.get(path))
        seen += re.findall(r'<b>(?:Entered|Withdrawn|Merged|Brought back|Changed)</b> <span class="timeline-on">Premises (\d+)', page.text)
        found = re.search(r'href="(/log\?[^"]*after=[^"]*)" rel="next"', page.text)
        path = html.unescape(found.group(1)) if found else None
    n = int(site_count(site))
    assert len(seen) == n > 40, (len(seen), n)


def site_count(site):
    statement = "SELECT count(*) FROM _event WHERE ledger = 'premises'"
    if site.database:
        return site.sql(statement)
    import sqlite3
    with sqlite3.connect(site.folder / 'a.db') as db:
        n = db.execute(statement).fetchone()[0]
    db.close()
    return n


def logins_are_listed(site):
    site.client().post('/login', {'name': 'office', 'password': 'wrong password'})
    page = text_of(ok(site.login('auditor').get('/log/logins')))
    assert 'failed to log in' in page and 'auditor logged in 127.0.0.1' in page, page
    ok(site.login('auditor').get('/log/logins?after=x'), 422)


def verify(auditor):
    """Let the chain be verified, and wait for the job."""
    job = ok(auditor.post('/log/verify'), 303).headers['Location']
    for _ in range(200):
        page = ok(auditor.get(job))
        if 'hx-trigger' not in page.text:
            assert 'href="/log"' in main_of(page), page
            return
        time.sleep(0.05)
    raise AssertionError(text_of(page))


def verification_says_where_the_chain_is_broken(site):
    auditor = site.login('auditor')
    ok(site.login('root').post('/log/verify'), 403)
    assert 'not verified yet' in text_of(ok(auditor.get('/log')))
    verify(auditor)
    page = text_of(ok(auditor.get('/log')))
    assert 'whole' in page and re.search(r'verified 2026-03-10 \S+ by auditor: \d+ events', page), page
    site.sql(f"UPDATE premises SET name = '改过的名字' WHERE _id = {site.premises['north']}")
    try:
        verify(auditor)
        page = ok(auditor.get('/log'))
        assert 'broken' in text_of(page) and 'changed outside of this program' in text_of(page)
        assert 'Premises ' + site.premises['north'] in text_of(page)
    finally:
        site.sql(f"UPDATE premises SET name = '北港渡口' WHERE _id = {site.premises['north']}")
    verify(auditor)
    assert 'whole' in text_of(ok(auditor.get('/log')))


def a_damaged_event_is_shown_as_damaged(site):
    auditor = site.login('auditor')
    made = site.new('premises', name='将被破坏', region='430602')['id']
    site.sql(f"UPDATE _event SET body = replace(body, '\"set\":', '\"set\"') WHERE record = {made}")
    try:
        assert 'This event cannot be read' in text_of(ok(auditor.get('/log')))
        verify(auditor)
        assert re.search(r'lane \d+, event \d+', text_of(ok(auditor.get('/log'))))
    finally:
        site.sql(f"UPDATE _event SET body = replace(body, '\"set\"{{', '\"set\":{{') WHERE record = {made}")


# ---- rights, settings

def the_matrix_shows_what_is_in_force(site):
    security = site.login('security')
    page = ok(security.get('/rights?role=auditor'))
    assert text_of(page).count('✓') == 1 and 'cannot be changed' in text_of(page)
    page = ok(security.get('/rights?role=officer'))
    hazard = re.search(r'<tr[^>]*><td[^>]*>Hazard</td>.*?</tr>', page.text, re.S).group()
    assert hazard.count('✓') == 7 and '/l/right/' in hazard, hazard
    ok(security.get('/rights?role=king'), 404)


def a_setting_is_changed_in_its_place(site):
    root, leader = site.login('root'), site.login('leader')
    assert '<form' not in main_of(ok(leader.get('/settings')))
    ok(leader.post('/settings/list_rows', {'value': '60'}), 403)
    version = re.search(r'action="/settings/list_rows">.*?name="version" value="(\d+)"', ok(root.get('/settings')).text, re.S).group(1)
    for bad in ('', '0', '1001', 'many', '1.5'):
        assert 'from 1 to 1000' in text_of(ok(root.post('/settings/list_rows', {'version': version, 'value': bad}), 422)), bad
    ok(root.post('/settings/list_rows', {'version': version, 'value': '60'}), 303)
    assert 'value="60"' in ok(root.get('/settings')).text
    ok(root.post('/settings/list_rows', {'version': version, 'value': '70'}), 409)  # somebody was faster
    ok(root.post('/settings/nonsense', {'version': '1', 'value': '70'}), 404)


def about_says_more_to_who_sees_everything(site):
    assert 'Fingerprint' in text_of(ok(site.login('office').get('/about')))
    assert 'Fingerprint' not in text_of(ok(site.login('enterprise').get('/about')))
    assert NOW[:10] in text_of(ok(site.login('office').get('/about')))  # an exercise: its clock


run_tests([
    each_page_is_for_those_who_may_see_it, somebody_unknown_is_sent_to_the_login, pages_come_in_both_languages,
    forms_without_the_value_of_the_session_are_refused, a_password_set_by_another_must_be_changed, the_own_password_is_changed,
    a_system_administrator_sets_passwords, other_sessions_are_ended, tokens_are_made_shown_once_and_made_void, one_acts_under_one_post_at_a_time,
    home_shows_what_is_new_and_what_is_owed, an_account_that_waits_stands_on_the_home_page_of_who_may_grant_it,
    an_account_without_a_post_is_told_so, search_finds_within_the_scope_and_marks_the_words, a_search_that_asks_nothing_says_so,
    search_goes_on_page_by_page, the_map_shows_gaps_and_overlaps, duplicates_are_merged_and_the_merge_is_undone,
    duplicates_outside_the_scope_are_not_shown, duplicates_go_on_from_page_to_page_and_from_key_to_key, events_are_narrowed_by_who_what_and_when,
    the_log_goes_on_without_gap_or_repetition,
    logins_are_listed, verification_says_where_the_chain_is_broken, a_damaged_event_is_shown_as_damaged, the_matrix_shows_what_is_in_force,
    a_setting_is_changed_in_its_place, about_says_more_to_who_sees_everything,
])
