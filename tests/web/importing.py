"""What the tests of imports and of jobs share: the steps of the wizard, and what its pages say."""
import re
import time


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
            assert not re.search(r'class="badge[^"]*">(waiting|running)', page.text), page.text
            return page.text
        assert 'Go on to the import' not in page.text  # results are offered when there are some
        time.sleep(0.1)
    raise AssertionError(f'{job} goes on and on')


def columns(page):
    """map.N → (heading, chosen field)"""
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    return {re.search(r'name="(map\.\d+)"', rest).group(1): (re.sub('<.*?>', '', head), (re.search(r'value="(\w+)" selected', rest) or [None, ''])[1])
            for head, rest in rows if 'name="map.' in rest}


def form_of(page):
    """What the form of the columns sends when nothing is changed in it."""
    return {k: v for k, (_, v) in columns(page).items()} | {'headings': re.search(r'name="headings" value="(\w*)"', page).group(1)}


def start_import(client, data, name='register.csv', ledger='premises'):
    a = send(client, f'/l/{ledger}/import', name, data)
    assert a.status == 303, a
    return a.headers['Location']


def step(client, address, **form):
    a = client.post(address, form)
    assert a.status == 303, a
    return a.headers['Location']


def undo(client, address):
    asked = client.post(address, {'do': 'undo'})
    assert asked.status == 200 and 'name="sure" value="1"' in asked.text, asked  # without script the server asks
    return step(client, address, do='undo', sure='1')


def imported(client, address):
    """The page of what came of it, when the import has ended."""
    ended(client, step(client, address, do='run'))
    page = client.get(address)
    assert page.status == 200, page
    return page.text


def figures(page):
    """rows read, new, changed, known and equal, refused"""
    return [int(n) for n in re.findall(r'<li><div><b[^>]*>(\d+)</b>', page)]


def rows_of(n, name='大表'):
    return ('单位名称,行政区划,属地\n' + ''.join(f'{name}第{i}号示例厂,430602,北港乡人民政府\n' for i in range(n))).encode()
