#!/usr/bin/env python3
"""Check the shipped descriptions (src/safety/*.yaml) and default data (data/*.csv) against each other.

usage: tools/check_data.py [project root]

Prints one line per fault, ends with `N passed, N failed`, and exits 1 if there is any fault, 2 if it cannot run. The loader checks a description alone;
this checks what only shows when everything is seen together: every code, ledger, field and rule that is named exists,
labels are complete, headings are unambiguous, CSV rows are complete, dated and unique.
"""
import csv
import datetime
import pathlib
import re
import sys
import unicodedata

try:
    import yaml
except ImportError:
    print("check_data: the Debian package python3-yaml is missing", file=sys.stderr)
    sys.exit(2)

TYPES = set("text long_text integer money points date instant yes_no choice choices reference references region place"
            " phone credit_code id_number files rows".split())
FLAGS = {"required", "unique", "filter", "sort", "list", "read_only", "sensitive"}
LEDGER_KEYS = {"ledger", "zh", "en", "help_zh", "help_en", "number", "title", "keys", "scope", "parent", "period", "day", "fields",
               "states", "verbs", "indexes"}
FIELD_KEYS = FLAGS | {"deadline", "name", "type", "zh", "en", "headings", "search", "min", "max", "codes", "of", "compute", "by", "help_zh", "help_en"}
VERB_KEYS = {"name", "zh", "en", "from", "to", "guards", "needs", "starts", "stops"}
PERIOD_KEYS = {"from", "to", "within"}
SCOPE_COLUMNS = {"district": "region", "territory": "reference", "sector": "reference", "owner": "reference"}
GUARDS = {"by_rule", "by_rule_or_recurring", "in_time", "too_late", "may_suspend", "may_extend", "not_self", "two_people", "was_granted"}
COMPUTE = {"uscc_region", "region_level", "region_parent", "today", "now", "unit_territory", "unit_sector"}
UNSORTABLE = {"long_text", "choices", "references", "files", "rows", "place"}
NUMBER_TYPES = {"integer", "money", "points"}
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TEXT_WIDTH = 140

faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def norm(heading):
    """The form in which two headings are the same: full width folded, case and spaces dropped."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(heading))).casefold()


def is_day(text):
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses repeated keys, anchors and aliases."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        if getattr(event, "anchor", None):
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: anchor or alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.YAMLError(f"line {key.start_mark.line + 1}: key {key.value} given twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# Only true/false are booleans and only ISO dates in quotes are dates: everything else stays the text it is.
StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in rules if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))


def load_ledgers(folder):
    ledgers = {}
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if width(line) > TEXT_WIDTH:
                fault(f"{path.name}:{number}", f"wider than {TEXT_WIDTH} columns")
        if not text.startswith("# "):
            fault(path.name, "does not open with a comment that says what it is for")
        try:
            ledger = yaml.load(text, StrictLoader)
        except yaml.YAMLError as error:
            fault(path.name, str(error).replace("\n", " "))
            continue
        if ledger.get("ledger") != path.stem:
            fault(path.name, f"describes ledger {ledger.get('ledger')}")
            continue
        split_groups(ledger)
        ledgers[path.stem] = ledger
    return ledgers


def split_groups(ledger):
    """Fields that go together are written "name+region"."""
    for key in ("keys", "indexes"):
        if key in ledger:
            ledger[key] = [group.split("+") for group in ledger[key]]
    if "within" in ledger.get("period", {}):
        ledger["period"]["within"] = ledger["period"]["within"].split("+")


def check_labels(where, thing):
    for key in ("zh", "en"):
        if not isinstance(thing.get(key), str) or not thing[key].strip():
            fault(where, f"label {key} missing")
    if ("help_zh" in thing) != ("help_en" in thing):
        fault(where, "help in one language only")


def check_keys(where, thing, allowed):
    for key in thing:
        if key not in allowed:
            fault(where, f"unknown key {key}")


def check_field(where, field, ledgers, lists):
    check_keys(where, field, FIELD_KEYS)
    check_labels(where, field)
    kind = field.get("type")
    if not IDENTIFIER.match(str(field.get("name"))):
        fault(where, "name is not an identifier")
    if kind not in TYPES:
        fault(where, f"unknown type {kind}")
    for flag in FLAGS & field.keys():
        if field[flag] is not True:
            fault(where, f"{flag} should be true or left out")
    if field.get("search", "title") not in ("title", "body"):
        fault(where, f"search: {field['search']}")
    if (kind in ("choice", "choices")) != ("codes" in field):
        fault(where, "codes belong to choice and choices, and only there")
    elif "codes" in field and field["codes"] not in lists:
        fault(where, f"code list {field['codes']} is not in code.csv")
    if (kind in ("reference", "references", "rows")) != ("of" in field):
        fault(where, "of belongs to reference, references and rows, and only there")
    elif "of" in field and field["of"] not in ledgers:
        fault(where, f"ledger {field['of']} does not exist")
    elif kind == "rows" and "parent" not in ledgers[field["of"]]:
        fault(where, f"rows of {field['of']}, which has no parent")
    if field.get("compute", "today") not in COMPUTE:
        fault(where, f"unknown compute {field['compute']}")
    if field.get("sort") and kind in UNSORTABLE:
        fault(where, f"a {kind} cannot be sorted")
    if field.get("sensitive") and (field.keys() & {"list", "search", "filter", "sort"}):
        fault(where, "sensitive, yet shown, searched, filtered or sorted")
    for bound in ("min", "max"):
        value = field.get(bound)
        if value is not None and (not is_day(str(value)) if kind == "date" else not isinstance(value, int)):
            fault(where, f"{bound} is {value}")
    if kind in ("text", "long_text") and "max" not in field:
        fault(where, "text without a longest length")
    if kind not in NUMBER_TYPES | {"text", "long_text", "date"} and field.keys() & {"min", "max"}:
        fault(where, f"bounds on a {kind}")


def check_headings(name, fields):
    """Two fields that answer to one heading would make an import ambiguous."""
    owner = {}
    for field in fields:
        own = [field["name"], field.get("zh"), field.get("en")]
        for heading in own + field.get("headings", []):
            key = norm(heading)
            other = owner.setdefault(key, field["name"])
            if other != field["name"]:
                fault(f"{name}.{field['name']}", f"heading {heading} also leads to {other}")
        given = [norm(h) for h in field.get("headings", [])]
        for heading in given:
            if given.count(heading) > 1 or heading in map(norm, own):
                fault(f"{name}.{field['name']}", f"heading {heading} given twice")


def named_fields(ledger):
    """(where, field name, allowed types or None) for every place outside `fields` that names a field."""
    yield "title", ledger.get("title"), None
    if "day" in ledger:
        yield "day", ledger["day"], {"date"}
    for key in ledger.get("keys", []):
        for field in key:
            yield "keys", field, None
    for index in ledger.get("indexes", []):
        for field in index:
            yield "indexes", field, None
    period = ledger.get("period", {})
    for end in ("from", "to"):
        if period:
            yield f"period {end}", period.get(end), {"date", "instant"}
    for field in period.get("within", []):
        yield "period within", field, None
    for column, field in ledger.get("scope", {}).items():
        if column == "from":
            yield "scope from", field, {"reference"}
        elif column in SCOPE_COLUMNS and field != "self":
            yield f"scope {column}", field, {SCOPE_COLUMNS[column]}
    for verb in ledger.get("verbs", []):
        for field in verb.get("needs", []):
            yield f"verb {verb['name']} needs", field, None


def check_scope(name, ledger):
    scope = ledger.get("scope", {})
    if "parent" in ledger:
        if scope:
            fault(name, "rows inside a record take the record's scope and declare none")
    if scope.get("public", True) is not True:
        fault(name, "scope public should be true or left out")
    check_keys(f"{name} scope", scope, SCOPE_COLUMNS.keys() | {"public", "from"})


def check_flow(name, ledger, rules):
    states = [state.get("name") for state in ledger.get("states", [])]
    verbs = [verb.get("name") for verb in ledger.get("verbs", [])]
    if bool(states) != bool(verbs):
        fault(name, "states without verbs or verbs without states")
    for one in {n for n in states if states.count(n) > 1}:
        fault(name, f"state {one} given twice")
    rows = [(verb.get("name"), state) for verb in ledger.get("verbs", []) for state in verb.get("from") or ["", ]]
    for one, state in {row for row in rows if rows.count(row) > 1}:
        fault(name, f"verb {one} given twice from the same state {state}")
    for field in ledger.get("fields", []):
        for one in set(field.get("by", [])) - set(verbs):
            fault(f"{name}.{field.get('name')}", f"by names {one}, which is no verb")
    for state in ledger.get("states", []):
        check_labels(f"{name} state {state.get('name')}", state)
        check_keys(f"{name} state {state.get('name')}", state, {"name", "zh", "en", "done"})
    reached = set(states[:1])
    for verb in ledger.get("verbs", []):
        where = f"{name} verb {verb.get('name')}"
        check_keys(where, verb, VERB_KEYS)
        check_labels(where, verb)
        for state in verb.get("from", []) + [verb.get("to")]:
            if state not in states:
                fault(where, f"unknown state {state}")
        reached.add(verb.get("to"))
        for guard in set(verb.get("guards", [])) - GUARDS:
            fault(where, f"unknown guard {guard}")
        for rule in verb.get("starts", []) + verb.get("stops", []):
            if rule not in rules:
                fault(where, f"clock rule {rule} is not in clock_rule.csv")
    for state in set(states) - reached:
        fault(name, f"state {state} is never reached")


def check_ledger(name, ledger, ledgers, lists, rules):
    check_keys(name, ledger, LEDGER_KEYS)
    check_labels(name, ledger)
    if not IDENTIFIER.match(name):
        fault(name, "name is not an identifier")
    if not re.match(r"[A-Z]{2,4}\Z", ledger.get("number", "AA")):
        fault(name, f"number prefix {ledger['number']}")
    fields = ledger.get("fields", [])
    types = {field.get("name"): field.get("type") for field in fields}
    if len(types) != len(fields):
        fault(name, "a field name is given twice")
    for field in fields:
        check_field(f"{name}.{field.get('name')}", field, ledgers, lists)
    check_headings(name, fields)
    for where, field, allowed in named_fields(ledger):
        if field not in types:
            fault(f"{name} {where}", f"field {field} does not exist")
        elif allowed and types[field] not in allowed:
            fault(f"{name} {where}", f"field {field} is a {types[field]}")
    if "parent" in ledger:
        if ledger["parent"] not in ledgers:
            fault(name, f"parent {ledger['parent']} does not exist")
        elif not any(f.get("type") == "rows" and f.get("of") == name for f in ledgers[ledger["parent"]]["fields"]):
            fault(name, f"its parent {ledger['parent']} has no field of these rows")
    elif not ledger.get("keys"):
        fault(name, "no keys, so an import cannot recognise a record")
    if sum(1 for field in fields if field.get("sort")) > 3:
        fault(name, "more than three sortable fields")
    for field in fields:
        other = ledgers.get(field.get("of"), {})
        if field.get("type", "").startswith("reference") and "parent" in other:
            fault(f"{name}.{field['name']}", f"refers to {field['of']}, which lives inside another record")
    check_scope(name, ledger)
    check_flow(name, ledger, rules)


def read_csv(path):
    raw = path.read_bytes()
    if b"\r" in raw or raw.startswith(b"\xef\xbb\xbf") or not raw.endswith(b"\n"):
        fault(path.name, "not UTF-8 without BOM with LF lines")
    rows = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            fault(f"{path.name}:{number}", f"{len(row)} cells, not {len(rows[0])}")
        if any(cell != cell.strip() for cell in row):
            fault(f"{path.name}:{number}", "blanks around a cell")
    return [dict(zip(rows[0], row)) for row in rows[1:]] if rows else []


def fits(field, text, lists):
    kind = field["type"]
    low, high = field.get("min"), field.get("max")
    if kind in ("text", "long_text"):
        return (low or 0) <= len(text) <= high
    if kind == "date":
        return is_day(text) and (not low or text >= str(low)) and (not high or text <= str(high))
    if kind in NUMBER_TYPES:
        digits = {"integer": 0, "money": 2, "points": 2}[kind]
        if not re.match(r"-?\d+(\.\d{1,2})?\Z" if digits else r"-?\d+\Z", text):
            return False
        kept = round(float(text) * 10 ** digits)
        return (low is None or kept >= low) and (high is None or kept <= high)
    if kind == "yes_no":
        return text in ("true", "false")
    if kind == "choice":
        return text in lists.get(field["codes"], ())
    if kind == "choices":
        return all(one in lists.get(field["codes"], ()) for one in text.split("、"))
    if kind == "region":
        return re.match(r"\d{12}\Z", text) is not None
    return True


def refers(field, text, ledgers, data):
    """Whether every named record stands in the shipped data, found by a one-field key or by the title."""
    target = ledgers[field["of"]]
    by = {key[0] for key in target.get("keys", []) if len(key) == 1} | {target["title"]}
    known = {row[name] for row in data.get(field["of"], []) for name in by if row.get(name)}
    return all(one in known for one in text.split("、"))


def check_rows(name, ledger, rows, ledgers, lists, data):
    fields = {field["name"]: field for field in ledger["fields"]}
    seen = [{} for _ in ledger.get("keys", [])]
    for column in rows[0] if rows else []:
        if column not in fields:
            fault(f"{name}.csv", f"column {column} is no field of {name}")
            return
    for number, row in enumerate(rows, 2):
        where = f"{name}.csv:{number}"
        for field in fields.values():
            text = row.get(field["name"], "")
            if not text:
                if field.get("required"):
                    fault(where, f"{field['name']} is blank")
            elif not fits(field, text, lists):
                fault(where, f"{field['name']} is {text}")
            elif field["type"] in ("reference", "references") and not refers(field, text, ledgers, data):
                fault(where, f"{field['name']} names {text}, which is not in {field['of']}.csv")
        if row.get("valid_to") and row.get("valid_from", "") > row["valid_to"]:
            fault(where, "valid from after valid to")
        for at, key in enumerate(ledger.get("keys", [])):
            value = tuple(row.get(part, "") for part in key)
            if all(value):
                if value in seen[at]:
                    fault(where, f"same {'+'.join(key)} as line {seen[at][value]}")
                seen[at][value] = number
                break
        else:
            fault(where, "no key is complete")


def check_codes(rows, ledgers):
    codes = {(row["list"], row["code"]) for row in rows}
    used = {field["codes"] for ledger in ledgers.values() for field in ledger["fields"] if "codes" in field}
    for unused in {row["list"] for row in rows} - used:
        fault("code.csv", f"list {unused} is used by no field")
    for row in rows:
        if row["parent_code"] and (row["list"], row["parent_code"]) not in codes:
            fault("code.csv", f"{row['list']} {row['code']}: parent {row['parent_code']} does not exist")
    labels = {}
    for row in rows:
        # Two codes of one list may share a label only if they were never in force on one day.
        for other in labels.setdefault((row["list"], norm(row["zh"]), row["parent_code"]), []):
            if (row["valid_from"] or "0") <= (other["valid_to"] or "9") and (other["valid_from"] or "0") <= (row["valid_to"] or "9"):
                fault("code.csv", f"{row['list']}: {row['code']} and {other['code']} share a label")
        labels[(row["list"], norm(row["zh"]), row["parent_code"])].append(row)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    ledgers = load_ledgers(root / "src/safety")
    data = {path.stem: read_csv(path) for path in sorted((root / "data").glob("*.csv"))}
    if not ledgers or "code" not in data:
        print("\n".join(faults + [f"check_data: no descriptions or no code.csv under {root}"]), file=sys.stderr)
        return 2
    lists = {}
    for row in data["code"]:
        lists.setdefault(row["list"], set()).add(row["code"])
    rules = {row["code"] for row in data.get("clock_rule", [])}
    for name, ledger in ledgers.items():
        check_ledger(name, ledger, ledgers, lists, rules)
    for name, rows in data.items():
        if name not in ledgers:
            fault(f"{name}.csv", "belongs to no ledger")
        else:
            check_rows(name, ledgers[name], rows, ledgers, lists, data)
    check_codes(data["code"], ledgers)
    print(f"{len(ledgers)} ledgers, {sum(len(x['fields']) for x in ledgers.values())} fields, "
          f"{sum(map(len, data.values()))} rows in {len(data)} files")
    print("\n".join(faults + [f"{0 if faults else 1} passed, {len(faults)} failed"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
