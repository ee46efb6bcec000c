#!/usr/bin/env python3
"""Verify a log written by `anjian log`, with nothing of Anjian: verify_log.py LOG [SEAL [PUBLIC.pem]]

Says "ok" (exit 0), the first thing that is broken (exit 1), or why it cannot judge (exit 2). The format is in doc/chain.md. Rows
of the database are not in a log, so they are not compared. The signature of a seal is checked, by the program openssl,
when the public key is given."""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile


class Broken(Exception):
    pass


def check(good, what):
    if not good:
        raise Broken(what)


def strict(text, keys):
    """A JSON object with exactly these keys (None: any), none of them twice."""
    def unique(pairs):
        check(len(dict(pairs)) == len(pairs), 'a key stands twice')
        return dict(pairs)
    value = json.loads(text, object_pairs_hook=unique)
    check(isinstance(value, dict) and keys in (None, set(value)), f'not an object of {sorted(keys or [])}')
    return value


def read_log(file):
    """→ header and, for each lane, the hashes from its genesis on"""
    header = strict(file.readline(), {'anjian', 'format', 'uuid', 'hash', 'lanes'})
    check((header['anjian'], header['format']) == ('log', 1), 'not a log of format 1')
    heads = {i: [hashlib.new(header['hash'], f'anjian {header["uuid"]} lane {i}'.encode()).hexdigest()] for i in range(len(header['lanes']))}
    versions = {}
    for number, line in enumerate(file, 2):
        event = strict(line, {'lane', 'seq', 'prev', 'hash', 'body'})
        where, chain = f'line {number}, lane {event["lane"]}, event {event["seq"]}', heads.get(event['lane'])
        check(chain, f'{where}: there is no such lane')
        check(event['seq'] == len(chain), f'{where}: event {len(chain)} is missing')
        check(event['prev'] == chain[-1], f'{where}: does not follow on the event before')
        digest = hashlib.new(header['hash'], bytes.fromhex(chain[-1]) + event['body'].encode()).hexdigest()
        check(event['hash'] == digest, f'{where}: the hash does not fit')
        chain.append(digest)
        body = strict(event['body'], None)
        check(body['version'] not in versions.setdefault(body['record'], set()), f'{where}: this version of the record was there before')
        versions[body['record']].add(body['version'])
    for record, seen in versions.items():
        check(min(seen) == 1 and max(seen) == len(seen), f'record {record}: a version is missing')
    for i, lane in enumerate(header['lanes']):
        check(lane == {'lane': i, 'seq': len(heads[i]) - 1, 'head': heads[i][-1]}, f'lane {i}: its head is not its last event')
    return header, heads


def signature_fits(seal, public):
    with tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as signature:
        text.write(seal['body'].encode())
        signature.write(base64.b64decode(seal['signature']))
        text.flush()
        signature.flush()
        sm3 = ['-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'] if seal['algorithm'] == 'sm2-sm3' else []
        command = ['openssl', 'pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', public, '-in', text.name, '-sigfile', signature.name]
        return subprocess.run(command + sm3, capture_output=True).returncode == 0


def check_seal(path, public, header, heads):
    with open(path, encoding='utf-8') as file:
        seal = strict(file.read(), {'anjian', 'body', 'algorithm', 'fingerprint', 'signature'})
    check(public is None or signature_fits(seal, public), 'the signature of the seal does not fit')
    body = strict(seal['body'], None)
    check(body['uuid'] == header['uuid'], 'the seal is of another database')
    for lane in body['lanes']:
        chain = heads.get(lane['lane'], [])
        check(lane['seq'] < len(chain), f'lane {lane["lane"]}: shorter than when it was sealed')
        check(chain[lane['seq']] == lane['head'], f'lane {lane["lane"]}: event {lane["seq"]} is not the one that was sealed')


def main(log, seal=None, public=None):
    try:
        with open(log, encoding='utf-8', newline='\n') as file:
            header, heads = read_log(file)
        if seal:
            check_seal(seal, public, header, heads)
    except Broken as why:
        sys.exit(f'broken: {why}')
    except (ValueError, KeyError, TypeError) as why:
        if 'unsupported hash type' in str(why):
            print(f'cannot judge: the OpenSSL of this Python has no such digest ({why})', file=sys.stderr)
            sys.exit(2)
        sys.exit(f'broken: not in the form of a log or seal: {why!r}')
    events = sum(len(chain) - 1 for chain in heads.values())
    unsigned = '' if public or not seal else ' (no key given: the signature of the seal was not checked)'
    print(f'ok: {events} events in {len(heads)} lanes{", as sealed" if seal else ""}{unsigned}')


if __name__ == '__main__':
    if not 2 <= len(sys.argv) <= 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
