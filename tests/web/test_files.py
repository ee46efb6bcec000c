"""What leaves and enters as a file: exports of lists, blank tables, files of records.

usage: test_files.py PROGRAM [WORD]
"""
import csv
import hashlib
import io
import json
import re
import urllib.parse
import xml.etree.ElementTree
import zipfile

from web import Client, run_tests

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
PICTURES = {'jpeg': b'\xff\xd8\xff\xe0 a picture \x00\x01', 'png': b'\x89PNG\r\n\x1a\n\x00\x00', 'gif': b'GIF89a\x01\x00\x00', 'webp': b'RIFF\x10\x00\x00\x00WEBPVP8 '}
PDF = b'%PDF-1.4\n%%EOF\n'
DOCX = b'PK\3\4\x14\0\0\0\0\0' + bytes(16) + b'\x0f\0\0\0word/styles.xml'


def address(path, **more):
    return path + '?' + urllib.parse.urlencode(more, doseq=True)


def rows_of(answer, form):
    """Headings and rows, as texts."""
    assert answer.status == 200, answer
    if form == 'csv':
        assert answer.headers['Content-Type'] == 'text/csv; charset=utf-8' and answer.body.startswith(b'\xef\xbb\xbf')
        rows = list(csv.reader(io.StringIO(answer.body.decode('utf-8-sig'), newline='')))
        return rows[0], rows[1:]
    if form == 'json':
        whole = answer.json
        assert whole['next'] is None
        return [], whole['rows']
    assert answer.headers['Content-Type'] == XLSX
    with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
        assert z.testzip() is None
        tree = lambda name: xml.etree.ElementTree.fromstring(z.read(name))
        text = lambda e: ''.join(t.text or '' for t in e.findall('.//{*}t'))
        shared = [text(e) for e in tree('xl/sharedStrings.xml')] if 'xl/sharedStrings.xml' in z.namelist() else []
        sheet = tree('xl/worksheets/sheet1.xml')
        assert sheet.find('.//{*}f') is None, 'a formula'
        rows = []
        for row in sheet.findall('.//{*}row'):
            cells = {}
            for c in row:
                v = c.find('{*}v')
                cells[re.match('[A-Z]+', c.get('r')).group()] = text(c) if v is None else shared[int(v.text)] if c.get('t') == 's' else v.text
            rows.append(cells)
        columns = list(rows[0])
        return [rows[0][c] for c in columns], [[r.get(c, '') for c in columns] for r in rows[1:]]


# ---- exports ------------------------------------------------------------------------------------------------------------------------


def shops(site):
    """Three premises of the north and one of the south, made once."""
    if hasattr(site, 'shops'):
        return
    site.shops = True
    for name, staff, where in (('=1+1', 10, 'north'), ('@乙厂', 20, 'north'), ('丙厂', 30, 'north'), ('丁厂', 40, 'south')):
        site.new('premises', name=name, staff=staff, territory=site.unit[where], region='430602')


def an_export_has_exactly_the_rows_and_columns_of_its_list(site):
    shops(site)
    c = site.login('office')
    asked = {'where': ['staff >= 10', 'staff < 40'], 'sort': '-name', 'fields': 'staff,name'}
    listed = [(r['staff'], r['name']) for r in c.api('GET', address('/premises', **asked)).json['rows']]
    assert sorted(listed) == [(10, '=1+1'), (20, '@乙厂'), (30, '丙厂')], listed
    a = c.get(address('/l/premises/export', format='json', limit=1, **asked))
    rows = rows_of(a, 'json')[1]
    assert [(r['staff'], r['name']) for r in rows] == listed and 'region' not in rows[0] and 'id' in rows[0], rows
    head, rows = rows_of(c.get(address('/l/premises/export', format='xlsx', limit=1, **asked)), 'xlsx')
    assert head[-2:] == ['Staff', 'Name'] and len(head) <= 4 and [(int(r[-2]), r[-1]) for r in rows] == listed, (head, rows)
    again, rows = rows_of(c.get(address('/l/premises/export', format='csv', **asked)), 'csv')
    assert again == head and [r[-1] for r in rows] == [("'" if n[0] in '=@' else '') + n for _, n in listed], 'formulas are neutralised'
    whole, rows = rows_of(c.get('/l/premises/export?format=csv'), 'csv')
    assert len(whole) > 20 and 'Region' in whole and len(rows) == len(c.api('GET', '/premises?limit=1000').json['rows'])
    links = re.findall(r'href="(/l/premises/export[?][^"]+)"', c.get(address('/l/premises', **asked)).text)
    assert len(links) == 3 and all(c.get(link.replace('&amp;', '&')).status == 200 for link in links), links
    assert [r['name'] for r in c.get(address('/l/premises/export', format='json', q='丙厂')).json['rows']] == ['丙厂']


def an_export_of_several_pages_is_whole(site):
    c = site.login('office')
    many = 1100
    table = io.StringIO()
    csv.writer(table).writerows([['name', 'staff']] + [[f'串 {i}', 5000 + i] for i in range(many)])
    (site.folder / 'many.csv').write_text(table.getvalue(), encoding='utf-8')
    site.cli('import', 'premises', 'many.csv')
    _, rows = rows_of(c.get(address('/l/premises/export', format='csv', where='staff >= 5000', fields='name')), 'csv')
    assert sorted(r[-1] for r in rows) == sorted(f'串 {i}' for i in range(many))


def an_export_is_named_after_ledger_and_day_in_the_readers_language(site):
    name = lambda lang, form: urllib.parse.unquote(site.login('office', lang=lang).get('/l/premises/export?format=' + form).headers['Content-Disposition'])
    assert re.fullmatch(r"attachment; filename\*=UTF-8''监管对象-20\d\d-\d\d-\d\d\.xlsx", name('zh', 'xlsx')), name('zh', 'xlsx')
    assert re.fullmatch(r"attachment; filename\*=UTF-8''Premises-20\d\d-\d\d-\d\d\.csv", name('en', 'csv')), name('en', 'csv')


def an_export_has_what_lies_in_the_scope_of_who_asks(site):
    shops(site)
    names = lambda who: {r['name'] for r in site.login(who).get('/l/premises/export?format=json').json['rows']}
    north, south = names('station'), names('other')
    assert {'丙厂', '北港渡口'} <= north and not north & {'丁厂', '南湖加油站'}
    assert {'丁厂', '南湖加油站'} <= south and not south & north
    assert {'丙厂', '丁厂'} <= names('office')


def who_may_not_export_gets_none(site):
    for who in ('auditor', 'security', 'root'):
        for path in ('/l/premises/export?format=csv', '/l/premises/template'):
            assert site.login(who).get(path).status == 403, (who, path)
    a = Client(site.port).get('/l/premises/export?format=csv')
    assert a.status == 303 and a.headers['Location'].startswith('/login')


def sealed_values_are_not_exported(site):
    site.new('person', name='封某', mobile='13900000007', unit=site.unit['north'])
    c = site.login('office')
    for form in ('csv', 'json'):
        a = c.get(address('/l/person/export', format=form, fields='name,mobile'))
        assert '封某' in a.text and '13900000007' not in a.text and 'enc:' not in a.text and 'mobile' not in a.text.lower(), a


def what_cannot_be_exported_is_an_error_page(site):
    c = site.login('office')
    for wrong in ('', '?format=pdf', '?format=csv&where=nothing+%3D+1', '?format=csv&sort=nothing', '?format=csv&fields=nothing'):
        a = c.get('/l/premises/export' + wrong)
        assert a.status == 422 and a.headers['Content-Type'].startswith('text/html'), (wrong, a)
    assert c.get('/l/nothing/export?format=csv').status == 404


def more_rows_than_the_setting_are_offered_as_a_job(site):
    shops(site)
    setting = site.cli('list', 'setting', '--where', 'name = export_rows_web')['rows'][0]['id']
    site.cli('change', 'setting', setting, '--set', 'value=3')
    try:
        c = site.login('office')
        a = c.get('/l/premises/export?format=csv')
        assert a.status == 200 and 'Content-Disposition' not in a.headers and 'Make the file' in a.text, a
        assert c.get(address('/l/premises/export', format='csv', where=['staff >= 10', 'staff < 40'])).status == 200
    finally:
        site.cli('change', 'setting', setting, '--set', 'value=100000')


# ---- blank tables -------------------------------------------------------------------------------------------------------------------


def a_blank_table_is_filled_in_and_imported(site):
    a = site.login('office', lang='zh').get('/l/premises/template')
    head, rows = rows_of(a, 'xlsx')
    assert '名称*' in head and not any(any(r) for r in rows)
    assert urllib.parse.unquote(a.headers['Content-Disposition']).endswith("''监管对象.xlsx")
    filled = [''] * len(head)
    filled[head.index('名称*')], filled[head.index('从业人数') if '从业人数' in head else 1] = '照表填的厂', '7' if '从业人数' in head else ''
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a.body)) as z, zipfile.ZipFile(out, 'w') as to:
        for item in z.namelist():
            data = z.read(item)
            if item == 'xl/worksheets/sheet1.xml':
                data = with_row(data.decode(), filled).encode()
            to.writestr(item, data)
    (site.folder / 'filled.xlsx').write_bytes(out.getvalue())
    site.cli('import', 'premises', 'filled.xlsx', '--lang', 'zh')
    assert len(site.cli('list', 'premises', '--where', 'name = 照表填的厂')['rows']) == 1


def with_row(sheet, values):
    """The sheet with a second row, written over the blank one."""
    name = lambda i: (chr(64 + i // 26) if i >= 26 else '') + chr(65 + i % 26)
    cells = ''.join(f'<c r="{name(i)}2" t="inlineStr"><is><t>{v}</t></is></c>' for i, v in enumerate(values) if v)
    sheet = re.sub(r'<row r="2"(/>|.*?</row>)', '', sheet, flags=re.S)
    return sheet.replace('</sheetData>', f'<row r="2">{cells}</row></sheetData>', 1)


# ---- files of records ---------------------------------------------------------------------------------------------------------------


def hazard(site, where='north'):
    return site.client('station' if where == 'north' else 'other').api('POST', '/hazard', {
        'premises': site.premises[where], 'description': '灯坏了', 'grade': 'general', 'found_on': '2026-03-02'}, status=201).json['id']


def attach(site, record, name, data, who='station', status=201):
    return site.client(who).api('POST', f'/hazard/{record}/files/photos_before?name=' + urllib.parse.quote(name), data,
                                {'Content-Type': 'application/octet-stream'}, status=status)


def place(record, data, name='x', field='photos_before'):
    return f'/l/hazard/{record}/file/{field}/{hashlib.sha256(data).hexdigest()}/' + urllib.parse.quote(name)


def pictures_and_pdf_are_shown_and_can_do_nothing(site):
    h, c = hazard(site), site.login('station')
    for kind, data in [*((f'image/{k}', v) for k, v in PICTURES.items()), ('application/pdf', PDF)]:
        attach(site, h, '照 片.x', data)
        a = c.get(place(h, data))
        assert a.status == 200 and a.body == data and a.headers['Content-Type'] == kind, a
        assert a.headers['Content-Disposition'] == "inline; filename*=UTF-8''" + urllib.parse.quote('照 片.x'), a.headers
        policies = a.headers.get_all('Content-Security-Policy')
        assert policies == ['sandbox'] or (kind == 'application/pdf' and len(policies) == 1 and "default-src 'none'" in policies[0]
                                           and 'script-src' not in policies[0]), policies
        assert a.headers['X-Content-Type-Options'] == 'nosniff' and a.headers.get_all('Cache-Control') == ['private, no-cache']
        assert c.send('HEAD', place(h, data)).body == b''


def other_files_are_saved(site):
    h, c = hazard(site), site.login('station')
    for data, kind in ((DOCX, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'), ('名称,人数\n甲,1\n'.encode(), 'text/plain'),
                       ('名称,人数\n'.encode('gbk'), 'text/plain'), (b'PK\3\4' + bytes(40), 'application/zip')):
        attach(site, h, '表', data)
        a = c.get(place(h, data))
        assert a.status == 200 and a.body == data and a.headers['Content-Type'] == kind, a
        assert a.headers['Content-Disposition'].startswith('attachment;') and len(a.headers.get_all('Content-Security-Policy')) == 1


def a_file_is_reached_through_a_record_that_names_it_only(site):
    h, mine, foreign = hazard(site), hazard(site), hazard(site, 'south')
    data, secret = PICTURES['jpeg'] + b'mine', PICTURES['jpeg'] + b'theirs'
    attach(site, h, 'a.jpg', data)
    attach(site, foreign, 'b.jpg', secret, who='other')
    c = site.login('station')
    assert c.get(place(h, data)).status == 200
    for path in (place(mine, data), place(h, secret), place(foreign, secret), place(h, data, field='photos_after'), place(h, data, field='description'),
                 place(h, data, field='nothing'), place('999999', data), place(h, data).replace('hazard', 'premises')):
        a = c.get(path)
        assert a.status == 404 and data not in a.body and a.headers['Cache-Control'] == 'no-store', (path, a)
    assert site.login('other').get(place(h, data)).status == 404
    assert site.login('auditor').get(place(h, data)).status == 403
    assert Client(site.port).get(place(h, data)).status == 303
    assert 'sandbox' not in c.get(place(mine, data)).headers['Content-Security-Policy']


def the_page_of_a_record_links_to_its_files(site):
    h, c = hazard(site), site.login('station')
    data = PICTURES['png'] + b'linked'
    attach(site, h, '灯 50%.png', data)
    link = re.search(r'href="(/l/hazard/\d+/file/photos_before/[^"]+)"', c.get(f'/l/hazard/{h}').text)
    assert link and c.get(link.group(1)).body == data


def web_pages_scripts_and_programs_are_refused_by_what_they_hold(site):
    h = hazard(site)
    bad = [b'<!DOCTYPE html><p>x', b'\xef\xbb\xbf\n <svg onload=alert(1)>', b'<?xml version="1.0"?><svg/>', b'#!/bin/sh\n', b'MZ\x90\x00\x03',
           b'\x7fELF\x02\x01', b'a <ScRipt>', b'\x00\x01\x02\x03']
    for data in bad:
        for name in ('photo.jpg', 'a.txt'):
            p = attach(site, h, name, data, status=422).json
            assert p['rule'] == 'file_kind' and p['field'] == 'photos_before' and 'never' in p['detail'], p
    p = attach(site, h, 'run.BAT', b'del *.*', status=422).json
    assert p['rule'] == 'file_kind', p
    assert site.client('station').api('GET', f'/hazard/{h}').json['photos_before'] is None
    (site.folder / 'x.jpg').write_bytes(bad[0])
    done = site.run('change', 'hazard', h, '--set', 'photos_before=@x.jpg')
    assert done.returncode and b'file_kind' in done.stdout + done.stderr, done


def a_form_says_at_the_field_what_is_refused(site):
    h, c = hazard(site), site.login('station', lang='zh')
    version = str(site.client('station').api('GET', f'/hazard/{h}').json['version'])
    send = lambda data: c.send('POST', f'/l/hazard/{h}/edit', multipart({'csrf': c.csrf, 'version': version}, 'photos_before', '图.jpg', data),
                               {'Content-Type': 'multipart/form-data; boundary=b'})
    a = send(b'<html>')
    assert a.status == 422 and '一律不收' in a.text, a


def multipart(fields, name, file_name, data):
    out = b''.join(f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
    return out + f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'.encode() + data + b'\r\n--b--\r\n'


def the_district_says_which_kinds_are_kept(site):
    setting = site.cli('list', 'setting', '--where', 'name = file_kind_archives')['rows'][0]['id']
    h, data = hazard(site), b'PK\3\4' + bytes(50)
    site.cli('change', 'setting', setting, '--set', 'value=0')
    try:
        assert attach(site, h, 'a.zip', data, status=422).json['rule'] == 'file_kind'
        attach(site, h, 'a.jpg', PICTURES['jpeg'])
    finally:
        site.cli('change', 'setting', setting, '--set', 'value=1')
    attach(site, h, 'a.zip', data)


run_tests([f for f in list(globals().values()) if callable(f) and getattr(f, '__code__', None) and f.__module__ == '__main__'
           and f.__code__.co_varnames[:1] == ('site',) and f.__code__.co_argcount == 1 and f is not shops])
