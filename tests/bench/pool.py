# SPDX-License-Identifier: MIT
"""The pool, tokens, key sets and PAM services that tests/bench/run measures with."""

import base64
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
MINT = os.path.join(HERE, "..", "tools", "mint")
ISSUED = 1800000000  # SUBJECT_NOW in subject.h
USUAL = [word for claim in ("cognito:groups", "cognito:roles", "cognito:preferred_role", "identities")
         for word in ("--without", claim)]  # 1,103 characters: the token of an SDK's sign-in


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as output:
        output.write(data)


def mint(folder, *options):
    return subprocess.run(
        [MINT, "id", folder, "--user", "daemon", "--no-newline", *options],
        stdout=subprocess.PIPE, check=True).stdout


def decoded(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def make_tokens(folder):
    at = ["--now", str(ISSUED)]
    write(folder, "token", mint(folder, *at, *USUAL))
    write(folder, "token-now", mint(folder, "--lifetime", "86400", *USUAL))
    for size in (2048, 4096, 8192, 16384):
        # What makes a token large is groups.
        groups = ["department-%05d-of-the-company" % i for i in range((size - 1150) * 3 // 4 // 34)]
        write(folder, "token-%d" % size,
              mint(folder, *at, *USUAL, "--set", "cognito:groups=" + json.dumps(groups),
                   "--min-length", str(size)))


def make_key_sets(folder):
    with open(os.path.join(folder, "jwks.json"), encoding="ascii") as source:
        keys = json.load(source)["keys"]
    for count in (2, 4, 8, 16, 32, 64):
        while len(keys) < count:  # keys that nobody has: a modulus is only looked at
            modulus = bytearray(os.urandom(256))
            modulus[0] |= 0x80
            modulus[-1] |= 1
            keys.append(dict(keys[0], kid=base64.b64encode(os.urandom(32)).decode(),
                             n=base64.urlsafe_b64encode(modulus).rstrip(b"=").decode()))
        write(folder, "jwks-%d.json" % count,
              json.dumps({"keys": keys}, separators=(",", ":")).encode())


def make_floor(folder):
    """What loader.c reads: nothing is left to decode."""
    with open(os.path.join(folder, "token-now"), "rb") as source:
        signed, _, signature = source.read().rpartition(b".")
    with open(os.path.join(folder, "jwks.json"), "rb") as source:
        keys = json.load(source)["keys"]
    kid = json.loads(decoded(signed.partition(b".")[0]))["kid"]
    modulus = next(decoded(key["n"].encode()) for key in keys if key["kid"] == kid)
    write(folder, "floor.modulus", bytes(reversed(modulus)))
    write(folder, "floor.signature", decoded(signature))
    write(folder, "floor.input", signed)


def make_services(folder, build):
    module = os.path.join(build, ".libs", "pam_cognito.so")
    write(folder, "conf", ("user_pool = eu-central-1_ExAmPlE01\nclient_id = 1example23456789abcdefghij\nuid_min = 1\n"
                           "jwks_file = %s/jwks.json\n" % folder).encode())
    os.mkdir(os.path.join(folder, "pam.d"))
    for name, words in (("ours", "%s conf=%s/conf" % (module, folder)), ("permit", "pam_permit.so")):
        write(folder, "pam.d/" + name,
              ("auth required %s\naccount required %s\n" % (words, words)).encode())


def make(folder, build):
    os.chmod(folder, 0o755)
    subprocess.run([MINT, "pool", folder], check=True)
    with open(os.path.join(folder, "id.pub"), "wb") as output:
        subprocess.run(["openssl", "rsa", "-in", os.path.join(folder, "id.pem"), "-pubout"],
                       stdout=output, stderr=subprocess.DEVNULL, check=True)
    make_tokens(folder)
    make_key_sets(folder)
    make_floor(folder)
    make_services(folder, build)
