#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TLS in front of a server on loopback, for the tests of cognito-login.

tls.py PORT PORTS CERTIFICATE...: each CERTIFICATE is a file in PEM with its key, and gets a port of
its own; "old:FILE" speaks no more than TLS 1.1. What comes in goes to 127.0.0.1:PORT, if the
handshake succeeds. The ports are written to the file PORTS once they listen. Ends when standard
input closes.
"""

import os
import socket
import ssl
import sys
import threading


def context_of(word):
    path = word.rpartition(":")[2]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if word.startswith("old:"):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(path)
    return context


def pump(source, sink):
    try:
        while True:
            piece = source.recv(65536)
            if not piece:
                break
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(connection, context, port):
    try:
        with context.wrap_socket(connection, server_side=True) as inner, \
                socket.create_connection(("127.0.0.1", port)) as outer:
            back = threading.Thread(target=pump, args=(outer, inner), daemon=True)
            back.start()
            pump(inner, outer)
            back.join()
    except OSError:  # ssl.SSLError is one
        pass


def listen(listening, context, port):
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=serve, args=(connection, context, port), daemon=True).start()


def main(port, ports, words):
    found = []
    for word in words:
        listening = socket.create_server(("127.0.0.1", 0))
        found.append(str(listening.getsockname()[1]))
        threading.Thread(target=listen, args=(listening, context_of(word), port),
                         daemon=True).start()
    with open(ports + ".new", "w", encoding="ascii") as output:
        output.write(" ".join(found) + "\n")
    os.rename(ports + ".new", ports)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
