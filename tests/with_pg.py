#!/usr/bin/env python3
"""with_pg.py COMMAND… — run COMMAND with a throw-away PostgreSQL cluster, named in ANJIAN_TEST_PG; stop it always."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools'))
import pg_cluster  # noqa: E402


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a test runner's timeout also comes by "finally"
    if os.environ.get('ANJIAN_TEST_PG'):  # somebody has started one already
        os.execvp(sys.argv[1], sys.argv[1:])
    folder, url = pg_cluster.start()
    try:
        return subprocess.run(sys.argv[1:], env={**os.environ, 'ANJIAN_TEST_PG': url}).returncode
    finally:
        pg_cluster.stop(folder)


sys.exit(main())
