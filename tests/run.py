#!/usr/bin/env python3
"""Run every test of one or more build folders and count their cases: run.py [--only TEXT] BUILD...

Starts one throw-away PostgreSQL cluster for all (tests/with_pg.py), runs the test programs two at a time, shows the output of
those that fail, lists what was skipped by name, and ends with the line `N passed, N failed, N skipped`.
A folder that is not built yet is built meanwhile, at low priority: programs that wait leave room for it. The programs that take long
begin first, so that at the end none is alone. Programs share a folder, ANJIAN_TEST_SHELF, where one leaves what others copy.
Programs are cmocka programs or scripts that end with `N passed, N failed[, N skipped]`.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT = 1200  # seconds for one program
LONG = ['browser', 'cli', 'import_crash', 'web_import', 'web_admin', 'web_api', 'web_load', 'chain']  # the longest first


def tests_of(build):
    out = subprocess.run(["meson", "introspect", "--tests", build], check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    return [(build, t["name"], t["cmd"], t["env"], t.get("workdir")) for t in json.loads(out)]


def long_first(tests):
    return sorted(tests, key=lambda t: LONG.index(t[1]) if t[1] in LONG else len(LONG))


def start_building(build):
    """The folders behind the first, while the programs of the first run."""
    return subprocess.Popen(["nice", "ninja", "-C", build, "--quiet"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def finish_building(build, building):
    said = building.communicate()[0].decode("utf-8", "replace")
    if building.returncode:
        sys.exit("%s could not be built:\n%s" % (build, said[-8000:]))


def count(text, status):
    """(passed, failed, names of skipped) by what the program printed; a crash is one failure more."""
    skipped = re.findall(r"^\[  SKIPPED \] (?!\d+ test)(.+)$", text, re.M) + re.findall(r"^SKIP (.+)$", text, re.M)
    passed = sum(map(int, re.findall(r"^\[  PASSED  \] (\d+) test", text, re.M)))
    failed = sum(map(int, re.findall(r"^\[  FAILED  \] (\d+) test", text, re.M)))
    for line in re.findall(r"^(?:\S+: )?(\d+) passed, (\d+) failed", text, re.M):
        passed += int(line[0])
        failed += int(line[1])
    if status != 0 and failed == 0:
        failed = 1
    if status == 0 and passed == 0 and not skipped:
        failed = 1  # a test program that tests nothing
    return passed, failed, sorted(set(skipped))


def run(test):
    build, name, cmd, env, workdir = test
    start = time.monotonic()
    environment = dict(os.environ, **env)
    environment.setdefault("ANJIAN_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
    environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:allocator_may_return_null=1")
    environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
    try:
        done = subprocess.run(cmd, env=environment, cwd=workdir or os.path.join(ROOT, build), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT)
        text, status = done.stdout.decode("utf-8", "replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        text, status = (late.stdout or b"").decode("utf-8", "replace") + "\ntook longer than %d s\n" % LIMIT, 1
    return build, name, count(text, status), text, time.monotonic() - start


def main():
    args = sys.argv[1:]
    only = args[args.index("--only") + 1] if "--only" in args else ""
    if "--only" in args:
        del args[args.index("--only"):args.index("--only") + 2]
    if "ANJIAN_TEST_PG" not in os.environ:
        os.execv(sys.executable, [sys.executable, os.path.join(ROOT, "tests", "with_pg.py"), sys.executable] + sys.argv)
    passed = failed = 0
    skips = {}
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="anjian-shelf-") as shelf, concurrent.futures.ThreadPoolExecutor(2) as pool:
        os.environ["ANJIAN_TEST_SHELF"] = shelf
        building = [(build, start_building(build)) for build in args[1:]]
        running = [pool.submit(run, t) for t in long_first(t for t in tests_of(args[0]) if only in t[1])]
        for build, ninja in building:
            finish_building(build, ninja)
            running += [pool.submit(run, t) for t in long_first(t for t in tests_of(build) if only in t[1])]
        for done in running:
            build, name, (p, f, s), text, seconds = done.result()
            passed, failed = passed + p, failed + f
            for skip in s:
                skips[skip] = skips.get(skip, 0) + 1
            print("%-11s %-28s %4d passed %3d failed %3d skipped %7.1f s" % (build, name, p, f, len(s), seconds), flush=True)
            if f:
                print(text[-8000:])
    print("took %.0f s" % (time.monotonic() - start))
    for skip in sorted(skips):
        print("skipped: " + skip)
    print("%d passed, %d failed, %d skipped" % (passed, failed, sum(skips.values())))
    sys.exit(1 if failed else 0)


main()
