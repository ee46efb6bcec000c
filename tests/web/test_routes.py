"""Every route asked as every role, inside and outside of its scope, and compared with routes.golden.txt, which a person can read.

usage: test_routes.py PROGRAM [--accept]     --accept writes the golden file anew

What is compared is who gets through: an answer that says "not allowed" (403), "nothing there" (404) or "log in first" (303 to the login, 401), against
any other. Forms are sent empty, so whoever may send them is told what is missing (4xx) or goes on; nothing is proved about what they do.
"""
import pathlib
import re
import subprocess
import sys

ACCEPT = '--accept' in sys.argv
if ACCEPT:
    sys.argv.remove('--accept')

from web import PROGRAM, run_tests  # noqa: E402 (it reads the arguments)

GOLDEN = pathlib.Path(__file__).with_name('routes.golden.txt')
ROLES = ['public', 'enterprise', 'station', 'teacher', 'officer', 'office', 'leader', 'auditor', 'security', 'root']
SHORT = {'public': 'publ', 'enterprise': 'entr', 'station': 'stat', 'teacher': 'dept', 'officer': 'offr', 'office': 'offc', 'leader': 'lead', 'auditor': 'audt',
         'security': 'secu', 'root': 'sysa'}
# What stands for a variable of a path, beside {ledger} and {id}.
WORDS = {'{name}': 'app.css', '{lang}': 'zh', '{verb}': 'report', '{field}': 'head_phone', '{digest}': '0' * 64, '{key}': 'list_rows'}


def word_for(route, variable):
    if variable == '{field}' and '/l/hazard' in route:
        return 'photos_before'
    return WORDS.get(variable, '1')


def addresses(site, path):
    """The addresses that a route is tried at: one inside of the station's scope, one outside, where it has a record."""
    ledger = 'hazard' if '{verb}' in path else 'premises'
    if '{id}' in path and '{ledger}' in path:
        records = site.hazards if ledger == 'hazard' else site.premises
        sides = [('in', records['north']), ('out', records['south'])]
    else:
        sides = [('', '1')]
    for side, record in sides:
        yield side, re.sub(r'\{\w+\}', lambda m: {'{ledger}': ledger, '{id}': record}.get(m.group(), word_for(path, m.group())), path)


def outcome(answer):
    if answer.status == 401 or (answer.status == 303 and answer.headers['Location'].startswith('/login')):
        return 'login'
    if answer.status in (403, 404):
        return {403: 'no', 404: '404'}[answer.status]
    return 'yes' if answer.status < 500 else str(answer.status)


def ask(client, method, address):
    if address.startswith('/api/'):
        return client.api(method, address[len('/api/v1'):] , {} if method in ('POST', 'PATCH', 'PUT', 'DELETE') else None)
    return client.get(address) if method == 'GET' else client.post(address)


def routes():
    out = subprocess.run([PROGRAM, 'serve', '--routes'], check=True, capture_output=True).stdout.decode()
    return [re.match(r'(\w+)\s+(\S+)\s+(.*)', line).groups() for line in out.splitlines()]


def every_route_answers_each_role_as_the_matrix_says(site):
    site.hazards = {k: site.new('hazard', premises=site.premises[k], description='灭火器失效', grade='general', found_on='2026-03-02')['id'] for k in ('north', 'south')}
    visitor = lambda role: site.client() if role == 'public' else site.login(role)  # noqa: E731
    clients = {role: visitor(role) for role in ROLES}
    lines = ['Who gets through to each route: . yes, - not allowed, 0 nothing there for that one, L must log in first. Made by test_routes.py --accept.',
             'in, out: a record inside of the scope of the station, the enterprise and the department that ask, and one outside.', '',
             f'{"":60}' + ' '.join(SHORT[r] for r in ROLES)]
    for method, path, may in routes():
        for side, address in addresses(site, path):
            marks = []
            for role in ROLES:
                client = visitor(role) if path in ('/logout', '/account/password') else clients[role]
                marks.append({'yes': '.', 'no': '-', '404': '0', 'login': 'L'}.get(outcome(ask(client, method, address)), '!'))
            lines.append(f'{method:6} {path:45} {side:6}  ' + '    '.join(marks))
    made = '\n'.join(lines) + '\n'
    if ACCEPT:
        GOLDEN.write_text(made)
    assert '!' not in made, 'a route failed:\n' + '\n'.join(line for line in lines if '!' in line)
    golden = GOLDEN.read_text().splitlines()
    assert golden == lines, 'the matrix has changed:\n' + '\n'.join(f'- {a}\n+ {b}' for a, b in zip(golden, lines) if a != b) + f'\n{len(golden)} lines, now {len(lines)}'


run_tests([every_route_answers_each_role_as_the_matrix_says])
