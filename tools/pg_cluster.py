#!/usr/bin/env python3
"""A throw-away PostgreSQL cluster for tests.

    pg_cluster.py start          starts one, prints "FOLDER URL"
    pg_cluster.py stop FOLDER    stops the server of that folder by its process id and removes the folder

The server listens on 127.0.0.1 at a free port only, without fsync (measurements set ANJIAN_PG_FSYNC=on). PostgreSQL refuses to run as root, so then it runs
as the user postgres.
"""
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def program(name):
    found = sorted(glob.glob(f'/usr/lib/postgresql/*/bin/{name}'))
    return found[-1] if found else shutil.which(name) or sys.exit(f'{name} is not installed')


def as_user(command):
    return ['runuser', '-u', 'postgres', '--'] + command if os.getuid() == 0 else command


def run(command):
    done = subprocess.run(as_user(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd='/')
    if done.returncode:
        sys.exit(f'{command[0]} failed:\n{done.stdout}')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def start():
    """→ (folder, url)"""
    folder = tempfile.mkdtemp(prefix='anjian-pg-')
    if os.getuid() == 0:
        shutil.chown(folder, 'postgres')
    data, port = os.path.join(folder, 'data'), free_port()
    run([program('initdb'), '-D', data, '-U', 'anjian', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'])
    with open(os.path.join(data, 'postgresql.conf'), 'a', encoding='utf-8') as f:
        f.write(f"listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\nmax_connections = 120\n"
                f"fsync = {os.environ.get('ANJIAN_PG_FSYNC', 'off')}\n"
                'synchronous_commit = on\nfull_page_writes = off\nshared_buffers = 32MB\ndeadlock_timeout = 50ms\n')
    try:
        run([program('pg_ctl'), '-D', data, '-l', os.path.join(folder, 'log'), '-w', 'start'])
    except SystemExit:
        stop(folder)
        raise
    return folder, f'postgresql://anjian@127.0.0.1:{port}/postgres'


def alive(pid):
    """A server whose parent has not asked for its end yet is dead as well."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def stop(folder):
    try:
        with open(os.path.join(folder, 'data', 'postmaster.pid'), encoding='utf-8') as f:
            pid = int(f.readline())
        os.kill(pid, signal.SIGINT)  # fast shutdown
        deadline = time.monotonic() + 20
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if alive(pid):
            os.kill(pid, signal.SIGQUIT)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        pass  # it never ran, or is gone already
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    if sys.argv[1:] == ['start']:
        print(*start())
    elif len(sys.argv) == 3 and sys.argv[1] == 'stop' and os.path.basename(sys.argv[2]).startswith('anjian-pg-'):
        stop(sys.argv[2])
    else:
        sys.exit(__doc__)
