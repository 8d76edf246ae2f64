#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates and TLS for the servers that tests start. As a program:

  tls.py authority PATH
      makes a certificate authority, PATH.key and PATH.pem
  tls.py certificate PATH AUTHORITY NAMES [START END]
      makes PATH.key and PATH.pem by the authority of that path, or by itself if that is "self", for
      NAMES as subjectAltName has them, valid from START to END days from now (-1 and 2)
  tls.py local FOLDER
      makes the authority FOLDER/ca and, by it, FOLDER/server for this machine
"""

import os
import select
import ssl
import subprocess
import sys
import time

HERE = "IP:127.0.0.1,DNS:localhost"
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*arguments, stdin=b""):
    done = subprocess.run(["openssl", *arguments], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit("openssl %s: %s" % (arguments, done.stderr.decode()))
    return done.stdout


# ---- certificates ----

def make_authority(path):
    openssl("req", "-x509", *NEW_KEY, "-keyout", path + ".key", "-out", path + ".pem", "-days", "2",
            "-subj", "/CN=Test authority " + os.path.basename(path),
            "-addext", "basicConstraints=critical,CA:TRUE")


def make_certificate(path, authority, names, start=-1, end=2):
    """By itself where AUTHORITY is None."""
    dates = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))
             for days in (start, end)]
    openssl("req", "-new", *NEW_KEY, "-keyout", path + ".key", "-out", path + ".csr",
            "-subj", "/CN=" + os.path.basename(path))
    with open(path + ".cnf", "w", encoding="ascii") as config:
        config.write(f"[ca]\ndefault_ca=one\n[one]\ndatabase={path}.db\nserial={path}.srl\n"
                     f"new_certs_dir={os.path.dirname(os.path.abspath(path))}\n"
                     "default_md=sha256\npolicy=any\nunique_subject=no\nx509_extensions=v3\n"
                     f"[any]\ncommonName=supplied\n[v3]\nsubjectAltName={names}\n")
    open(path + ".db", "w", encoding="ascii").close()
    with open(path + ".srl", "w", encoding="ascii") as serial:
        serial.write(os.urandom(8).hex() + "\n")
    signer = (["-selfsign", "-keyfile", path + ".key"] if authority is None else
              ["-cert", authority + ".pem", "-keyfile", authority + ".key"])
    openssl("ca", "-batch", "-notext", "-config", path + ".cnf", "-in", path + ".csr",
            "-out", path + ".pem", "-startdate", dates[0], "-enddate", dates[1], *signer)


# ---- servers ----

def context(path, old=False):
    """For a server with the certificate at PATH; an OLD one speaks no more than TLS 1.1."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    made.load_cert_chain(path + ".pem", path + ".key")
    return made


def protect(server, path, old=False):
    """Puts TLS before an http.server; the handshake is for the thread of each connection."""
    server.socket = context(path, old).wrap_socket(server.socket, server_side=True,
                                                   do_handshake_on_connect=False)


def join(near, far):
    """Hands on what comes in on either socket, until one of them ends."""
    while True:
        # Of a record that has come in, TLS may hold a part that the kernel no longer has.
        held = [one for one in (near, far) if isinstance(one, ssl.SSLSocket) and one.pending()]
        for one in held or select.select([near, far], [], [])[0]:
            data = one.recv(65536)
            if not data:
                return
            (far if one is near else near).sendall(data)


def main(verb, path, *more):
    if verb == "authority":
        make_authority(path)
    elif verb == "certificate":
        authority, names, *days = more
        make_certificate(path, None if authority == "self" else authority, names,
                         *(float(day) for day in days))
    elif verb == "local":
        os.makedirs(path, exist_ok=True)
        make_authority(os.path.join(path, "ca"))
        make_certificate(os.path.join(path, "server"), os.path.join(path, "ca"), HERE)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
