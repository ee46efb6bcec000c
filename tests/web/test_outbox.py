"""test_outbox.py PROGRAM — the outbox in a browser: a test message that cannot go says why, is tried again and is given up."""
import html
import re
import time

from web import run_tests


def sent(site, client):
    """The outbox when nothing waits for its first try any more."""
    for _ in range(100):
        text = client.get('/outbox?all=1').text
        if '>waiting<' not in text and '>on its way<' not in text:
            return text
        time.sleep(0.1)
    raise AssertionError(text)


def what_could_not_be_delivered_says_why_and_is_tried_again_or_given_up(site):
    root = site.login('root')
    assert 'Nothing has been told outside yet' in root.get('/outbox?all=1').text
    a = root.post('/outbox/test', {'person': 'office 某'})
    assert a.status == 422 and 'no channel in use' in a.text and 'value="office 某"' in a.text, a
    a = root.post('/outbox/test', {'person': 'nobody "<b>'})
    assert a.status == 422 and html.unescape(re.search(r'name="person" value="([^"]*)"', a.text)[1]) == 'nobody "<b>', a
    site.new('channel', name='推送', kind='webhook', used=1, url='http://127.0.0.1:9/')
    assert root.post('/outbox/test', {'person': 'office 某'}).status == 303
    text = sent(site, root)
    assert 'undeliverable' in text and '127.0.0.1' in text and '推送' in text, text
    message, = re.findall(r'/outbox/(\d+)/retry', text)
    assert root.post(f'/outbox/{message}/retry').status == 303
    assert 'undeliverable' in sent(site, root)
    assert root.post(f'/outbox/{message}/give-up').status == 303
    assert 'given up' in root.get('/outbox?all=1').text and 'Nothing waits' in root.get('/outbox').text
    assert root.post(f'/outbox/{message}/retry').status == 404


def who_keeps_the_hosts_looks_and_changes_nothing(site):
    security = site.login('security')
    text = security.get('/outbox').text
    assert '/outbox/test' not in text and '/l/allowed_host' in text
    assert security.post('/outbox/test', {'person': 'office 某'}).status == 403
    for other in ('office', 'leader', 'auditor', 'enterprise'):
        assert site.login(other).get('/outbox').status == 403, other


run_tests([what_could_not_be_delivered_says_why_and_is_tried_again_or_given_up, who_keeps_the_hosts_looks_and_changes_nothing])
