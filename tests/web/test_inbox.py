"""test_inbox.py PROGRAM — what somebody was told: found by whom it was told, read once, and nobody else's."""
import re

from web import run_tests


def overdue(site, what):
    """A hazard of the northern township whose deadline has passed: its unit, where nobody holds the head's post, is told."""
    site.new('hazard', premises=site.premises['north'], description=what, grade='general', found_on='2026-03-02', days=3, found_unit=site.unit['north'])
    site.cli('tick')


def who_was_told_finds_it_and_reads_it_once(site):
    station, other, office = site.login('station'), site.login('other'), site.login('office')
    before = len(re.findall(r'/inbox/\d+/read', station.get('/inbox').text))
    overdue(site, '缆绳磨损')
    text = station.get('/inbox').text
    ids = re.findall(r'/inbox/(\d+)/read', text)
    assert '缆绳磨损' in text and len(ids) == before + 1, text
    for stranger in (other, office):
        assert '缆绳磨损' not in stranger.get('/inbox?all=1').text
        assert stranger.post(f'/inbox/{ids[0]}/read').status == 404
    assert station.post(f'/inbox/{ids[0]}/read').status == 303
    assert f'/inbox/{ids[0]}/read' not in station.get('/inbox').text
    assert '缆绳磨损' in station.get('/inbox?all=1').text
    why = re.search(r'/duties/\d+/why', station.get('/inbox?all=1').text)[0]
    assert 'not read' not in station.get(why).text


def all_that_is_shown_is_read_and_what_came_meanwhile_is_not(site):
    station = site.login('station')
    overdue(site, '灭火器过期')
    shown = re.findall(r'name="id" value="(\d+)"', station.get('/inbox').text)
    overdue(site, '消防通道堵塞')
    assert station.post('/inbox/read', {'id': shown}).status == 303
    text = station.get('/inbox').text
    assert '消防通道堵塞' in text and '灭火器过期' not in text
    for who in ('auditor', 'root', 'security'):
        assert site.login(who).get('/inbox').status == 403, who


run_tests([who_was_told_finds_it_and_reads_it_once, all_that_is_shown_is_read_and_what_came_meanwhile_is_not])
