#!/usr/bin/env python3
"""What the compiler of templates leaves to the C compiler is refused by it, at the template's line.

usage: c_errors.py TEMPLATES SOURCES CC [ARG...]    (the compiler of templates, the folder src, the C compiler)

Ends with `N passed, N failed`. The first case is right, so that the others fail for their own reason only.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

TYPES = """
#define SCRIPT "/static/a.js"
struct row { struct str name; bool late; double part; char letter; struct safe_html hint; const char *script; };
"""
TEMPLATE = """{%% include "types.h" %%}
{%% view frame(int n) slots main %%}<i>{{ n }}</i>{%% slot main %%}{%% end %%}
{%% view page(const struct row *r) %%}<b title="{{ r->name }}">{{ r->hint }}</b>
%s
{%% end %%}"""
LINE = 4

CASES = [  # what stands on the line, what the C compiler says there (gcc or clang); None: nothing
    ('<script src="{{ SCRIPT }}"></script>{% use frame(1) %}{% fill main %}{{ r->name }}{% end %}{% end %}', None),
    ('{{ r->nmae }}', "no member named"),
    ('{{ x }}', "undeclared"),
    ('{{ r->late }}', "_Bool|bool"),
    ('{{ r->part }}', "double"),
    ('{{ r->letter }}', "char"),
    ('{{ *r }}', "struct row"),
    ('<b title="{{ r->hint }}"></b>', "struct safe_html"),
    ('<a href="{{ r->hint }}"></a>', "struct safe_html"),
    ('<a href="/l/{{ r->hint }}"></a>', "struct safe_html"),
    ('<a href="{{ 1 }}"></a>', "int"),
    ('<script src="{{ r }}"></script>', "expected|string"),
    ('{{ t "%d rows", r->name }}', "expects argument|format specifies"),
    ('{{ t "%d rows", 1, 2 }}', "too many arguments|not used by format"),
    ('{{ r->name, r->name }}', "no effect|unused|left operand"),
    ('{% call frame() %}', "too few"),
    ('{% call other(1) %}', "implicit declaration|undeclared"),
    ('{% use frame(1) %}{% fill side %}{% end %}{% end %}', "no member named|does not refer to any field"),
    ('{% let int n = 1 %}', "unused variable"),
    ('{% for int i = 0; i < 2; i++ %}{% for int i = 0; i < 2; i++ %}{% end %}{% end %}', "shadow"),
]


def complaint(folder, line, templates, compiler):
    """What the C compiler says where it names the line of the template; "" when it says nothing at all."""
    (folder / "page.html").write_text(TEMPLATE % line, encoding="utf-8")
    subprocess.run([templates, "page.html.c", "page.html.h", "page.html"], cwd=folder, check=True)
    done = subprocess.run(compiler + ["page.html.c"], cwd=folder, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    if done.returncode and f"page.html:{LINE}:" not in done.stderr:  # of a macro gcc names the header, then the line in a note
        return "elsewhere: " + done.stderr
    return "\n".join(re.findall("error: .*", done.stderr))


def says_what_it_cannot_do(folder, templates):
    """A wrong template, a file that is not there, one too large, a folder that is not there, arguments that are missing."""
    (folder / "bad.html").write_text("\n{{")
    (folder / "large.html").write_text(" " * 200_000)
    (folder / "good.html").write_text("")
    for args, status, said in [
        (["x.c", "x.h", "bad.html"], 1, "bad.html:2: {{ is not closed by }}"),
        (["x.c", "x.h", "none.html"], 1, "none.html: cannot be read"),
        (["x.c", "x.h", "large.html"], 1, "large.html:1: larger than"),
        (["no/x.c", "x.h", "good.html"], 1, "no/x.c: "),
        (["x.c", "good.html"], 2, "usage: "),
        (["x.c", "x.h", "good.html"], 0, ""),
    ]:
        done = subprocess.run([templates] + args, cwd=folder, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        if done.returncode != status or said not in done.stderr:
            print(f"of: templates {' '.join(args)}\nexpected: {status} {said}\nbut was:  {done.returncode} {done.stderr}")
            return False
    return True


def main():
    templates, sources, *cc = sys.argv[1:]
    templates = pathlib.Path(templates).resolve()
    flags = "-std=gnu17 -fsyntax-only -Wall -Wextra -Werror -Wconversion -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes".split()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "types.h").write_text(TYPES)
        for line, expected in CASES:
            said = complaint(folder, line, templates, cc + flags + ["-I", sources, "-I", "."])
            if not (re.match(f"error: .*({expected})", said, re.S) if expected else said == ""):
                print(f"of: {line}\nexpected: {expected}\nbut was:  {said}")
                failed += 1
        failed += not says_what_it_cannot_do(folder, templates)
    print(f"{len(CASES) + 1 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
