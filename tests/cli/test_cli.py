"""The program `anjian` as its users call it: every verb, option, exit status and JSON shape, from outside.

usage: test_cli.py PROGRAM.  Runs on SQLite; also on PostgreSQL when ANJIAN_TEST_PG holds the URL of a server's database
that may make databases. The last line is "N passed, N failed".
"""
import atexit
import csv
import hashlib
import datetime
import json
import os
import pathlib
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
import zipfile

SCHEMA = int(re.search(r'SCHEMA_VERSION (\d+)', (pathlib.Path(__file__).parents[2] / 'src/ledger/schema.h').read_text())[1])
PROGRAM = os.path.abspath(sys.argv[1])
HOME = pathlib.Path(tempfile.mkdtemp(prefix='anjian-cli-'))
atexit.register(shutil.rmtree, HOME, True)
CODES = ['91430602707347130R', '91430682MA4PC1E12L']


class Answer:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return self.json['error']


class Place:
    """A database to work on: its URL and a folder for what lies beside."""

    def __init__(self, name, url=None):
        self.folder = HOME / name
        self.folder.mkdir()
        self.url = url or f'sqlite:{self.folder}/a.db'
        self.sqlite = url is None
        self.env = dict(os.environ, ANJIAN_LANG='en', ANJIAN_DB=self.url)
        for name_ in ('ANJIAN_KEY', 'ANJIAN_LOCALE'):
            self.env.pop(name_, None)
        if url:
            self.env['ANJIAN_KEY'] = str(self.folder / 'key')

    def run(self, *args, stdin='', env=None):
        done = subprocess.run([PROGRAM, *map(str, args)], input=stdin.encode(), capture_output=True, cwd=self.folder, timeout=60,
                              env=dict(self.env, **(env or {})))
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *args, **more):
        a = self.run('--json', *args, **more)
        assert a.status == 0, (args, a.status, a.out, a.err)
        return a.json

    def fails(self, code, *args, status=1, rule=None, **more):
        a = self.run('--json', *args, **more)
        assert a.status == status, (args, a.status, a.out, a.err)
        assert a.error['code'] == code, (args, a.out)
        assert a.error['message'], args
        assert rule is None or a.error['rule'] == rule, (args, a.out)
        return a.error

    def new(self, ledger, **fields):
        return self.ok('new', ledger, *(x for k, v in fields.items() for x in ('--set', f'{k}={v}')))

    def names(self, *args):
        return [r['name'] for r in self.ok('list', 'premises', *args)['rows']]

    def open_sql(self):
        return sqlite3.connect(self.folder / 'a.db')


TESTS = []


def test(fn):
    TESTS.append(fn)
    return fn


# ---- the command line -------------------------------------------------------------------------------------------------

VERBS = ('init upgrade doctor backup restore list search show new change do withdraw reinstate merge reveal fetch export template ledgers '
         'ledger-add check').split()


@test
def help_lists_every_verb_and_each_explains_itself(p):
    a = p.run('--help')
    assert a.status == 0 and not a.err
    for verb in VERBS:
        assert f'\n  {verb} ' in a.out, verb
        h = p.run(verb, '--help')
        assert h.status == 0 and h.out.startswith(f'usage: anjian {verb}'), verb
        assert len(h.out.splitlines()) >= 3, verb


@test
def a_wrong_command_line_ends_in_status_2_with_the_usage(p):
    for args in ([], ['nonsense'], ['list'], ['list', 'premises', 'more'], ['list', 'premises', '--nonsense'], ['list', 'premises', '--limit'],
                 ['list', 'premises', '--limit', 'x'], ['list', 'premises', '--limit', '0'], ['list', 'premises', '--limit', '1001'],
                 ['list', 'premises', '--sort', 'name', '--sort', 'name'], ['list', 'premises', '--count=1'], ['init'], ['show', 'premises'],
                 ['export', 'premises'], ['export', 'premises', '--out', 'x.pdf'], ['list', 'premises', '--lang', 'fr'],
                 ['new', 'premises', '--set', 'name'], ['check', 'vat', '1'], ['list', 'premises', '--on', 'x'], ['withdraw', 'premises', '1'],
                 ['template', 'premises', '--out', 'x.csv'], ['init', '--region', '430602', '--now', '2026-01-01'],
                 ['init', '--region', '430602', '--admin', 'a']):
        a = p.run(*args)
        assert a.status == 2, (args, a.status, a.err)
        assert a.err.startswith('anjian: ') and not a.out, args
        p.fails('usage', *args, status=2)
    assert 'usage: anjian list LEDGER' in p.run('list').err


@test
def options_may_stand_anywhere_in_both_forms(p):
    p.new('premises', name='甲')
    url = p.url
    for args in (['--db', url, 'list', 'premises', '--limit=1'], ['list', '--limit', '1', '--db=' + url, 'premises'],
                 ['list', '--', 'premises'], ['--json', 'list', 'premises']):
        a = p.run(*args, env={'ANJIAN_DB': 'sqlite:/nowhere/x.db'} if any(url in x for x in args) else None)
        assert a.status == 0 and '甲' in a.out, (args, a.err)
    assert p.fails('not_found', 'show', 'premises', '--', '--limit')


@test
def a_missing_database_or_ledger_is_said_plainly(p):
    p.fails('not_found', 'list', 'premises', '--db', f'sqlite:{p.folder}/none.db')
    p.fails('not_found', 'list', 'nonsense')
    p.fails('invalid', 'list', 'sheet_ferry')
    a = p.run('list', 'nonsense')
    assert a.status == 1 and a.err.startswith('anjian: ') and not a.out


@test
def labels_follow_the_language(p):
    p.new('premises', name='甲')
    assert '名称' in p.run('list', 'premises', '--lang', 'zh').out
    assert 'Name' in p.run('list', 'premises', '--lang', 'en').out
    assert '监管对象' in p.run('ledgers', env={'ANJIAN_LANG': 'zh'}).out


@test
def an_answer_that_cannot_be_written_fails(p):
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([PROGRAM, 'ledgers', '--json'], stdout=full, stderr=subprocess.PIPE, env=p.env, cwd=p.folder)
    assert done.returncode == 1 and b'written' in done.stderr, done


# ---- init -------------------------------------------------------------------------------------------------------------

@test
def init_makes_a_database_and_a_key_that_only_the_owner_reads(p):
    q = spare(p, 'init')
    a = q.ok('init', '--region', '430602000000')
    assert len(a['uuid']) == 36 and a['district'] == '430602' and a['simulated'] is False
    assert os.stat(a['key']).st_mode & 0o777 == 0o600
    q.fails('conflict', 'init', '--region', '430602')
    assert q.ok('list', 'premises') == {'rows': [], 'next': None}


@test
def init_wants_a_district(p):
    for number, region in enumerate(('43', '4306020', '430602001000', '43060２', 'x', '430600', '')):
        q = spare(p, f'region{number}')
        assert q.fails('invalid', 'init', '--region', region)['field'] == 'region'
        assert not os.listdir(q.folder), region


@test
def a_simulated_database_keeps_its_own_clock(p):
    q = spare(p, 'simulated')
    assert q.ok('init', '--region', '430602', '--simulated', '--now', '2030-05-06T07:08:09+08:00')['simulated'] is True
    n = q.new('premises', name='甲')['number']
    assert n == 'JG-430602-2030-000001', n
    assert q.ok('show', 'premises', n)['created'] == '2030-05-06T07:08:09+08:00'


@test
def the_first_administrator_has_a_password_and_sees_no_ledgers(p):
    q = spare(p, 'admin')
    q.fails('invalid', 'init', '--region', '430602', '--admin', 'wang', '--password-stdin', stdin='short\n')
    assert not os.listdir(q.folder)
    a = q.run('init', '--region', '430602', '--admin', 'wang', '--password-stdin', '--json', stdin='correct horse\n')
    assert a.status == 0, a.out
    q.fails('forbidden', 'new', 'premises', '--set', 'name=甲', '--as', 'wang', rule='right')
    q.fails('forbidden', 'list', 'premises', '--as', 'wang', rule='right')
    q.ok('user', 'add', 'li', '--as', 'wang')
    events = q.ok('show', 'account', 'li', '--history')['history']
    assert events[0]['actor'] == 'wang' and events[0]['account']
    q.fails('forbidden', 'user', 'grant', 'li', '--role', 'security_admin', '--as', 'wang')
    q.ok('user', 'grant', 'li', '--role', 'security_admin')
    if not q.sqlite:
        return
    with q.open_sql() as db:
        (stored,), = db.execute('SELECT hash FROM _password').fetchall()
        assert stored.startswith('$argon2id$') and 'm=19456,t=3' in stored, stored
        assert not any('argon2' in body or 'horse' in body for body, in db.execute('SELECT body FROM _event'))


# ---- records ----------------------------------------------------------------------------------------------------------

@test
def new_creates_and_show_finds_by_every_name(p):
    a = p.new('premises', name='北港渡口', credit_code=CODES[0], capital='20000000')
    assert set(a) >= {'id', 'number', 'state'} and isinstance(a['id'], str) and a['state'] is None
    for name in (a['id'], a['number'], CODES[0], '北港渡口'):
        r = p.ok('show', 'premises', name)
        assert r['id'] == a['id'] and r['capital'] == 20000000 and r['region'] == '430602000000' and r['staff'] is None
        assert r['created'].endswith('+08:00') and r['version'] == 1 and r['ferry_sheet'] == []
    p.fails('not_found', 'show', 'premises', '乙')
    assert a['number'] in p.run('show', 'premises', a['number']).out


@test
def new_names_the_field_that_does_not_fit(p):
    assert p.fails('invalid', 'new', 'premises')['field'] == 'name'
    assert p.fails('invalid', 'new', 'premises', '--set', 'name=a', '--set', 'staff=many')['field'] == 'staff'
    assert p.fails('invalid', 'new', 'premises', '--set', 'nonsense=a')['field'] == 'nonsense'
    p.new('premises', name='a', credit_code=CODES[0])
    assert p.fails('conflict', 'new', 'premises', '--set', 'name=b', '--set', f'credit_code={CODES[0]}')['field'] == 'credit_code'
    assert p.names() == ['a']


@test
def values_come_from_files_and_standard_input(p):
    (p.folder / 'scope.txt').write_text('第一行\n第二行\n', encoding='utf-8')
    n = p.ok('new', 'premises', '--set', 'name=@@甲', '--set', 'business_scope=@scope.txt', '--set-json', '-', stdin='{"staff":7,"capital":150}')['number']
    r = p.ok('show', 'premises', n)
    assert (r['name'], r['business_scope'], r['staff'], r['capital']) == ('@甲', '第一行\n第二行', 7, 150)
    p.fails('io', 'new', 'premises', '--set', 'name=@none.txt')
    p.fails('invalid', 'new', 'premises', '--set-json', '-', stdin='[1]')
    p.fails('usage', 'new', 'premises', '--set-json', 'x', status=2)
    (p.folder / 'big').write_bytes(b'x' * ((1 << 20) + 1))
    p.fails('too_big', 'new', 'premises', '--set', 'name=@big')


@test
def rows_inside_a_record_come_and_go_as_json(p):
    fields = p.ok('ledgers', 'sheet_ferry')['fields']
    text = next(f['name'] for f in fields if f['type'] in ('text', 'long_text'))
    n = p.ok('new', 'premises', '--set-json', '-', stdin=json.dumps({'name': '渡口', 'ferry_sheet': [{text: '一'}, {text: '二'}]}))['number']
    assert [r[text] for r in p.ok('show', 'premises', n)['ferry_sheet']] == ['一', '二']
    assert '一' in p.run('show', 'premises', n).out


@test
def a_client_key_makes_one_record(p):
    def once(key, name):
        return ('new', 'premises', '--key', key, '--set', f'name={name}')
    a = p.ok(*once('0c6c5b0e-0000-4000-8000-000000000001', '甲'))
    assert p.ok(*once('0c6c5b0e-0000-4000-8000-000000000001', '甲')) == a
    p.fails('conflict', *once('0c6c5b0e-0000-4000-8000-000000000001', '乙'))
    p.fails('invalid', *once('a b', '乙'))
    assert p.ok(*once('0c6c5b0e-0000-4000-8000-000000000002', '甲'))['id'] != a['id']
    assert p.ok('list', 'premises', '--count') == {'count': 2}


@test
def a_client_key_covers_sealed_values_without_keeping_them(p):
    def once(mobile):
        return ('new', 'person', '--key', 'k-1', '--set', 'name=张三', '--set', f'mobile={mobile}')
    a = p.ok(*once('13900000001'))
    assert p.ok(*once('13900000001')) == a
    p.fails('conflict', *once('13900000002'))


@test
def change_keeps_what_it_does_not_name(p):
    n = p.new('premises', name='甲', staff='3', address='东街')['number']
    a = p.ok('change', 'premises', n, '--set', 'staff=', '--set', 'address=西街')
    assert a['version'] == 2
    r = p.ok('show', 'premises', n)
    assert (r['name'], r['staff'], r['address']) == ('甲', None, '西街')
    assert p.ok('change', 'premises', n, '--set', 'address=西街')['version'] == 2
    h = p.ok('show', 'premises', n, '--history')
    assert [e['verb'] for e in h['history']] == ['create', 'change']
    assert h['origins']['name'] == {'version': 1} and h['origins']['staff'] == {'version': 2}
    assert h['record']['version'] == 2


@test
def clashes_stand_side_by_side(p):
    n = p.new('premises', name='甲', staff='3', address='东街')['number']
    p.ok('change', 'premises', n, '--set', 'staff=4')
    p.ok('change', 'premises', n, '--set', 'address=西街', '--version', '1')
    e = p.fails('conflict', 'change', 'premises', n, '--set', 'staff=5', '--version', '1')
    assert e['field'] == 'staff' and e['clashes'] == [{'field': 'staff', 'theirs': 4, 'mine': 5}]
    assert p.ok('show', 'premises', n)['staff'] == 4
    p.fails('invalid', 'change', 'premises', n, '--set', 'staff=5', '--version', '9')


@test
def do_follows_the_flow(p):
    site = p.new('premises', name='甲')['number']
    a = p.new('hazard', premises=site, description='电线裸露', grade='general', found_on='2026-03-01')
    assert a['state'] == 'open'
    assert p.fails('invalid', 'do', 'hazard', a['number'], 'report')['field'] == 'rectified_on'
    p.fails('refused', 'do', 'hazard', a['number'], 'revisit', '--set', 'revisited_on=2026-03-05', '--set', 'revisited_by=李')
    b = p.ok('do', 'hazard', a['number'], 'report', '--set', 'rectified_on=2026-03-02', '--set', 'rectified_by=王')
    assert b['state'] == 'rectified' and b['version'] == 2
    assert '"verb"' not in p.run('show', 'hazard', a['number']).out
    verbs = {v['name']: v for v in p.ok('ledgers', 'hazard')['verbs']}
    assert verbs['report']['from'] == ['open'] and verbs['report']['to'] == 'rectified'


@test
def what_the_program_fills_nobody_else_does(p):
    site = p.new('premises', name='甲')['number']
    base = ('--set', f'premises={site}', '--set', 'description=电线裸露', '--set', 'grade=general', '--set', 'found_on=2026-03-02')
    assert p.fails('forbidden', 'new', 'hazard', *base, '--set', 'due_on=2030-01-01')['field'] == 'due_on'
    a = p.ok('new', 'hazard', *base)
    due = p.ok('show', 'hazard', a['number'])['due_on']
    assert p.fails('forbidden', 'change', 'hazard', a['number'], '--set', 'due_on=2030-01-01')['field'] == 'due_on'
    duty = p.ok('list', 'duty')['rows'][0]['id']
    assert p.fails('refused', 'do', 'duty', duty, 'finish', '--set', 'finished=2026-03-02T09:00')['rule'] == 'by_rule_or_recurring'
    assert p.ok('show', 'hazard', a['number'])['due_on'] == due


@test
def withdrawn_records_leave_lists_and_come_back(p):
    n = p.new('premises', name='甲')['number']
    p.ok('withdraw', 'premises', n, '--reason', '重复')
    assert p.names() == [] and p.names('--withdrawn') == ['甲']
    assert p.ok('show', 'premises', n)['withdrawn'] is True
    assert p.fails('refused', 'change', 'premises', n, '--set', 'staff=1')['rule'] == 'withdrawn'
    p.ok('reinstate', 'premises', n, '--reason', '有误')
    assert p.names() == ['甲']
    assert p.fails('refused', 'reinstate', 'premises', n, '--reason', 'x')['rule'] == 'withdrawn'


@test
def a_merged_record_leads_to_the_one_that_stays(p):
    a, b = p.new('premises', name='甲'), p.new('premises', name='乙')
    p.ok('merge', 'premises', b['number'], a['number'])
    assert p.names() == ['甲'] and p.ok('show', 'premises', b['number'])['id'] == a['id']
    p.fails('invalid', 'merge', 'premises', a['number'], a['number'])
    p.ok('reinstate', 'premises', b['number'], '--reason', '不是同一家')
    assert p.ok('show', 'premises', b['number'])['id'] == b['id']


@test
def sealed_values_are_shown_only_by_reveal_which_is_recorded(p):
    n = p.new('person', name='张三', mobile='13900000001')['number']
    a = p.run('show', 'person', n, '--history', '--json')
    assert a.json['record']['mobile'] == '***' and '13900000001' not in a.out
    assert '13900000001' not in p.run('list', 'person', '--json').out
    assert p.ok('reveal', 'person', n, 'mobile') == {'value': '13900000001'}
    assert p.ok('reveal', 'person', n, 'id_number') == {'value': None}
    h = p.ok('show', 'person', n, '--history')
    assert [e['verb'] for e in h['history']] == ['create', 'reveal', 'reveal'] and h['record']['version'] == 3
    assert p.fails('invalid', 'reveal', 'person', n, 'name')['field'] == 'name'
    p.out = p.run('export', 'person', '--out', 'p.csv')
    assert '13900000001' not in (p.folder / 'p.csv').read_text(encoding='utf-8-sig')


# ---- files ------------------------------------------------------------------------------------------------------------

@test
def files_are_kept_by_digest_and_come_back(p):
    data = b'\xff\xd8\xff' + bytes(range(256)) * 9000  # more than two parts
    (p.folder / 'a b.jpg').write_bytes(data)
    (p.folder / 'c.txt').write_text('text')
    digest = hashlib.sha256(data).hexdigest()
    n = p.ok('new', 'premises', '--set', 'name=甲', '--set', 'photos=@a b.jpg', '--set', 'photos=@c.txt')['number']
    assert p.ok('show', 'premises', n)['photos'] == [f'{digest}/a b.jpg', hashlib.sha256(b'text').hexdigest() + '/c.txt']
    assert p.ok('fetch', 'premises', n, 'photos', '--name', 'a b.jpg', '--out', 'back') == {'bytes': len(data)}
    assert (p.folder / 'back').read_bytes() == data
    p.fails('conflict', 'fetch', 'premises', n, 'photos', '--out', 'x')
    p.fails('not_found', 'fetch', 'premises', n, 'photos', '--name', 'z', '--out', 'x')
    assert not (p.folder / 'x').exists() and not (p.folder / 'x.part').exists()
    p.ok('change', 'premises', n, '--set', 'photos=@c.txt')
    assert len(p.ok('show', 'premises', n)['photos']) == 1
    (p.folder / 'empty').write_bytes(b'')
    p.fails('invalid', 'change', 'premises', n, '--set', 'photos=@empty')
    p.fails('io', 'change', 'premises', n, '--set', 'photos=@none')
    p.fails('invalid', 'change', 'premises', n, '--set', 'photos=@.')
    if p.sqlite:
        kept = p.folder / 'a.db.files' / digest[:2] / digest[2:]
        assert kept.read_bytes() == data and not [x for x in kept.parent.iterdir() if x.suffix == '.part']
        p.ok('change', 'premises', n, '--set', 'photos=@a b.jpg')
        kept.write_bytes(b'altered')
        p.fails('database', 'fetch', 'premises', n, 'photos', '--out', 'y')


# ---- lists ------------------------------------------------------------------------------------------------------------

def shops(p):
    for name, staff, founded, colour in (('Ａlpha（东）', '10', '2019-01-01', 'red'), ('beta', '20', '2020-01-01', 'blue'), ('gamma', '', '', '')):
        p.new('premises', name=name, region='430602', staff=staff, founded_on=founded, risk_colour=colour)


@test
def every_condition_chooses_what_it_says(p):
    shops(p)
    for condition, expected in (('staff = 10', 'Ａ'), ('staff != 10', 'bg'), ('staff < 20', 'Ａ'), ('staff <= 20', 'Ａb'), ('staff > 10', 'b'),
                                ('staff >= 10', 'Ａb'), ('staff =', 'g'), ('staff !=', 'Ａb'), ('name ~ ALPHA(', 'Ａ'), ('name ^ be', 'b'),
                                ('name ^ al', ''), ('founded_on < 2019-06-01', 'Ａ'), ('risk_colour = red', 'Ａ'), ('risk_colour=红色（重大风险）', 'Ａ'),
                                ('risk_colour != red', 'bg'), ('name = beta', 'b'), ('withdrawn = no', 'Ａbg'), ('version = 1', 'Ａbg'),
                                ('created > 2999-01-01', '')):
        assert ''.join(sorted(n[0] for n in p.names('--where', condition))) == ''.join(sorted(expected)), condition
        assert p.ok('list', 'premises', '--where', condition, '--count') == {'count': len(expected)}, condition
    assert p.names('--where', 'staff >= 10', '--where', 'staff < 20') == ['Ａlpha（东）']
    assert p.names('--search', 'alpha') == ['Ａlpha（东）'] and p.names('--search', '') == []
    for bad, field in (('nonsense = 1', 'nonsense'), ('staff = x', 'staff'), ('ferry_sheet = 1', 'ferry_sheet')):
        assert p.fails('invalid', 'list', 'premises', '--where', bad)['field'] == field
    p.fails('invalid', 'list', 'premises', '--where', 'staff')
    p.fails('invalid', 'list', 'premises', '--where', "name' OR 1=1 --")
    p.fails('too_big', 'list', 'premises', *['--where', 'staff = 1'] * 33)


@test
def sealed_values_are_found_by_equality_only(p):
    p.new('person', name='张三', mobile='13900000001')
    p.new('person', name='李四')
    assert [r['name'] for r in p.ok('list', 'person', '--where', 'mobile = 13900000001')['rows']] == ['张三']
    p.fails('invalid', 'list', 'person', '--where', 'mobile ~ 139')


@test
def lists_sort_and_name_their_fields(p):
    shops(p)
    assert p.names('--sort', 'founded_on') == ['gamma', 'Ａlpha（东）', 'beta']
    assert p.names('--sort', '-founded_on') == ['beta', 'Ａlpha（东）', 'gamma']
    assert p.fails('invalid', 'list', 'premises', '--sort', 'nonsense')['field'] == 'nonsense'
    assert p.fails('invalid', 'list', 'premises', '--sort', 'staff')['field'] == 'staff'
    assert p.fails('invalid', 'list', 'premises', '--fields', 'name,nonsense')['field'] == 'nonsense'
    row = p.ok('list', 'premises', '--fields', 'name,staff,number', '--limit', '1')['rows'][0]
    assert set(row) == {'id', 'number', 'version', 'state', 'withdrawn', 'created', 'updated', 'name', 'staff'}
    assert len(p.ok('list', 'premises')['rows'][0]) > 20


@test
def pages_show_everything_once(p):
    for i in range(23):
        p.new('premises', name=f'甲{i % 3}')
    everything = {r['id'] for r in p.ok('list', 'premises')['rows']}
    for sort in ([], ['--sort', 'name'], ['--sort=-name']):
        seen, after = [], []
        while True:
            page = p.ok('list', 'premises', '--limit', '5', *sort, *after)
            assert len(page['rows']) == 5 or page['next'] is None
            seen += [r['id'] for r in page['rows']]
            if page['next'] is None:
                break
            after = ['--after', page['next']]
        assert len(seen) == 23 and set(seen) == everything, sort
    p.fails('invalid', 'list', 'premises', '--after', 'x')
    p.fails('invalid', 'list', 'premises', '--after', '1.tzz', '--sort', 'name')


@test
def a_search_finds_records_of_all_ledgers(p):
    shop = p.new('premises', name='紫微星零售店', region='430602')
    law = p.new('law', title='紫微星安全管理条例', kind='law', certainty='sure')
    a = p.ok('search', '紫微星')
    assert [(h['ledger'], h['id'], h['where']) for h in a['hits']] == [('law', law['id'], 'title'), ('premises', shop['id'], 'title')], a
    assert a['hits'][1]['number'] == shop['number'] and a['hits'][1]['title'] == '紫微星零售店' and a['next'] is None
    a = p.ok('search', '紫微星', '--limit', 1)
    assert len(a['hits']) == 1 and a['next']
    b = p.ok('search', '紫微星', '--limit', 1, '--after', a['next'])
    assert [h['id'] for h in b['hits']] == [shop['id']]
    table = p.run('search', '紫微星').out
    assert '紫微星零售店' in table and shop['number'] in table and 'Found in' in table
    assert p.fails('invalid', 'search', '紫微', '--after', 'nowhere')
    assert p.run('search').status == 2


@test
def fifty_rows_are_listed_unless_told(p):
    for i in range(51):
        p.new('premises', name=f'甲{i}')
    page = p.ok('list', 'premises')
    assert len(page['rows']) == 50 and page['next']
    assert 'more' in p.run('list', 'premises').err


@test
def lists_know_what_was_in_force_on_a_day(p):
    unit, person = p.new('unit', name='区政府', kind='government')['number'], p.new('person', name='张三')['number']
    p.new('post', person=person, unit=unit, duty='主任', role='member', from_day='2020-01-01', to_day='2021-01-01')
    for day, n in (('2019-12-31', 0), ('2020-01-01', 1), ('2020-12-31', 1), ('2021-01-01', 0)):
        assert p.ok('list', 'post', '--on', day, '--count') == {'count': n}, day
    p.fails('invalid', 'list', 'premises', '--on', '2020-01-01')
    assert p.fails('refused', 'new', 'post', '--set', f'person={person}', '--set', f'unit={unit}', '--set', 'duty=主任', '--set', 'role=member',
                   '--set', 'from_day=2020-06-01')


@test
def a_table_keeps_its_columns_and_fits_a_terminal(p):
    shops(p)
    out = p.run('list', 'premises', '--fields', 'name,staff').out.splitlines()
    assert len(out) == 4 and out[0].startswith('Number') and out[0].split()[-1] == 'Staff'
    width = lambda s: sum(2 if ord(c) > 0x2E7F and c != '…' else 1 for c in s)
    column = out[0].index('Staff')
    row = next(x for x in out if 'lpha' in x)
    assert width(row[:row.index(' 10') + 1]) == column, out
    try:
        pid, fd = pty.fork()
    except OSError:
        print('SKIP the table on a terminal: this machine has no pseudo-terminals')
        return
    if pid == 0:
        os.chdir(p.folder)
        os.execve('/bin/sh', ['sh', '-c', 'stty cols 60; exec "$0" list premises', PROGRAM], p.env)
    text = b''
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.waitpid(pid, 0)
    os.close(fd)
    assert b'beta' in text


# ---- accounts --------------------------------------------------------------------------------------------------------

@test
def accounts_are_kept_by_two_administrators_and_mended_at_the_console(p):
    p.ok('user', 'add', 'sys', '--role', 'system_admin', '--password-stdin', stdin='a first long one\n')
    p.ok('user', 'add', 'sec', '--role', 'security_admin')
    p.fails('refused', 'user', 'block', 'sys', rule='last_admin')
    p.fails('refused', 'withdraw', 'account', 'sec', '--reason', 'x', rule='last_admin')
    unit, person = p.new('unit', name='街道', kind='subdistrict')['id'], p.new('person', name='文员')['id']
    post = p.new('post', person=person, unit=unit, duty='员', role='member', from_day='2020-01-01')['id']
    assert p.ok('user', 'add', 'wen', '--person', person, '--as', 'sys')['state'] == 'waiting'
    p.fails('forbidden', 'list', 'premises', '--as', 'wen')
    p.fails('forbidden', 'user', 'add', 'other', '--role', 'user', '--as', 'sys', rule='right')
    assert 'other' not in [u['name'] for u in p.ok('user', 'list')['users']]  # not half done
    p.fails('forbidden', 'user', 'grant', 'wen', '--role', 'user', '--as', 'sys', rule='right')
    assert p.ok('user', 'grant', 'wen', '--role', 'user', '--post', post, '--as', 'sec')['state'] == 'active'
    p.ok('list', 'premises', '--as', 'wen')
    p.fails('refused', 'change', 'account', 'wen', '--set', 'role=auditor', '--as', 'sys', rule='by')
    users = {u['name']: u for u in p.ok('user', 'list', '--as', 'sec')['users']}
    assert users['wen']['state'] == 'active' and users['wen']['post'] == post
    p.fails('forbidden', 'user', 'list', '--as', 'wen', rule='right')
    assert p.ok('user', 'block', 'wen', '--as', 'sec')['state'] == 'blocked'
    p.fails('forbidden', 'list', 'premises', '--as', 'wen')
    assert p.ok('user', 'unblock', 'wen', '--as', 'sys')['state'] == 'active'
    p.fails('conflict', 'user', 'add', 'wen')
    p.fails('invalid', 'user', 'add', 'console')
    p.fails('not_found', 'user', 'block', 'nobody')
    assert '文员' in p.run('user', 'list').out


@test
def passwords_go_in_by_standard_input_and_come_out_nowhere(p):
    p.ok('user', 'add', 'wen', '--role', 'auditor', '--password-stdin', stdin='the first long one\n')
    for bad in ('short', '1234567890', 'wenwen1', 'x' * 201, ''):
        assert p.fails('invalid', 'user', 'password', 'wen', '--password-stdin', stdin=bad + '\n')['field'] == 'password'
    a = p.run('user', 'password', 'wen', '--password-stdin', stdin='the second long one\n')
    assert a.status == 0 and 'second' not in a.out + a.err, a.out
    p.fails('usage', 'user', 'password', 'wen', status=2)
    p.ok('log', '--out', 'log.jsonl')
    log = (p.folder / 'log.jsonl').read_text(encoding='utf-8')
    assert 'long one' not in log and 'argon2' not in log and '"verb\\":\\"reset' in log, log[-600:]
    if p.sqlite:
        with p.open_sql() as db:
            (hash_, must_change), = db.execute('SELECT hash, must_change FROM _password').fetchall()
            assert hash_.startswith('$argon2id$') and must_change == 1


@test
def a_token_is_shown_once_and_listed_without_it(p):
    p.ok('user', 'add', 'api', '--role', 'auditor')
    later = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    a = p.ok('user', 'token', 'api', '--scope', 'read hazard', '--expires', later, '--name', '接口')
    assert len(a['token']) == 43 and a['expires'].startswith(later)
    t, = p.ok('user', 'tokens', 'api')['tokens']
    assert t['name'] == '接口' and t['scopes'] == 'read hazard' and t['revoked'] is False and a['token'] not in json.dumps(t)
    p.ok('user', 'revoke', t['id'])
    assert p.ok('user', 'tokens', 'api')['tokens'][0]['revoked'] is True
    p.fails('forbidden', 'user', 'revoke', '12345')
    for field, args in (('scopes', ('--scope', 'all', '--expires', later)), ('expires', ('--scope', 'read', '--expires', '2000-01-01'))):
        assert p.fails('invalid', 'user', 'token', 'api', *args)['field'] == field
    p.fails('usage', 'user', 'token', 'api', '--scope', 'read', status=2)
    p.fails('usage', 'user', 'token', 'api', '--scope', 'read', '--expires', 'tomorrow', status=2)
    p.ok('user', 'block', 'api')
    p.fails('forbidden', 'user', 'token', 'api', '--scope', 'read', '--expires', later)


@test
def words_of_user_take_only_their_own_options(p):
    p.fails('usage', 'user', status=2)
    p.fails('usage', 'user', 'remove', 'x', status=2)
    p.fails('usage', 'user', 'list', 'x', status=2)
    p.fails('usage', 'user', 'block', status=2)
    p.fails('usage', 'user', 'block', 'x', '--role', 'user', status=2)
    p.fails('usage', 'user', 'grant', 'x', status=2)
    p.fails('usage', 'user', 'add', 'x', '--post', '1', status=2)


# ---- scope ------------------------------------------------------------------------------------------------------------

def district(p):
    units = {}
    for name, kind, more in (('街道', 'township', {}), ('安监站', 'station', {'parent': '街道'}), ('商务局', 'department', {}),
                             ('应急局', 'safety_bureau', {}), ('企业', 'enterprise', {'credit_code': CODES[0]}), ('学会', 'institution', {})):
        units[kind] = p.new('unit', name=name, kind=kind, **more)['id']
        person = p.new('person', name=name + '的人')['id']
        p.new('post', person=person, unit=units[kind], duty='员', role='member', from_day='2020-01-01')
        p.ok('user', 'add', kind, '--person', person, '--role', 'user')
    p.new('premises', name='属地的', territory=units['township'])
    p.new('premises', name='行业的', sector=units['department'])
    p.new('premises', name='自己的', credit_code=CODES[0])
    return units


@test
def an_account_sees_what_its_post_gives(p):
    district(p)
    p.fails('forbidden', 'list', 'premises', '--as', 'institution', rule='right')
    p.fails('forbidden', 'show', 'premises', '属地的', '--as', 'institution', rule='right')
    for user, sees in (('township', ['属地的']), ('station', ['属地的']), ('department', ['行业的']), ('enterprise', ['自己的']),
                       ('safety_bureau', ['自己的', '行业的', '属地的']), ('console', ['自己的', '行业的', '属地的'])):
        assert p.names('--as', user) == sees, user
        assert p.ok('list', 'premises', '--count', '--as', user) == {'count': len(sees)}
        for name in ('属地的', '行业的', '自己的'):
            if name in sees:
                assert p.ok('show', 'premises', name, '--as', user)['name'] == name
            else:
                p.fails('not_found', 'show', 'premises', name, '--as', user)
                p.fails('not_found', 'change', 'premises', name, '--set', 'staff=1', '--as', user)  # found before rights are asked
                assert p.names('--search', name, '--as', user) == []
        if user == 'institution':
            p.fails('forbidden', 'export', 'premises', '--out', f'{user}.json', '--as', user, rule='right')
            continue
        p.ok('export', 'premises', '--out', f'{user}.json', '--as', user)
        rows = json.loads((p.folder / f'{user}.json').read_text(encoding='utf-8'))['rows']
        assert sorted(r['name'] for r in rows) == sorted(sees), user


@test
def an_account_writes_only_its_own_rows(p):
    units = district(p)
    p.ok('new', 'premises', '--set', 'name=新的', '--set', f'territory={units["township"]}', '--as', 'township')
    p.fails('forbidden', 'new', 'premises', '--set', 'name=别处', '--as', 'township')
    p.fails('forbidden', 'new', 'unit', '--set', 'name=x', '--set', 'kind=township', '--as', 'township')
    p.fails('forbidden', 'change', 'unit', '学会', '--set', 'short_name=x', '--as', 'enterprise')
    p.fails('forbidden', 'new', 'premises', '--set', 'name=x', '--as', 'institution')
    assert p.ok('show', 'unit', '学会', '--as', 'township')['name'] == '学会'
    p.fails('forbidden', 'show', 'unit', '学会', '--as', 'institution')
    p.fails('forbidden', 'backup', '--out', 'b', '--as', 'township')


@test
def an_account_without_a_right_to_act_is_refused(p):
    units = district(p)
    p.fails('forbidden', 'list', 'premises', '--as', 'nobody')
    p.ok('user', 'block', 'township')
    p.fails('forbidden', 'list', 'premises', '--as', 'township')
    p.ok('user', 'add', 'auditor', '--role', 'auditor', '--person', '应急局的人')
    p.fails('forbidden', 'list', 'premises', '--as', 'auditor', rule='right')
    p.ok('log', '--out', 'log.jsonl', '--as', 'auditor')
    assert p.ok('verify', '--as', 'auditor')['ok'] is True
    p.fails('forbidden', 'verify', '--as', 'safety_bureau', rule='right')
    for verb in ('backup', 'seal'):
        p.fails('forbidden', verb, '--out', 'b', '--as', 'auditor')
    p.new('post', person='商务局的人', unit=units['township'], duty='兼', role='member', from_day='2021-01-01')
    p.fails('forbidden', 'list', 'premises', '--as', 'department')
    post = p.ok('list', 'post', '--where', 'duty = 兼')['rows'][0]['id']
    p.ok('user', 'grant', 'department', '--role', 'user', '--post', post)
    assert p.names('--as', 'department') == ['属地的']
    p.ok('change', 'post', post, '--set', 'to_day=2022-01-01')
    p.fails('forbidden', 'list', 'premises', '--as', 'department', rule='right')  # the post that it names has ended


# ---- files out --------------------------------------------------------------------------------------------------------

@test
def exports_hold_the_rows_of_the_conditions(p):
    shops(p)
    p.ok('change', 'premises', 'beta', '--set', 'capital=123456')
    assert p.ok('export', 'premises', '--where', 'staff !=', '--sort', 'name', '--out', 'a.csv') == {'rows': 2}
    with open(p.folder / 'a.csv', encoding='utf-8-sig', newline='') as f:
        rows = list(csv.DictReader(f))
    assert [r['Name'] for r in rows] == ['Ａlpha（东）', 'beta']
    assert [(r['Staff'], r['Risk colour'], r['Founded on'], r['Registered capital']) for r in rows] == [
        ('10', 'Red (major)', '2019-01-01', ''), ('20', 'Blue (low)', '2020-01-01', '1234.56')]
    p.ok('export', 'premises', '--out', 'a.csv', '--lang', 'zh')
    assert '注册资金' in (p.folder / 'a.csv').read_text(encoding='utf-8-sig')
    p.ok('export', 'premises', '--out', 'a.xlsx')
    with zipfile.ZipFile(p.folder / 'a.xlsx') as z:
        assert 'beta' in z.read('xl/sharedStrings.xml').decode() if 'xl/sharedStrings.xml' in z.namelist() else True
    p.ok('export', 'premises', '--out', 'a.json')
    whole = json.loads((p.folder / 'a.json').read_text(encoding='utf-8'))
    assert whole['next'] is None and len(whole['rows']) == 3 and whole['rows'][0]['ferry_sheet'] == []
    assert not list(p.folder.glob('*.part'))
    p.fails('invalid', 'export', 'premises', '--where', 'x = 1', '--out', 'bad.csv')
    p.fails('io', 'export', 'premises', '--out', 'no/such/folder.csv')
    assert not (p.folder / 'bad.csv').exists() and not (p.folder / 'bad.csv.part').exists()


@test
def words_that_mean_two_things_are_exported_as_codes_and_keys(p):
    p.new('code', list='risk_colour', code='1', zh='同名', en='Same')
    p.new('code', list='risk_colour', code='2', zh='同名', en='Same')
    p.new('code', list='premises_category', code='a', zh='学校、幼儿园', en='School, kindergarten')
    p.new('code', list='premises_category', code='b', zh='渡口', en='Ferry')
    market = p.new('premises', name='市场', risk_colour='1')['number']
    other = p.new('premises', name='市场', credit_code=CODES[0], risk_colour='2')['number']
    p.new('premises', name='独一')
    p.new('premises', name='摊位一', parent_premises=market, categories='a、b')
    p.new('premises', name='摊位二', parent_premises=CODES[0])
    p.new('premises', name='摊位三', parent_premises='独一')
    p.ok('export', 'premises', '--out', 'a.csv', '--lang', 'zh')
    with open(p.folder / 'a.csv', encoding='utf-8-sig', newline='') as f:
        rows = {r['编号'] if r['名称'] == '市场' else r['名称']: r for r in csv.DictReader(f)}
    assert [rows[k]['所属场所'] for k in ('摊位一', '摊位二', '摊位三')] == [market, CODES[0], '独一']
    assert (rows[market]['风险等级'], rows[other]['风险等级']) == ('同名', '2')
    assert rows['摊位一']['对象类别'] == 'a、渡口'


@test
def an_export_has_the_labels_of_the_day_of_each_record(p):
    shop = p.new('premises', name='两版', region='430602')
    for day, want in ('2026-06-30', '05'), ('2026-07-01', '2025-06'):
        h = p.new('hazard', premises=shop['id'], description='电线裸露', grade='general', found_on=day, accident_types='触电')
        assert p.ok('show', 'hazard', h['id'])['accident_types'] == [want]
    out = p.folder / 'h.csv'
    p.ok('export', 'hazard', '--out', out, '--lang', 'zh')
    assert out.read_text(encoding='utf-8-sig').count('触电') == 2
    done = p.ok('import', 'hazard', out)
    assert (done[0] if isinstance(done, list) else done)['unchanged'] == 2, done
    e = p.fails('invalid', 'change', 'hazard', h['id'], '--set', 'accident_types=05')
    assert e['field'] == 'accident_types' and e['rule'] == 'validity' and '2026-06-30' in e['message']


@test
def an_export_imported_again_changes_nothing(p):
    shops(p)
    market = p.new('premises', name='市场', credit_code=CODES[0], capital='123456', region='430602', place='113.1,29.4', safety_sectors='', categories='',
                   office_phone='0730-8240000', business_scope="=1+1\n第二行")['number']
    p.new('premises', name='摊位', parent_premises=market, region='430602')
    before = p.ok('list', 'premises')['rows']
    for form in ('csv', 'xlsx'):
        for lang in ('zh', 'en'):
            p.ok('export', 'premises', '--out', f'a.{form}', '--lang', lang)
            a = p.ok('import', 'premises', f'a.{form}', '--lang', lang)
            assert a['unchanged'] == len(before), (form, lang, a)
    assert p.ok('list', 'premises')['rows'] == before


@test
def a_template_has_the_headings_and_the_choices(p):
    a = p.ok('template', 'premises', '--out', 't.xlsx')
    with zipfile.ZipFile(p.folder / 't.xlsx') as z:
        text = ''.join(z.read(n).decode() for n in z.namelist() if n.endswith('.xml'))
    assert a['columns'] > 20 and 'Name*' in text and 'Registered capital' in text and 'Red (major),Orange (considerable)' in text
    p.ok('template', 'hazard', '--out', 't.xlsx', '--lang', 'zh')


# ---- ledgers, numbers -------------------------------------------------------------------------------------------------

OWN = """ledger: parking
zh: 停车场
en: Parking
title: name
keys: [name]
scope: {public: true}
fields:
  - {name: name, type: text, zh: 名称, en: Name, required: true, search: title, max: 60}
"""


@test
def a_district_adds_a_ledger_of_its_own(p):
    (p.folder / 'own.yaml').write_text(OWN, encoding='utf-8')
    a = p.ok('ledger-add', 'own.yaml')
    assert a['ledger'] == 'parking' and a['shipped'] is False
    p.new('parking', name='东停车场')
    (p.folder / 'own.yaml').write_text(OWN + '  - {name: places, type: integer, zh: 车位, en: Places}\n', encoding='utf-8')
    p.ok('ledger-add', 'own.yaml')
    p.ok('change', 'parking', '东停车场', '--set', 'places=40')
    assert p.ok('list', 'parking')['rows'][0]['places'] == 40
    (p.folder / 'own.yaml').write_text(OWN, encoding='utf-8')
    p.fails('refused', 'ledger-add', 'own.yaml')
    (p.folder / 'own.yaml').write_text(OWN.replace('parking', 'premises'), encoding='utf-8')
    p.fails('conflict', 'ledger-add', 'own.yaml')
    (p.folder / 'own.yaml').write_text('nonsense', encoding='utf-8')
    p.fails('invalid', 'ledger-add', 'own.yaml')
    copies = sorted(x.name for x in p.folder.iterdir() if 'before-ledger-add' in x.name)
    assert copies == (['a.db.before-ledger-add-1', 'a.db.before-ledger-add-2'] if p.sqlite else []), copies
    if p.sqlite:
        old = Place('older_' + p.folder.name)
        assert not [r for r in old.ok('ledgers', '--db', f'sqlite:{p.folder}/a.db.before-ledger-add-1') if r['ledger'] == 'parking']
    assert 'parking' in [x['ledger'] for x in p.ok('ledgers')]


@test
def what_a_new_ledger_names_must_be_there(p):
    own = p.folder / 'own.yaml'
    own.write_text(OWN + '  - {name: kind, type: choice, codes: parking_kind, zh: 类型, en: Kind}\n', encoding='utf-8')
    a = p.run('ledger-add', 'own.yaml')
    assert a.status == 0 and 'parking_kind' in a.err and 'kind' in a.err, a.err
    found = {x['check']: x for x in p.ok('doctor')}
    assert found['codes']['result'] == 'warn' and 'parking_kind' in found['codes']['message'], found
    p.new('code', list='parking_kind', code='open', zh='露天', en='Open')
    found = {x['check']: x for x in p.ok('doctor')}
    assert found['ledgers']['result'] == 'ok' and 'codes' not in found, found
    own.write_text(OWN.replace('parking', 'lot') + 'states:\n  - {name: s, zh: 在, en: S}\nverbs:\n'
                   '  - {name: go, zh: 去, en: Go, from: [s], to: s, guards: [nobody]}\n', encoding='utf-8')
    assert '“nobody”' in p.fails('invalid', 'ledger-add', 'own.yaml')['message']
    assert 'lot' not in [x['ledger'] for x in p.ok('ledgers')]


@test
def ledgers_describes_itself(p):
    every = p.ok('ledgers')
    assert {'premises', 'hazard', 'account'} <= {x['ledger'] for x in every} and all(x['zh'] and x['en'] for x in every)
    assert 'sheet_ferry' not in {x['ledger'] for x in every}
    one = p.ok('ledgers', 'premises', '--lang', 'zh')
    name = next(f for f in one['fields'] if f['name'] == 'name')
    assert one['label'] == '监管对象' and name['label'] == '名称' and name['required'] is True and name['type'] == 'text'
    assert 'credit_code' in p.run('ledgers', 'premises').out
    p.fails('not_found', 'ledgers', 'nonsense')


@test
def numbers_are_checked_without_a_database(p):
    env = {'ANJIAN_DB': 'sqlite:/nowhere/x.db'}
    a = p.ok('check', 'uscc', CODES[1], ' ９1430682ma4pc1e12ｌ', '91430682MA4PC1E12X', env=env)
    assert [x['valid'] for x in a] == [True, True, False] and a[1]['normalized'] == CODES[1]
    assert a[0]['reason'] is None and a[2]['reason'] and a[2]['value'] == '91430682MA4PC1E12X'
    b = p.ok('check', 'idcard', '11010519491231002X', '110105194912310021', env=env)
    assert [x['valid'] for x in b] == [True, False]


# ---- looking after a database -----------------------------------------------------------------------------------------

def spare(p, name):
    """Another place for a database of the same kind."""
    return Place('s_' + name) if p.sqlite else Place('p_' + name, make_pg(name))


@test
def a_backup_becomes_the_same_database_again(p):
    (p.folder / 'a.jpg').write_bytes(b'\xff\xd8\xff' + b'x' * 1000)
    n = p.ok('new', 'premises', '--set', 'name=甲', '--set', 'photos=@a.jpg')['number']
    m = p.ok('backup', '--out', 'b')
    assert m['counts']['premises'] == 1 and m['files'] == (1 if p.sqlite else 0) and m['schema'] == SCHEMA and len(m['uuid']) == 36
    assert json.loads((p.folder / 'b' / 'manifest.json').read_text()) == m
    assert hashlib.sha256((p.folder / 'b' / m['copy']).read_bytes()).hexdigest() == m['sha256']
    assert not [x for x in (p.folder / 'b').rglob('*') if 'key' in x.name or x.name.endswith(('-wal', '-shm', '.part'))]
    p.fails('conflict', 'backup', '--out', 'b')
    q = spare(p, 'restored')
    assert q.ok('restore', p.folder / 'b')['uuid'] == m['uuid']
    q.ok('fetch', 'premises', n, 'photos', '--out', 'a.jpg')
    assert (q.folder / 'a.jpg').read_bytes() == (p.folder / 'a.jpg').read_bytes()
    assert q.ok('show', 'premises', n, '--history') == p.ok('show', 'premises', n, '--history')
    q.new('premises', name='乙')
    q.fails('conflict', 'restore', p.folder / 'b')
    assert q.names() == ['乙', '甲']


@test
def an_altered_backup_is_not_restored(p):
    m = p.ok('backup', '--out', 'b')
    q = spare(p, 'altered')
    with open(p.folder / 'b' / m['copy'], 'r+b') as f:
        f.seek(1000)
        f.write(b'?')
    q.fails('unreadable', 'restore', p.folder / 'b')
    q.fails('io', 'restore', p.folder / 'none')
    (p.folder / 'b' / 'manifest.json').write_text('{}')
    q.fails('unreadable', 'restore', p.folder / 'b')
    assert not q.sqlite or not os.listdir(q.folder)


@test
def doctor_finds_what_is_wrong(p):
    found = {x['check']: x['result'] for x in p.ok('doctor')}
    assert found['database'] == found['pages'] == found['chain'] == found['key'] == 'ok', found
    assert set(found) >= {'program', 'catalogue'}
    assert p.run('doctor').status == 0
    key = p.folder / ('a.db.key' if p.sqlite else 'key')
    os.chmod(key, 0o644)
    a = p.run('doctor', '--json')
    assert a.status == 1 and {x['check']: x['result'] for x in a.json}['key'] == 'fail'
    os.chmod(key, 0o600)
    assert p.run('doctor', '--db', 'sqlite:none.db').status == 1
    if p.sqlite:
        p.new('premises', name='甲')
        with p.open_sql() as db:
            db.execute("UPDATE _lane SET head = x'00'")
        a = p.run('doctor', '--json')
        assert a.status == 1 and {x['check']: x['result'] for x in a.json}['chain'] == 'fail'


@test
def verify_names_what_was_altered_behind_the_program(p):
    n = p.new('premises', name='甲')['id']
    assert p.ok('verify')['ok'] is True
    assert p.run('verify', '--key', 'x').status == 2
    if p.sqlite:
        a = p.ok('seal', '--out', 's')
        assert a['lanes'] == 1 and len(a['fingerprint']) > 20
        assert p.ok('verify', '--head', 's')['ok'] is True
        assert 'fingerprint' in p.run('seal', '--out', 's').out
        text = (p.folder / 's').read_text()
        (p.folder / 's').write_text(text.replace('430602', '430603') if '430602' in text else text[:-20] + 'A' + text[-19:])
        assert p.run('verify', '--head', 's', '--json').status == 1
        with p.open_sql() as db:
            db.execute("UPDATE premises SET name = '乙'")
        a = p.run('verify', '--json')
        assert a.status == 1 and a.json['ok'] is False, a.out
        assert a.json['first_broken']['record'] == n and a.json['first_broken']['ledger'] == 'premises', a.out
        a = p.run('verify')
        assert a.status == 1 and a.out.startswith('broken: ') and 'premises' in a.out and n in a.out, a.out


@test
def jobs_are_listed_and_asked_to_stop(p):
    assert p.ok('jobs')['jobs'] is not None
    (p.folder / 'p.csv').write_text('名称,区划代码\n甲,430602\n', encoding='utf-8')
    p.ok('import', 'premises', 'p.csv')
    job = p.ok('jobs')['jobs'][0]
    assert job['kind'] == 'import' and job['state'] == 'done' and job['done'] == 1, job
    assert p.fails('refused', 'stop', '5')
    assert p.fails('refused', 'stop', job['id'])
    assert p.run('stop', 'x').status == 2


@test
def upgrade_copies_before_it_changes(p):
    assert p.ok('upgrade') == {'upgraded': False, 'copy': None}
    if not p.sqlite:
        return
    p.new('premises', name='甲')
    with p.open_sql() as db:  # as an older program left it: without the note on remarks
        text, = db.execute("SELECT text FROM _ledger WHERE name = 'premises'").fetchone()
        older = '\n'.join(x for x in text.splitlines() if 'name: source,' not in x) + '\n'
        db.execute("UPDATE _ledger SET text = ? WHERE name = 'premises'", (older,))
        db.execute('ALTER TABLE premises DROP COLUMN source')
    p.fails('refused', 'list', 'premises')
    a = p.ok('upgrade')
    assert a['upgraded'] is True and a['copy'].endswith('.before-upgrade-1') and os.path.exists(a['copy'])
    p.ok('change', 'premises', '甲', '--set', 'source=普查')
    assert p.names() == ['甲']


# ---- running ----------------------------------------------------------------------------------------------------------

def psql(sql):
    subprocess.run(['psql', '-qX', '-d', os.environ['ANJIAN_TEST_PG'], '-c', sql], check=True, capture_output=True)


def make_pg(name, like='template0'):
    """A fresh database on the server of ANJIAN_TEST_PG."""
    database = f'anjian_cli_{os.getpid()}_{name}'
    psql(f'CREATE DATABASE "{database}" TEMPLATE {like} ENCODING \'UTF8\'')
    atexit.register(psql, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    head, _, query = os.environ['ANJIAN_TEST_PG'].partition('?')
    return head.rsplit('/', 1)[0] + '/' + database + ('?' + query if query else '')


MODELS = {}


def fresh(engine, name):
    """A place with a database just made; made once and then copied, which is quicker."""
    if engine not in MODELS:
        MODELS[engine] = Place('model_' + engine, None if engine == 'sqlite' else make_pg('model'))
        assert MODELS[engine].run('init', '--region', '430602').status == 0
    place = Place(name, None if engine == 'sqlite' else make_pg(name, f'anjian_cli_{os.getpid()}_model'))
    for file in MODELS[engine].folder.iterdir():
        shutil.copy(file, place.folder)
    return place


def main():
    passed = failed = 0
    for engine in ['sqlite'] + (['pg'] if os.environ.get('ANJIAN_TEST_PG') else []):
        for number, fn in enumerate(TESTS):
            name = f'{engine}_{number}'
            try:
                fn(fresh(engine, name))
                passed += 1
            except Exception:
                failed += 1
                print(f'FAILED {engine}: {fn.__name__}')
                traceback.print_exc(file=sys.stdout)
    if not os.environ.get('ANJIAN_TEST_PG'):
        print('SKIP the command line on PostgreSQL')
    print(f'{passed} passed, {failed} failed')
    sys.exit(failed != 0)


main()
