"""test_sheet.py PROGRAM — score sheets in a browser: what was lost, by which record and rule; and nobody else's."""
from web import run_tests


def prepare(site):
    """A hazard of the northern township that was not rectified in time."""
    if not hasattr(site, 'lost'):
        site.lost = site.new('hazard', premises=site.premises['north'], description='跳板断裂', grade='general', found_on='2026-02-02', days=5,
                             found_unit=site.unit['north'])
        site.cli('tick')


def a_sheet_explains_each_point(site):
    prepare(site)
    office = site.login('office')
    path = f'/sheet/{site.unit["north"]}'
    assert 'No point was lost' in office.get(path).text
    assert office.post(path).status == 303
    text = office.get(path).text
    for part in ('跳板断裂', 'hazard_overdue', '-0.50', '99.50', f'/l/hazard/{site.lost["id"]}', 'How the date was found', '2026-02-09', 'day 5'):
        assert part in text, (part, text)
    standings = office.get('/sheets').text
    assert path in standings and f'/sheet/{site.unit["south"]}' not in standings
    assert '跳板断裂' in office.get(path, Accept_Language='zh').text


def a_unit_sees_its_own_sheet_and_no_other(site):
    prepare(site)
    site.cli('sheet', '北港乡人民政府')
    station, other = site.login('station'), site.login('other')
    own, others = f'/sheet/{site.unit["north"]}', f'/sheet/{site.unit["south"]}'
    assert '跳板断裂' in station.get(own).text and station.get(others).status == 404
    assert other.get(own).status == 404 and '跳板断裂' not in other.get('/sheets').text
    assert station.post(own).status == 403, 'what counts is derived by the office'
    for who in ('enterprise', 'auditor', 'root'):
        assert site.login(who).get(own).status == 403, who
    assert site.login('office').get('/sheet/1').status == 404 == site.login('office').get('/sheet/x').status


run_tests([a_sheet_explains_each_point, a_unit_sees_its_own_sheet_and_no_other])
