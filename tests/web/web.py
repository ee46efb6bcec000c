"""What the black-box tests of the web share: the program on a database of its own with an account of every role, a client that keeps
its connection and its cookies, and a small runner.

    from web import Site, run_tests
    def a_statement(site): ...          a test; it runs once on each engine, or those in its attribute `engines`; to return a text skips it
                                        and says why
    run_tests([a_statement, …])

usage of a test program: NAME.py PROGRAM [WORD]   (only tests with WORD in their name)
"""
import atexit
import base64
import fcntl
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
import urllib.parse

PROGRAM = os.path.abspath(sys.argv[1])
HOME = pathlib.Path(tempfile.mkdtemp(prefix='anjian-web-'))
atexit.register(shutil.rmtree, HOME, True)
SERVER = os.environ.get('ANJIAN_TEST_PG')
SHELF = os.environ.get('ANJIAN_TEST_SHELF')  # a folder of this run of many programs: what one has made others copy
NOW = '2026-03-10T09:00:00+08:00'  # the clock of the simulated district, which stands
PASSWORD = 'correct horse battery 7'

# account → (role of the account, kind of unit, unit, parent). North and south are two townships, for what lies in a scope and outside.
UNITS = {
    'gov_office': ('government', '区人民政府办公室', '区人民政府'),
    'safety_office': ('committee_office', '区安委办一科', '区安全生产委员会'),
    'bureau': ('safety_bureau', '区应急管理局一科', '区人民政府'),
    'schools': ('department', '区教育局一科', '区人民政府'),
    'north': ('township', '北港乡人民政府', '区人民政府'),
    'south': ('township', '南湖街道办事处', '区人民政府'),
    'ferry': ('enterprise', '北港渡运有限公司', None),
}
USERS = {
    'leader': 'gov_office', 'office': 'safety_office', 'officer': 'bureau', 'teacher': 'schools', 'station': 'north', 'other': 'south',
    'enterprise': 'ferry',
}
ADMINISTRATORS = {'root': 'system_admin', 'security': 'security_admin', 'auditor': 'auditor'}
CREDIT_CODE = '91430602707347130R'


class Answer:
    def __init__(self, r, body):
        self.status, self.headers, self.body = r.status, r.headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:600]!r}'


class Client:
    """One visitor: a connection, cookies, perhaps a token. It follows no redirects."""

    def __init__(self, port, token=None, lang='en'):
        self.port, self.token, self.lang, self.cookies, self.connection = port, token, lang, {}, None

    def send(self, method, path, body=None, headers=None):
        send = {'Accept-Language': self.lang}
        if self.cookies:
            send['Cookie'] = '; '.join(f'{k}={v}' for k, v in self.cookies.items())
        if self.token:
            send['Authorization'] = f'Bearer {self.token}'
        send.update(headers or {})
        send = {k: v for k, v in send.items() if v is not None}
        for last in (False, True):  # the server may have closed an idle connection
            try:
                if not self.connection:
                    self.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
                self.connection.request(method, path, body, send)
                r = self.connection.getresponse()
                answer = Answer(r, r.read())
                break
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                self.connection = None
                if last:
                    raise
        for line in r.headers.get_all('Set-Cookie') or []:
            name, value = re.match(r'([^=]+)=([^;]*)', line).groups()
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def get(self, path, **headers):
        return self.send('GET', path, headers={k.replace('_', '-'): v for k, v in headers.items()})

    def post(self, path, form=None, **headers):
        """A form of pages, with the csrf value."""
        fields = dict(form or {})
        if self.session:
            fields.setdefault('csrf', self.csrf)
        return self.send('POST', path, urllib.parse.urlencode(fields, doseq=True),
                         {'Content-Type': 'application/x-www-form-urlencoded', **headers})

    def api(self, method, path, body=None, headers=None, status=None):
        """JSON, under /api/v1; a session sends the csrf value in its header."""
        send = dict(headers or {})
        if method != 'GET' and self.session and not self.token:
            send.setdefault('X-CSRF-Token', self.csrf)
        if body is not None:
            send.setdefault('Content-Type', 'application/json')
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
            body = body.encode() if isinstance(body, str) else body
        a = self.send(method, '/api/v1' + path, body, send)
        assert status is None or a.status == status, (method, path, body, a)
        return a

    @property
    def session(self):
        return self.cookies.get('anjian')

    @property
    def csrf(self):
        """What forms of the session carry; so tests need no page that shows it."""
        mac = hmac.new(self.session.encode(), b'csrf', hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).rstrip(b'=').decode()

    def login(self, name, password=PASSWORD):
        a = self.post('/login', {'name': name, 'password': password})
        assert a.status == 303 and self.session, (name, a)
        return self

    def logout(self):
        return self.post('/logout')


class Site:
    """A database, its accounts, and the program serving it."""

    def __init__(self, engine):
        self.engine, self.folder, self.database, self.server, self.tokens = engine, HOME / engine, None, None, {}
        self.folder.mkdir()
        self.said = self.folder / 'stderr'  # of the server
        self.url = f'sqlite:{self.folder}/a.db'
        if engine == 'postgres':
            self.database = f'w{os.getpid()}'
            self.url = SERVER.rsplit('/', 1)[0] + '/' + self.database
        self.env = dict(os.environ, ANJIAN_LANG='en', ANJIAN_DB=self.url, ANJIAN_KEY=str(self.folder / 'key'))
        self.district()
        self.start()

    # ---- the district: made once for all programs of a run, so that each starts in a moment

    def district(self):
        if not SHELF:
            return self.make()
        kept = pathlib.Path(SHELF) / f'{self.engine}_{hashlib.sha256(PROGRAM.encode()).hexdigest()[:12]}'
        with open(f'{kept}.lock', 'w') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if kept.exists():
                return self.take(kept)
            self.make()
            if self.database:
                psql(SERVER, f'CREATE DATABASE {kept.name} TEMPLATE {self.database}')
            (self.folder / 'ids.json').write_text(json.dumps([self.unit, self.premises]))
            shutil.copytree(self.folder, f'{kept}.part')
            os.rename(f'{kept}.part', kept)

    def take(self, kept):
        shutil.copytree(kept, self.folder, dirs_exist_ok=True)
        if self.database:
            psql(SERVER, f'CREATE DATABASE {self.database} TEMPLATE {kept.name}')
        self.unit, self.premises = json.loads((self.folder / 'ids.json').read_text())

    def make(self):
        if self.database:
            psql(SERVER, f'CREATE DATABASE {self.database} TEMPLATE template0 ENCODING \'UTF8\' LC_COLLATE \'C.UTF-8\' LC_CTYPE \'C.UTF-8\'')
        self.cli('init', '--region', '430602', '--admin', 'root', '--password-stdin', '--simulated', '--now', NOW, stdin=PASSWORD + '\n')
        self.people()

    # ---- the command line

    def run(self, *args, stdin=''):
        return subprocess.run([PROGRAM, '--json', *map(str, args)], input=stdin.encode(), capture_output=True, cwd=self.folder, env=self.env,
                              timeout=120)

    def cli(self, *args, stdin='', status=0):
        done = self.run(*args, stdin=stdin)
        assert done.returncode == status, (args, done)
        return json.loads(done.stdout)

    def new(self, ledger, **fields):
        return self.cli('new', ledger, '--set-json', '-', stdin=json.dumps(fields))

    def sql(self, statement):
        if self.database:
            return psql(self.url, statement)
        with sqlite3.connect(self.folder / 'a.db', timeout=10) as db:
            db.execute(statement)
        return db.close()

    # ---- what every test finds: units, people, two premises, accounts

    def people(self):
        self.unit, self.premises = {}, {}
        for code, (kind, name, parent) in UNITS.items():
            more = {'parent': parent} if parent else {'credit_code': CREDIT_CODE}
            self.unit[code] = self.new('unit', code=code, kind=kind, name=name, **more)['id']
        for code, more in (('north', {'credit_code': CREDIT_CODE}), ('south', {})):
            self.premises[code] = self.new('premises', name={'north': '北港渡口', 'south': '南湖加油站'}[code], territory=self.unit[code],
                                           region='430602', **more)['id']
        for name, unit in USERS.items():
            person = self.new('person', name=f'{name} 某', unit=self.unit[unit])['id']
            self.new('post', person=person, unit=self.unit[unit], duty='经办', role='clerk', from_day='2020-01-01')
            self.cli('user', 'add', name, '--person', person, '--role', 'user', '--password-stdin', stdin=PASSWORD + '\n')
        for name, role in ADMINISTRATORS.items():
            if name != 'root':
                self.cli('user', 'add', name, '--role', role, '--password-stdin', stdin=PASSWORD + '\n')
        self.sql('UPDATE _password SET must_change = 0')  # of first passwords

    # ---- the server

    def start(self, *args):
        with open(self.said, 'ab') as said:
            self.server = subprocess.Popen([PROGRAM, '--json', 'serve', '--listen', '127.0.0.1:0', '--quiet', *args], cwd=self.folder, env=self.env,
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        line = self.server.stdout.readline()
        assert line, f'the server did not start\n{self.end_of_server()}'
        self.port = int(json.loads(line)['url'].rsplit(':', 1)[1])

    def stop(self):
        """By its process id; what it had begun is finished first."""
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            self.ended()

    def ended(self, status=0):
        """Wait for its end, which must have that status."""
        end = self.end_of_server()
        self.server.stdout.close()
        was, self.server = self.server.returncode, None
        assert was == status, end

    def end_of_server(self):
        """How it ended and what it said, for whoever finds it gone."""
        status = self.server.wait(60)
        how = f'the signal {signal.Signals(-status).name}' if status < 0 else f'status {status}'
        return f'the server ended with {how}; it said: {self.said.read_text(errors="replace")[-6000:]}'

    def dead(self):
        return self.server is not None and self.server.poll() is not None

    def kill(self):
        """As by a failure of power: nothing is finished."""
        server, self.server = self.server, None
        server.kill()
        server.wait(30)
        server.stdout.close()

    def close(self):
        try:
            self.stop()
        finally:
            if self.database:
                psql(SERVER, f'DROP DATABASE {self.database} WITH (FORCE)')

    # ---- visitors

    def token(self, account, scope='write', expires='2026-12-31'):
        key = (account, scope, expires)
        if key not in self.tokens:
            self.tokens[key] = self.cli('user', 'token', account, '--scope', scope, '--expires', expires)['token']
        return self.tokens[key]

    def client(self, account=None, scope='write', lang='en'):
        """Somebody unknown, or a program with a token of that account."""
        return Client(self.port, self.token(account, scope) if account else None, lang)

    def login(self, account, lang='en'):
        return Client(self.port, lang=lang).login(account)


def psql(url, statement):
    done = subprocess.run(['psql', '-q', '-t', '-d', url, '-c', statement], check=True, capture_output=True)
    return done.stdout.decode().strip()


def run_tests(tests):
    word = sys.argv[2] if len(sys.argv) > 2 else ''
    tests = [t for t in tests if word in t.__name__]
    passed = failed = 0
    for engine in ('sqlite', 'postgres'):
        if engine == 'postgres' and not SERVER:
            for test in tests:
                print('SKIP', f'{test.__name__}_{engine}')
            continue
        site = Site(engine)
        try:
            for test in tests:
                if engine not in getattr(test, 'engines', engine):
                    continue
                name = f'{test.__name__}_{engine}'
                try:
                    skip = test(site)
                    passed += not skip
                    print(*(['SKIP', name, '—', skip] if skip else ['ok  ', name]), flush=True)
                except Exception:
                    failed += 1
                    print('FAIL', name)
                    traceback.print_exc(file=sys.stdout)
                    if site.dead():
                        print(site.end_of_server(), flush=True)
                        site.start()  # for the tests that follow
        finally:
            site.close()
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)
