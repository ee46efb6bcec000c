#!/usr/bin/env python3
"""anjian due and anjian calendar without a database, and who may put the clock: test_due.py PROGRAM."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
ENV = {k: v for k, v in os.environ.items() if not k.startswith('ANJIAN_')}


def anjian(*args, folder=None):
    done = subprocess.run([PROGRAM, '--lang', 'en', *args], capture_output=True, text=True, cwd=folder, env=ENV)
    return done.returncode, done.stdout, done.stderr


def due(*args):
    status, out, err = anjian('due', *args, '--json')
    assert status == 0, (args, out, err)
    return json.loads(out)


def the_answer_has_the_members_that_programs_rely_on():
    a = due('--amount', '10wd', '--from', '2026-02-10T09:00')
    assert a['due'] == '2026-03-02T23:59:59+08:00' and a['version'] == 0 and a['provisional'] is False
    assert all({'date', 'step', 'counts', 'why'} <= set(s) for s in a['derivation'])
    assert [s['date'] for s in a['derivation'] if s['counts']][:4] == ['2026-02-11', '2026-02-12', '2026-02-13', '2026-02-14']
    assert a['derivation'][0] == {'date': '2026-02-10', 'step': 'start', 'counts': False, 'n': 0, 'why': 'the starting day',
                                  'why_zh': '起算当日', 'why_en': 'the starting day'}


def amounts_are_read_in_every_unit_and_backwards():
    for amount, end in (('36h', '2026-02-11T21:00:00'), ('15d', '2026-02-25T23:59:59'), ('3m', '2026-05-10T23:59:59'),
                        ('-15wd', '2026-01-20T23:59:59'), ('1y', '2027-02-10T23:59:59'), ('0d', '2026-02-10T23:59:59')):
        assert due('--amount', amount, '--from', '2026-02-10T09:00')['due'] == end + '+08:00', amount


def a_rule_answers_in_the_edition_of_the_start():
    a = due('hazard_statistics_quarter', '--from', '2026-02-10')
    assert a['due'].startswith('2026-04-15') and a['rule'] == 'hazard_statistics_quarter' and a['version'] == 1 and 'to_confirm' not in a
    assert due('hazard_rectify', '--from', '2026-02-10')['to_confirm'] is True
    assert anjian('due', 'hazard_rectify', '--from', '2001-02-10')[0] == 1
    assert anjian('due', 'no_such_rule', '--from', '2026-02-10')[0] == 1


def roll_and_first_day_follow_the_options():
    assert due('--amount', '4d', '--from', '2026-02-10')['due'].startswith('2026-02-14')
    assert due('--amount', '5d', '--from', '2026-02-10', '--roll', 'next')['due'].startswith('2026-02-24')
    assert due('--amount', '5d', '--from', '2026-02-10', '--count-first')['due'].startswith('2026-02-14')


def suspensions_and_extensions_may_be_repeated():
    a = due('--amount', '5d', '--from', '2026-03-02', '--suspend', '2026-03-04..2026-03-05', '--suspend', '2026-03-09..2026-03-09',
            '--extend', '2', '--extend', '1wd')
    assert a['due'].startswith('2026-03-13'), a['due']  # 3, 6, 7, 8, 10; 11, 12; 13
    steps = [s['step'] for s in a['derivation']]
    assert steps.count('suspended') == 2 and steps.count('extended') == 2


def an_earlier_calendar_gives_the_answer_of_that_day():
    assert due('--amount', '3wd', '--from', '2015-09-01')['due'].startswith('2015-09-07')
    a = due('--amount', '3wd', '--from', '2015-09-01', '--on-calendar-edition', '2015-05-12')
    assert a['due'].startswith('2015-09-04') and a['calendar_as_of'] == '2015-05-12'
    a = due('--amount', '3wd', '--from', '2026-02-11', '--on-calendar-edition', '2025-01-01')
    assert a['provisional'] is True


def what_makes_no_sense_is_a_wrong_command_line():
    for args in (('--amount', '10', '--from', '2026-02-10'), ('--amount', '10wd', '--from', 'soon'), ('--amount', '10wd'),
                 ('hazard_rectify', '--amount', '1d', '--from', '2026-02-10'), ('--amount', '1d', '--from', '2026-02-10', '--roll', 'back'),
                 ('--amount', '1d', '--from', '2026-02-10', '--suspend', '2026-02-11'), ('--amount', '1d', '--from', '2026-02-10', '--extend', 'x'),
                 ('--amount', '1d', '--from', '2026-02-10', '--on-calendar-edition', 'x')):
        assert anjian('due', *args)[0] == 2, args
    for args in (('--amount', '1d', '--from', '2026-02-10', '--suspend', '2026-02-12..2026-02-10'), ('--amount', '-5d', '--from', '2026-02-10', '--extend', '1d'),
                 ('--amount', '200000d', '--from', '2026-02-10')):
        assert anjian('due', *args)[0] == 1, args


def a_year_has_its_days_festivals_and_sweeps():
    year = json.loads(anjian('calendar', '2026', '--json')[1])
    assert year['announced'] is True and len(year['sweeps']) == 5 and len(year['publicity']) == 4
    assert year['lunar']['spring_festival'] == '2026-02-17' and {'date': '2026-02-14', 'name': '春节'} in year['make_up_workdays']
    later = {y: json.loads(anjian('calendar', str(y), '--json')[1]) for y in (2027, 2030, 2033, 2034)}
    assert not any(y['announced'] or y['make_up_workdays'] for y in later.values())
    assert [later[y]['lunar']['spring_festival'] for y in later] == ['2027-02-06', '2030-02-03', '2033-01-31', '2034-02-19']
    assert anjian('calendar', '1900')[0] == 2


def the_clock_is_put_on_a_simulated_database_alone():
    with tempfile.TemporaryDirectory() as folder:
        assert anjian('init', '--region', '430602', folder=folder)[0] == 0
        status, out, _ = anjian('tick', '--now', '2030-01-01', '--json', folder=folder)
        assert status == 1 and json.loads(out)['error']['rule'] == 'simulated', out
        assert set(json.loads(anjian('tick', '--json', folder=folder)[1])) == {'now', 'rechecked', 'started', 'breached', 'told'}
        assert due('hazard_rectify', '--from', '2026-02-10')['version'] == 1


def main():
    failed = 0
    tests = [f for name, f in globals().items() if callable(f) and name.count('_') > 2 and f.__module__ == '__main__']
    for test in tests:
        try:
            test()
        except Exception as e:  # every test is told of, whatever it is that went wrong
            failed += 1
            print(f'FAILED {test.__name__}: {e!r}')
    print(f'{len(tests) - failed} passed, {failed} failed')
    sys.exit(failed != 0)


main()
