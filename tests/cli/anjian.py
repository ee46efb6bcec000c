"""What the tests of importing share: the program on a database of its own, and a small runner of test functions.

A test is a function test_NAME(place); it runs on each engine it is listed for. `SKIP name` names what could not run; the last line
is `N passed, N failed`.
"""
import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.abspath(sys.argv[1])
HOME = pathlib.Path(tempfile.mkdtemp(prefix='anjian-import-'))
atexit.register(shutil.rmtree, HOME, True)
SERVER = os.environ.get('ANJIAN_TEST_PG')


class Place:
    """A database in a folder of its own; with `url` on a PostgreSQL server."""

    def __init__(self, name, engine, folder=None):
        self.folder = folder or HOME / name
        self.folder.mkdir(exist_ok=True)
        self.engine = engine
        self.database = None
        self.url = f'sqlite:{self.folder}/a.db'
        if engine == 'postgres':
            self.database = f'c{os.getpid()}_{name}'
            self.server(f'CREATE DATABASE {self.database} TEMPLATE template0 ENCODING \'UTF8\' LC_COLLATE \'C.UTF-8\' LC_CTYPE \'C.UTF-8\'')
            self.url = SERVER.rsplit('/', 1)[0] + '/' + self.database
        self.env = dict(os.environ, ANJIAN_LANG='en', ANJIAN_DB=self.url, ANJIAN_KEY=str(self.folder / 'key'))
        self.ok('init', '--region', '430602')

    @staticmethod
    def server(command):
        subprocess.run(['psql', '-q', '-d', SERVER, '-c', command], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        if self.database:
            self.server(f'DROP DATABASE {self.database} WITH (FORCE)')
        shutil.rmtree(self.folder, True)

    def start(self, *args):
        return subprocess.Popen([PROGRAM, '--json', *map(str, args)], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *args, status=0):
        """The answers as a list of JSON values, for import one for each file; a crash or another exit status fails the test."""
        p = self.start(*args)
        out, err = p.communicate(timeout=600)
        assert p.returncode == status, (args, p.returncode, out[-2000:], err[-2000:])
        return [json.loads(line) for line in out.decode().splitlines()] if args[0] == 'import' else [json.loads(out)]

    def ok(self, *args):
        return self.run(*args)[0]

    def count(self, ledger, *where):
        return self.ok('list', ledger, '--count', *(x for w in where for x in ('--where', w)))['count']

    def one(self, ledger, *where):
        rows = self.ok('list', ledger, *(x for w in where for x in ('--where', w)))['rows']
        assert len(rows) == 1, (ledger, where, rows)
        return rows[0]

    def verified(self):
        assert self.ok('verify')['ok']


def counts(answer):
    return tuple(answer[k] for k in ('rows', 'added', 'changed', 'unchanged', 'refused'))


def run_tests(tests):
    """tests: (function, engines)…"""
    passed = failed = 0
    for test, engines in tests:
        for engine in engines:
            name = f'{test.__name__}_{engine}'
            if engine == 'postgres' and not SERVER:
                print('SKIP', name)
                continue
            place = None
            try:
                place = Place(f'p{passed + failed}', engine)
                skip = test(place)
                if skip:
                    print('SKIP', name, '—', skip)
                else:
                    passed += 1
                    print('ok  ', name, flush=True)
            except Exception:
                failed += 1
                print('FAIL', name)
                traceback.print_exc(file=sys.stdout)
            finally:
                if place:
                    place.close()
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)
