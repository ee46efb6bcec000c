"""Importing while the machine or the file lets us down: killed at any moment, no room on the disk, files that are broken.

usage: test_crash.py PROGRAM.  Runs on SQLite; the kills also on PostgreSQL when ANJIAN_TEST_PG is set.
"""
import os
import random
import signal
import subprocess
import zipfile

import anjian
from anjian import counts

ROWS = 30000


def make_file(path, rows=ROWS):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('单位代码,名称,单位类别,备注\n')
        for i in range(rows):
            f.write(f'U{i:06d},测试单位{i:06d},subdistrict,第{i}行的备注\n')


def killed_and_resumed(place, kills):
    path = place.folder / 'units.csv'
    make_file(path)
    dice = random.Random(430602)
    before, landed = place.count('unit'), 0
    for kill in range(kills):
        p = place.start('import', 'unit', path)
        try:
            p.communicate(timeout=dice.uniform(0.02, 0.5))
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
            p.communicate()
            landed += 1
        assert p.returncode in (0, -signal.SIGKILL), p.returncode
        place.verified()  # at every moment it is whole
        if p.returncode == 0:
            break
    assert landed >= min(kills, 2), landed
    r = place.ok('import', 'unit', path)
    assert r['rows'] == ROWS and r['refused'] == 0 and not r.get('stopped'), r
    assert place.count('unit') - before == ROWS
    for i in (0, ROWS // 2, ROWS - 1):
        assert place.one('unit', f'code = U{i:06d}')['version'] == 1
    assert counts(place.ok('import', 'unit', path)) == (ROWS, 0, 0, ROWS, 0)
    jobs = place.ok('jobs')['jobs']
    assert all(j['state'] == 'done' for j in jobs), jobs
    place.verified()


def test_killed_at_any_moment_it_goes_on(place):
    killed_and_resumed(place, 10 if place.engine == 'sqlite' else 3)


def test_a_full_disk_is_said_and_harms_nothing(place):
    disk = place.folder / 'disk'
    disk.mkdir()
    if os.getuid() != 0 or subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', str(disk)], stderr=subprocess.DEVNULL).returncode:
        return 'no small disk can be made here'
    try:
        small = anjian.Place('small', 'sqlite', disk)
        path = place.folder / 'units.csv'
        make_file(path)
        a = small.run('import', 'unit', path, status=1)[0]
        assert 'full' in a['error']['message'], a
        small.verified()
        n = small.count('unit')
        subprocess.run(['mount', '-o', 'remount,size=200m', str(disk)], check=True)
        r = small.ok('import', 'unit', path)  # with room again it goes on
        assert r['rows'] == ROWS and small.count('unit') >= ROWS > n
        small.verified()
    finally:
        subprocess.run(['umount', str(disk)], check=True)


# ---- files that are broken ----

SHEET = '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def text_cells(*words):
    return ''.join(f'<c t="inlineStr"><is><t>{w}</t></is></c>' for w in words)


def make_xlsx(path, rows, doctype=''):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml', '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        z.writestr('_rels/.rels', '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr('xl/workbook.xml', '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                   'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>')
        z.writestr('xl/_rels/workbook.xml.rels', '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr('xl/worksheets/sheet1.xml', SHEET.format(doctype=doctype, rows=rows))


GOOD = f'<row r="1">{text_cells("名称", "单位类别")}</row><row r="2">{text_cells("好单位", "subdistrict")}</row>'


def refused_whole(place, path):
    before = place.count('unit')
    a = place.run('import', 'unit', path, status=1)[0]
    assert a['error']['code'] in ('unreadable', 'too_big'), a
    assert len(a['error']['message']) > 10 and a['rows'] == a['added'] == 0, a
    assert place.count('unit') == before
    return a['error']['message']


def test_broken_files_are_refused_as_a_whole(place):
    f = place.folder
    make_xlsx(f / 'good.xlsx', GOOD)
    assert place.ok('import', 'unit', f / 'good.xlsx')['added'] == 1  # the frame of the bad ones is good
    whole = (f / 'good.xlsx').read_bytes()
    for part in (4, len(whole) // 2, len(whole) - 3):
        (f / 'cut.xlsx').write_bytes(whole[:part])
        refused_whole(place, f / 'cut.xlsx')
    (f / 'cut.xls').write_bytes(bytes.fromhex('d0cf11e0a1b11ae1') + bytes(700))
    refused_whole(place, f / 'cut.xls')
    make_xlsx(f / 'doctype.xlsx', GOOD, '<!DOCTYPE a [<!ENTITY b "b">]>')
    refused_whole(place, f / 'doctype.xlsx')
    make_xlsx(f / 'bomb.xlsx', GOOD + f'<row r="3">{text_cells("零" * 1000)}</row>' * 200000)
    assert (f / 'bomb.xlsx').stat().st_size < 5_000_000
    refused_whole(place, f / 'bomb.xlsx')
    make_xlsx(f / 'wide.xlsx', f'<row r="1">{text_cells("名称", "单位类别", *["列"] * 17000)}</row>')
    assert '16384' in refused_whole(place, f / 'wide.xlsx').replace(',', '')
    (f / 'wide.csv').write_text('名称,单位类别' + ',' * 17000 + 'x\n单位,subdistrict\n')
    refused_whole(place, f / 'wide.csv')
    (f / 'picture.csv').write_bytes(b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 4)
    refused_whole(place, f / 'picture.csv')
    (f / 'empty.csv').write_bytes(b'')
    refused_whole(place, f / 'empty.csv')


def test_the_name_of_a_file_says_nothing(place):
    f = place.folder
    make_xlsx(f / 'good.csv', GOOD)
    (f / 'good.xls').write_text('名称,单位类别\n另一单位,subdistrict\n')
    a = place.run('import', 'unit', f / 'good.csv', f / 'good.xls')
    assert [x['added'] for x in a] == [1, 1], a


def test_too_many_rows_are_refused(place):
    path = place.folder / 'long.csv'
    most = 100000
    place.run('change', 'setting', 'import_max_rows', '--set', f'value={most}')
    with open(path, 'w') as f:
        f.write('名称,单位类别\n')
        f.writelines('甲,没有这种\n' for _ in range(most + 1))
    a = place.run('import', 'unit', '--strict', path, status=1)[0]
    assert a['error']['code'] == 'too_big' and str(most) in a['error']['message'].replace(',', ''), a
    place.verified()


def test_one_bad_file_keeps_no_other_out(place):
    f = place.folder
    (f / 'one.csv').write_text('名称,单位类别\n甲单位,subdistrict\n')
    (f / 'two.csv').write_text('这不是台账。')
    (f / 'three.csv').write_text('名称,单位类别\n乙单位,subdistrict\n丙单位,没有\n')
    a = place.run('import', 'unit', f / 'one.csv', f / 'two.csv', f / 'none.csv', f / 'three.csv', status=1)
    assert [('error' in x, x['added'], x['refused']) for x in a] == [(False, 1, 0), (True, 0, 0), (True, 0, 0), (False, 1, 1)], a
    place.run('import', 'unit', f / 'three.csv')  # refused rows alone are no failure


anjian.run_tests([(test_killed_at_any_moment_it_goes_on, ['sqlite', 'postgres'])] + [(t, ['sqlite']) for t in (
    test_a_full_disk_is_said_and_harms_nothing, test_broken_files_are_refused_as_a_whole, test_the_name_of_a_file_says_nothing,
    test_too_many_rows_are_refused, test_one_bad_file_keeps_no_other_out)])
