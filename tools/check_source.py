#!/usr/bin/env python3
"""Check the rules of the sources that no compiler knows.

usage: tools/check_source.py [project root]

Prints `file:line: rule: what is wrong` for every fault, then warnings, then `N passed, N failed`, one for each rule.
An exception stands in a table here, with its reason.
"""
import pathlib
import re
import sys

LAYER = {"base": 0, "exchange": 1, "html": 1, "db": 1, "ledger": 2, "tell": 3, "duty": 4, "safety": 5, "assess": 6, "web": 7, "cli": 8}
FUNCTION_MAX, FUNCTION_LONG, FILE_MAX = 80, 60, 700

MEMORY = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|reallocarray|free|strdup|strndup|v?asprintf|getline|getdelim)\s*\(")
MEMORY_MAY = {"src/base/mem.c"}  # the only heap
BANNED = {
    **dict.fromkeys(("strcpy", "stpcpy", "strcat", "strncat", "strncpy", "sprintf", "vsprintf", "gets"), "use struct buf, arena_printf or snprintf"),
    **dict.fromkeys(("strtok", "strtok_r"), "use str_split"),
    **dict.fromkeys(("gmtime", "localtime", "ctime", "asctime", "mktime"), "use base/date.h"),
    **dict.fromkeys(("atoi", "atol", "atoll", "atof"), "use str_int, which tells what is no number"),
    **dict.fromkeys(("mktemp", "tmpnam", "tempnam", "tmpfile"), "use mkstemp or part_path"),
    **dict.fromkeys(("system", "popen"), "start a program without a shell"),
    **dict.fromkeys(("rand", "srand", "alloca"), "not in this program"),
}
TESTS_MAY = {"system", "atoi", "atof"}  # with arguments of their own
BANNED_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")

ENGINE = re.compile(r"\b(sqlite3_\w+|PQ[a-z]\w*)")
ENGINE_MAY = {
    "src/ledger/search_sqlite.c": re.compile(r"sqlite3_"),  # the tokenizer of the search is a function of SQLite
    "src/cli/doctor.c": re.compile(r"sqlite3_libversion$"),  # says which SQLite runs
    "src/cli/pg_tool.c": re.compile(r"PQconninfo|PQfreemem$"),  # takes an URL apart for pg_dump; connects to nothing
}
SQL_MAY = {"src/ledger/" + name for name in ("plan.c", "query.c", "query_text.c", "schema.c", "search.c", "twins.c")}
SQL_TEXT = re.compile(r"\b(SELECT |INSERT INTO|UPDATE \S+ SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE|VIRTUAL|FUNCTION|TRIGGER))")
SQL_TEXT_MAY = SQL_MAY | {"src/ledger/search_sqlite.c"}  # asks SQLite for the address of its search

PRINT = re.compile(r"(?<![\w.>])(?<!format\()(printf|vprintf|puts|putchar|perror|stdout|stderr)\b")

SAFE_HTML = re.compile(r"\(\s*(const )?struct safe_html\s*\)\s*\{|\.markup\s*=|struct safe_html \w+ = \{")

# Texts of data: units, headings, labels, words that a cell may hold, and texts that a record keeps in both languages.
HAN = re.compile("[\u3007\u4e00-\u9fff]")
HAN_MAY = {"src/" + name for name in (
    "exchange/numeral.c", "exchange/parse_date.c", "exchange/parse_number.c", "exchange/parse_place.c", "exchange/parse_word.c",
    "exchange/plain.c", "exchange/table.c", "exchange/table_text.c", "exchange/table_detect.c", "ledger/import_map.c", "ledger/query_text.c",
    "ledger/type.c", "duty/derivation.c", "safety/responsibility.c", "assess/assess.c", "assess/sheet.c")}

SAID = re.compile(r"\b(err_set|cli_usage|cli_note)\s*\(")
MARKED_ELSEWHERE = {"summary", "help"}  # of verbs; marked N_( where the verb is
DIRECTIVE = re.compile(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z|j|t)?[a-zA-Z%]|\\.")

faults, warnings = {}, []


def fault(rule, path, line, text):
    faults.setdefault(rule, []).append(f"{path}:{line}: {rule}: {text}")


class Source:
    """A file as text, as code (comments and insides of strings blanked, positions kept), and its strings."""

    TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding="utf-8")
        self.strings = []
        self.code = self.TOKEN.sub(self.blank, self.text)
        self.lines = self.text.split("\n")
        parts = self.path.split("/")
        self.layer = parts[1] if parts[0] == "src" and len(parts) > 2 else None
        self.in_src = parts[0] == "src"

    def blank(self, m):
        token = m.group()
        include = self.text.rfind("\n", 0, m.start()) + 1
        if self.text.startswith("#include", include):
            return token
        if token[0] == '"':
            self.strings.append((m.start(), token[1:-1]))
        keep = token[0] if token[0] in "\"'" else " "
        return keep + re.sub(r"[^\n]", " ", token[1:-1]) + keep

    def line(self, at):
        return self.text.count("\n", 0, at) + 1

    def find(self, pattern):
        return ((self.line(m.start()), m) for m in pattern.finditer(self.code))


def memory(s, rule):
    if s.in_src and s.path not in MEMORY_MAY:
        for line, m in s.find(MEMORY):
            fault(rule, s.path, line, f"{m.group(1)}: memory comes from base/mem.h or an arena")


def banned(s, rule):
    for line, m in s.find(BANNED_CALL):
        if m.group(1) in TESTS_MAY and not s.in_src:
            continue
        fault(rule, s.path, line, f"{m.group(1)}: {BANNED[m.group(1)]}")


def engine(s, rule):
    if not s.in_src or s.layer == "db":
        return
    may = ENGINE_MAY.get(s.path)
    for line, m in s.find(ENGINE):
        if not (may and may.match(m.group(1))):
            fault(rule, s.path, line, f"{m.group(1)}: engines are spoken to in src/db only")


def sql(s, rule):
    if not s.in_src or s.layer == "db":
        return
    if '"db/sql_build.h"' in s.text and s.path not in SQL_MAY:
        fault(rule, s.path, 1, "db/sql_build.h: statements are made in " + ", ".join(sorted(SQL_MAY)) + " only; write a .sql file")
    for at, text in s.strings:
        if SQL_TEXT.search(text) and s.path not in SQL_TEXT_MAY:
            fault(rule, s.path, s.line(at), "SQL in a string; write a .sql file")


def arrows(s, rule):
    if s.layer is None:
        return
    for number, line in enumerate(s.lines, 1):
        m = re.match(r'#include "(\w+)/', line)
        if m and m.group(1) in LAYER and m.group(1) != s.layer and LAYER[m.group(1)] >= LAYER[s.layer]:
            fault(rule, s.path, number, f"{s.layer} includes {m.group(1)}, which stands above or beside it")


def opening(s, rule):
    name = s.path.rsplit("/", 1)[-1]
    if not s.text.startswith(f"/* {name} — "):
        fault(rule, s.path, 1, f"does not open with “/* {name} — what it is for”")
    own = s.path[4:-2] + ".h"
    first = re.search(r'^#include [<"](.*?)[>"]', s.text, re.M)
    if s.layer and s.path.endswith(".c") and own in headers and first and first.group(1) != own:
        fault(rule, s.path, s.line(first.start()), f"includes {first.group(1)} before its own header")


def length(s, rule):
    if s.path.startswith("tests/"):
        return  # a long list of cases is no harm
    if len(s.lines) - 1 > FILE_MAX:
        fault(rule, s.path, len(s.lines) - 1, f"{len(s.lines) - 1} lines; at most {FILE_MAX}")
    start = None
    for number, line in enumerate(s.code.split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            lines, start = number - start + 1, None
            if lines > FUNCTION_MAX:
                fault(rule, s.path, number - lines, f"a function of {lines} lines; at most {FUNCTION_MAX}")
            elif lines > FUNCTION_LONG:
                warnings.append(f"{s.path}:{number - lines}: a function of {lines} lines")


def markup(s, rule):
    if s.in_src and s.layer != "html":
        for line, m in s.find(SAFE_HTML):
            fault(rule, s.path, line, "struct safe_html is made by html_safe() only")


def prints(s, rule):
    if s.in_src and s.layer != "cli" and s.path != "src/main.c":
        for line, m in s.find(PRINT):
            fault(rule, s.path, line, f"{m.group(1)}: library code does not print")


def literal_of_call(s, at):
    """The first string of the call whose bracket is at `at` and the code before it, or None."""
    depth = 0
    for i in range(at, len(s.code)):
        if s.code[i] == "(":
            depth += 1
        elif s.code[i] == ")":
            depth -= 1
            if not depth:
                return None
        elif s.code[i] == '"':
            return next((text, s.code[at:i]) for start, text in s.strings if start == i)
    return None


def messages(s, rule):
    if not s.in_src or s.path == "src/base/lang.h":
        return
    for line, m in s.find(re.compile(r"(?<!\w)_\(\s*([^\"\s)][^)]*)")):
        member = re.findall(r"\w+", re.sub(r"\[.*?\]", "", m.group(1)))[-1]
        if "N_(" not in s.code and member not in MARKED_ELSEWHERE:
            fault(rule, s.path, line, f"_({m.group(1)}): nothing here marks its texts with N_( )")
    for line, m in s.find(SAID):
        found = literal_of_call(s, m.end() - 1)
        if found and not found[1].rstrip().endswith("_(") and re.search(r"[A-Za-z]{2}", DIRECTIVE.sub("", found[0])):
            fault(rule, s.path, line, f"“{found[0]}” is not in _( )")


def chinese(s, rule):
    if not s.in_src or s.path in HAN_MAY:
        return
    for at, text in s.strings:
        if HAN.search(text) and not re.match(r"\s*Example: ", text.replace("\\n", "")):
            fault(rule, s.path, s.line(at), "Chinese outside of a table of data; write an English msgid")


RULES = {
    "memory": memory,
    "banned": banned,
    "engine": engine,
    "sql": sql,
    "arrows": arrows,
    "opening": opening,
    "length": length,
    "prints": prints,
    "markup": markup,
    "messages": messages,
    "chinese": chinese,
}

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent).resolve()
headers = {p.relative_to(root / "src").as_posix() for p in (root / "src").rglob("*.h")}
files = sorted(p for folder in ("src", "tests", "fuzz", "bench", "tools") for p in (root / folder).rglob("*.[ch]"))
if not files:
    sys.exit(f"check_source: no sources under {root}")
for source in (Source(root, path) for path in files):
    for name, check in RULES.items():
        check(source, name)
for lines in faults.values():
    print("\n".join(lines))
for text in warnings:
    print("warning: " + text)
print(f"{len(RULES) - len(faults)} passed, {len(faults)} failed")
sys.exit(1 if faults else 0)
