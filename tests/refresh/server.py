#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A pool's key server that can misbehave, on loopback, for the tests of cognito-refresh.

usage: server.py DIR

Makes a certificate authority, certificates (tools/tls.py) and key sets in DIR, then listens and
prints one line `name=port ...`. The first part of the path of a request says what the answer is
(see BEHAVIOURS). Unless said otherwise it carries a perfectly good key set, so that only the fault
under test can make the client refuse it. DIR/requests gets a line for each request: the listener,
the uid of the client's socket, the request line and the headers. DIR/events is a fifo that gets a
line when /hold is asked for. /etag and /modified know conditional requests, and change what they
serve with every 50th; /alternate does so with every one. /stuck says "not modified" to each
conditional request, though what it serves changes with every request that is not.
"""
import base64
import collections
import email.utils
import gzip
import json
import os
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import tls  # noqa: E402

CHUNK = b"x" * 65536
PATIENCE = 30  # seconds: how long a connection may stay, whatever the client does
LOCK = threading.Lock()


# ---- key sets ----

def base64url(number):
    size = (number.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(number.to_bytes(size, "big")).rstrip(b"=").decode()


def make_key(kid, bits=2048):
    pem = tls.openssl("genrsa", str(bits))
    modulus = tls.openssl("rsa", "-noout", "-modulus", stdin=pem).decode().strip().split("=")[1]
    return {"alg": "RS256", "e": "AQAB", "kid": kid, "kty": "RSA",
            "n": base64url(int(modulus, 16)), "use": "sig"}


def make_sets(folder):
    one = make_key("oneUPPERlower0123456789+/oneUPPERlower01234=")
    two = make_key("twoUPPERlower0123456789+/twoUPPERlower01234=")
    sets = {
        "old": [dict(one, kid="old")],
        "good": [one, two],
        "empty-keys": [],
        "duplicate-kid": [one, dict(two, kid=one["kid"])],
        "e1": [dict(one, e="AQ")],
        "bits512": [make_key("short", 512)],
        "use-enc": [dict(one, use="enc")],
        "private": [one, dict(two, d="AQAB")],
        "many-keys": [dict(one, kid=f"kid {i}") for i in range(65)],
    }
    texts = {name: json.dumps({"keys": keys}).encode() for name, keys in sets.items()}
    texts["html"] = b"<!DOCTYPE html><html><body>Please sign in to the hotel</body></html>"
    texts["trailing"] = texts["good"] + b"x"
    texts["80000-keys"] = b'{"keys":[' + b",".join([b"{}"] * 80000) + b"]}"
    texts["100000-keys"] = b'{"keys":[' + b",".join([b"{}"] * 100000) + b"]}"
    for name, text in texts.items():
        with open(f"{folder}/{name}.jwks", "wb") as file:
            file.write(text)
    return texts


# ---- answers ----

def head(status, length, *more):
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", "Connection: close", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def answer(connection, body, status="200 OK", *more):
    connection.sendall(head(status, len(body), *more) + body)


def endless(connection, first):
    connection.sendall(first)
    for _ in range(4096):  # 256 MiB: far beyond what anybody should take
        connection.sendall(CHUNK)


def slowly(connection, body):
    connection.sendall(head("200 OK", len(body)))
    for byte in body[:PATIENCE]:
        connection.sendall(bytes([byte]))
        time.sleep(1)


def reset(connection, first):
    """Closes with a TCP reset, a part of the answer sent or nothing."""
    connection.sendall(first)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def hold(connection, event=None):
    """Says nothing until the client goes away."""
    if event is not None:
        with open(event, "w", encoding="ascii") as fifo:
            fifo.write("holding\n")
    while connection.recv(65536):
        pass


def bomb():
    return gzip.compress(b" " * (64 << 20), 9)


def date_header(ahead):
    return f"Date: {email.utils.formatdate(time.time() + ahead, usegmt=True)}"


def behaviours(folder, texts, ports):
    good = texts["good"]
    table = {name: (lambda c, text=text: answer(c, text)) for name, text in texts.items()}
    for status in (201, 203, 206, 304, 400, 403, 404, 429, 500, 503):
        table[str(status)] = lambda c, s=status: answer(c, good, f"{s} Some words")
    targets = {"http": f"http://127.0.0.1:{ports['plain']}/good?followed",
               "https": f"https://127.0.0.1:{ports['good']}/good?followed",
               "file": f"file://{folder}/good.jwks",
               "metadata": "http://169.254.169.254/latest/meta-data/"}
    for name, target in targets.items():
        table[f"301-{name}"] = lambda c, t=target: answer(c, good, "301 Gone to", f"Location: {t}")
    for name, (ahead, status) in {"date": (0, "200 OK"), "date-403": (0, "403 Forbidden"),
                                  "date-ahead": (3600, "200 OK"), "date-behind": (-3600, "200 OK"),
                                  "date-a-little": (60, "200 OK")}.items():
        table[name] = lambda c, a=ahead, s=status: answer(c, good, s, date_header(a))
    for name, date in {"date-odd": "yesterday", "date-number": "1700000000", "date-empty": "",
                       "date-old-form": "Sunday, 06-Nov-94 08:49:37 GMT",
                       "date-zone": "Mon, 23 Nov 2026 00:00:00 +0100",
                       "date-more": "Mon, 23 Nov 2026 00:00:00 GMT and a half"}.items():
        table[name] = lambda c, d=date: answer(c, good, "200 OK", f"Date: {d}")
    table.update({
        "date-twice": lambda c: answer(c, good, "200 OK", date_header(0), date_header(3600)),
        "slow": lambda c: slowly(c, good),
        "endless": lambda c: endless(c, head("200 OK", None) + good),
        "endless-chunked": lambda c: endless_chunks(c),
        "endless-headers": lambda c: endless_headers(c),
        "long": lambda c: answer(c, good + b" " * (262144 - len(good) + 1)),
        "just-fits": lambda c: answer(c, good + b" " * (262144 - len(good))),
        "long-declared": lambda c: c.sendall(head("200 OK", 262145) + good),
        "cut": lambda c: c.sendall(head("200 OK", len(good) + 1) + good),
        "gzip": lambda c: answer(c, gzip.compress(good), "200 OK", "Content-Encoding: gzip"),
        "gzip-bomb": lambda c: answer(c, bomb(), "200 OK", "Content-Encoding: gzip"),
        "transfer-bomb": lambda c: answer(c, bomb(), "200 OK", "Transfer-Encoding: gzip"),
        "reset": lambda c: reset(c, b""),
        "reset-midway": lambda c: reset(c, head("200 OK", len(good)) + good[:100]),
        "silent": hold,
        "hold": lambda c: hold(c, f"{folder}/events"),
        "close": lambda c: None,
        "alternate": lambda c: alternate(texts, c),
        "texts": texts,
        "http09": lambda c: c.sendall(good),
        "nul": lambda c: answer(c, good.replace(b"RS256", b"RS\x00256")),
    })
    return table


def endless_chunks(connection):
    connection.sendall(head("200 OK", None, "Transfer-Encoding: chunked"))
    for _ in range(4096):
        connection.sendall(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))


def endless_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(65536):
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


# ---- sets that change, and conditional requests (RFC 9110, 13) ----

COUNTS = collections.Counter()


def nth(path):
    with LOCK:
        COUNTS[path] += 1
        return COUNTS[path] - 1


def conditional(path, texts, connection, lines):
    changes = nth(path) // 50
    body = texts["good"] if changes % 2 == 0 else texts["old"]
    if path == "etag":
        validator, asked = f'"{changes}"', "if-none-match"
        header = f"ETag: {validator}"
    else:
        validator = email.utils.formatdate(1700000000 + changes, usegmt=True)
        header, asked = f"Last-Modified: {validator}", "if-modified-since"
    date = f"Date: {email.utils.formatdate(usegmt=True)}"
    given = [line.split(":", 1)[1].strip() for line in lines[1:]
             if line.split(":")[0].lower() == asked]
    if given == [validator]:
        connection.sendall(head("304 Not Modified", None, header, date))
    else:
        answer(connection, body, "200 OK", header, date)


def stuck(texts, connection, lines):
    if any(line.lower().startswith("if-none-match:") for line in lines):
        connection.sendall(head("304 Not Modified", None, 'ETag: "stuck"'))
    else:
        body = texts["old" if nth("stuck") % 2 == 0 else "good"]
        answer(connection, body, "200 OK", 'ETag: "stuck"')


def alternate(texts, connection):
    answer(connection, texts["good" if nth("alternate") % 2 == 0 else "old"])


# ---- listening ----

def owner_of(port):
    """The uid of the socket on this host that is bound to the loopback PORT and is no listener."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in list(table)[1:]:
            field = line.split()
            if int(field[1].split(":")[1], 16) == port and field[3] != "0A":
                return int(field[7])
    return -1


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 65536:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")


def log(folder, name, uid, lines):
    with LOCK, open(f"{folder}/requests", "a", encoding="latin-1") as file:
        file.write(f"{name} uid={uid} " + " | ".join(lines) + "\n")


def tunnel(connection, request):
    """CONNECT (RFC 9110, 9.3.6), to loopback alone."""
    host, _, port = request.split()[1].rpartition(":")
    if host != "127.0.0.1":
        answer(connection, b"", "403 Not there")
        return
    with socket.create_connection((host, int(port))) as far:
        connection.sendall(b"HTTP/1.1 200 Tunnel\r\n\r\n")
        tls.join(connection, far)


def serve(folder, name, raw, context, table):
    """One connection."""
    try:
        raw.settimeout(PATIENCE)
        uid = owner_of(raw.getpeername()[1])
        if name == "mute":
            hold(raw)
            return
        with raw if context is None else context.wrap_socket(raw, server_side=True) as connection:
            lines = read_request(connection)
            log(folder, name, uid, lines)
            if lines[0].startswith("CONNECT "):
                tunnel(connection, lines[0])
                return
            path = lines[0].split()[1].split("?")[0].strip("/").split("/")[0]
            if path in ("etag", "modified"):
                conditional(path, table["texts"], connection, lines)
            elif path == "stuck":
                stuck(table["texts"], connection, lines)
            else:
                table[path](connection)
    except (OSError, IndexError, KeyError) as error:
        log(folder, name, -1, [f"({type(error).__name__})"])
    finally:
        raw.close()


def listen(folder, name, listener, context, table):
    while True:
        raw, _ = listener.accept()
        threading.Thread(target=serve, args=(folder, name, raw, context, table),
                         daemon=True).start()


def fill(listener):
    """Connections that are never accepted, until a further one waits for ever."""
    held = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        held.append(filler)
    return held


# Each listener with TLS, and its certificate.
CERTIFICATES = {"good": "right", "wrong": "wrong", "expired": "expired", "future": "future",
                "selfsigned": "selfsigned", "oldtls": "right", "tlsproxy": "right",
                "wrongproxy": "wrong", "expiredproxy": "expired", "oldproxy": "right"}


def make_certificates(folder):
    here = "IP:127.0.0.1"
    ours = f"{folder}/ca"
    tls.make_authority(ours)
    tls.make_certificate(f"{folder}/right", ours, here)
    tls.make_certificate(f"{folder}/wrong", ours, "DNS:other.example,IP:127.0.0.2")
    tls.make_certificate(f"{folder}/expired", ours, here, -3, -1)
    tls.make_certificate(f"{folder}/future", ours, here, 1, 2)
    tls.make_certificate(f"{folder}/selfsigned", None, here)


def main():
    folder = os.path.abspath(sys.argv[1])
    make_certificates(folder)
    texts = make_sets(folder)
    contexts = {name: tls.context(f"{folder}/{certificate}", name.startswith("old"))
                for name, certificate in CERTIFICATES.items()}
    contexts.update({"plain": None, "mute": None, "proxy": None})
    os.mkfifo(f"{folder}/events")
    open(f"{folder}/requests", "w", encoding="ascii").close()
    listeners = {name: socket.create_server(("127.0.0.1", 0), backlog=16) for name in contexts}
    ports = {name: listener.getsockname()[1] for name, listener in listeners.items()}
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    held = fill(full)
    ports["full"] = full.getsockname()[1]
    table = behaviours(folder, texts, ports)
    for name, listener in listeners.items():
        threading.Thread(target=listen, args=(folder, name, listener, contexts[name], table),
                         daemon=True).start()
    print(*(f"{name}={port}" for name, port in ports.items()), flush=True)
    threading.Event().wait()
    del held


if __name__ == "__main__":
    main()
