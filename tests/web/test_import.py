"""The import wizard and its jobs: a file is sent, looked at, tried, imported, its refused rows fetched, taken back."""
import concurrent.futures
import contextlib
import io
import re
import sqlite3
import subprocess
import time
import zipfile

from importing import columns, ended, figures, form_of, imported, rows_of, send, start_import, step, undo
from web import run_tests

REGISTER = ('岳阳楼区生产经营单位台账,,,,\n单位名称,社会信用代码,行政区划,属地,电话甲\n'
            '岳阳示例化工有限公司,91430602MA7DM001X4,430602,北港乡人民政府,0730-8800001\n'
            '岳阳示例宾馆有限公司,91430602MA7DM00284,430602,南湖街道办事处,0730-8800002\n'
            '没有这个乡的厂,,430602,东湖乡,0730-8800003\n')


def a_register_goes_in_step_by_step_and_comes_back(site):
    office = site.login('office')
    before = site.cli('list', 'premises', '--count')['count']
    address = start_import(office, REGISTER.encode('gb18030'))
    page = office.get(address)
    assert page.status == 200, page
    found = columns(page.text)
    assert [v for _, v in found.values()] == ['name', 'credit_code', 'region', 'territory', ''], found
    assert '岳阳示例化工有限公司' in page.text and 'register.csv' in page.text
    form = form_of(page.text)
    form['map.4'] = 'office_phone'
    job = step(office, address, do='check', remember='1', **form)
    assert 'Go on to the import' in ended(office, job)
    trial = office.get(address).text
    assert 'nothing has been written' in trial and '东湖乡' in trial and site.cli('list', 'premises', '--count')['count'] == before
    job = step(office, address, do='run')
    ended(office, job)
    result = office.get(address).text
    assert site.cli('list', 'premises', '--count')['count'] == before + 2, result
    assert site.cli('show', 'premises', '91430602MA7DM001X4')['office_phone'] == '0730-8800001'
    assert '东湖乡' in result
    refused = office.get(address + '/refused')
    assert refused.status == 200, refused
    sheet = zipfile.ZipFile(io.BytesIO(refused.body)).read('xl/worksheets/sheet1.xml').decode()
    assert '没有这个乡的厂' in sheet + zipfile.ZipFile(io.BytesIO(refused.body)).read('xl/sharedStrings.xml').decode() if 'xl/sharedStrings.xml' in zipfile.ZipFile(
        io.BytesIO(refused.body)).namelist() else '没有这个乡的厂' in sheet
    assert office.post(address, {'do': 'run'}).status == 409  # once is enough
    ended(office, undo(office, address))
    assert site.cli('list', 'premises', '--count')['count'] == before
    assert 'taken back' in office.get(address).text
    again = columns(office.get(start_import(office, REGISTER.encode())).text)
    assert again['map.4'][1] == 'office_phone', again  # as it was told the last time


def a_bad_file_says_what_is_wrong_with_it(site):
    office = site.login('office')
    for data, words in ((b'\x89PNG\r\n\x1a\n' + bytes(100), 'picture|image|PNG'), (b'PK\x03\x04' + bytes(50), 'damaged|zip|xlsx'), (b'just some words\n', 'heading|table|column')):
        page = office.get(start_import(office, data, 'odd.xlsx'))
        assert page.status == 200 and re.search('role="alert".*?(' + words + ')', page.text, re.S | re.I), (data[:8], page.text[-3000:])
    a = send(office, '/l/premises/import', 'empty.csv', b'')
    assert a.status == 422 and 'the file is empty' in a.text, a
    assert office.post('/l/premises/import').status == 422  # no file


def an_upload_is_its_owners(site):
    office, other = site.login('office'), site.login('officer')
    address = start_import(office, REGISTER.encode())
    assert other.get(address).status == 404
    assert other.post(address, {'do': 'run'}).status == 404
    job = step(office, address, do='check', **form_of(office.get(address).text))
    assert other.get(job).status == 404 and other.post(job + '/stop').status == 404
    ended(office, job)
    assert site.login('enterprise').get('/l/premises/import').status == 403
    assert 'Trial run of an import: Premises · register.csv' in office.get(job).text
    seen = site.login('auditor').get(job)
    assert 'Trial run of an import: Premises' in seen.text and 'register.csv' not in seen.text and '/stop"' not in seen.text, seen
    assert job in office.get('/jobs').text and job not in other.get('/jobs').text


def a_job_that_was_running_when_the_server_died_ends_after_the_next_start(site):
    office = site.login('office')
    before = site.cli('list', 'premises', '--count')['count']
    address = start_import(office, rows_of(12000), 'big.csv')
    form = form_of(office.get(address).text)
    ended(office, step(office, address, do='check', **form))
    job = step(office, address, do='run')
    time.sleep(0.3)
    site.kill()
    site.sql('UPDATE _job SET beat = 0 WHERE runner IS NOT NULL')  # as if a minute had gone by
    site.start()
    office.port, office.connection = site.port, None
    ended(office, job)
    assert site.cli('list', 'premises', '--count')['count'] == before + 12000
    assert site.cli('verify')['ok'] is True
    ended(office, undo(office, address))
    assert site.cli('list', 'premises', '--count')['count'] == before


def what_an_import_is_is_its_batch_also_when_it_went_on_with_an_older_one(site):
    office = site.login('office')
    before = site.cli('list', 'premises', '--count')['count']
    data = rows_of(15000).replace('大表'.encode(), '分段'.encode()) + '分段错厂,430602,没有这个乡\n'.encode()
    first = start_import(office, data, 'parts.csv')
    job = step(office, first, do='run')
    while not re.search(r'class="job-progress"', office.get(job).text):
        time.sleep(0.05)
    assert office.post(job + '/stop').status == 303
    ended(office, job)
    half = site.cli('list', 'premises', '--count')['count'] - before
    page = office.get(first).text
    assert 0 < half < 15000 and figures(page)[:2] == [half, half] and 'stopped before' in page and 'Go on with the import' in page, (half, page)
    second = start_import(office, data, 'parts.csv')  # the same file again goes on behind what is in
    page = imported(office, second)
    assert figures(page) == [15001, 15000, 0, 0, 1] and '没有这个乡' in page, figures(page)
    assert office.get(second + '/refused').status == 200
    assert figures(office.get(first).text) == [15001, 15000, 0, 0, 1]  # it is the same import
    ended(office, undo(office, second))
    assert site.cli('list', 'premises', '--count')['count'] == before
    assert 'taken back' in office.get(first).text and office.post(first, {'do': 'undo', 'sure': '1'}).status == 409


def two_clicks_make_one_job(site):
    """Both come while the upload is locked; when it is free, the second finds what the first has done."""
    clients = [site.login('office') for _ in range(2)]
    for do in ('check', 'run', 'undo'):
        if do == 'check':
            address = start_import(clients[0], REGISTER.replace('示例', '双击').encode())
        form = form_of(clients[0].get(address).text) if do == 'check' else {'sure': '1'}
        with concurrent.futures.ThreadPoolExecutor(2) as pool, held(site, address.rsplit('/', 1)[1]):
            answers = [pool.submit(step, c, address, do=do, **form) for c in clients]
            time.sleep(0.5)
        first, second = (a.result() for a in answers)
        assert first == second and first.startswith('/jobs/'), (do, first, second)
        ended(clients[0], first)


@contextlib.contextmanager
def held(site, upload):
    """The row of the upload is locked, as by somebody who is at it."""
    if site.database:
        psql_held = subprocess.Popen(['psql', '-q', '-d', site.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        psql_held.stdin.write(f'BEGIN; SELECT id FROM _upload WHERE id = {upload} FOR UPDATE;\n'.encode())
        psql_held.stdin.flush()
        psql_held.stdout.readline()
        yield
        psql_held.communicate(b'COMMIT;\n')
        return
    with contextlib.closing(sqlite3.connect(site.folder / 'a.db', isolation_level=None)) as db:
        db.execute('BEGIN IMMEDIATE')
        yield
        db.execute('COMMIT')


def records_that_were_changed_since_stay_and_are_listed(site):
    office = site.login('office')
    address = start_import(office, REGISTER.replace('示例', '留下').replace('91430602MA7DM001X4', '').replace('91430602MA7DM00284', '').encode())
    imported(office, address)
    kept = site.cli('list', 'premises', '--where', 'name = 岳阳留下宾馆有限公司')['rows'][0]
    site.cli('change', 'premises', kept['id'], '--set', 'address=有人改过')
    ended(office, undo(office, address))
    page = office.get(address).text
    assert 'Not taken back' in page and f'href="/l/premises/{kept["id"]}"' in page and '岳阳留下宾馆有限公司' in page, page
    assert re.search('1 records withdrawn', page) and 'Take this import back' not in page
    assert 'address' in site.cli('show', 'premises', kept['id'])


def a_form_that_was_made_for_other_headings_starts_no_trial_run(site):
    office = site.login('office')
    address = start_import(office, ('甲,乙\n单位名称,属地\n' + REGISTER).encode())
    page = office.get(address).text
    form = form_of(page)
    a = step(office, address, do='check', **form | {'heading': '2'})
    assert a == address, a  # the columns of that row are to be looked at first
    assert [h for h, _ in columns(office.get(address).text).values()][:2] == ['单位名称', '属地']


def two_columns_do_not_go_to_one_field(site):
    office = site.login('office')
    address = start_import(office, REGISTER.encode())
    form = form_of(office.get(address).text)
    form['map.4'] = 'name'
    a = office.post(address, form | {'do': 'check'})
    assert a.status == 422 and 'two columns go to the field' in a.text, a
    assert columns(a.text)['map.4'][1] == 'name'  # as it was sent
    twice = start_import(office, '单位名称,属地,属地\n岳阳示例厂,北港乡人民政府,南湖街道办事处\n'.encode())
    assert 'the same heading as another column' in office.get(twice).text


def a_trial_run_tries_so_many_rows_and_says_so(site):
    office = site.login('office')
    limit = site.cli('list', 'setting', '--where', 'name = import_trial_rows')['rows'][0]['id']
    site.cli('change', 'setting', limit, '--set', 'value=10')
    for rows, words in ((10, None), (11, 'Only the first 10 rows were tried')):
        address = start_import(office, rows_of(rows))
        ended(office, step(office, address, do='check', **form_of(office.get(address).text)))
        page = office.get(address).text
        assert figures(page)[0] == 10 and (words in page if words else 'Only the first' not in page), page
    site.cli('change', 'setting', limit, '--set', 'value=10000')


def a_job_stops_when_it_is_asked_to(site):
    office = site.login('office')
    address = start_import(office, rows_of(20000), 'long.csv')
    form = form_of(office.get(address).text)
    job = step(office, address, do='check', **form)
    assert office.post(job + '/stop').status in (303, 409)
    assert re.search('stopped|done', ended(office, job))


run_tests([a_trial_run_tries_so_many_rows_and_says_so, what_an_import_is_is_its_batch_also_when_it_went_on_with_an_older_one, two_clicks_make_one_job,
           records_that_were_changed_since_stay_and_are_listed, a_form_that_was_made_for_other_headings_starts_no_trial_run,
           two_columns_do_not_go_to_one_field, a_register_goes_in_step_by_step_and_comes_back, a_bad_file_says_what_is_wrong_with_it, an_upload_is_its_owners,
           a_job_that_was_running_when_the_server_died_ends_after_the_next_start, a_job_stops_when_it_is_asked_to])
