#!/usr/bin/env python3
"""Measure speed and memory against a floor that is measured in the same run: run.py [--rows N] [--only TEXT] [--save] BUILD

Prints a table of what was measured, the budget, and whether it is kept; `--save` also writes bench/RESULTS.md. Exit status 0 also
when a budget is missed: these are measurements, not tests. The big database (--rows, 1,000,000 unless said) is made once and kept
in BUILD/cache. Pages, creates and logins over HTTP are in web.py. PostgreSQL is measured with fsync=on and synchronous_commit=on; a sync of 4 ms is made with commit_delay.
"""
import argparse
import datetime
import glob
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time

import web

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORD = "商贸"  # in one of twenty names
TOWNSHIP, CATEGORY = "T0500", "market"
COPY_ROWS, SMALL_ROWS = 100000, 10000
FILE_ROWS = 500000  # of one file; an import takes up to 1,000,000 lines


class Bench:
    def __init__(self, build, rows):
        self.build, self.rows = os.path.abspath(build), rows
        self.cache = os.path.join(self.build, "cache")
        self.anjian = os.path.join(self.build, "anjian")
        self.program = os.path.join(self.build, "bench", "bench")
        self.results = []  # (what, measured, budget, kept: True, False or None)
        self.load = os.getloadavg()[0]
        os.makedirs(self.cache, exist_ok=True)

    # ---- running ----

    def run(self, command, **more):
        """→ (text, seconds of wall clock, seconds of CPU)"""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit("%s: %s" % (" ".join(command), done.stderr.decode("utf-8", "replace")))
        return done.stdout.decode(), wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    def ask(self, *args):
        """bench/bench.c → its answer"""
        return json.loads(self.run([self.program] + [str(a) for a in args])[0])

    def report(self, what, text, budget="", kept=None):
        mark = {True: "ok", False: "over", None: ""}[kept]
        print("%-74s %-44s %-14s %s" % (what, text, budget, mark), flush=True)
        self.results.append((what, text, budget, mark))

    def at_most(self, what, value, most, form, detail=""):
        self.report(what, (form % value) + detail, "≤ " + form % most, value <= most)

    def at_least(self, what, value, least, form, detail=""):
        self.report(what, (form % value) + detail, "≥ " + form % least, value >= least)

    # ---- data ----

    def made_up(self, rows):
        """The folder with units.csv and premises.csv of so many rows, as parts of FILE_ROWS: premises-0.csv …"""
        folder = os.path.join(self.cache, "csv-%d" % rows)
        if os.path.exists(os.path.join(folder, "done")):
            return folder
        os.makedirs(folder, exist_ok=True)
        self.run([sys.executable, os.path.join(ROOT, "bench", "generate.py"), str(rows), folder])
        whole = os.path.join(folder, "premises.csv")
        with open(whole, encoding="utf-8", newline="") as f:
            heading = f.readline()
            for part in range((rows + FILE_ROWS - 1) // FILE_ROWS):
                with open(os.path.join(folder, "premises-%d.csv" % part), "w", encoding="utf-8", newline="") as out:
                    out.writelines(itertools.chain([heading], itertools.islice(f, FILE_ROWS)))
        os.remove(whole)
        open(os.path.join(folder, "done"), "w").close()
        return folder

    def fresh(self, name):
        """An empty folder in the cache."""
        folder = os.path.join(self.cache, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return folder

    def start(self, database, rows):
        """A database with the townships; premises.csv comes next."""
        self.run([self.anjian, "--db", database, "init", "--region", "430602"])
        self.run([self.anjian, "--db", database, "import", "unit", os.path.join(self.made_up(rows), "units.csv")])

    def fill(self, database, rows):
        """Import premises.csv → (seconds of wall clock, seconds of CPU)"""
        wall = cpu = added = 0
        for part in sorted(glob.glob(os.path.join(self.made_up(rows), "premises-*.csv"))):
            answer, part_wall, part_cpu = self.run([self.anjian, "--db", database, "--json", "import", "premises", part])
            wall, cpu, added = wall + part_wall, cpu + part_cpu, added + json.loads(answer)["added"]
        if added != rows:
            sys.exit("%d rows of %d were imported" % (added, rows))
        return wall, cpu

    def opens(self, database):
        """False when a program of another version made it."""
        return subprocess.run([self.anjian, "--db", database, "list", "unit", "--limit", "1"], capture_output=True).returncode == 0

    def big(self):
        """The big database, made when it is not there; measurements leave nothing in it but an account and its sessions."""
        folder = os.path.join(self.cache, "big-%d" % self.rows)
        database = "sqlite:" + os.path.join(folder, "a.db")
        if not os.path.exists(os.path.join(folder, "done")) or not self.opens(database):
            print("making a database of %d premises …" % self.rows, flush=True)
            self.fresh(os.path.basename(folder))
            self.start(database, self.rows)
            self.fill(database, self.rows)
            open(os.path.join(folder, "done"), "w").close()
        return database


# ---- the measurements ----

def floor_of_import(b, folder, imported):
    """sqlite3 .import of the same rows into the same table with the same indexes, and a copy into a second table."""
    dump, target = os.path.join(folder, "dump.csv"), os.path.join(folder, "floor.db")
    b.run(["sqlite3", imported, ".mode csv", ".output " + dump, "SELECT * FROM premises"])
    schema = b.run(["sqlite3", imported, ".schema premises"])[0]
    script = schema + ("PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\nCREATE TABLE second AS SELECT * FROM premises WHERE 0;\n"
                       ".mode csv\n.import %s premises\nINSERT INTO second SELECT * FROM premises;\nSELECT count(*) FROM second;\n" % dump)
    answer, wall, cpu = b.run(["sqlite3", target], input=script.encode())
    if not answer.strip().endswith(str(COPY_ROWS)):
        sys.exit("the floor did not take all rows: " + answer)
    return wall, cpu


def measure_import(b):
    folder = b.fresh("import")
    path = os.path.join(folder, "a.db")
    b.start("sqlite:" + path, COPY_ROWS)
    wall, cpu = b.fill("sqlite:" + path, COPY_ROWS)
    floor_wall, floor_cpu = floor_of_import(b, folder, path)
    what = "import of 100,000 premises, "
    b.at_most(what + "wall clock", wall / floor_wall, 6, "%.1f×", " (%.1f s : %.1f s)" % (wall, floor_wall))
    b.at_most(what + "CPU", cpu / floor_cpu, 6, "%.1f×", " (%.1f s : %.1f s)" % (cpu, floor_cpu))
    for ending, most in (("csv", 0.6), ("xlsx", 2.0)):
        out = os.path.join(folder, "out." + ending)
        times = [b.run([b.anjian, "--db", "sqlite:" + path, "export", "premises", "--out", out])[1] for _ in range(3)]
        b.at_most("export of 100,000 premises, " + ending, min(times), most, "%.2f s")
    shutil.rmtree(folder)


def measure_small_import(b):
    times = []
    for _ in range(3):
        database = "sqlite:" + os.path.join(b.fresh("small"), "a.db")
        b.start(database, SMALL_ROWS)
        times.append(b.fill(database, SMALL_ROWS)[0])
    b.at_most("import of 10,000 premises", min(times), 0.8, "%.2f s")


def measure_list(b):
    r = b.ask("list", b.big(), TOWNSHIP, CATEGORY)
    of = "50 of %d, " % b.rows
    ratio = r["list_us"] / r["floor_us"]
    b.at_most(of + "by township and category, by name", ratio, 1.6, "%.2f×", " (%.0f µs : %.0f µs)" % (r["list_us"], r["floor_us"]))
    ratio = r["scoped_us"] / r["floor_us"]
    b.at_most(of + "the same as the township's actor", ratio, 1.6, "%.2f×", " (%.0f µs : %.0f µs)" % (r["scoped_us"], r["floor_us"]))
    b.report("exact count of that list, when asked", "%.0f µs" % r["count_us"])
    b.report("exact count of a category, when asked", "%.0f ms" % r["count_all_ms"])


def measure_search(b):
    r = b.ask("search", b.big(), TOWNSHIP, WORD)
    what = "search of two characters in %d names, " % r["hits"]
    b.at_most(what + "all", r["all_us"] / 1000, 1, "%.2f ms")
    b.at_most(what + "a township", r["scoped_us"] / 1000, 5, "%.2f ms", " (%d rows)" % r["scoped_rows"])
    b.report("exact count of that search, when asked", "%.0f ms" % r["count_ms"])


def measure_memory(b):
    database = b.big()
    r = min((b.ask("memory", database, TOWNSHIP, WORD) for _ in range(5)), key=lambda r: r["open_ms"])
    b.at_most("opening %d premises" % b.rows, r["open_ms"], 100, "%.0f ms")
    b.at_most("anonymous memory after lists and searches", r["used_kb"] / 1024, 150, "%.1f MB")


def measure_create(b):
    folder = b.fresh("create")
    for name, mode, args in (("one", "create", (4000,)), ("many", "creators", (32, 5))):
        database = "sqlite:" + os.path.join(folder, name + ".db")
        b.ask("init", database)
        r = b.ask(mode, database, *args)
        if mode == "create":
            b.report("a durable create alone, SQLite", "%.0f µs CPU, %.0f µs with the disk" % (r["cpu_us"], r["wall_us"]))
        else:
            b.at_most("a durable create among 32, SQLite, CPU", r["cpu_us"], 120, "%.0f µs")
            b.at_least("creates of 32 threads, SQLite", r["per_second"], 3000, "%.0f/s")
    shutil.rmtree(folder)


def lanes_ratio(b, url, name, settings):
    """Creates of 32 threads with all lanes and with one → (rate, rate)"""
    rates = []
    for lanes in ("all-lanes", "one-lane"):
        database = "bench_%s_%s" % (name, lanes.replace("-", "_"))
        b.run(["psql", "-q", url, "-c", "CREATE DATABASE " + database])
        for setting in settings:
            b.run(["psql", "-q", url, "-c", "ALTER DATABASE %s SET %s" % (database, setting)])
        address = url.rsplit("/", 1)[0] + "/" + database
        b.ask("init", address, lanes)
        rates.append(b.ask("creators", address, 32, 5)["per_second"])
    return rates


def measure_lanes(b):
    """A lane is held until its transaction is on the disk, so what lanes gain depends on the disk: once as it is, once slowed."""
    tool = os.path.join(ROOT, "tools", "pg_cluster.py")
    cluster, url = b.run([sys.executable, tool, "start"], env=dict(os.environ, ANJIAN_PG_FSYNC="on"))[0].split()
    what = "creates of 32 threads, PostgreSQL, 16 lanes : 1 lane, "
    try:
        many, one = lanes_ratio(b, url, "plain", ())
        b.report(what + "this disk", "%.1f× (%d/s : %d/s)" % (many / one, many, one))
        many, one = lanes_ratio(b, url, "slow", ("commit_delay = 4000", "commit_siblings = 0"))
        b.at_least(what + "a sync of 4 ms", many / one, 4, "%.1f×", " (%d/s : %d/s)" % (many, one))
    finally:
        b.run([sys.executable, tool, "stop", cluster])


def measure_tick(b):
    folder = b.fresh("tick")
    r = b.ask("tick", "sqlite:" + os.path.join(folder, "tick.db"), b.rows, 1000)
    assert r["breached"] == 1000 and r["told"] == 1000, r
    b.at_most("a tick over %d running duties, nothing due" % b.rows, r["idle_ms"], 5, "%.2f ms")
    b.at_most("a tick over %d running duties, 1000 due" % b.rows, r["busy_ms"], 100, "%.0f ms", " (%.0f ms CPU)" % r["cpu_ms"])
    shutil.rmtree(folder)


MEASUREMENTS = (measure_import, measure_small_import, measure_list, measure_search, measure_memory, measure_create, measure_tick, measure_lanes,
                web.measure_pages, web.measure_api_create)


# ---- keeping the results ----

def first_line(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = re.search(r"^model name\s*: (.+)$", f.read(), re.M)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "%s, %d cores, %.0f GB, Linux %s" % (model.group(1) if model else os.uname().machine, os.cpu_count(), memory, os.uname().release)


RESULTS = os.path.join(ROOT, "bench", "RESULTS.md")


def kept_rows():
    """The rows of RESULTS.md by what they measure."""
    if not os.path.exists(RESULTS):
        return {}
    with open(RESULTS, encoding="utf-8") as f:
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in f if line.startswith("| ")]
    return {row[0]: row for row in rows if len(row) == 5 and row[0] != "What"}


def save(b):
    """What was measured now takes the place of what was measured before; the rest stays, with its day, commit and load."""
    commit = first_line("git", "-C", ROOT, "rev-parse", "--short", "HEAD")
    when = "%s, %s, load %.0f–%.0f" % (datetime.date.today().isoformat(), commit, b.load, os.getloadavg()[0])
    rows = kept_rows()
    rows.update({row[0]: list(row) + [when] for row in b.results})
    lines = [
        "# Measured", "",
        "Written by `bench/run.py --save`; every ratio is to a floor that was measured in the same run. `make bench` measures again.", "",
        "- Machine: %s. A load above 1 at the start or the end says that others were at work: then CPU is dearer and rates, latencies and absolute times are"
        " worth little" % machine(),
        "- SQLite %s; %s; %s" % (first_line("sqlite3", "--version").split()[0], first_line("psql", "--version"), first_line("cc", "--version")),
        "- Command: `bench/run.py --rows %d --save build-bench` (buildtype=release)" % b.rows,
        "- PostgreSQL on the same machine, fsync=on, synchronous_commit=on; a sync of 4 ms: commit_delay=4000, commit_siblings=0; SQLite in WAL with synchronous=FULL",
        "- Over HTTP: wrk, one thread, 32 connections, on the same two cores; a page is another one each time (64 townships, 8 categories)", "",
        "| What | Measured | Budget | | When |", "|---|---|---|---|---|",
    ] + ["| %s |" % " | ".join(row) for row in rows.values()]
    with open(RESULTS, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", type=int, default=1000000)
    p.add_argument("--only", default="", help="only measurements whose name has this text")
    p.add_argument("--save", action="store_true")
    p.add_argument("build")
    args = p.parse_args()
    b = Bench(args.build, args.rows)
    for measure in MEASUREMENTS:
        if args.only in measure.__name__:
            measure(b)
    if args.save:
        save(b)


if __name__ == "__main__":
    main()
