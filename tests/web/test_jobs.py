"""Jobs of two servers on one database: each is run once, by either; when one server dies the other goes on where it was. And exports that
are made by a job: for who asked alone, while he sees what he saw then, for so many days."""
import contextlib
import html
import json
import re
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


# ---- exports -------------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def setting(site, name, value):
    row = site.cli('list', 'setting', '--where', f'name = {name}')['rows'][0]
    before = site.cli('show', 'setting', row['id'])['value']
    site.cli('change', 'setting', row['id'], '--set', f'value={value}')
    try:
        yield
    finally:
        site.cli('change', 'setting', row['id'], '--set', f'value={before}')


def shops(site):
    for i in range(6):
        site.new('premises', name=f'导出第{i}号店', territory=site.unit['north' if i % 2 else 'south'], staff=str(i))


LIST = '/l/premises/export?where=name+%5E+%E5%AF%BC%E5%87%BA%E7%AC%AC&sort=name&fields=name%2Cstaff&format=csv'


def exported(client, address=LIST):
    """The page of the job that has exported, and its address."""
    page = client.get(address)
    assert re.search(r'These are \d+ rows', page.text), page
    action = html.unescape(re.search(r'<form class="ask" method="post" action="([^"]*)"', page.text).group(1))
    job = step(client, action)
    return job, ended(client, job)


def a_long_list_is_exported_by_a_job_for_who_asked_alone(site):
    shops(site)
    office = site.login('office')
    direct = office.get(LIST)
    assert direct.text.count('导出第') == 6
    with setting(site, 'export_rows_web', 5):
        job, page = exported(office)
        assert 'Export: Premises' in page
        assert f'href="{job}/file"' in page and '6 rows' in page and '.csv' in page, page
        a = office.get(job + '/file')
        assert a.status == 200 and a.body == direct.body and a.headers['Content-Type'].startswith('text/csv'), a
        assert a.headers['Content-Disposition'] == direct.headers['Content-Disposition']
        assert site.login('officer').get(job + '/file').status == 404 and site.login('officer').get(job).status == 404
        for sees_all in ('root', 'auditor'):
            c = site.login(sees_all)
            page = c.get(job)
            assert page.status == 200 and '/file' not in page.text and '6 rows' not in page.text, page
            assert c.get(job + '/file').status == 404
        assert site.client('office').get(job + '/file').status in (302, 303, 401, 403, 404)  # a program has no page of jobs
        wrong = office.post('/l/premises/export?format=csv&where=nothing+%3D+1')
        assert wrong.status == 422, wrong  # said at once, not by a job


def an_export_has_the_rows_of_who_asked_and_is_lost_with_his_post(site):
    station = site.login('station')  # north
    with setting(site, 'export_rows_web', 1):
        job, page = exported(station)
        a = station.get(job + '/file')
        assert a.text.count('导出第') == 3 and '导出第1号' in a.text and '导出第0号' not in a.text, a
        person = site.cli('list', 'person', '--where', 'name = station 某')['rows'][0]['id']
        post = site.cli('list', 'post', '--where', f'person = {person}')['rows'][0]['id']
        site.cli('change', 'post', post, '--set', f'unit={site.unit["south"]}')
        try:
            moved = site.login('station')
            a = moved.get(job + '/file')
            assert a.status == 403 and '导出第' not in a.text, a
            page = moved.get(job)
            assert page.status == 200 and '/file' not in page.text and 'export again' in page.text, page
        finally:
            site.cli('change', 'post', post, '--set', f'unit={site.unit["north"]}')


def the_file_of_an_export_is_removed_after_its_days(site):
    office = site.login('office')
    with setting(site, 'export_rows_web', 5), setting(site, 'export_file_days', 1):
        job, page = exported(office, LIST + '&withdrawn=1')
        assert office.get(job + '/file').status == 200
        site.sql('UPDATE _file SET expires = 1 WHERE expires IS NOT NULL')  # as if the days had gone by
        site.stop()
        site.start()  # it sweeps when it starts
        office.port, office.connection = site.port, None
        until(lambda: office.get(job + '/file').status == 404)
        assert 'export again' in office.get(job + '/file').text


run_tests([a_long_list_is_exported_by_a_job_for_who_asked_alone, an_export_has_the_rows_of_who_asked_and_is_lost_with_his_post,
           the_file_of_an_export_is_removed_after_its_days, twenty_jobs_are_done_once_by_two_servers, when_a_server_dies_in_the_middle_of_a_job_the_other_takes_it_over])
