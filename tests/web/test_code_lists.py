"""Long lists of codes in forms: not sent with the form, offered while somebody types."""
import html
import re
import urllib.parse

from web import run_tests


def pick(client, typed, **more):
    query = urllib.parse.urlencode({'codes': 'industry', **more, 'industry': typed})
    page = client.get('/l/premises/pick?' + query)
    assert page.status == 200, page
    return re.findall(r'<option value="([^"]*)">([^<]*)</option>', page.text)


def control(page):
    """→ (what stands in the control, the label beside it)"""
    field = re.search(r'<input[^>]*id="f-industry"[^>]*>.*?(?=<label|</form)', page.text, re.S).group(0)
    beside = re.search(r'<span class="unit">([^<]*)</span>', field)
    return re.search(r' value="([^"]*)"', field).group(1), html.unescape(beside.group(1) if beside else '')


def a_long_list_of_codes_is_offered_as_somebody_types(site):
    c = site.login('office')
    c.lang = 'zh'
    assert ('5211', '百货零售') in pick(c, '百货')
    assert [code for code, _ in pick(c, '521')] == ['5211', '5212', '5213', '5219']
    assert len(pick(c, '5')) == 15
    assert pick(c, 'no such trade') == [] and pick(c, '') == []
    assert c.get('/l/premises/pick?codes=industry').status == 200


def a_code_of_a_long_list_is_written_by_its_code_or_its_label(site):
    c = site.login('office')
    c.lang = 'zh'
    for typed, code, label in (('5211', '5211', '百货零售'), ('超级市场零售', '5212', '超级市场零售')):
        made = c.post('/l/premises/new', {'name': '岳阳市' + typed, 'industry': typed})
        assert made.status == 303, made
        edit = made.headers['Location'] + '/edit'
        assert control(c.get(edit)) == (code, label)


def what_is_not_in_a_long_list_is_refused_and_comes_back(site):
    c = site.login('office')
    c.lang = 'zh'
    a = c.post('/l/premises/new', {'name': '岳阳市某厂', 'industry': '没有这一行'})
    assert a.status == 422 and control(a) == ('没有这一行', ''), a


run_tests([
    a_long_list_of_codes_is_offered_as_somebody_types,
    a_code_of_a_long_list_is_written_by_its_code_or_its_label,
    what_is_not_in_a_long_list_is_refused_and_comes_back,
])
