"""The JSON API as a program uses it: statuses, headers, clashes, keys, cursors, scopes, tokens, files, sealed values.

usage: test_api.py PROGRAM [WORD]
"""
import concurrent.futures
import hashlib
import time
import urllib.parse

from web import Client, run_tests

PHOTO = b'\xff\xd8\xff\xe0 a picture \x00\x01' * 50


def problem(answer, status, code=None, **members):
    assert answer.status == status, answer
    assert answer.headers['Content-Type'] == 'application/problem+json', answer.headers
    p = answer.json
    assert p['status'] == status and p['title'] and p['detail'] and p['type'], p
    assert code is None or p['code'] == code, p
    for name, value in members.items():
        assert p.get(name) == value, (name, p)
    return p


def query(path, **more):
    return path + '?' + urllib.parse.urlencode(more, doseq=True)


def soon(check):
    """What another program does is seen within two seconds."""
    end = time.monotonic() + 10
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def make(c, **fields):
    return c.api('POST', '/premises', {'name': '某厂', **fields}, status=201).json


# ---- who asks -----------------------------------------------------------------------------------------------------------------------


def nobody_gets_401_and_is_told_how_to_come_in(site):
    for path in ('', '/premises', '/premises/1', '/openapi.json'):
        a = Client(site.port).api('GET', path)
        problem(a, 401, 'forbidden')
        assert a.headers['WWW-Authenticate'].startswith('Bearer')
    for said in ('Bearer', 'Bearer x', 'Bearer ' + 'A' * 43, 'Basic cm9vdDpyb290', 'Bearer ' + site.token('office')[:-1] + '~'):
        a = Client(site.port).api('GET', '', headers={'Authorization': said})
        problem(a, 401)
        assert a.headers['WWW-Authenticate'].startswith('Bearer'), said


def the_index_says_who_asks_and_what_may_be_done(site):
    i = site.client('station').api('GET', '', status=200).json
    assert i['actor']['account'] == 'station' and i['actor']['role'] == 'station' and i['actor']['unit'] == site.unit['north']
    assert 'csrf' not in i
    ledgers = {x['ledger']: x for x in i['ledgers']}
    assert 'merge' not in ledgers['premises']['actions'] and 'create' in ledgers['premises']['actions']
    assert ledgers['hazard']['verbs'] == ['report', 'accept', 'reject', 'revisit']
    assert 'account' not in ledgers and 'sheet_ferry' not in ledgers
    chinese = site.client('station', lang='zh').api('GET', '').json
    assert {x['ledger']: x['label'] for x in chinese['ledgers']}['premises'] == '监管对象'


def a_session_writes_with_its_csrf_value_and_not_without(site):
    c = site.login('office')
    assert c.api('GET', '').json['csrf'] == c.csrf
    for value in (None, '', 'x', 'A' * 43, site.login('office').csrf):
        problem(c.api('POST', '/premises', {'name': '甲'}, {'X-CSRF-Token': value}), 403, rule='csrf')
    made = make(c)
    assert c.api('PATCH', '/premises/' + made['id'], {'staff': 3}, status=200).json['staff'] == 3
    problem(c.api('DELETE', '/premises/' + made['id'], {'reason': 'x'}, {'X-CSRF-Token': None}), 403, rule='csrf')


def a_token_opens_no_pages(site):
    a = Client(site.port, site.token('office')).get('/l/premises')
    assert a.status == 303 and a.headers['Location'].startswith('/login')


def a_token_can_be_less_than_its_account(site):
    full, reads, some = (site.client('office', scope) for scope in ('write', 'read', 'write hazard'))
    one = make(full)
    assert reads.api('GET', '/premises/' + one['id']).status == 200
    for method, path, body in (('POST', '/premises', {'name': 'x'}), ('PATCH', '/premises/' + one['id'], {'staff': 1}),
                               ('DELETE', '/premises/' + one['id'], {'reason': 'x'}), ('POST', f'/premises/{one["id"]}/restore', {'reason': 'x'}),
                               ('POST', f'/premises/{one["id"]}/merge', {'into': site.premises['north']}),
                               ('POST', '/hazard/1/do/report', {}), ('POST', '/person/1/reveal/mobile', {})):
        problem(reads.api(method, path, body), 403, 'forbidden', rule='right')
    assert [x['actions'] for x in reads.api('GET', '').json['ledgers'] if x['ledger'] == 'premises'] == [['see', 'export']]
    assert [x['ledger'] for x in some.api('GET', '').json['ledgers']] == ['hazard']
    for path in ('/premises', '/premises/' + one['id'], f'/premises/{one["id"]}/history'):
        problem(some.api('GET', path), 403, 'forbidden', rule='right')
    problem(some.api('POST', '/premises', {'name': 'x'}), 403)
    assert full.api('GET', '/premises/' + one['id']).json['version'] == 1, 'nothing was written'


def a_token_ends_when_it_is_revoked_and_when_its_account_is_blocked(site):
    t = site.cli('user', 'token', 'leader', '--scope', 'read', '--expires', '2026-12-31')['token']
    c = Client(site.port, t)
    c.api('GET', '/premises', status=200)
    made = [x for x in site.cli('user', 'tokens', 'leader')['tokens'] if not x['revoked']]
    site.cli('user', 'revoke', made[0]['id'])
    soon(lambda: problem(c.api('GET', '/premises'), 401))
    c = site.client('teacher')
    c.api('GET', '/premises', status=200)
    site.cli('user', 'block', 'teacher')
    soon(lambda: problem(c.api('GET', '/premises'), 401))
    site.cli('user', 'unblock', 'teacher')
    c.api('GET', '/premises', status=200)


def a_token_is_no_session_and_a_session_no_token(site):
    session, token = site.login('office'), site.client('office')
    for c in (session, token):
        c.api('GET', '/premises', status=200)
    problem(Client(site.port, session.session).api('GET', '/premises'), 401)
    thief = Client(site.port)
    thief.cookies['anjian'] = token.token
    problem(thief.api('GET', '/premises'), 401)
    for c in (session, token):
        c.api('GET', '/premises', status=200)


def a_station_sees_and_writes_only_its_own(site):
    north, south = site.client('station'), site.client('other')
    mine = make(north, territory=site.unit['north'])
    names = lambda c: {r['id'] for r in c.api('GET', '/premises?limit=1000').json['rows']}
    assert site.premises['north'] in names(north) and site.premises['south'] not in names(north)
    assert mine['id'] not in names(south) and mine['id'] in names(north)
    for method, path, body in (('GET', '', None), ('GET', '/history', None), ('PATCH', '', {'staff': 1}), ('DELETE', '', {'reason': 'x'}),
                               ('POST', '/restore', {'reason': 'x'})):
        problem(south.api(method, '/premises/' + mine['id'] + path, body), 404, 'not_found')
        problem(south.api(method, '/premises/' + mine['number'] + path, body), 404, 'not_found')
    problem(south.api('POST', '/premises', {'name': '乙', 'territory': site.unit['north']}), 403)
    problem(south.api('GET', '/account'), 403)
    problem(site.client('auditor').api('GET', '/premises'), 403)


# ---- addresses, methods, bodies -----------------------------------------------------------------------------------------------------


def wrong_addresses_and_methods_are_problems(site):
    c = site.client('office')
    for path in ('/nonsense', '/sheet_ferry', '/premises/', '/premises/1/nonsense', '/premises/JG-1', '/premises/' + '9' * 30,
                 '/premises/%zz', '/premises/1/files/name/' + 'a' * 64):
        problem(c.api('GET', path), 404)
    for method, path, allow in (('PUT', '/premises', 'GET, HEAD, POST'), ('DELETE', '', 'GET, HEAD'),
                                ('POST', '/premises/1', 'GET, HEAD, PATCH, DELETE'), ('GET', '/premises/1/merge', 'POST')):
        a = c.api(method, path, {})
        problem(a, 405)
        assert a.headers['Allow'] == allow, a.headers['Allow']


def what_is_no_json_is_415_and_what_does_not_fit_is_422(site):
    c = site.client('office')
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', None):
        problem(c.api('POST', '/premises', '{"name":"x"}', {'Content-Type': kind}), 415)
    assert c.api('POST', '/premises', '{"name":"x"}', {'Content-Type': 'application/json; charset=utf-8'}).status == 201
    for body in ('{', '[]', '"x"', '1', 'null', '{"name":"x","name":"y"}', b'{"name":"\xff"}', '{"name":"\\u0000"}', '{"name":"x"} x', '\ufeff{}',
                 '[' * 5000, '{"a":' * 3000, '{"name":' + '1' * 400 + '}', '{"name":1e999}'):
        problem(c.api('POST', '/premises', body), 422, 'invalid')
    for body, field in (({'nonsense': 1}, 'nonsense'), ({'name': 'x', 'staff': -1}, 'staff'), ({}, 'name'), ({'name': None}, 'name'),
                        ({'name': 'x' * 1001}, 'name'), ({'name': 'x', 'territory': 'nowhere'}, 'territory'),
                        ({'name': 'x', 'supervision_class': 'nonsense'}, 'supervision_class'), ({'name': 'x', 'founded_on': '2026-02-30'}, 'founded_on'),
                        ({'name': {'a': 1}}, 'name'), ({'name': 'x', 'capital': 1.5}, 'capital'), ({'name': 'x', 'ferry': 1}, None)):
        p = problem(c.api('POST', '/premises', body), 422, 'invalid')
        assert field is None or p['field'] == field, (body, p)
    assert '名称' in problem(site.client('office', lang='zh').api('POST', '/premises', {}), 422)['detail']


def too_much_is_413(site):
    c = site.client('office')
    problem(c.api('POST', '/premises', '{"name":"' + 'x' * (5 << 20) + '"}'), 413, 'too_big')
    assert c.api('GET', '/premises?limit=1').status == 200, 'the connection goes on'


def values_come_back_as_they_went_in(site):
    c = site.client('office')
    fields = {'name': '好 "厂" \\ \t\U0001F600 <b>', 'capital': 9007199254740993, 'staff': 0, 'founded_on': '1998-07-01', 'region': '430602000000',
              'place': '113.12,29.37 CGCS2000', 'safety_sectors': ['building', 'fire'], 'ferry_sheet': [{'waters': '洞庭湖'}]}
    made = make(c, **fields)
    got = c.api('GET', '/premises/' + made['id']).json
    assert got == made
    for name in fields:
        if name != 'ferry_sheet':
            assert got[name] == fields[name], (name, got[name])
    assert got['ferry_sheet'][0]['waters'] == '洞庭湖'
    again = c.api('PATCH', '/premises/' + made['id'], {k: v for k, v in got.items() if v is not None and k not in ('territory', 'sector')}, status=200).json
    assert again['version'] == 1, 'what was read can be sent back and changes nothing'
    assert c.api('PATCH', '/premises/' + made['id'], {'staff': None}).json['staff'] is None


# ---- creating -----------------------------------------------------------------------------------------------------------------------


def a_new_record_is_201_with_its_address(site):
    c = site.client('office')
    a = c.api('POST', '/premises', {'name': '甲厂'}, status=201)
    assert a.headers['Location'] == '/api/v1/premises/' + a.json['id'] and a.headers['ETag'] == '"1"'
    assert a.headers['Cache-Control'] == 'no-store'
    by_id, by_number = c.api('GET', '/premises/' + a.json['id']), c.api('GET', '/premises/' + a.json['number'])
    assert by_id.json == by_number.json == a.json and by_id.headers['ETag'] == '"1"'
    head = c.api('HEAD', '/premises/' + a.json['id'])
    assert head.status == 200 and head.body == b''


def the_same_key_is_the_same_record(site):
    c = site.client('office')
    key = {'Idempotency-Key': f'k-{site.engine}-1'}
    first = c.api('POST', '/premises', {'name': '乙厂', 'staff': 3}, key, status=201)
    again = c.api('POST', '/premises', '{"staff": 3,\n"name": "乙厂"}', key, status=200)
    assert again.json == first.json and again.headers['Location'] == first.headers['Location']
    c.api('PATCH', '/premises/' + first.json['id'], {'staff': 4}, status=200)
    assert c.api('POST', '/premises', {'name': '乙厂', 'staff': 3}, key, status=200).json['staff'] == 4
    problem(c.api('POST', '/premises', {'name': '乙厂', 'staff': 5}, key), 409, 'conflict')
    problem(c.api('POST', '/premises', {'name': 'x'}, {'Idempotency-Key': 'no key!'}), 422)
    assert c.api('GET', query('/premises', where='name = 乙厂', count=1)).json['count'] == 1


def many_at_once_with_one_key_make_one(site):
    def one(_):
        return site.client('office').api('POST', '/premises', {'name': '丙厂'}, {'Idempotency-Key': f'k-{site.engine}-2'})
    site.token('office')
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(24)))
    assert {a.status for a in answers} <= {200, 201, 503}, answers
    assert [a.status for a in answers].count(201) == 1
    assert len({a.json['id'] for a in answers if a.status < 300}) == 1
    for a in answers:
        if a.status == 503:
            assert a.headers['Retry-After'] == '1'


# ---- changing -----------------------------------------------------------------------------------------------------------------------


def if_match_is_a_precondition(site):
    c = site.client('office')
    path = '/premises/' + make(c)['id']
    assert c.api('PATCH', path, {'staff': 1}, {'If-Match': '"1"'}, status=200).headers['ETag'] == '"2"'
    for tag in ('"1"', '"3"', 'W/"2"', '2', '""', '"x"', '"1", "3"'):
        problem(c.api('PATCH', path, {'staff': 9}, {'If-Match': tag}), 412, 'conflict')
        problem(c.api('DELETE', path, {'reason': 'x'}, {'If-Match': tag}), 412, 'conflict')
    assert c.api('GET', path).json['staff'] == 1
    assert c.api('PATCH', path, {'staff': 2}, {'If-Match': '"1", "2"'}, status=200).json['version'] == 3
    assert c.api('PATCH', path, {'staff': 3}, {'If-Match': '*'}, status=200).json['version'] == 4
    problem(c.api('POST', path + '/restore', {'reason': 'x'}, {'If-Match': '"1"'}), 412)


def of_many_with_the_same_if_match_one_wins(site):
    path = '/premises/' + make(site.client('office'))['id']
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: site.client('office').api('PATCH', path, {'staff': i + 1}, {'If-Match': '"1"'}), range(16)))
    assert sorted(a.status for a in answers) == [200] + [412] * 15, answers
    assert site.client('office').api('GET', path).json['version'] == 2


def if_none_match_spares_the_body(site):
    c = site.client('office')
    path = '/premises/' + make(c)['id']
    for tag in ('"1"', 'W/"1"', '"0", "1"', '*'):
        a = c.api('GET', path, headers={'If-None-Match': tag})
        assert a.status == 304 and a.body == b'' and a.headers['ETag'] == '"1"', (tag, a)
    assert c.api('GET', path, headers={'If-None-Match': '"2"'}).status == 200
    assert c.api('GET', '/premises?limit=1').status == 200, 'the connection goes on'


def changes_made_on_an_older_version_are_merged_and_clashes_are_told(site):
    c = site.client('office')
    path = '/premises/' + make(c, staff=1, address='甲路')['id']
    c.api('PATCH', path, {'staff': 2}, status=200)
    merged = c.api('PATCH', path, {'address': '乙路', 'version': 1}, status=200).json
    assert (merged['staff'], merged['address'], merged['version']) == (2, '乙路', 3)
    p = problem(c.api('PATCH', path, {'staff': 5, 'address': '丙路', 'version': 1}), 409, 'conflict')
    assert sorted(p['clashes'], key=lambda x: x['field']) == [{'field': 'address', 'theirs': '乙路', 'mine': '丙路'},
                                                              {'field': 'staff', 'theirs': 2, 'mine': 5}], p
    assert c.api('PATCH', path, {'staff': 2, 'version': 1}, status=200).json['version'] == 3, 'both want the same'
    problem(c.api('PATCH', path, {'staff': 5, 'version': 9}), 422)
    problem(c.api('PATCH', path, {'staff': 5, 'version': 'x'}), 422, field='version')


def withdraw_restore_and_merge(site):
    c = site.client('office')
    a, b = make(c, name='同一厂'), make(c, name='同一 厂')
    path = '/premises/' + a['id']
    for body in (None, {}, {'reason': ' '}, {'reason': 3}):
        problem(c.api('DELETE', path, body), 422, field='reason')
    gone = c.api('DELETE', path, {'reason': '停业'}, status=200).json
    assert gone['withdrawn'] and gone['version'] == 2
    assert c.api('GET', path).json['withdrawn']
    problem(c.api('DELETE', path, {'reason': 'x'}), 409, 'refused', rule='withdrawn')
    problem(c.api('PATCH', path, {'staff': 1}), 409, rule='withdrawn')
    ids = lambda **more: [r['id'] for r in c.api('GET', query('/premises', limit=1000, fields='name', **more)).json['rows']]
    assert a['id'] not in ids() and a['id'] in ids(withdrawn=1)
    assert not c.api('POST', path + '/restore', {'reason': '又开业'}, status=200).json['withdrawn']
    for into in (None, '', 3, 'nowhere', a['id']):
        problem(c.api('POST', path + '/merge', {'into': into}), 422)
    merged = c.api('POST', path + '/merge', {'into': b['number']}, status=200).json
    assert merged['successor'] == b['id'] and merged['withdrawn']
    assert c.api('GET', path).json['id'] == a['id'], 'an id is that record itself'
    assert c.api('GET', '/premises/' + a['number']).json['id'] == b['id'], 'a number leads to the one that stays'
    apart = c.api('POST', path + '/restore', {'reason': '不是同一家'}, status=200).json
    assert 'successor' not in apart and not apart['withdrawn']


def verbs_change_the_state(site):
    office, station = site.client('office'), site.client('station')
    h = station.api('POST', '/hazard', {'premises': site.premises['north'], 'description': '护栏缺失', 'grade': 'general', 'found_on': '2026-03-02'},
                    status=201).json
    path = '/hazard/' + h['id']
    assert h['state'] == 'open' and h['due_on'].endswith('+08:00')
    problem(office.api('POST', path + '/do/accept', {'accepted_on': '2026-03-05', 'accepted_by': '李'}), 409, 'refused', rule='flow')
    problem(office.api('POST', path + '/do/report', {}), 422)
    problem(office.api('POST', path + '/do/nonsense', {}), 404)
    problem(office.api('PATCH', path, {'rectified_on': '2026-03-04'}), 409, 'refused', rule='by')
    problem(office.api('PATCH', path, {'due_on': '2027-01-01T00:00:00+08:00'}), 403, field='due_on')
    report = {'rectified_on': '2026-03-04', 'rectified_by': '王'}
    problem(station.api('POST', path + '/do/report', report, {'If-Match': '"9"'}), 412)
    problem(station.api('POST', path + '/do/report', {**report, 'version': 9}), 409)
    assert station.api('POST', path + '/do/report', report, {'If-Match': '"1"'}, status=200).json['state'] == 'rectified'
    problem(station.api('POST', path + '/do/accept', {'accepted_on': '2026-03-05', 'accepted_by': '李'}), 409, 'refused', rule='not_self')
    done = office.api('POST', path + '/do/accept', {'accepted_on': '2026-03-05', 'accepted_by': '李'}, status=200).json
    assert done['state'] == 'accepted' and done['version'] == 3
    events = office.api('GET', path + '/history', status=200).json['events']
    assert [e['verb'] for e in events] == ['create', 'report', 'accept'] and [e['version'] for e in events] == [1, 2, 3]
    assert events[1]['state'] == ['open', 'rectified'] and events[1]['changes']['rectified_on'] == [None, '2026-03-04']
    assert events[0]['changes']['premises'] == [None, site.premises['north']] and events[0]['unit'] == site.unit['north']
    assert events[0]['changes']['due_on'][1].endswith('+08:00')


# ---- lists --------------------------------------------------------------------------------------------------------------------------


def every_page_once_in_every_order(site):
    c = site.client('office')
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda i: make(site.client('office'), name=f'页 {i % 7}', staff=i % 5 if i % 3 else None)['id'], range(60)))
    sortable = ['', 'name', '-name', 'staff', '-staff', 'founded_on']
    known = c.api('GET', '/openapi.json').json['components']['schemas']['premises']['properties']
    for sort in sortable:
        if sort.lstrip('-') and sort.lstrip('-') not in known:
            continue
        for limit in (1, 7, 60, 1000):
            seen, after, order = [], None, []
            while True:
                more = {'sort': sort} if sort else {}
                if after:
                    more['after'] = after
                a = c.api('GET', query('/premises', where='name ^ 页', limit=limit, **more))
                if a.status == 422 and sort:
                    break  # not one to sort by
                assert a.status == 200, (sort, a)
                rows = a.json['rows']
                assert 0 < len(rows) <= limit, (sort, limit)
                seen += [r['id'] for r in rows]
                order += [r[sort.lstrip('-')] if sort else -int(r['id']) for r in rows]
                after = a.json['next']
                if not after:
                    break
            else:
                continue
            if a.status == 422:
                break
            assert len(seen) == len(set(seen)) == 60 and set(seen) == made, (sort, limit, len(seen))
            known_values = [x for x in order if x is not None]
            if sort in ('', 'name', 'staff'):
                assert known_values == sorted(known_values), (sort, order)
    assert c.api('GET', query('/premises', where='name ^ 页', count=1)).json == {'count': 60}


def lists_filter_choose_and_refuse(site):
    c = site.client('office')
    one = make(c, name='独一无二厂', staff=77)
    rows = c.api('GET', query('/premises', where=['name = 独一无二厂', 'staff >= 77'], fields='name,staff')).json['rows']
    assert [(r['id'], r['name'], r['staff']) for r in rows] == [(one['id'], '独一无二厂', 77)] and 'address' not in rows[0]
    assert [r['id'] for r in c.api('GET', query('/premises', q='独一无二')).json['rows']] == [one['id']]
    assert c.api('GET', query('/post', on='2019-12-31', count=1)).json['count'] == 0
    assert c.api('GET', query('/post', on='2026-01-01', count=1)).json['count'] > 0
    for bad in ({'where': 'nonsense = 1'}, {'where': 'staff ? 1'}, {'where': 'staff = x'}, {'sort': 'nonsense'}, {'limit': 0}, {'limit': 1001},
                {'limit': 'x'}, {'fields': 'nonsense'}, {'on': 'x'}, {'after': 'x'}, {'after': '1.i5'}, {'after': '1.t00'}, {'where': ['staff = 1'] * 33},
                {'sort': 'name', 'after': '1'}, {'sort': 'name', 'after': '1.tzz'}):
        problem(c.api('GET', query('/premises', **bad)), 422)
    for bad in ('limit=%ff', 'limit=%', 'q=%00'):
        problem(c.api('GET', '/premises?' + bad), 422)


def history_goes_page_by_page(site):
    c = site.client('office')
    path = '/premises/' + make(c)['id']
    for i in range(6):
        c.api('PATCH', path, {'staff': i + 1}, status=200)
    seen, after = [], None
    while True:
        a = c.api('GET', query(path + '/history', limit=3, **({'after': after} if after else {})), status=200).json
        seen += [e['version'] for e in a['events']]
        after = a['next']
        if not after:
            break
    assert seen == list(range(1, 8))
    assert c.api('GET', path + '/history?after=7').json == {'events': [], 'next': None}
    problem(c.api('GET', path + '/history?after=x'), 422, field='after')
    problem(c.api('GET', path + '/history?limit=0'), 422, field='limit')


# ---- files, sealed values -----------------------------------------------------------------------------------------------------------


def files_are_attached_and_fetched(site):
    c = site.client('station')
    h = c.api('POST', '/hazard', {'premises': site.premises['north'], 'description': '灯坏了', 'grade': 'general', 'found_on': '2026-03-02'}).json
    path = f'/hazard/{h["id"]}/files/photos_before'
    digest = hashlib.sha256(PHOTO).hexdigest()
    a = c.api('POST', path + '?name=' + urllib.parse.quote('前/照.jpg'), PHOTO, {'Content-Type': 'image/jpeg'}, status=201)
    assert a.json['photos_before'] == [f'{digest}/前_照.jpg'] and a.headers['Location'] == '/api/v1' + path + '/' + digest
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="b.pdf"\r\n\r\n%PDF-1\r\n--b\r\n' \
           b'Content-Disposition: form-data; name="f"; filename="c.gif"\r\n\r\nGIF89a\x00\x01\r\n--b--\r\n'
    both = c.api('POST', path, form, {'Content-Type': 'multipart/form-data; boundary=b'}, status=201).json['photos_before']
    assert [x.split('/')[1] for x in both] == ['前_照.jpg', 'b.pdf', 'c.gif']
    got = c.api('GET', path + '/' + digest, status=200)
    assert got.body == PHOTO and got.headers['Content-Type'] == 'image/jpeg' and got.headers['X-Content-Type-Options'] == 'nosniff'
    assert got.headers['Content-Disposition'].startswith('attachment;')
    big = b'\xff\xd8\xff' + bytes(range(256)) * 8192
    big_path = c.api('POST', path + '?name=big', big, {'Content-Type': 'application/octet-stream'}, status=201).headers['Location'][7:]
    assert c.api('GET', big_path).body == big
    problem(site.client('other').api('GET', path + '/' + digest), 404)
    for bad in (path + '/' + 'a' * 64, path.replace('before', 'after') + '/' + digest, f'/hazard/{h["id"]}/files/description/{digest}'):
        problem(c.api('GET', bad), 404)
    problem(c.api('POST', f'/hazard/{h["id"]}/files/description', b'x', {'Content-Type': 'text/plain'}), 404)
    problem(c.api('POST', path, b'', {'Content-Type': 'text/plain'}), 422)
    problem(c.api('POST', path, b'--b--\r\n', {'Content-Type': 'multipart/form-data; boundary=b'}), 422)
    for value in (['x'], ['../../etc/passwd'], ['a' * 64 + '/x'], [digest], 'x'):
        problem(c.api('PATCH', '/hazard/' + h['id'], {'photos_after': value}), 422, field='photos_after')
    kept = c.api('PATCH', '/hazard/' + h['id'], {'photos_before': [both[0]]}, status=200).json
    assert kept['photos_before'] == [both[0]]


def sealed_values_are_hidden_and_looks_are_recorded(site):
    office, station = site.client('office'), site.client('leader')
    p = office.api('POST', '/person', {'name': '张三', 'mobile': '13900000001', 'unit': site.unit['north']}, status=201).json
    path = '/person/' + p['id']
    assert p['mobile'] == '***' and p['id_number'] is None
    assert 'mobile' in office.api('GET', path + '/history').json['events'][0]['changes']
    text = office.api('GET', path + '/history').text + office.api('GET', '/person?limit=1000').text + office.api('GET', path).text
    assert '13900000001' not in text and 'enc:' not in text
    assert office.api('POST', path + '/reveal/mobile', status=200).json == {'value': '13900000001'}
    assert office.api('POST', path + '/reveal/id_number', status=200).json == {'value': None}
    last = office.api('GET', path + '/history').json['events'][1]
    assert last['verb'] == 'reveal' and last['actor'] == 'office' and last['reason'] == 'mobile', last
    problem(station.api('POST', path + '/reveal/mobile'), 403)
    problem(office.api('POST', path + '/reveal/name'), 404)
    assert office.api('PATCH', path, {'mobile': '***', 'job': '电工'}, status=200).json['job'] == '电工'
    assert office.api('POST', path + '/reveal/mobile').json == {'value': '13900000001'}


run_tests([f for f in list(globals().values()) if callable(f) and getattr(f, '__code__', None) and f.__module__ == '__main__'
           and f.__code__.co_varnames[:1] == ('site',) and f.__code__.co_argcount == 1])
