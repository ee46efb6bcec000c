"""Jobs of two servers on one database: each is run once, by either; when one server dies the other goes on where it was."""
import contextlib
import json
import signal
import subprocess
import time

from importing import ended, form_of, rows_of, start_import, step
from web import Client, PROGRAM, psql, run_tests


@contextlib.contextmanager
def second_server(site):
    server = subprocess.Popen([PROGRAM, '--json', 'serve', '--listen', '127.0.0.1:0', '--quiet'], cwd=site.folder, env=site.env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        yield server, int(json.loads(server.stdout.readline())['url'].rsplit(':', 1)[1])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        server.stdout.close()


def asked(site, statement):
    """The numbers of one row."""
    return [int(x) for x in psql(site.url, statement).split('|')]


def needs_postgres(test):
    def on_postgres(site):
        return test(site) if site.database else 'a SQLite file has one server'
    on_postgres.__name__ = test.__name__
    return on_postgres


def until(done):
    for _ in range(1200):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError('this never came')


def assert_each_once(site, word, n):
    """n records with this word in their name, each written by one event; and the chain verifies."""
    rows = asked(site, f"SELECT count(*), count(DISTINCT name), max(_version) FROM premises WHERE name LIKE '{word}%'")
    assert rows == [n, n, 1], rows
    assert site.cli('verify')['ok'] is True


@needs_postgres
def twenty_jobs_are_done_once_by_two_servers(site):
    with second_server(site) as (_, port):
        clients = [site.login('office'), Client(port, lang='en').login('office')]
        jobs = []
        for i in range(20):
            client = clients[i % 2]
            address = start_import(client, rows_of(200, f'双机{i}号'), f'{i}.csv')
            jobs.append(step(client, address, do='run'))
        for job in jobs:
            assert 'done' in ended(clients[0], job)
        runners = asked(site, "SELECT count(DISTINCT runner) FROM _job WHERE kind = 'import' AND state = 'done'")
        assert runners == [2], runners  # both had their share
        assert_each_once(site, '双机', 20 * 200)
        assert asked(site, "SELECT count(*), count(finished) FROM _batch WHERE ledger = 'premises'") == [20, 20]


@needs_postgres
def when_a_server_dies_in_the_middle_of_a_job_the_other_takes_it_over(site):
    with second_server(site) as (other, port):
        client = Client(port, lang='en').login('office')  # of the one that stays
        office = site.login('office')
        other.send_signal(signal.SIGSTOP)  # so that the first takes it
        job = step(office, start_import(office, rows_of(20000, '接手'), 'long.csv'), do='run')
        until(lambda: asked(site, "SELECT count(*) FROM _batch WHERE file = 'long.csv' AND done_row > 0") == [1])
        site.kill()
        other.send_signal(signal.SIGCONT)
        in_by_then = asked(site, "SELECT count(*) FROM premises WHERE name LIKE '接手%'")
        assert 0 < in_by_then[0] < 20000, in_by_then
        time.sleep(2)
        assert psql(site.url, "SELECT state FROM _job WHERE kind = 'import' ORDER BY id DESC LIMIT 1") == 'running'  # the claim holds for a minute
        site.sql('UPDATE _job SET beat = beat - 61000000 WHERE runner IS NOT NULL')  # which now has gone by
        page = ended(client, job)
        assert 'done' in page, page
        assert_each_once(site, '接手', 20000)
        site.start()


run_tests([twenty_jobs_are_done_once_by_two_servers, when_a_server_dies_in_the_middle_of_a_job_the_other_takes_it_over])
