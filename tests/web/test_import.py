"""The import wizard and its jobs: a file is sent, looked at, tried, imported, its refused rows fetched, taken back."""
import json
import os
import pathlib
import re
import signal
import time
import zipfile
import io

from web import run_tests, psql, SERVER

SHARED = pathlib.Path(os.environ.get('ANJIAN_SHARED', '../shared'))
REGISTER = ('岳阳楼区生产经营单位台账,,,,\n单位名称,社会信用代码,行政区划,属地,电话甲\n'
            '岳阳示例化工有限公司,91430602MA7DM001X4,430602,北港乡人民政府,0730-8800001\n'
            '岳阳示例宾馆有限公司,91430602MA7DM00284,430602,南湖街道办事处,0730-8800002\n'
            '没有这个乡的厂,,430602,东湖乡,0730-8800003\n')


def send(client, path, name, data):
    boundary = 'xXxXx'
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{client.csrf}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n').encode() + data + f'\r\n--{boundary}--\r\n'.encode()
    return client.send('POST', path, body, {'Content-Type': f'multipart/form-data; boundary={boundary}'})


def ended(client, job):
    """The page of the job when it has ended."""
    for _ in range(1800):
        page = client.get(job)
        if '/stop"' not in page.text:
            return page.text
        time.sleep(0.1)
    raise AssertionError(f'{job} goes on and on')


def columns(page):
    """map.N → (heading, chosen field)"""
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    return {re.search(r'name="(map\.\d+)"', rest).group(1): (re.sub('<.*?>', '', head), (re.search(r'value="(\w+)" selected', rest) or [None, ''])[1])
            for head, rest in rows}


def start_import(client, data, name='register.csv', ledger='premises'):
    a = send(client, f'/l/{ledger}/import', name, data)
    assert a.status == 303, a
    return a.headers['Location']


def step(client, address, **form):
    a = client.post(address, form)
    assert a.status == 303, a
    return a.headers['Location']


def a_register_goes_in_step_by_step_and_comes_back(site):
    office = site.login('office')
    before = site.cli('list', 'premises', '--count')['count']
    address = start_import(office, REGISTER.encode('gb18030'))
    page = office.get(address)
    assert page.status == 200, page
    found = columns(page.text)
    assert [v for _, v in found.values()] == ['name', 'credit_code', 'region', 'territory', ''], found
    assert '岳阳示例化工有限公司' in page.text and 'register.csv' in page.text
    form = {k: v for k, (_, v) in found.items()}
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
    ended(office, step(office, address, do='undo'))
    assert site.cli('list', 'premises', '--count')['count'] == before
    assert 'taken back' in office.get(address).text
    again = columns(office.get(start_import(office, REGISTER.encode())).text)
    assert again['map.4'][1] == 'office_phone', again  # as it was told the last time


def a_bad_file_says_what_is_wrong_with_it(site):
    office = site.login('office')
    for data, words in ((b'\x89PNG\r\n\x1a\n' + bytes(100), 'picture|image|PNG'), (b'PK\x03\x04' + bytes(50), 'damaged|zip|xlsx'), (b'just some words\n', 'heading|table|column')):
        page = office.get(start_import(office, data, 'odd.xlsx'))
        assert page.status == 200 and re.search('role="alert".*?(' + words + ')', page.text, re.S | re.I), (data[:8], page.text[-3000:])
    assert office.post('/l/premises/import').status == 422  # no file


def an_upload_is_its_owners(site):
    office, other = site.login('office'), site.login('officer')
    address = start_import(office, REGISTER.encode())
    assert other.get(address).status == 404
    assert other.post(address, {'do': 'run'}).status == 404
    job = step(office, address, do='check', **{k: v for k, (_, v) in columns(office.get(address).text).items()})
    assert other.get(job).status == 404 and other.post(job + '/stop').status == 404
    ended(office, job)
    assert site.login('enterprise').get('/l/premises/import').status == 403
    assert job in office.get('/jobs').text and job not in other.get('/jobs').text


def rows_of(n):
    return ('单位名称,行政区划,属地\n' + ''.join(f'大表第{i}号示例厂,430602,北港乡人民政府\n' for i in range(n))).encode()


def a_job_that_was_running_when_the_server_died_ends_after_the_next_start(site):
    office = site.login('office')
    before = site.cli('list', 'premises', '--count')['count']
    address = start_import(office, rows_of(12000), 'big.csv')
    form = {k: v for k, (_, v) in columns(office.get(address).text).items()}
    ended(office, step(office, address, do='check', **form))
    job = step(office, address, do='run')
    time.sleep(0.3)
    site.server.send_signal(signal.SIGKILL)
    site.server.wait(30)
    site.server.stdout.close()
    site.sql('UPDATE _job SET beat = 0 WHERE runner IS NOT NULL')  # as if a minute had gone by
    site.start()
    office.port, office.connection = site.port, None
    ended(office, job)
    assert site.cli('list', 'premises', '--count')['count'] == before + 12000
    assert site.cli('verify')['ok'] is True
    ended(office, step(office, address, do='undo'))
    assert site.cli('list', 'premises', '--count')['count'] == before


def a_job_stops_when_it_is_asked_to(site):
    office = site.login('office')
    address = start_import(office, rows_of(20000), 'long.csv')
    form = {k: v for k, (_, v) in columns(office.get(address).text).items()}
    job = step(office, address, do='check', **form)
    assert office.post(job + '/stop').status in (303, 409)
    assert re.search('stopped|done', ended(office, job))


run_tests([a_register_goes_in_step_by_step_and_comes_back, a_bad_file_says_what_is_wrong_with_it, an_upload_is_its_owners,
           a_job_that_was_running_when_the_server_died_ends_after_the_next_start, a_job_stops_when_it_is_asked_to])
