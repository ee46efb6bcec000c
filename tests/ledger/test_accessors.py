#!/usr/bin/env python3
"""Generated access to fields: what is right compiles, what is wrong does not, and for the reason that is meant.

test_accessors.py SOURCE_ROOT LEDGERS_H COMPILER...     (ledgers.h as the build has made it)
"""
import os
import re
import subprocess
import sys

ROOT, LEDGERS, COMPILER = sys.argv[1], sys.argv[2], sys.argv[3:]
FLAGS = ["-std=gnu17", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only", "-fno-diagnostics-color",
         "-I" + os.path.join(ROOT, "src"), "-I" + os.path.dirname(LEDGERS), "-x", "c", "-"]

# Diagnostics of gcc and of clang for the same mistake.
STRUCT = "incompatible type"
POINTER_TO_INT = "makes integer from pointer|incompatible pointer to integer"
INT_TO_POINTER = "makes pointer from integer|incompatible integer to pointer"
FUNCTION = "incompatible pointer type|incompatible function pointer"

RIGHT = [
    ("every kind of value is read as its type",
     """struct str text = hazard_found_by(r);
        day_t day = hazard_found_on(r);
        instant_t due = hazard_due_on(r);
        int64_t fen = hazard_cost(r), id = hazard_premises(r), days = hazard_days(r);
        bool knows = hazard_knows_days(r);
        (void)text, (void)day, (void)due, (void)fen, (void)id, (void)days, (void)knows;"""),
    ("every kind of value is set as its type",
     """hazard_set_found_by(r, STR("x"));
        hazard_set_found_on(r, "2026-02-10");
        hazard_set_due_on(r, clock_now());
        hazard_set_premises(r, r->id);
        hazard_clear_days(r);"""),
    ("ledgers and fields have their names", "const struct field *f = hazard_field_due_on(hazard_ledger(reg)); (void)f;"),
    ("a table of duties holds accessors",
     """const struct duty_use u = {.of = is_hazard, .anchor = hazard_field_found_on, .by = hazard_rectify_by,
                                   .set_due = hazard_set_due_on, .set_rule = hazard_set_deadline_rule};
        (void)u;"""),
]

# Without macros, whose errors would stand elsewhere.
WRONG = [
    ("a field that is not there is not read", "(void)hazard_no_such_field(r);", "hazard_no_such_field"),
    ("a field that is not there is not set", "hazard_set_no_such_field(r, 1);", "hazard_set_no_such_field"),
    ("a field that is not there is not found", "(void)hazard_field_no_such_field(r->l);", "hazard_field_no_such_field"),
    ("a ledger that is not there is not found", "(void)hasard_ledger(reg);", "hasard_ledger"),
    ("rows inside a record have no accessor", "(void)premises_ferry_sheet(r);", "premises_ferry_sheet"),
    ("a number is no text", "hazard_set_found_by(r, 3);", STRUCT),
    ("a C string is no text", 'hazard_set_found_by(r, "x");', STRUCT),
    ("a text is no instant", 'hazard_set_due_on(r, str_of("2026-02-10"));', STRUCT),
    ("a C string is no instant", 'hazard_set_due_on(r, "2026-02-10");', POINTER_TO_INT),
    ("a broken number is no instant", "double half = r->id == 1 ? 0.5 : 1.5; hazard_set_due_on(r, half);", "conversion"),
    ("a number is no day", "hazard_set_found_on(r, 20000);", INT_TO_POINTER),
    ("a text is no reference", 'hazard_set_premises(r, str_of("1"));', STRUCT),
    ("a text is not read as a number", "int64_t n = hazard_found_by(r); (void)n;", "incompatible type"),
    ("an instant is not read as a text", "struct str s = hazard_due_on(r); (void)s;", "incompatible type|invalid initializer"),
    ("a whole instant does not fit into a day", "day_t d = hazard_due_on(r); (void)d;", "conversion"),
    ("what may only be read is not set", "const struct record *c = r; hazard_set_days(c, 1);", "discards"),
    ("a table of duties takes no name of a field", 'struct duty_use u = {.anchor = "found_on"}; (void)u;', "incompatible"),
    ("a deadline is not put into a text", "struct duty_use u = {.set_due = hazard_set_found_by}; (void)u;", FUNCTION),
    ("a limit is not taken from an instant", "struct duty_use u = {.by = hazard_due_on}; (void)u;", FUNCTION),
]


def refusals(bodies):
    """What the compiler says against each of the bodies, a list of messages for each; all are compiled at once."""
    source = '#include "duty/duty.h"\n#include "ledgers.h"\n'
    for i, body in enumerate(bodies):
        source += 'void f%d(struct record *r, const struct registry *reg);\n' % i
        source += 'void f%d(struct record *r, const struct registry *reg)\n{\n(void)r, (void)reg;\n' % i
        source += '#line 1 "body-%d"\n%s\n}\n#line 1 "between"\n' % (i, body)
    done = subprocess.run(COMPILER + FLAGS, input=source.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, LC_ALL="C"))
    said = done.stdout.decode("utf-8", "replace")
    found = [[] for _ in bodies]
    errors = re.findall(r"^(.*?):\d+:\d+: (?:fatal )?error: (.*)$", said, re.M)
    for place, message in errors:
        if not place.startswith("body-"):
            sys.exit("the header itself does not compile:\n" + said)
        found[int(place[5:])].append(message)
    if (done.returncode == 0) == bool(errors):
        sys.exit("the compiler ends with %d:\n%s" % (done.returncode, said))
    return found


def main():
    passed = failed = 0
    right, wrong = refusals([body for _, body in RIGHT]), refusals([body for _, body, _ in WRONG])
    for name, good, said in [(r[0], not m, m) for r, m in zip(RIGHT, right)] + \
                            [(w[0], any(re.search(w[2], one) for one in m), m) for w, m in zip(WRONG, wrong)]:
        if good:
            passed += 1
        else:
            failed += 1
            print("FAILED %s; the compiler says: %s" % (name, "; ".join(said) or "nothing"))
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed != 0)


main()
