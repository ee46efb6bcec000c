#!/usr/bin/env python3
"""Type what a document shows and compare the answers: check_doc.py BUILD DOCUMENT…

In a fenced block a line that begins with "$ " is a command; the lines up to the next one are its answer. In an answer … stands
for anything within a line, and a line … for any lines. All commands of a document run in one shell, in a new folder that
looks like the project: build, tools. Blocks without a command are not looked at.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def commands(text):
    """[(line, command, answer)]; a here-document belongs to its command."""
    found, fenced, typed, until = [], False, False, None
    for number, line in enumerate(text.split('\n'), 1):
        if line.startswith('```'):
            fenced, typed, until = not fenced, False, None
        elif not fenced:
            continue
        elif until is not None:
            found[-1][1].append(line)
            until = None if line == until else until
        elif line.startswith('$ '):
            typed = True
            found.append((number, [line[2:]], []))
            here = re.search(r"<<'(\w+)'", line)
            until = here and here.group(1)
        elif typed:
            found[-1][2].append(line)
    return [(number, '\n'.join(command), answer) for number, command, answer in found]


def pattern(answer):
    lines = ['(.*\n)*' if line == '…' else re.escape(line.rstrip()).replace('…', '.*') + ' *\n' for line in answer]
    return re.compile(''.join(lines))


def run(build, typed):
    """(stdout, stderr) of each command."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f'{folder}/build')
        os.mkdir(f'{folder}/out')
        os.symlink(f'{build}/anjian', f'{folder}/build/anjian')
        os.symlink(f'{ROOT}/tools', f'{folder}/tools')
        script = ''.join(f'{{ {command}\n}} >{folder}/out/{i} 2>{folder}/out/{i}e </dev/null\n' for i, (_, command, _) in enumerate(typed))
        clean = {key: value for key, value in os.environ.items() if not key.startswith('ANJIAN_') or key == 'ANJIAN_LOCALE'}
        subprocess.run(['bash', '-c', script], cwd=folder, env=clean, check=False)
        answers = []
        for i in range(len(typed)):
            answers.append(tuple(open(f'{folder}/out/{i}{end}', encoding='utf-8').read() for end in ('', 'e')))
        return answers


def main():
    build, passed, failed = os.path.abspath(sys.argv[1]), 0, 0
    for path in sys.argv[2:]:
        with open(path, encoding='utf-8') as file:
            typed = commands(file.read())
        for (number, command, answer), (out, err) in zip(typed, run(build, typed)):
            good = any(pattern(answer).fullmatch(text) for text in (out + err, err + out))
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f'{os.path.basename(path)}:{number}: $ {command}\n{out}{err}', end='')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


sys.exit(main())
