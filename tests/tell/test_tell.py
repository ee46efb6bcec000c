"""test_tell.py PROGRAM [WORD] — messages to real receivers: what they get, what becomes of those that fail, and of senders that are killed."""
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

from receivers import Hook, Mail, Receiver

PROGRAM = os.path.abspath(sys.argv[1])
HOME = pathlib.Path(tempfile.mkdtemp(prefix='anjian-tell-'))
SERVER = os.environ['ANJIAN_TEST_PG']


class Place:
    """A database of its own, with a person who has an address: a copy of one that was made once for each engine."""

    made = {}

    def __init__(self, engine, name, origin=None):
        self.folder, self.receivers = HOME / f'{engine}-{name}', []
        self.database, self.url = None, f'sqlite:{self.folder}/a.db'
        template = origin.database if origin and origin.database else 'template0'
        if origin:
            shutil.copytree(origin.folder, self.folder)
        else:
            self.folder.mkdir()
        if engine == 'postgres':
            self.database = f't{os.getpid()}_{name}'
            self.server(f"CREATE DATABASE {self.database} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
            self.url = SERVER.rsplit('/', 1)[0] + '/' + self.database
        # A proxy of the environment must not be used.
        self.env = dict(os.environ, ANJIAN_LANG='en', ANJIAN_DB=self.url, ANJIAN_KEY=str(self.folder / 'key'), http_proxy='http://127.0.0.1:1',
                        ALL_PROXY='http://127.0.0.1:1')
        if origin:
            self.person = origin.person
        else:
            self.run('init', '--region', '430602', '--simulated', '--now', '2026-03-02T09:00')
            self.person = self.new('person', name='李四', email='li.si@example.cn')['id']

    @classmethod
    def of(cls, engine, name):
        if engine not in cls.made:
            cls.made[engine] = cls(engine, 'origin')
        return cls(engine, name, cls.made[engine])

    @staticmethod
    def server(command):
        subprocess.run(['psql', '-q', '-d', SERVER, '-c', command], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        for r in self.receivers:
            r.close()
        if self.database:
            self.server(f'DROP DATABASE {self.database} WITH (FORCE)')
        shutil.rmtree(self.folder, True)

    def start(self, *args):
        return subprocess.Popen([PROGRAM, '--json', *map(str, args)], cwd=self.folder, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def run(self, *args, stdin='', status=0):
        p = self.start(*args)
        out, err = p.communicate(stdin.encode(), timeout=120)
        assert p.returncode == status, (args, p.returncode, out, err)
        return json.loads(out) if out else None

    def new(self, ledger, **fields):
        return self.run('new', ledger, '--set-json', '-', stdin=json.dumps(fields))

    def setting(self, name, value):
        self.run('change', 'setting', name, '--set', f'value={value}')

    def sql(self, statement):
        """The first column of the answer."""
        tool = ['psql', '-qAt', '-d', self.url, '-c'] if self.database else ['sqlite3', str(self.folder / 'a.db')]
        return subprocess.run([*tool, statement], check=True, capture_output=True, text=True).stdout.split()

    def allow(self, host='127.0.0.1'):
        return self.new('allowed_host', host=host, purpose='test')

    def mail(self, **more):
        r = Receiver(Mail)
        self.receivers.append(r)
        self.new('channel', **{'name': 'mail', 'kind': 'mail', 'used': 1, 'host': '127.0.0.1', 'port': r.port, 'security': 'none',
                               'sender': 'anjian@example.cn', 'site': 'https://anjian.example.cn', **more})
        return r

    def hook(self, path='/in?a=1', **more):
        r = Receiver(Hook)
        self.receivers.append(r)
        self.new('channel', **{'name': 'hook', 'kind': 'webhook', 'used': 1, 'url': f'http://127.0.0.1:{r.port}{path}', **more})
        return r

    def tell(self):
        self.run('outbox', '--test', self.person)

    def send(self):
        done = self.run('outbox', '--send')
        return done['delivered'], done['failed']

    def outbox(self, *more):
        return self.run('outbox', *more)['messages']


def a_mail_arrives_as_it_was_meant(p):
    p.allow()
    r = p.mail()
    p.tell()
    assert p.send() == (1, 0)
    m, = r.got
    assert m['from'] == '<anjian@example.cn>' and m['to'] == ['<li.si@example.cn>'], m
    assert m['subject'] == 'A test of the channel' and 'looks after the channels' in m['text'], m
    assert m['headers']['Auto-Submitted'] == 'auto-generated' and m['headers']['Date'].endswith('+0800')
    assert p.outbox() == [] and p.outbox('--all')[0]['state'] == 'sent'
    assert p.send() == (0, 0)


def chinese_arrives_in_subject_and_text(p):
    p.allow()
    r = p.mail()
    p.env['ANJIAN_LANG'] = 'zh'
    p.tell()
    assert p.send() == (1, 0)
    assert any('\u4e00' <= c <= '\u9fff' for c in r.got[0]['subject']) and any('\u4e00' <= c <= '\u9fff' for c in r.got[0]['text']), r.got


def a_web_hook_gets_signed_json(p):
    p.allow()
    r = p.hook(secret='a secret')
    p.tell()
    assert p.send() == (1, 0)
    m, = r.got
    body = json.loads(m['body'])
    assert m['path'] == '/in?a=1' and body['to'] == '李四' and body['subject'] and body['text'] and body['key'], m
    assert m['headers']['Anjian-Signature'] == 'sha256=' + hmac.new(b'a secret', m['body'], hashlib.sha256).hexdigest()
    assert m['headers']['Content-Type'].startswith('application/json')


def a_host_off_the_list_is_not_even_connected_to(p):
    r, m = p.hook(), p.mail()
    p.tell()
    assert p.send() == (0, 2) and not r.got and not m.got
    bad = p.outbox()
    assert [x['state'] for x in bad] == ['undeliverable'] * 2 and all('127.0.0.1' in x['error'] for x in bad), bad
    p.allow()
    for x in bad:
        p.run('outbox', '--retry', x['id'])
    assert p.send() == (2, 0) and len(r.got) == len(m.got) == 1


def a_redirect_is_not_followed(p):
    p.allow()
    other = Receiver(Hook)
    p.receivers.append(other)
    r = p.hook()
    r.plan = [(307, {'Location': f'http://127.0.0.1:{other.port}/'})]
    p.tell()
    assert p.send() == (0, 1) and not other.got
    assert p.outbox()[0]['state'] == 'undeliverable' and '307' in p.outbox()[0]['error']


def what_the_host_puts_off_is_tried_again_and_what_it_refuses_is_listed(p):
    p.allow()
    p.setting('tell_wait_seconds', 1)
    r = p.hook()
    r.plan = [503, 429, 200]
    p.tell()
    for want in ((0, 1), (0, 1), (1, 0)):
        assert p.send() == want, (want, p.outbox())
        time.sleep(2.2 if want == (0, 1) else 0)
    assert len(r.got) == 3 and len({m['id'] for m in r.got}) == 1
    r.plan = [400]
    p.tell()
    assert p.send() == (0, 1) and p.outbox()[0]['state'] == 'undeliverable'
    p.run('outbox', '--give-up', p.outbox()[0]['id'])
    assert p.outbox() == []


def a_mail_host_says_later_or_never(p):
    p.allow()
    p.setting('tell_wait_seconds', 1)
    r = p.mail()
    r.plan = ['451 try later', '250 ok', '550 no such user']
    p.tell()
    assert p.send() == (0, 1) and p.outbox()[0]['state'] == 'waiting', p.outbox()
    time.sleep(1.2)
    assert p.send() == (1, 0)
    p.tell()
    assert p.send() == (0, 1) and p.outbox()[0]['state'] == 'undeliverable', p.outbox()
    assert len(r.got) == 1


def a_host_that_is_away_keeps_the_rest_waiting(p):
    p.allow()
    r = p.hook()
    r.close()
    p.receivers.remove(r)
    p.tell()
    p.tell()
    assert p.send() == (0, 1), p.outbox()  # the second is not tried: the channel rests
    assert [m['state'] for m in p.outbox()] == ['waiting'] * 2 and sorted(m['tries'] for m in p.outbox()) == [0, 1]


def a_sender_killed_in_the_middle_loses_nothing_and_tells_nothing_twice(p):
    p.allow()
    p.setting('tell_dead_seconds', 2)
    for r in (p.mail(), p.hook()):
        r.reached.clear()
        r.hold.clear()
    p.tell()
    for _ in range(2):  # each sender hands over one of the two, and is killed before it knows
        s = p.start('outbox', '--send')
        deadline = time.time() + 30
        while not any(r.reached.is_set() for r in p.receivers) and time.time() < deadline:
            time.sleep(0.02)
        s.kill()
        s.wait()
        for r in p.receivers:
            r.reached.clear()
    for r in p.receivers:
        r.hold.set()
    assert {m['state'] for m in p.outbox()} == {'sending'}, p.outbox()
    time.sleep(2.2)
    assert p.send() == (2, 0), p.outbox()
    for r in p.receivers:
        assert len(r.got) == 2 and len({m['id'] for m in r.got}) == 1, r.got  # a receiver knows it by its identity
    assert p.outbox() == []


def a_server_sends_by_itself_and_stops_behind_the_message_at_hand(p):
    p.allow()
    r = p.hook()
    s = p.start('serve', '--listen', '127.0.0.1:0', '--quiet')
    try:
        json.loads(s.stdout.readline())
        p.tell()
        deadline = time.time() + 20
        while p.outbox() and time.time() < deadline:
            time.sleep(0.1)
        assert len(r.got) == 1 and p.outbox() == []
    finally:
        s.terminate()
        assert s.wait(20) == 0


def a_missed_deadline_reaches_the_head_of_the_unit_by_mail_and_that_is_on_record(p):
    p.allow()
    r, hook = p.mail(), p.hook()
    town = p.new('unit', code='north', kind='township', name='北港镇人民政府')['id']
    clerk = p.new('person', name='王五', unit=town, email='wang.wu@example.cn')['id']
    p.new('post', person=clerk, unit=town, duty='安监站站长', role='first_responsible', from_day='2020-01-01')
    place = p.new('premises', name='北港渡口', territory=town, region='430602')['id']
    p.new('hazard', premises=place, description='救生衣不足', grade='general', found_on='2026-03-02', days=1, found_unit=town)
    p.run('tick', '--now', '2026-03-07T08:00')
    said = p.outbox()
    assert said and all(m['key'].startswith('notice/') for m in said), said
    assert p.send()[1] == 0
    assert 'wang.wu@example.cn' in str([m['to'] for m in r.got]), r.got
    assert '逾期' in r.got[-1]['subject'] and '北港渡口' in r.got[-1]['text'] and 'https://anjian.example.cn/l/duty/' in r.got[-1]['text'], r.got[-1]
    assert json.loads(hook.got[0]['body'])['subject'] == r.got[0]['subject']
    states = p.sql("SELECT delivery FROM _notice WHERE person <> 0")
    assert states and set(states) == {'delivered'}, states
    p.run('tick', '--now', '2026-03-07T08:01')
    assert p.send() == (0, 0)  # nothing is told twice


TESTS = [a_missed_deadline_reaches_the_head_of_the_unit_by_mail_and_that_is_on_record,
         a_mail_arrives_as_it_was_meant, chinese_arrives_in_subject_and_text, a_web_hook_gets_signed_json, a_host_off_the_list_is_not_even_connected_to,
         a_redirect_is_not_followed, what_the_host_puts_off_is_tried_again_and_what_it_refuses_is_listed, a_mail_host_says_later_or_never,
         a_host_that_is_away_keeps_the_rest_waiting, a_sender_killed_in_the_middle_loses_nothing_and_tells_nothing_twice,
         a_server_sends_by_itself_and_stops_behind_the_message_at_hand]


def main():
    word, passed, failed = ' '.join(sys.argv[2:]), 0, 0
    for i, test in enumerate(TESTS):
        if word not in test.__name__:
            continue
        for engine in ('sqlite', 'postgres'):
            place = Place.of(engine, str(i))
            try:
                test(place)
                passed += 1
                print(f'[       OK ] {test.__name__} ({engine})')
            except Exception:
                failed += 1
                print(f'[  FAILED  ] {test.__name__} ({engine})\n{traceback.format_exc()}')
            finally:
                place.close()
    for place in Place.made.values():
        place.close()
    shutil.rmtree(HOME, True)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


sys.exit(main())
