#!/usr/bin/env python3
"""Turn text files into a C table of names and contents: embed.py KIND OUT.c FILE...

KIND "text" makes a string named after the one FILE; "descriptions" makes shipped_descriptions[] (ledger/registry.h); KIND "data" makes shipped_data[] (ledger/shipped.h).
"""
import os
import sys

TABLES = {
    "descriptions": ('"ledger/registry.h"', "struct shipped_description", "shipped_descriptions"),
    "data": ('"ledger/shipped.h"', "struct shipped_data", "shipped_data"),
}


def literal(data: bytes) -> str:
    """C string literals, one per line of the file; three-digit octal keeps every byte apart from what follows."""
    lines = []
    for line in data.splitlines(keepends=True):
        out = []
        for byte in line:
            char = chr(byte)
            if char in '"\\':
                out.append("\\" + char)
            elif 32 <= byte < 127 and char != "?":
                out.append(char)
            else:
                out.append("\\%03o" % byte)
        lines.append('    "' + "".join(out) + '"')
    return "\n".join(lines) or '    ""'


def main() -> None:
    kind, out, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    if kind == "text":
        name = os.path.basename(files[0]).replace(".", "_")
        with open(files[0], "rb") as f, open(out, "w", encoding="ascii") as c:
            c.write("/* made by tools/embed.py */\nextern const char %s[];\nconst char %s[] =\n%s;\n" % (name, name, literal(f.read())))
        return
    header, struct, table = TABLES[kind]
    with open(out, "w", encoding="ascii") as c:
        c.write("/* made by tools/embed.py */\n#include %s\n\nconst %s %s[] = {\n" % (header, struct, table))
        for path in files:
            with open(path, "rb") as f:
                name = os.path.splitext(os.path.basename(path))[0]
                c.write('{"%s",\n%s},\n' % (name, literal(f.read())))
        c.write("{0},\n};\n")


main()
