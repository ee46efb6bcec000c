#!/usr/bin/env python3
"""Compile statements: sqlc.py IN.sql OUT.h OUT.c

IN.sql holds blocks that start with "-- name: some_name", optionally followed by "-- engine: sqlite" or
"-- engine: postgres". A block without an engine serves both. Other comment lines are left out. Each name becomes
`extern const struct sql SQL_SOME_NAME[2]`, indexed by enum db_engine, with the hash that sql_hash() would give.
Anything doubtful is an error that names file and line: two texts for one engine, an engine without a text, text
outside of a block, more than one statement in a block.
"""
import os
import re
import sys

ENGINES = {'sqlite': ['DB_SQLITE'], 'postgres': ['DB_POSTGRES'], None: ['DB_SQLITE', 'DB_POSTGRES']}


class Block:
    def __init__(self, name, line):
        self.name, self.line, self.engine, self.lines = name, line, None, []


def fail(path, line, message):
    sys.exit(f'{path}:{line}: {message}')


def read_blocks(path):
    blocks = []
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            directive = re.fullmatch(r'--\s*(name|engine):\s*(\S+)', line)
            if directive and directive[1] == 'name':
                if not re.fullmatch(r'[a-z][a-z0-9_]*', directive[2]):
                    fail(path, number, f'"{directive[2]}" is no name: small letters, digits and _')
                blocks.append(Block(directive[2], number))
            elif directive:
                if directive[2] not in ('sqlite', 'postgres'):
                    fail(path, number, f'unknown engine "{directive[2]}"')
                if not blocks or blocks[-1].engine or blocks[-1].lines:
                    fail(path, number, 'an engine line follows its name line')
                blocks[-1].engine = directive[2]
            elif line and not line.startswith('--'):
                if not blocks:
                    fail(path, number, 'a statement without a name')
                blocks[-1].lines.append(line)
    return blocks


def gather(path, blocks):
    """name → {engine constant: text}, in the order of the file."""
    names = {}
    for block in blocks:
        text = ' '.join(block.lines).rstrip('; ')
        if not text:
            fail(path, block.line, f'{block.name} has no statement')
        if ';' in re.sub(r"'[^']*'", '', text):
            fail(path, block.line, f'{block.name} has more than one statement')
        texts = names.setdefault(block.name, {})
        for engine in ENGINES[block.engine]:
            if engine in texts:
                fail(path, block.line, f'{block.name} has a text for {engine} already')
            texts[engine] = text
    for block in blocks:
        for engine in ENGINES[None]:
            if engine not in names[block.name]:
                fail(path, block.line, f'{block.name} has no text for {engine}')
    return names


def fnv1a(data):
    h = 14695981039346656037
    for byte in data:
        h = (h ^ byte) * 1099511628211 % 2**64
    return h or 1


def c_string(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\t', ' ') + '"'


def main():
    path, header, source = sys.argv[1:]
    names = gather(path, read_blocks(path))
    base = os.path.basename(path)
    guard = 'ANJIAN_' + re.sub(r'\W', '_', base).upper() + '_H'
    with open(header, 'w', encoding='utf-8') as f:
        f.write(f'/* Made from {base} by tools/sqlc.py. */\n#ifndef {guard}\n#define {guard}\n\n#include "db/sql.h"\n\n')
        for name in names:
            f.write(f'extern const struct sql SQL_{name.upper()}[2];\n')
        f.write('\n#endif\n')
    with open(source, 'w', encoding='utf-8') as f:
        f.write(f'/* Made from {base} by tools/sqlc.py. */\n#include "{os.path.basename(header)}"\n\n#include "db/db.h"\n')
        for name, texts in names.items():
            f.write(f'\nconst struct sql SQL_{name.upper()}[2] = {{\n')
            for engine in ENGINES[None]:
                data = texts[engine].encode('utf-8')
                f.write(f'    [{engine}] = {{{{{c_string(texts[engine])}, {len(data)}}}, UINT64_C({fnv1a(data)})}},\n')
            f.write('};\n')


if __name__ == '__main__':
    main()
