"""Real files, read from outside: divisions, registers of enterprises, ledgers and forms as they are used.

usage: test_real.py PROGRAM.  The files lie in the folder that ANJIAN_SHARED names (data/, see the README there); without it every
test is skipped by name.
"""
import csv
import glob
import os
import pathlib

import anjian
from anjian import counts

SHARED = pathlib.Path(os.environ.get('ANJIAN_SHARED', '../shared')).resolve()
DATA = SHARED / 'data'

DIVISIONS = [('provinces.csv', 31), ('cities.csv', 342), ('areas.csv', 2978), ('streets.csv', 41352), ('villages-43.cut.csv', 29534)]
YEARS = [('湖南-2014.csv', 11456), ('湖南-2018.csv', 9407)]
LEDGERS = ['hazard', 'accident', 'person', 'premises', 'unit', 'figure']


def test_divisions(place):
    before = place.count('region')
    added = 0
    for name, rows in DIVISIONS:
        r = place.ok('import', 'region', DATA / 'divisions' / name)
        assert counts(r)[0] == rows and r['refused'] == r['changed'] == r['warned'] == 0, (name, counts(r))
        added += r['added']
    assert place.count('region') == before + added  # the shipped regions were among them
    for name, rows in DIVISIONS:
        r = place.ok('import', 'region', DATA / 'divisions' / name)
        assert counts(r) == (rows, 0, 0, rows, 0), (name, counts(r))
    expected = sum(row['code'].startswith('430602') for name, _ in DIVISIONS for row in csv.DictReader(open(DATA / 'divisions' / name)))
    assert place.count('region', 'code ^ 430602') == expected
    district = place.one('region', 'code = 430602')
    assert district['level'] == 'county'
    assert place.count('region', 'code ^ 430602', 'level = village') == 181
    assert place.count('region', f'parent = {district["id"]}', 'level = township') == 25
    street = place.one('region', 'code = 430602001')
    assert (street['name'], street['level'], street['parent']) == ('岳阳楼街道', 'township', district['id'])
    village = place.one('region', 'code = 430602001001')
    assert (village['level'], village['parent']) == ('village', street['id'])
    place.verified()


def test_enterprises(place):
    for name, rows in YEARS:
        r = place.ok('import', 'premises', DATA / 'enterprises' / name)
        assert counts(r) == (rows, rows, 0, 0, 0), (name, counts(r))
        assert len(r['warnings']) == r['warned'] < 10
        assert r['mapping']['企业名称'] == 'name' and r['mapping']['统一社会信用代码'] == 'credit_code'
    for name, rows in YEARS:
        assert counts(place.ok('import', 'premises', DATA / 'enterprises' / name)) == (rows, 0, 0, rows, 0)
    assert place.count('premises') == sum(rows for _, rows in YEARS)
    codes = [row['统一社会信用代码'] for name, _ in YEARS for row in csv.DictReader(open(DATA / 'enterprises' / name))]
    for region in ('430602', '430682', '4306'):
        assert place.count('premises', f'region ^ {region}') == sum(c[2:].startswith(region) for c in codes), region
    r = place.one('premises', 'credit_code = 91430682MA4PC1E12L')
    known = {'name': '临湘市仲明建材有限公司', 'founded_on': '2018-01-12', 'capital': 200000000, 'region': '430682000000',
             'enterprise_type': '有限责任公司', 'registered_address': '湖南省岳阳市临湘市羊楼司镇尖山南路28号', 'city_text': '岳阳'}
    full = place.ok('show', 'premises', r['id'])
    full = full.get('record', full)
    assert {k: full[k] for k in known} == known, full
    place.verified()


def test_check_vectors(place):
    for name, kind in (('uscc.csv', 'uscc'), ('idcard.csv', 'idcard')):
        rows = list(csv.DictReader(open(DATA / 'vectors' / name, encoding='utf-8-sig')))
        rows = [r for r in rows if r['value']]
        answers = place.ok('check', kind, '--', *(r['value'] for r in rows))
        wrong = [(r['value'], r['expected'], a) for r, a in zip(rows, answers) if a['valid'] != (r['expected'] in ('valid', '1', 'true', 'yes'))]
        assert len(answers) == len(rows) >= 7 and not wrong, wrong


def test_every_workbook_is_read_or_refused(place):
    files = [f for folder in ('ledgers', 'hazards', 'exams', 'accidents/**') for f in sorted(glob.glob(f'{DATA}/{folder}/*', recursive=True))
             if os.path.isfile(f)]
    assert len(files) >= 40, len(files)
    for ledger in LEDGERS:
        lines = place.run('import', ledger, '--dry-run', *files, status=1)  # some of them fit no ledger
        assert [a['file'] for a in lines] == files  # one that is unreadable keeps no other out
        for a in lines:
            if 'error' in a:
                assert a['error']['message'] and a['error']['code'] in ('unreadable', 'invalid', 'too_big'), a
            else:
                assert a['rows'] == a['added'] + a['changed'] + a['unchanged'] + a['refused'], a['file']
                assert all(n['reason'] and n['row'] > 1 for n in a['refusals'] + a['warnings']), a['file']


def test_a_file_that_is_no_ledger_says_so(place):
    a = place.run('import', 'hazard', SHARED / 'speech' / 'speech.txt', status=1)[0]
    assert a['error']['code'] == 'unreadable' and 'text' in a['error']['message'], a
    a = place.run('import', 'hazard', DATA / 'hazards' / 'sodic-hazard-text-1-12000.txt', status=1)[0]
    assert a['error']['code'] == 'unreadable', a


def test_accidents(place):
    path = DATA / 'accidents' / 'data.xlsx'
    r = place.ok('import', 'accident', path)
    assert r['rows'] == 832 and r['refused'] == 0, counts(r)
    r = place.ok('import', 'accident', path)
    assert counts(r) == (832, 0, 0, 832, 0), counts(r)
    place.verified()


def workbook_of_hazards():
    return glob.glob(f'{DATA}/hazards/*.xlsx')[0]


def test_hazards_of_a_building_site(place):
    path = workbook_of_hazards()
    r = place.ok('import', 'hazard', path)
    assert counts(r) == (38, 0, 0, 0, 38), counts(r)  # refused rows are no failure of the program
    units = sorted({n['value'].strip() for n in r['refusals'] if n['field'] == 'premises'})
    assert units and len(r['refusals']) >= 38
    for name in units:
        place.ok('new', 'premises', '--set', f'name={name}')
    r = place.ok('import', 'hazard', path, '--refused', place.folder / 'refused.xlsx')
    assert counts(r) == (38, 38, 0, 0, 0), (counts(r), r['refusals'])
    # 复查日期 is stored as 43613 under number format 58, which Excel shows as 5月28日: a true date, so nothing to warn of.
    assert r['warned'] == 0 and place.count('hazard', 'accepted_on = 2019-05-28') == 2
    assert place.count('hazard', 'found_on >= 2019-05-01', 'found_on <= 2019-06-30') == 38
    assert place.count('hazard', 'state = open') == 38  # what a table says of itself is no acceptance
    assert counts(place.ok('import', 'hazard', path)) == (38, 0, 0, 38, 0)
    undone = place.ok('undo', r['batch'])
    assert (undone['withdrawn'], undone['kept']) == (76, 0), undone  # with the duties that they started
    place.verified()


def main():
    tests = [(test_divisions, ['sqlite']), (test_enterprises, ['sqlite', 'postgres']), (test_check_vectors, ['sqlite']),
             (test_every_workbook_is_read_or_refused, ['sqlite']), (test_a_file_that_is_no_ledger_says_so, ['sqlite']),
             (test_accidents, ['sqlite']), (test_hazards_of_a_building_site, ['sqlite', 'postgres'])]
    if not DATA.is_dir():
        for test, engines in tests:
            for engine in engines:
                print('SKIP', f'{test.__name__}_{engine}')
        print('0 passed, 0 failed')
        return
    anjian.run_tests(tests)


main()
