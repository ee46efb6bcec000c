"""What run.py measures through the door: pages, creates and logins of a server, with wrk beside it on the same cores.

A page costs the CPU time that the server used (/proc/PID/stat) by the pages it gave. Its floor is floor_page.c on a database of its own, with
the one index that this page wants, asked for the same pages by the same wrk right after. Pages go round TOWNSHIPS townships and all
categories, so that no page is that of a moment ago.
"""
import datetime
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
CLERK, PASSWORD = "clerk", "correct horse battery 7"
TOWNSHIPS, CATEGORIES = 64, ("factory", "restaurant", "hotel", "market", "building_site", "school", "warehouse", "stall")
CONNECTIONS, SECONDS = 32, 6
IDLE, LOGINS = 5000, 4
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A program that serves on 127.0.0.1; `with` it runs."""

    def __init__(self, port, *command):
        self.port, self.command = port, command

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise SystemExit("%s does not listen" % self.command[0])

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="utf-8") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def anonymous_mb(self):
        with open("/proc/%d/status" % self.process.pid, encoding="utf-8") as f:
            return int(re.search(r"^RssAnon:\s*(\d+)", f.read(), re.M).group(1)) / 1024

    def load(self, lines, mode="get", connections=CONNECTIONS, seconds=SECONDS, cookie="", token=""):
        """wrk with the lines of a file, one a request → {rate, cpu_us, p50, p99 (ms), bytes}"""
        environment = dict(os.environ, LINES_OF=lines, MODE=mode, COOKIE=cookie, TOKEN=token)
        before = self.cpu()
        done = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--latency", "-s", os.path.join(HERE, "load.lua"),
                               "http://127.0.0.1:%d" % self.port], stdout=subprocess.PIPE, env=environment, check=True)
        used, r = self.cpu() - before, json.loads(done.stdout.decode().strip().rsplit("\n", 1)[1])
        if r["errors"]:
            raise SystemExit("%d answers of %d were errors" % (r["errors"], r["requests"]))
        return {"rate": r["requests"] / r["us"] * 1e6, "cpu_us": used / r["requests"] * 1e6, "p50": r["p50"] / 1000, "p99": r["p99"] / 1000,
                "bytes": r["bytes"] / r["requests"]}


def serve(b, database):
    port = free_port()
    return Server(port, b.anjian, "--db", database, "serve", "--listen", "127.0.0.1:%d" % port, "--quiet")


class Visitor:
    """One who is logged in: cookie, and pages as text."""

    def __init__(self, server, name=CLERK):
        self.server = server
        body = urllib.parse.urlencode({"name": name, "password": PASSWORD}).encode()
        request = urllib.request.Request("http://127.0.0.1:%d/login" % server.port, body)
        opener = urllib.request.build_opener(NoRedirect)
        try:
            answer = opener.open(request)
        except urllib.error.HTTPError as e:
            answer = e
        cookie = answer.headers.get("Set-Cookie", "")
        if answer.status != 303 or not cookie:
            raise SystemExit("%s cannot log in: %d" % (name, answer.status))
        self.cookie = cookie.split(";")[0]

    def get(self, path):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.server.port, path), headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request) as answer:
            return answer.read()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


# ---- accounts and pages ----

def anjian(b, database, *args, stdin=""):
    return json.loads(b.run([b.anjian, "--db", database, "--json", *args], input=stdin.encode())[0])


def add_clerk(b, database):
    """The account CLERK of the committee office, which sees the whole district; once."""
    if b.run(["sqlite3", path_of(database), "SELECT count(*) FROM account WHERE name = '%s'" % CLERK])[0].strip() != "0":
        return
    unit = b.run(["sqlite3", path_of(database), "SELECT _id FROM unit WHERE kind = 'committee_office' LIMIT 1"])[0].strip()
    person = anjian(b, database, "new", "person", "--set-json", "-", stdin=json.dumps({"name": "张三", "unit": unit}))["id"]
    post = {"person": person, "unit": unit, "duty": "主任", "role": "first_responsible", "from_day": "2020-01-01"}
    anjian(b, database, "new", "post", "--set-json", "-", stdin=json.dumps(post))
    b.run([b.anjian, "--db", database, "user", "add", CLERK, "--person", person, "--role", "user", "--password-stdin"],
          input=(PASSWORD + "\n").encode())
    b.run(["sqlite3", path_of(database), "UPDATE _password SET must_change = 0"])  # a browser would have to choose another one


def path_of(database):
    return database.split(":", 1)[1]


def townships(b, database):
    ids = b.run(["sqlite3", path_of(database), "SELECT _id FROM unit WHERE code BETWEEN 'T0500' AND 'T0%d' ORDER BY code" % (499 + TOWNSHIPS)])[0]
    return ids.split()


def write_lines(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    return path


def addresses(ids, form):
    """So that neither townships nor categories come one after the other."""
    return [form % (ids[(i * 7) % len(ids)], CATEGORIES[(i + i // len(ids)) % len(CATEGORIES)]) for i in range(len(ids) * len(CATEGORIES))]


BY_TOWNSHIP = "/l/premises?where=territory%%20%%3D%%20%s&sort=name"
LIST = "/l/premises?where=territory%%20%%3D%%20%s&where=categories%%20%%3D%%20%s&sort=name"


# ---- the floor ----

def floor_database(b, database):
    """The premises with one index, and the names of units and codes; made once beside the big database."""
    path = os.path.join(os.path.dirname(path_of(database)), "floor.db")
    if os.path.exists(path + ".done"):
        return path
    script = ("ATTACH '%s' AS big;\n" % path_of(database) +
              b.run(["sqlite3", path_of(database), "SELECT sql || ';' FROM sqlite_master WHERE name = 'premises'"])[0] +
              "INSERT INTO premises SELECT * FROM big.premises;\n"
              "CREATE INDEX ideal ON premises (territory, categories, _s_name, _id);\n"
              "CREATE TABLE name AS SELECT CAST(_id AS TEXT) AS key, name AS text FROM big.unit UNION SELECT code, name FROM big.region"
              " UNION SELECT code, zh FROM big.code WHERE list IN ('premises_category', 'business_state', 'risk_colour', 'supervision_class');\n")
    if os.path.exists(path):
        os.remove(path)
    b.run(["sqlite3", "-bail", path], input=script.encode())
    open(path + ".done", "w").close()
    return path


def floor_server(b, database, folder, page):
    """floor_page.c between the head and the tail of a page of the program."""
    head, rest = page.split(b"<tbody>", 1)
    tail = rest.rsplit(b"</tbody>", 1)[1]
    for name, part in (("head", head + b"<tbody>"), ("tail", b"</tbody>" + tail)):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(part)
    port = free_port()
    return Server(port, os.path.join(b.build, "bench", "floor_page"), floor_database(b, database), str(port), os.path.join(folder, "head"),
                  os.path.join(folder, "tail"))


# ---- pages ----

def measure_pages(b):
    database, folder = b.big(), b.fresh("pages")
    add_clerk(b, database)
    ids = townships(b, database)
    pages = write_lines(folder, "pages", addresses(ids, LIST))
    floor_pages = write_lines(folder, "floor_pages", addresses(ids, "/?territory=%s&category=%s"))
    what = "list page, 50 of %d by township and category, by name, " % b.rows
    with serve(b, database) as server:
        visitor = Visitor(server)
        page = visitor.get(addresses(ids, LIST)[0])
        server.load(pages, seconds=2, cookie=visitor.cookie)
        r = server.load(pages, cookie=visitor.cookie)
        with floor_server(b, database, folder, page) as floor:
            floor.load(floor_pages, seconds=2)
            f = floor.load(floor_pages)
        b.at_most(what + "CPU", r["cpu_us"], 150, "%.0f µs", " (%.0f kB; floor %.0f µs, %.0f kB)" %
                  (r["bytes"] / 1000, f["cpu_us"], f["bytes"] / 1000))
        b.at_least(what + "rate", r["rate"], 10000, "%.0f/s")
        b.at_least(what + "rate : floor's", r["rate"] / f["rate"], 0.5, "%.2f×", " (floor %.0f/s)" % f["rate"])
        b.at_most(what + "p99 at 32", r["p99"], 10, "%.1f ms", " (floor %.1f ms)" % f["p99"])
        for name, lines in (("the same page again and again", addresses(ids, LIST)[:1]),
                            ("list page by township alone, by name", [BY_TOWNSHIP % i for i in ids]),
                            ("list page of all, by name", ["/l/premises?sort=name"])):
            one = server.load(write_lines(folder, "lines", lines), seconds=3, cookie=visitor.cookie)
            b.report(name, "%.0f µs CPU, %.0f/s, p99 %.1f ms" % (one["cpu_us"], one["rate"], one["p99"]))
        record = re.search(rb'"/l/premises/(\d+)"', page).group(1).decode()
        for name, path in (("record page", "/l/premises/" + record), ("form", "/l/premises/%s/edit" % record)):
            one = server.load(write_lines(folder, "one", [path]), seconds=3, cookie=visitor.cookie)
            b.report(name, "%.0f µs CPU, %.0f/s, %.0f kB" % (one["cpu_us"], one["rate"], one["bytes"] / 1000))
        beside_logins(b, server, pages, visitor, r)
        beside_idle(b, server, pages, visitor, r)
        b.at_most("anonymous memory of the server after all this", server.anonymous_mb(), 150, "%.1f MB")
        browser(b, server, visitor, record, addresses(ids, LIST)[0])
    shutil.rmtree(folder)


def beside_logins(b, server, pages, visitor, alone):
    """LOGINS clients log in one time after the other; passwords are hashed with argon2id."""
    ends, made = threading.Event(), []

    def log_in():
        while not ends.is_set():
            Visitor(server)
            made.append(1)

    clients = [threading.Thread(target=log_in) for _ in range(LOGINS)]
    for c in clients:
        c.start()
    r = server.load(pages, cookie=visitor.cookie)
    ends.set()
    for c in clients:
        c.join()
    b.at_most("p99 of that page with %d clients logging in" % LOGINS, r["p99"], 10, "%.1f ms", " (%.0f/s of %.0f/s; %.0f logins/s)" %
              (r["rate"], alone["rate"], len(made) / SECONDS))


def beside_idle(b, server, pages, visitor, alone):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(IDLE)]
    r = server.load(pages, cookie=visitor.cookie)
    for s in idle:
        s.close()
    b.at_least("rate of that page with %d idle connections : without" % IDLE, r["rate"] / alone["rate"], 0.9, "%.2f×",
               " (p99 %.1f ms)" % r["p99"])


def browser(b, server, visitor, record, address):
    """Cold, in Chromium: until the first text is painted, and what came over the wire."""
    paths = {"list page": address, "record page": "/l/premises/" + record, "form": "/l/premises/%s/edit" % record}
    name, value = visitor.cookie.split("=", 1)
    asked = json.dumps({"base": "http://127.0.0.1:%d" % server.port, "cookie": {"name": name, "value": value}, "paths": paths})
    for what, r in json.loads(b.run(["node", os.path.join(HERE, "browser.mjs"), asked])[0]).items():
        b.at_most(what + " visible in Chromium, cold", r["ms"] / 1000, 0.15, "%.2f s")
        b.at_most(what + " on the wire, cold", r["bytes"] / 1000, 150, "%.0f kB")


# ---- creates ----

def in_a_month():
    return (datetime.date.today() + datetime.timedelta(days=30)).isoformat()


def made_up(i):
    return json.dumps({"name": "岳阳市第%d号恒通建材商贸有限公司" % i, "founded_on": "2001-02-03", "capital": "12000000", "address": "建设路%d号" % (i % 999),
                       "business_scope": "建筑材料、五金交电、装饰材料的销售；道路货物运输；仓储服务；预包装食品零售。", "staff": 12}, ensure_ascii=False)


def measure_api_create(b):
    folder = b.fresh("api")
    database = "sqlite:" + os.path.join(folder, "a.db")
    b.run([b.anjian, "--db", database, "init", "--region", "430602"])
    add_clerk(b, database)
    token = anjian(b, database, "user", "token", CLERK, "--scope", "write", "--expires", in_a_month())["token"]
    bodies = write_lines(folder, "bodies", [made_up(i) for i in range(200000)])
    with serve(b, database) as server:
        server.load(bodies, "create", seconds=1, token=token)
        r = server.load(bodies, "create", token=token)
    b.at_least("durable creates through the API at 32 connections", r["rate"], 3000, "%.0f/s", " (%.0f µs CPU, p99 %.0f ms)" % (r["cpu_us"], r["p99"]))
    shutil.rmtree(folder)
