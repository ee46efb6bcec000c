"""What the server bears: clients that are slow, silent, too many or too big, and its own end, asked for or not.

usage: test_load.py PROGRAM [WORD]
"""
import concurrent.futures
import contextlib
import http.client
import json
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time

from web import PROGRAM, Client, run_tests

IDLE = 1  # seconds after which a silent client is cut off; a slow one after twice as many
CUT = 4 * IDLE + 4  # by when a slow one must be gone, on a busy machine
SOON = 5  # within which others are answered meanwhile
ENOUGH = 1200  # open files


def prepare(site):
    """The server with a short patience."""
    if hasattr(site, 'patient'):
        return
    site.patient = True
    site.stop()
    site.start('--idle', str(IDLE))


def once(test):
    """What has nothing to do with the database."""
    test.engines = 'sqlite'
    return test


def line(site, said=b'', room=None):
    """A connection that has said something."""
    s = socket.socket()
    if room:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    s.settimeout(CUT)
    s.connect(('127.0.0.1', site.port))
    s.sendall(said)
    return s


def begun(site, head, body=b''):
    """A request whose head the server has read: it has said to go on. It still waits for the rest of the body."""
    s = line(site, head + b'Expect: 100-continue\r\n\r\n')
    got = b''
    while b'\r\n\r\n' not in got:
        got += s.recv(1)
    assert b' 100 ' in got, got
    s.sendall(body)
    return s


def answer(s):
    """(status, all of it) of whatever comes until the server ends it."""
    got = b''
    with contextlib.suppress(ConnectionResetError):
        while piece := s.recv(65536):
            got += piece
    s.close()
    return int(got.split()[1]) if got else None, got


def ask(site, text):
    return answer(line(site, text))


def trickle(s, pieces, pause=IDLE / 4):
    """Say a piece now and then, so that there is never silence; how many seconds until the server had enough."""
    start = time.monotonic()
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            s.sendall(piece)
            s.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                if s.recv(65536) == b'':
                    return time.monotonic() - start
            s.settimeout(CUT)
            time.sleep(pause)
            assert time.monotonic() - start < CUT, 'it is still listened to'
    s.close()
    return time.monotonic() - start


def others_are_served(site):
    start = time.monotonic()
    assert Client(site.port).get('/healthz').status == 200
    assert site.client('office').api('GET', '/premises?limit=1').status == 200
    assert time.monotonic() - start < SOON


# ---- slow clients ----------------------------------------------------------------------------------------------------------------------


def cut_off(site, clients):
    """Each of them is, while others are served."""
    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        slow = [pool.submit(c) for c in clients]
        others_are_served(site)
        for s in slow:
            assert s.result() >= IDLE, 'cut off before its time'
    others_are_served(site)


@once
def who_sends_a_head_slowly_is_cut_off(site):
    prepare(site)
    one = lambda: trickle(line(site, b'GET / HTTP/1.1\r\n'), iter(lambda: b'X: y\r\n', None))
    first_line = lambda: trickle(line(site), iter(lambda: b'G', None))
    cut_off(site, [one, one, first_line, first_line])


def who_sends_a_body_slowly_is_cut_off(site):
    prepare(site)
    head = b'POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n'
    chunked = head.replace(b'Content-Length: 100000', b'Transfer-Encoding: chunked')
    cut_off(site, [lambda: trickle(line(site, head), iter(lambda: b'a', None)), lambda: trickle(line(site, chunked), iter(lambda: b'1\r\na\r\n', None))])


def big_file(site):
    """The address of a file of a record that no buffer of a connection holds."""
    c = site.client('station')
    h = c.api('POST', '/hazard', {'premises': site.premises['north'], 'description': '灯坏了', 'grade': 'general', 'found_on': '2026-03-02'},
              status=201).json['id']
    c.api('POST', f'/hazard/{h}/files/photos_before?name=big.png', b'\x89PNG\r\n\x1a\n' + bytes(8 << 20), {'Content-Type': 'application/octet-stream'},
          status=201)
    digest = re.search('[0-9a-f]{64}', c.api('GET', f'/hazard/{h}').text).group()
    return f'/api/v1/hazard/{h}/files/photos_before/{digest}', c.token


def who_takes_an_answer_slowly_is_cut_off(site):
    prepare(site)
    address, token = big_file(site)
    s = line(site, f'GET {address} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n'.encode(), room=4096)
    assert b'200 OK' in s.recv(1000)
    others_are_served(site)
    start, got = time.monotonic(), 0
    with contextlib.suppress(ConnectionError):
        while piece := s.recv(1000):  # a little now and then: there is no silence
            got += len(piece)
            time.sleep(IDLE / 4 if time.monotonic() - start < CUT else 0)
    assert got < 8 << 20, 'it was sent whole'
    s.close()
    others_are_served(site)


@once
def the_usual_pace_is_never_cut_off(site):
    """A connection that is used again and again lives longer than any deadline."""
    prepare(site)
    s, start = line(site), time.monotonic()
    while time.monotonic() - start < 4 * IDLE:
        s.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
        assert b'200 OK' in s.recv(65536)
        time.sleep(IDLE / 2)
    s.close()


# ---- too many -------------------------------------------------------------------------------------------------------------------------


@once
def a_thousand_idle_connections_stop_nobody(site):
    prepare(site)
    site.stop()
    site.start('--idle', '60')
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    n = min(1000, (hard if hard != resource.RLIM_INFINITY else ENOUGH) - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(ENOUGH, n + 100)), hard))
    idle = []
    try:
        for _ in range(n):
            idle.append(line(site))
        others_are_served(site)
        for s in idle[::100]:  # and none of them was dropped
            s.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
            assert b'200 OK' in s.recv(65536)
    finally:
        for s in idle:
            s.close()
    site.stop()
    site.start('--idle', str(IDLE))


# ---- too big --------------------------------------------------------------------------------------------------------------------------


@once
def too_much_of_a_head_is_refused(site):
    prepare(site)
    assert ask(site, b'GET / HTTP/1.1\r\nHost: a\r\nX: ' + b'a' * 40000 + b'\r\n\r\n')[0] == 431
    assert ask(site, b'GET / HTTP/1.1\r\nHost: a\r\n' + b'X: y\r\n' * 8000 + b'\r\n')[0] == 431
    assert ask(site, b'GET /' + b'a' * 40000 + b' HTTP/1.1\r\nHost: a\r\n\r\n')[0] == 414
    others_are_served(site)


def too_much_of_a_body_is_refused(site):
    prepare(site)
    c, api = site.login('office'), site.client('office')
    big = b'a' * (5 << 20)
    form = c.send('POST', '/login', b'csrf=' + c.csrf.encode() + b'&name=' + big, {'Content-Type': 'application/x-www-form-urlencoded'})
    assert form.status == 413 and form.headers['Content-Type'].startswith('text/html'), form
    problem = api.api('POST', '/premises', b'{"name":"' + big + b'"}')
    assert problem.status == 413 and problem.json['code'] == 'too_big', problem
    assert c.send('GET', '/healthz', b'a' * 100).status == 413  # which takes none at all
    # What is announced as too much is refused before it is sent.
    for path, more in (('/l/premises/import', 'Content-Type: multipart/form-data; boundary=b'), ('/api/v1/hazard/1/files/photos_before', 'X: y'),
                       ('/login', 'Content-Type: application/x-www-form-urlencoded')):
        status, text = ask(site, f'POST {path} HTTP/1.1\r\nHost: a\r\nCookie: anjian={c.session}\r\nExpect: 100-continue\r\n{more}\r\n'
                                 f'Content-Length: {300 << 20}\r\n\r\n'.encode())
        assert status == 413, text
    others_are_served(site)


@once
def too_many_values_and_parts_are_refused(site):
    prepare(site)
    c = site.login('office')
    many = '&'.join(f'a{i}=1' for i in range(4001))
    assert c.get('/l/premises?' + '&'.join('a' for _ in range(4001))).status == 422
    assert c.send('POST', '/l/premises/new', f'csrf={c.csrf}&{many}', {'Content-Type': 'application/x-www-form-urlencoded'}).status == 413
    parts = b''.join(b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % i for i in range(4001)) + b'--b--\r\n'
    assert c.send('POST', '/l/premises/new', parts, {'Content-Type': 'multipart/form-data; boundary=b'}).status == 413
    others_are_served(site)


# ---- writers that hold the database ---------------------------------------------------------------------------------------------------


@once
def readers_wait_for_no_writer(site):
    """Also not when it must be noted that their session is in use. SQLite has one writer; on PostgreSQL nothing could wait."""
    prepare(site)
    c = site.login('office')
    site.sql('UPDATE _session SET seen = seen - 300000000')
    time.sleep(2.1)  # sessions are remembered for two seconds
    writer = sqlite3.connect(site.folder / 'a.db', isolation_level=None)
    try:
        writer.execute('BEGIN IMMEDIATE')
        start = time.monotonic()
        assert c.get('/').status == 200 and c.get('/l/premises').status == 200
        others_are_served(site)
        assert time.monotonic() - start < SOON
        writer.execute('ROLLBACK')
    finally:
        writer.close()
    site.stop()  # it writes what waits
    with sqlite3.connect(site.folder / 'a.db') as db:
        assert db.execute('SELECT count(*) FROM _session WHERE seen >= created').fetchone()[0] >= 1
    site.start('--idle', str(IDLE))


# ---- the end --------------------------------------------------------------------------------------------------------------------------


def asked_to_end_it_finishes_what_has_begun(site):
    prepare(site)
    site.stop()
    site.start()
    token = site.client('office').token
    body = json.dumps({'name': '停机时的厂', 'region': '430602'}).encode()
    s = begun(site, f'POST /api/v1/premises HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n'
                    f'Content-Length: {len(body)}\r\n'.encode(), body[:-5])
    silent = line(site)
    start = time.monotonic()
    site.server.send_signal(signal.SIGTERM)
    while True:  # the door closes …
        try:
            line(site).close()
        except ConnectionRefusedError:
            break
        assert time.monotonic() - start < SOON, 'new visitors are still let in'
        time.sleep(0.02)
    assert site.server.poll() is None
    s.sendall(body[-5:])
    status, text = answer(s)  # … and who is inside is served, once
    assert status == 201 and b'connection: close' in text.lower(), text
    site.ended()
    assert time.monotonic() - start < 8, 'a silent connection keeps it'
    silent.close()
    site.start('--idle', str(IDLE))
    assert len(site.client('office').api('GET', '/premises?where=name+%3D+%E5%81%9C%E6%9C%BA%E6%97%B6%E7%9A%84%E5%8E%82').json['rows']) == 1


def create_one(c):
    """The status; None when the connection was closed instead."""
    try:
        return c.api('POST', '/premises', {'name': '停机', 'region': '430602'}).status
    except (OSError, http.client.HTTPException):
        return None


@once
def asked_to_end_it_waits_for_nobody_for_ever(site):
    prepare(site)
    site.stop()
    site.start('--idle', '60')
    early, late = site.client('office'), site.client('office')
    for c in (early, late):
        c.api('GET', '/premises?limit=1', status=200)  # from here on they keep their connections
    slow = begun(site, b'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n')
    writer = sqlite3.connect(site.folder / 'a.db', isolation_level=None, check_same_thread=False)
    writer.execute('BEGIN IMMEDIATE')
    start = time.monotonic()
    at = lambda second, act: threading.Timer(second, act).start()
    ended = []
    at(6, lambda: ended.append(create_one(early)))    # waits for the writer
    at(13, lambda: ended.append(create_one(late)))    # comes when time is up and nobody takes work any more
    at(14.5, lambda: writer.execute('ROLLBACK'))
    site.stop()
    took = time.monotonic() - start
    slow.close()
    time.sleep(0.2)
    writer.close()
    site.start('--idle', str(IDLE))
    assert took < 30, took  # ten seconds are given; 60 are what it could stay silent
    assert ended == [None, 201], ended  # who came too late is turned away at once, who was inside is served


@once
def nobody_who_stops_reading_what_it_says_ends_it(site):
    prepare(site)
    server = subprocess.Popen([PROGRAM, 'serve', '--listen', '127.0.0.1:0'], cwd=site.folder, env=site.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    port = int(re.search(rb':(\d+) ', server.stdout.readline()).group(1))
    server.stderr.close()
    server.stdout.close()
    assert Client(port).get('/healthz').status == 200
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


def create_many(site, keys, asked, tell):
    """Create a premises for each key until the server is gone; note what was asked, tell of each that was acknowledged."""
    c = Client(site.port, site.token('office'))
    for key in keys:
        asked.append(key)
        try:
            a = c.api('POST', '/premises', {'name': f'断电 {key}', 'region': '430602'}, {'Idempotency-Key': key})
        except (OSError, ConnectionError):
            return
        if a.status in (200, 201):
            tell(key, a.json['id'], a.status)


def what_was_acknowledged_survives_a_kill(site):
    prepare(site)
    told, asked, again = {}, [], {}
    site.token('office')
    tell = lambda key, record, status: told.update({key: record})
    workers = [threading.Thread(target=create_many, args=(site, [f'{n}-{i}' for i in range(400)], asked, tell)) for n in range(8)]
    for w in workers:
        w.start()
    while len(told) < 200:
        assert any(w.is_alive() for w in workers), 'nothing is created'
        time.sleep(0.005)
    site.server.kill()
    site.ended(-signal.SIGKILL)
    for w in workers:
        w.join()
    assert len(told) < 3200, 'it was killed too late'
    site.start('--idle', str(IDLE))
    create_many(site, list(asked), [], lambda key, record, status: again.update({key: (record, status)}))
    for key, record in told.items():
        assert again[key] == (record, 200), (key, record, again[key])
    count = site.cli('list', 'premises', '--where', 'name ^ 断电', '--count')['count']
    assert count == len(asked) == len(again), (count, len(asked), len(again))
    assert site.cli('verify')['ok'] is True


run_tests([f for f in list(globals().values()) if callable(f) and getattr(f, '__code__', None) and f.__module__ == '__main__'
           and f.__code__.co_varnames[:1] == ('site',) and f.__code__.co_argcount == 1 and f not in (prepare, others_are_served, big_file)])
