"""What pages may cost: statements, allocations, bytes on the wire, compared with budgets.txt, which a person can read.

usage: test_budgets.py PROGRAM [--accept]     --accept writes the table anew, from what was measured

The server tells statements and allocations of each answer (serve --costs); bytes are those of head and body. Each page is asked several times
and the smallest counts: what everybody has after the first visit. Over its budget a page fails, and far below it too: then the budget
could no longer say anything, and --accept makes a new one.
"""
import pathlib
import re
import sys
import urllib.parse

ACCEPT = '--accept' in sys.argv
if ACCEPT:
    sys.argv.remove('--accept')

from web import run_tests  # noqa: E402 (it reads the arguments)

GOLDEN = pathlib.Path(__file__).with_name('budgets.txt')
HEAD = """# What a page may cost at most, when somebody has been there before: statements of the database, allocations of the program, bytes on the wire.
# Statements are as measured; allocations and bytes have a tenth more. Made by tests/web/test_budgets.py --accept, which says how it is measured.
#
"""
MARGIN = 1.1  # of allocations and bytes
LOOSE = 0.75  # a budget of which less is used guards nothing
ROUNDS = 5
ROWS = 50


def cost(answer):
    """(statements, allocations, bytes on the wire)"""
    said = re.fullmatch(r'statements=(\d+) allocations=(\d+) bytes=(\d+)', answer.headers['X-Cost'] or '')
    assert said, (answer.headers['X-Cost'], answer)
    statements, allocations, size = map(int, said.groups())
    assert size == len(answer.body), (size, len(answer.body))
    head = len('HTTP/1.1 200 OK\r\n\r\n') + sum(len(f'{k}: {v}\r\n') for k, v in answer.headers.items())
    return statements, allocations, head + size


def least(ask, status=200):
    costs = []
    for _ in range(ROUNDS):
        a = ask()
        assert a.status == status, a
        costs.append(cost(a))
    return tuple(min(c[i] for c in costs) for i in range(3))


# ---- a district of known size -----------------------------------------------------------------------------------------------------------


def prepare(site):
    """Fifty shops of one staff, five of another; a hall with five sheets and one with fifty, a shop with five
    hazards and one with fifty; served with costs."""
    if hasattr(site, 'shops'):
        return
    site.stop()
    site.start('--costs')
    c = site.client('office')
    make = lambda **fields: c.api('POST', '/premises', {'region': '430602', 'territory': site.unit['north'], **fields}, status=201).json['id']
    site.shops = [make(name=f'{n}号门市', staff=7, address=f'南湖街道 {n} 号', sector=site.unit['schools']) for n in range(ROWS)]
    for n in range(5):
        make(name=f'{n}号摊', staff=8, address=f'南湖街道 {n} 号', sector=site.unit['schools'])
    site.halls = {n: make(name=f'{n}厅影城', staff=9, gathering_sheet=[{'use': f'{i} 号厅'} for i in range(n)]) for n in (5, 50)}
    site.found = {n: site.shops[n - 1] for n in (5, 50)}
    for n, where in site.found.items():
        for i in range(n):
            c.api('POST', '/hazard', {'premises': where, 'description': f'{i} 号灯坏了', 'grade': 'general', 'found_on': '2026-03-02'}, status=201)


def rows(n):
    return '/l/premises?' + urllib.parse.urlencode({'where': f'staff = {7 if n == ROWS else 8}', 'limit': 50})


# ---- the table -------------------------------------------------------------------------------------------------------------------------


def measured(site):
    prepare(site)
    c, api, count = site.login('office', lang='zh'), site.client('office'), iter(range(10**6))
    auditor = site.login('auditor', lang='zh')
    create = lambda: api.api('POST', '/premises', {'name': f'{next(count):04}号新厂', 'staff': 10, 'region': '430602'})
    return {
        'list of 50 rows': least(lambda: c.get(rows(ROWS))),
        'record': least(lambda: c.get(f'/l/premises/{site.shops[-1]}')),
        'form': least(lambda: c.get(f'/l/premises/{site.shops[-1]}/edit')),
        'home': least(lambda: c.get('/')),
        'search': least(lambda: c.get('/search?' + urllib.parse.urlencode({'q': '号门市'}))),
        'who': least(lambda: c.get('/who')),
        'log': least(lambda: auditor.get('/log')),
        'api list of 50 rows': least(lambda: api.api('GET', rows(ROWS)[2:])),
        'api read': least(lambda: api.api('GET', f'/premises/{site.shops[-1]}')),
        'api create': least(create, 201),
    }


def golden():
    table = {}
    for line in GOLDEN.read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            engine, name, *numbers = re.split(r' {2,}', line.strip())
            table[engine, name] = tuple(map(int, numbers))
    return table


def accept(engine, costs):
    table = {k: v for k, v in golden().items() if k[0] != engine}
    table |= {(engine, k): (s, round(a * MARGIN), round(b * MARGIN)) for k, (s, a, b) in costs.items()}
    lines = [f'{e:<10}  {n:<22}  {s:>10}  {a:>11}  {b:>7}' for (e, n), (s, a, b) in sorted(table.items(), key=lambda i: i[0][0] == 'postgres')]
    GOLDEN.write_text(HEAD + '# engine    page                    statements  allocations    bytes\n' + '\n'.join(lines) + '\n', encoding='utf-8')


def pages_keep_to_their_budgets(site):
    costs = measured(site)
    if ACCEPT:
        accept(site.engine, costs)
    table, wrong = golden(), []
    for name, page in costs.items():
        budget = table[site.engine, name]
        for what, spent, most in zip(('statements', 'allocations', 'bytes'), page, budget):
            if spent > most or spent < most * LOOSE:
                wrong.append(f'{name}: {spent} {what}, {"over" if spent > most else "far below"} its budget of {most}')
    assert not wrong, '\n'.join(wrong)
    assert {k for k in table if k[0] == site.engine} == {(site.engine, k) for k in costs}


# ---- what must not grow ----------------------------------------------------------------------------------------------------------------


def statements_of_a_list_do_not_grow_with_its_rows(site):
    prepare(site)
    c, api = site.login('office'), site.client('office')
    for ask in (lambda n: c.get(rows(n)), lambda n: api.api('GET', rows(n)[2:])):
        few, many = least(lambda: ask(5)), least(lambda: ask(ROWS))
        assert few[0] == many[0] and few[2] < many[2], (few, many)


def statements_of_a_record_do_not_grow_with_its_rows(site):
    prepare(site)
    c, api = site.login('office'), site.client('office')
    for ask in (lambda n: c.get(f'/l/premises/{site.halls[n]}'), lambda n: c.get(f'/l/premises/{site.halls[n]}/edit'),
                lambda n: api.api('GET', f'/premises/{site.halls[n]}')):
        few, many = least(lambda: ask(5)), least(lambda: ask(50))
        assert few[0] == many[0] and few[2] < many[2], (few, many)


def statements_of_a_record_do_not_grow_with_what_hangs_on_it(site):
    prepare(site)
    c = site.login('office')
    few, many = (least(lambda n=n: c.get(f'/l/premises/{site.found[n]}')) for n in (5, 50))
    assert few[0] == many[0], (few, many)


def statements_of_a_search_do_not_grow_with_its_hits(site):
    prepare(site)
    c = site.login('office')
    few, many = (least(lambda q=q: c.get('/search?' + urllib.parse.urlencode({'q': q}))) for q in ('号摊', '号门市'))
    assert many[0] <= few[0] + 2 and few[2] < many[2], (few, many)


def nothing_is_told_unless_asked_for(site):
    prepare(site)
    site.stop()
    site.start()
    assert site.login('office').get('/').headers['X-Cost'] is None
    site.stop()
    site.start('--costs')


run_tests([pages_keep_to_their_budgets, statements_of_a_list_do_not_grow_with_its_rows, statements_of_a_record_do_not_grow_with_its_rows,
           statements_of_a_record_do_not_grow_with_what_hangs_on_it, statements_of_a_search_do_not_grow_with_its_hits,
           nothing_is_told_unless_asked_for])
