#!/usr/bin/env python3
"""The files that browsers load: what they are called, how they are sent, how large they are; and that they keep to the policy of the
pages: nothing inline, nothing from elsewhere, nothing that only browsers of 2024 read."""
import gzip
import hashlib
import re

from web import run_tests

BUDGET = 45_000  # bytes of all of them together, by brotli


def page(site):
    a = site.client().get('/login')
    assert a.status == 200, a
    return a.text


def addresses(site):
    found = sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page(site))))
    assert len(found) == 4, found
    return found


def the_name_of_a_file_holds_the_digest_of_its_content(site):
    for url in addresses(site):
        a = site.client().get(url)
        assert a.status == 200 and a.headers['Content-Encoding'] is None, (url, a.headers)
        assert hashlib.sha256(a.body).hexdigest()[:12] == re.search(r'-([0-9a-f]{12})\.', url)[1], url
        assert 'immutable' in a.headers['Cache-Control']
        assert a.headers['Content-Type'].split(';')[0] == {'css': 'text/css', 'js': 'text/javascript', 'svg': 'image/svg+xml'}[url.rsplit('.')[-1]]


def the_packed_forms_are_the_same_file(site):
    for url in addresses(site):
        plain = site.client().get(url).body
        packed = site.client().get(url, Accept_Encoding='gzip')
        assert packed.headers['Content-Encoding'] == 'gzip' and gzip.decompress(packed.body) == plain, url
        brotli = site.client().get(url, Accept_Encoding='gzip, br')
        assert brotli.headers['Content-Encoding'] == 'br' and len(brotli.body) <= len(packed.body), url
        assert brotli.headers['Vary'] == 'Accept-Encoding'


def all_of_them_are_small(site):
    size = sum(len(site.client().get(url, Accept_Encoding='br').body) for url in addresses(site))
    assert size <= BUDGET, size


def a_file_that_is_not_there_is_not_found(site):
    for url in ('/static/app.css', '/static/app-000000000000.css', '/static/', '/static/../login'):
        assert site.client().get(url).status == 404, url


def the_sheet_loads_nothing_and_reads_in_old_browsers(site):
    css = next(site.client().get(u).text for u in addresses(site) if u.endswith('.css'))
    for word in ('url(', '@import', 'light-dark(', 'color-mix(', 'oklch('):
        assert word not in css, word


def every_icon_that_a_page_shows_is_in_the_sprite(site):
    url = next(u for u in addresses(site) if '/icons-' in u)
    known = set(re.findall(r'<symbol id="([\w-]+)"', site.client().get(url).text))
    for path in ('/', '/l/premises', '/about'):
        shown = set(re.findall(re.escape(url) + r'#([\w-]+)', site.login('office').get(path).text))
        assert shown and shown <= known, (path, shown - known)


def no_page_holds_a_script_or_a_style_of_its_own(site):
    clerk = site.login('office')
    for path in ('/', '/l/premises', '/l/hazard/new', '/help/keyboard'):
        a = clerk.get(path)
        assert a.status == 200, (path, a)
        assert not re.search(r'<style|<script(?! src="/static/)|\son\w+=|\sstyle=|javascript:', a.text), path
        assert "'unsafe" not in a.headers['Content-Security-Policy']


run_tests([
    the_name_of_a_file_holds_the_digest_of_its_content, the_packed_forms_are_the_same_file, all_of_them_are_small,
    a_file_that_is_not_there_is_not_found, the_sheet_loads_nothing_and_reads_in_old_browsers, every_icon_that_a_page_shows_is_in_the_sprite,
    no_page_holds_a_script_or_a_style_of_its_own,
])
