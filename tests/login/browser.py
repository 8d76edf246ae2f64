#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A browser without a person: BROWSER in the tests of cognito-login.

browser.py FOLDER ADDRESS: goes to ADDRESS, by way of the page that leads there if it is a file, and, by
one redirect, to the callback. Writes its ADDRESS on the command line and the signals that are blocked,
that of managed login, where it ended, and the status, headers and page of the callback to
FOLDER/{argument,blocked,address,end,page}. The pool is trusted by FOLDER/ca.pem.
FOLDER/browser, if it is there, holds words for what else it does on the way.
"""

import html
import http.client
import os
import re
import signal
import socket
import ssl
import sys
import urllib.parse


def get(address, headers=None, ca_file=None):
    parts = urllib.parse.urlsplit(address)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=30,
            context=ssl.create_default_context(cafile=ca_file))
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", parts.path + "?" + parts.query, headers=headers or {})
    answer = connection.getresponse()
    return answer, answer.read()


def raw(address, data):
    """Sends DATA to the listener, gives what it says."""
    parts = urllib.parse.urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(data)
        try:
            connection.shutdown(socket.SHUT_WR)
        except OSError:  # it has closed already; what it said is still to be had
            pass
        said = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return said
            said += piece


def strange_requests(end, words):
    """What the listener has to ignore. Gives all it said."""
    host = urllib.parse.urlsplit(end).netloc
    path = end.partition(host)[2]
    wrong = path.partition("state=")[0] + "state=" + "A" * 43
    requests = {
        "favicon": "GET /favicon.ico HTTP/1.1\r\nHost: %s\r\n\r\n" % host,
        "wrong-state": "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (wrong, host),
        "no-state": "GET /callback?code=x HTTP/1.1\r\nHost: %s\r\n\r\n" % host,
        "two-codes": "GET %s&code=y HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, host),
        "post": "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n" % (path, host),
        "rebound": "GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n" % path,
        "two-hosts": "GET %s HTTP/1.1\r\nHost: %s\r\nHost: evil.example\r\n\r\n" % (path, host),
        "other-path": "GET /callback/..%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, host),
        "garbage": "\x00\xff\r\n\r\n",
        "long": "GET /callback?" + "x" * 20000,
    }
    said = b""
    for word in words:
        if word in requests:
            try:
                said += raw(end, requests[word].encode("latin-1"))
            except OSError:  # it closed on us while we were still talking
                pass
    return said


def write(folder, name, text):
    with open(os.path.join(folder, name + ".new"), "w", encoding="utf-8") as output:
        output.write(text)
    os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))


def read_words(folder):
    try:
        with open(os.path.join(folder, "browser"), encoding="ascii") as source:
            return source.read().split()
    except OSError:
        return []


def follow(address):
    """What the page at ADDRESS leads to; any other address as it is."""
    if not address.startswith("file://"):
        return address
    with open(urllib.parse.unquote(address[7:]), encoding="utf-8") as source:
        page = source.read()
    led = re.search('<meta http-equiv="refresh" content="0; url=([^"]*)">', page).group(1)
    assert '<a href="%s">' % led in page
    return html.unescape(led)


def main(folder, address):
    words = read_words(folder)
    write(folder, "argument", address)
    write(folder, "blocked", " ".join(map(str, signal.pthread_sigmask(signal.SIG_BLOCK, []))))
    address = follow(address)
    write(folder, "address", address)
    answer, _ = get(address, ca_file=os.path.join(folder, "ca.pem"))
    end = answer.getheader("Location") or ""
    write(folder, "end", end)
    if "stop-there" in words:
        return
    idle = [socket.create_connection(("localhost", urllib.parse.urlsplit(end).port))
            for _ in range(40 if "crowd" in words else 0)]
    said = strange_requests(end, words)
    write(folder, "said", said.decode("latin-1"))
    if "only-strange" in words:
        return
    if "six" in words:
        end = end.replace("localhost", "[::1]")
    answer, page = get(end, {"Host": "localhost:%d" % urllib.parse.urlsplit(end).port})
    if "again" in words:
        try:
            get(end)
            write(folder, "second", "answered")
        except OSError as error:
            write(folder, "second", type(error).__name__)
    for connection in idle:
        connection.close()
    write(folder, "page", "%d\n%s\n%s" % (answer.status, answer.headers, page.decode()))


if __name__ == "__main__":
    main(*sys.argv[1:])
