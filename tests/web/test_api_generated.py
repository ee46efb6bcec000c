"""A client made from /api/v1/openapi.json: it calls every operation of every ledger with bodies made from the description, as somebody
who may, and holds every answer against its declared schema. What nobody may do is asked too, and must be refused.

usage: test_api_generated.py PROGRAM [WORD]
"""
import collections
import hashlib
import json
import urllib.parse

import jsonschema

from web import ADMINISTRATORS, NOW, USERS, run_tests

ACTIONS = {'list': 'see', 'read': 'see', 'history': 'see', 'fetch': 'see', 'create': 'create', 'change': 'change', 'attach': 'change',
           'withdraw': 'withdraw', 'restore': 'withdraw', 'merge': 'merge', 'reveal': 'reveal'}
# What a schema cannot say: a row of rights is for a ledger that has none of that role, periods are ordered, bounds hold their value.
GIVEN = {
    'right': lambda n: {'role': 'public', 'on_ledger': ['hazard', 'accident', 'figure', 'duty', 'scheme', 'score_rule', 'setting', 'post'][n % 8]},
    'setting': lambda n: {'least': 0, 'value': 1, 'most': 2},
    'scheme': lambda n: {'year': 2030 + n, 'from_day': f'{2030 + n}-01-01', 'to_day': f'{2031 + n}-01-01'},
    'score_rule': lambda n: {'fact': 'hazard_overdue', 'valid_from': f'{2030 + n}-01-01', 'edition': 1 + n},
    'clock_rule': lambda n: {'valid_from': f'{2030 + n}-01-01', 'edition': 1 + n},
    'calendar_day': lambda n: {'day': f'{2030 + n}-05-01'},
}


# A ledger whose records are made by rules when another's are made: the verbs of people one after the other, and what each answers.
MADE_WITH = {
    'duty': ('hazard', {'rule': 'hazard_rectify'}, [
        ('finish', {'finished': NOW}, 409),  # that of a hazard ends with its flow
        ('finish_late', {'finished': NOW}, 409),
        ('suspend', {'change_from': f'{NOW[:10]}T08:00:00+08:00', 'change_reason': '停工'}, 200),
        ('resume', {'change_reason': '复工'}, 200),
        ('extend', {'extension': '1', 'change_reason': '等配件'}, 200),
        ('waive', {'change_reason': '已拆除'}, 200),
    ]),
}


# A ledger of the district's own.
OWN = """
ledger: confined_space
zh: 有限空间
en: Confined space
number: KJ
title: name
keys: [tag, premises+name]
scope: {from: premises}
fields:
  - {name: premises, type: reference, of: premises, zh: 监管对象, en: Premises, required: true, list: true}
  - {name: name, type: text, zh: 空间名称, en: Name, required: true, search: title, sort: true, list: true, max: 80}
  - {name: tag, type: text, zh: 编码牌号, en: Tag, unique: true, max: 30}
  - {name: kind, type: choice, codes: space_kind, zh: 空间类型, en: Kind, list: true}
  - {name: depth, type: integer, zh: 深度（米）, en: Depth (m), min: 0, max: 200}
  - {name: keeper, type: text, zh: 管理人, en: Keeper, max: 40}
  - {name: keeper_phone, type: phone, zh: 管理人手机, en: Keeper's phone, sensitive: true}
  - {name: photos, type: files, zh: 照片, en: Photos}
  - {name: closed_on, type: date, zh: 封闭日期, en: Closed on, by: [close]}
states:
  - {name: in_use, zh: 在用, en: In use}
  - {name: closed, zh: 已封闭, en: Closed}
verbs:
  - {name: register, zh: 登记, en: Register, from: [], to: in_use, needs: [premises, name]}
  - {name: close, zh: 封闭, en: Close, from: [in_use], to: closed, needs: [keeper, closed_on]}
  - {name: open, zh: 启用, en: Open again, from: [closed], to: in_use}
"""


class Api:
    """The description, and what was called of it."""

    def __init__(self, site):
        self.site = site
        self.clients = {name: site.client(name) for name in [*USERS, *ADMINISTRATORS]}
        self.doc = self.clients['office'].api('GET', '/openapi.json', status=200).json
        self.resolver = jsonschema.RefResolver.from_schema(self.doc)
        self.may = {name: {x['ledger']: x for x in c.api('GET', '', status=200).json['ledgers']} for name, c in self.clients.items()}
        self.operations = {op['operationId']: (method, path, op) for path, item in self.doc['paths'].items() for method, op in item.items()}
        self.called, self.made, self.records, self.n = collections.Counter(), collections.Counter(), {}, 0

    def look_up(self, schema):
        while '$ref' in schema:
            schema = self.resolver.resolve(schema['$ref'])[1]
        return schema

    def check(self, value, schema):
        jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(value)

    # ---- values and bodies

    def value(self, schema):
        """A value that fits; every text differs from those before."""
        known = self.look_up(schema)
        if 'x-of' in schema:
            one = self.record(schema['x-of'])
            return [one] if known.get('type') == 'array' or 'array' in known.get('type', []) else one
        if 'anyOf' in known:
            return self.value(known['anyOf'][0])
        kind = known['type'] if isinstance(known['type'], str) else known['type'][0]
        if kind == 'object':
            return self.body(known)
        if kind == 'array':
            return [self.value(known['items'])]
        if 'examples' in known:
            return known['examples'][0]
        if kind == 'integer':
            return max(known.get('minimum', 0), min(1, known.get('maximum', 1)))
        if kind == 'boolean':
            return True
        self.n += 1
        if known.get('format') == 'date':
            return NOW[:10]
        if known.get('format') == 'date-time':
            return NOW
        if known.get('pattern') == '^[0-9]{12}$':
            return f'4306{self.n:08d}'
        return f'样本{self.n}'[:known.get('maxLength', 100)]

    def parts(self, schema):
        """Properties and required names of an object, also one put together by allOf."""
        schema = self.look_up(schema)
        properties, required = dict(schema.get('properties', {})), list(schema.get('required', []))
        for part in schema.get('allOf', []):
            more, names = self.parts(part)
            properties.update(more)
            required += names
        return properties, required

    def body(self, schema, names=()):
        properties, required = self.parts(schema)
        return {name: self.value(properties[name]) for name in dict.fromkeys([*required, *names]) if name in properties}

    def schema_of(self, op):
        return self.operations[op][2]['requestBody']['content']['application/json']['schema']

    # ---- calling

    def who_may(self, ledger, action):
        """Everybody who may, those who see all first."""
        return [name for name in sorted(self.may, key=lambda x: x not in ('office', 'officer'))
                if action in self.may[name].get(ledger, {}).get('actions', []) + self.may[name].get(ledger, {}).get('verbs', [])]

    def can_create(self, ledger):
        return f'create_{ledger}' in self.operations and self.who_may(ledger, 'create')

    def call(self, op, who=None, body=None, query=None, raw=None, headers=None, **variables):
        """Call it and hold the answer against what is declared for its status."""
        method, path, spec = self.operations[op]
        for name, value in variables.items():
            path = path.replace('{%s}' % name, urllib.parse.quote(str(value)))
        assert '{' not in path, (op, path)
        if query:
            path += '?' + urllib.parse.urlencode(query)
        if body is not None and raw is None:
            self.check(body, spec['requestBody']['content']['application/json']['schema'])
        a = self.clients[who or 'office'].api(method.upper(), path[len('/api/v1'):], body if raw is None else raw, headers)
        self.called[op, a.status] += 1
        assert str(a.status) in spec['responses'], (op, who, body, a)
        declared = self.look_up(spec['responses'][str(a.status)])
        for kind, content in declared.get('content', {}).items():
            if kind == '*/*':
                continue
            assert a.headers['Content-Type'] == kind, (op, a.headers['Content-Type'])
            if 'schema' in content:
                self.check(a.json, content['schema'])
                self.nothing_undeclared(a.json, self.look_up(content['schema']))
        for name in declared.get('headers', {}):
            assert a.headers[name], (op, name)
        return a

    def nothing_undeclared(self, value, schema):
        rows = value.get('rows') if isinstance(value, dict) else None
        if rows is not None and 'anyOf' in schema:
            schema, values = self.look_up(schema['anyOf'][0]['properties']['rows']['items']), rows
        else:
            values = [value]
        for one in values:
            if 'properties' in schema:
                assert set(one) <= set(schema['properties']), set(one) - set(schema['properties'])

    # ---- records

    def create(self, ledger, who=None, **more):
        who = who or (self.who_may(ledger, 'create') or ['office'])[0]
        self.made[ledger] += 1
        names = [n for n in ('premises', 'unit', 'region') if n in self.parts(self.schema_of(f'create_{ledger}'))[0]]
        body = {**self.body(self.schema_of(f'create_{ledger}'), names), **GIVEN.get(ledger, lambda n: {})(self.made[ledger]), **more}
        return self.call(f'create_{ledger}', who, body)

    def record(self, ledger):
        """One to refer to."""
        known = {'premises': self.site.premises['north'], 'unit': self.site.unit['north']}
        if ledger not in self.records:
            if ledger in known:
                self.records[ledger] = known[ledger]
            else:
                who = self.who_may(ledger, 'see')[0]
                rows = self.call(f'list_{ledger}', who, query={'limit': 1}).json['rows']
                self.records[ledger] = rows[0]['id'] if rows else self.create(ledger).json['id']
        return self.records[ledger]

    @property
    def ledgers(self):
        return [t['name'] for t in self.doc['tags']]


def a_ledger_of_the_districts_own_is_in_it(site):
    (site.folder / 'own.yaml').write_text(OWN)
    site.stop()
    site.cli('ledger-add', site.folder / 'own.yaml')
    site.new('code', list='space_kind', code='sewer', zh='污水井', en='Sewer')
    site.start()
    doc = site.client('office').api('GET', '/openapi.json', status=200).json
    assert '/api/v1/confined_space/{id}/do/close' in doc['paths']
    assert doc['components']['schemas']['codes_space_kind']['enum'] == ['sewer']
    assert doc['paths']['/api/v1/confined_space']['post']['requestBody']['content']['application/json']['example'] == {
        'premises': 'JG-430602-2026-000001', 'name': 'Name'}


def the_description_is_openapi(site):
    for lang in ('zh', 'en'):
        doc = site.client('office', lang=lang).api('GET', '/openapi.json', status=200).json
        assert doc['openapi'] == '3.1.0' and doc['info']['version'] and doc['info']['title']
        resolver = jsonschema.RefResolver.from_schema(doc)
        for name, schema in doc['components']['schemas'].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        ids = []

        def walk(node):
            if isinstance(node, dict):
                if isinstance(node.get('$ref'), str):
                    resolver.resolve(node['$ref'])
                for v in node.values():
                    walk(v)
            elif isinstance(node, list):
                for v in node:
                    walk(v)
        walk(doc)
        for path, item in doc['paths'].items():
            for method, op in item.items():
                ids.append(op['operationId'])
                assert op['summary'] and method in ('get', 'post', 'patch', 'delete'), op
                named = [resolver.resolve(p['$ref'])[1] if '$ref' in p else p for p in op['parameters']]
                in_path = {p['name'] for p in named if p['in'] == 'path'}
                assert in_path == {x[1:-1] for x in path.split('/') if x.startswith('{')}, (path, in_path)
                assert all(p.get('required') for p in named if p['in'] == 'path')
                assert all(p.get('description') for p in named if p['name'] != 'field'), named
                for status, answer in op['responses'].items():
                    answer = resolver.resolve(answer['$ref'])[1] if '$ref' in answer else answer
                    assert answer['description'], (path, status)
                    assert status < '400' or 'application/problem+json' in answer['content']
                body = op.get('requestBody', {}).get('content', {}).get('application/json')
                if body:
                    jsonschema.Draft202012Validator.check_schema(body['schema'])
                    if op['operationId'].startswith('create_'):
                        jsonschema.Draft202012Validator(body['schema'], resolver=resolver).validate(body['example'])
        assert len(ids) == len(set(ids))
        assert {t['name'] for t in doc['tags']} == {p.split('/')[3] for p in doc['paths'] if p.count('/') > 2 and not p.endswith('.json')}


def the_description_speaks_both_languages(site):
    texts = {lang: site.client('office', lang=lang).api('GET', '/openapi.json').json['components']['schemas']['hazard_fields']['properties'] for lang in ('zh', 'en')}
    assert texts['zh']['grade']['title'] == '隐患级别' and texts['en']['grade']['title'] == 'Grade'


def the_description_is_kept_until_a_code_changes(site):
    c = site.client('office')
    a, b = c.api('GET', '/openapi.json'), c.api('GET', '/openapi.json')
    assert a.headers['ETag'] == b.headers['ETag'] and a.body == b.body
    assert c.api('GET', '/openapi.json', headers={'If-None-Match': a.headers['ETag']}).status == 304
    assert site.client('office', lang='zh').api('GET', '/openapi.json', headers={'If-None-Match': a.headers['ETag']}).status == 200
    c.api('POST', '/code', {'list': 'gender', 'code': 'x1', 'zh': '未说明', 'en': 'Not stated'}, status=201)
    after = c.api('GET', '/openapi.json', headers={'If-None-Match': a.headers['ETag']})
    assert after.status == 200 and after.json['components']['schemas']['codes_gender']['x-labels']['x1'] == 'Not stated'


def the_page_shows_every_operation_of_the_ledger_asked_for(site):
    doc = site.client('office').api('GET', '/openapi.json').json
    c = site.login('office')
    for ledger in ('accident', 'hazard', 'confined_space'):
        page = c.get('/api?ledger=' + ledger)
        assert page.status == 200 and f'value="{ledger}" selected' in page.text, page
        for path, item in doc['paths'].items():
            for op in item.values():
                assert (f'id="{op["operationId"]}"' in page.text) == (op.get('tags', [ledger]) == [ledger]), op['operationId']
    assert 'general General' in c.get('/api?ledger=hazard').text and 'curl -H' in page.text
    assert '隐患级别' in site.login('office', 'zh').get('/api?ledger=hazard').text
    assert 'id="create_account"' not in c.get('/api?ledger=account').text, 'only what one may see can be chosen'
    assert site.login('auditor').get('/api').status == 200 and site.client().get('/api').status == 303


def every_operation_of_every_ledger(site):
    api = Api(site)
    for ledger in api.ledgers:
        if api.can_create(ledger):
            creates(api, ledger)
        alters(api, ledger)
        verbs(api, ledger)
        verbs_on_what_a_rule_made(api, ledger)
        files(api, ledger)
        sealed(api, ledger)
    for ledger in api.ledgers:
        reads(api, ledger)
    for op in api.operations:
        if op not in ('index', 'openapi') and not any(o == op for o, _ in api.called):
            asks_in_vain(api, op)
    good = {op for op, status in api.called if status < 300}
    rest = sorted({op for op, _ in api.called} - good)
    print(f'      {len(api.operations)} operations, {sum(api.called.values())} calls; refused to all: {" ".join(rest)}')
    assert len(good) > 150, rest


def asks_in_vain(api, op):
    """What nobody may is 403; what somebody may was called before, unless the system makes the records and there is none yet."""
    method, path, spec = api.operations[op]
    ledger, action = spec['tags'][0], path.split('/')[-1] if '/do/' in path else ACTIONS[op.split('_')[0]]
    people = [name for name in api.who_may(ledger, action) if '/do/' not in path or action in api.may[name][ledger]['verbs']]
    assert not people or (not api.can_create(ledger) and ledger not in api.records), f'{op}: {people} may, and it was not called'
    variables = {name: value for name, value in (('id', '1'), ('field', 'x'), ('digest', 'a' * 64)) if '{%s}' % name in path}
    body = b'{"reason":"x","into":"x"}' if 'requestBody' in spec else None
    a = api.call(op, (people or ['office'])[0], raw=body, headers={'Content-Type': 'application/json'}, **variables)
    assert a.status == (404 if people else 403), (op, a)


def reads(api, ledger):
    for who in api.who_may(ledger, 'see')[:1]:
        rows = api.call(f'list_{ledger}', who, query={'limit': 3, 'withdrawn': 1}).json['rows']
        api.call(f'list_{ledger}', who, query={'count': 1})
        for row in rows:
            api.records.setdefault(ledger, row['id'])
            assert api.call(f'read_{ledger}', who, id=row['id']).json['id'] == row['id']
            assert api.call(f'history_{ledger}', who, id=row['id'], query={'limit': 2}).json['events']


def creates(api, ledger):
    made = [api.create(ledger) for _ in range(2)]
    for a in made:
        assert a.status == 201, (ledger, a)
    one, two = (a.json for a in made)
    api.records[ledger] = one['id']
    see = api.who_may(ledger, 'see')[0]
    assert api.call(f'read_{ledger}', see, id=one['id']).json == one
    assert [e['verb'] for e in api.call(f'history_{ledger}', see, id=one['id']).json['events']] == ['create']
    for who in api.who_may(ledger, 'merge')[:1]:
        assert api.call(f'merge_{ledger}', who, {'into': two['id']}, id=one['id']).json['successor'] == two['id']
        api.call(f'restore_{ledger}', who, {'reason': '试'}, id=one['id'])


def alters(api, ledger):
    """A record made just now, or one that came with the database."""
    if ledger not in api.records:
        rows = api.call(f'list_{ledger}', api.who_may(ledger, 'see')[0], query={'limit': 1}).json['rows']
        if not rows:
            return
        api.records[ledger] = rows[0]['id']
    record = {'id': api.records[ledger]}
    for who in api.who_may(ledger, 'change')[:1]:
        change(api, ledger, who, record)
    for who in api.who_may(ledger, 'withdraw')[:1]:
        assert api.call(f'withdraw_{ledger}', who, {'reason': '试'}, id=record['id']).json['withdrawn']
        assert not api.call(f'restore_{ledger}', who, {'reason': '试'}, id=record['id']).json['withdrawn']


def change(api, ledger, who, record):
    """Every field that may be changed, each by itself, to something that its schema allows."""
    properties, _ = api.parts(api.schema_of(f'change_{ledger}'))
    changed = tried = 0
    for name, schema in properties.items():
        if name == 'version' or (name in GIVEN.get(ledger, lambda n: {})(0) and api.made[ledger]):
            continue
        known = json.dumps(schema)
        if '"^[0-9a-f]{64}/."' in known:
            continue  # files()
        a = api.call(f'change_{ledger}', who, {name: api.value(schema)}, id=record['id'])
        tried, changed = tried + 1, changed + (a.status == 200)
        # Formats that a schema does not hold (places, phones, codes with check digits, days that must follow others) say which field.
        assert a.status == 200 or (a.status in (409, 422) and a.json.get('field')), (ledger, name, a)
    assert changed >= tried / 2, (ledger, changed, tried)
    a = api.call(f'change_{ledger}', who, {}, id=record['id'], headers={'If-Match': '"0"'})
    assert a.status == 412, a


def verbs(api, ledger):
    """Every verb from some state that other verbs lead to; the first step is another person's, for guards that want that."""
    names = [op[len(f'do_{ledger}_'):] for op, (_, path, _) in api.operations.items() if path.startswith(f'/api/v1/{ledger}/') and '/do/' in path]
    ways, left = [[]], [n for n in names if api.who_may(ledger, n)]
    if not left or not api.can_create(ledger):
        return
    for way in ways:
        for name in names:
            if left and len(way) < 4 and walk(api, ledger, way + [name]):
                left = [n for n in left if n != name]
                ways.append(way + [name])
    assert not left, (ledger, left)


def verbs_on_what_a_rule_made(api, ledger):
    if ledger not in MADE_WITH:
        return
    cause, where, steps = MADE_WITH[ledger]
    where = {'record_id': api.create(cause).json['id'], **where}
    query = [('where', f'{name} = {value}') for name, value in where.items()]
    record, = api.call(f'list_{ledger}', query=query).json['rows']
    for verb, body, status in steps:
        a = api.call(f'do_{ledger}_{verb}', api.who_may(ledger, verb)[0], {**body, 'version': record['version']}, id=record['id'])
        assert a.status == status, (verb, a)
        record = a.json if status == 200 else record


def walk(api, ledger, way):
    record = api.create(ledger, **({'name': f'u{api.n}'} if ledger == 'account' else {})).json
    for i, verb in enumerate(way):
        op = f'do_{ledger}_{verb}'
        schema = api.schema_of(op)
        people = api.who_may(ledger, verb)
        if i == 0:
            people = people[1:] or people
        body = {**api.body(schema, schema.get('x-needs', [])), **({'role': 'auditor'} if verb == 'grant' else {}), 'version': record['version']}
        a = api.call(op, people[0], body, id=record['id'])
        if a.status != 200:
            assert a.status == 409 and a.json['code'] == 'refused', (op, a)
            return False
        record = a.json
    return True


def files(api, ledger):
    if f'attach_{ledger}' not in api.operations:
        return
    field = next(p for p in api.operations[f'attach_{ledger}'][2]['parameters'] if p.get('name') == 'field')['schema']['enum'][0]
    for who in api.who_may(ledger, 'change')[:1]:
        one = api.create(ledger).json if api.can_create(ledger) else {'id': api.record(ledger)}
        content = f'file of {ledger}'.encode()
        a = api.call(f'attach_{ledger}', who, raw=content, headers={'Content-Type': 'text/plain'}, query={'name': 'a.txt'}, id=one['id'], field=field)
        assert a.status == 201, a
        a = api.call(f'fetch_{ledger}', who, id=one['id'], field=field, digest=hashlib.sha256(content).hexdigest())
        assert a.status == 200 and a.body == content


def sealed(api, ledger):
    if f'reveal_{ledger}' not in api.operations:
        return
    for field in next(p for p in api.operations[f'reveal_{ledger}'][2]['parameters'] if p.get('name') == 'field')['schema']['enum']:
        for who in api.who_may(ledger, 'reveal')[:1]:
            a = api.call(f'reveal_{ledger}', who, id=api.record(ledger), field=field)
            assert a.status == 200, a


run_tests([a_ledger_of_the_districts_own_is_in_it, the_description_is_openapi, the_description_speaks_both_languages, the_description_is_kept_until_a_code_changes,
           the_page_shows_every_operation_of_the_ledger_asked_for,
           every_operation_of_every_ledger])
