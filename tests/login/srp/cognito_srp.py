#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Both sides of USER_SRP_AUTH in Python, written from RFC 2945, RFC 5054, RFC 5869 and AWS's
description, and sharing nothing with src/client/srp.c: even the prime is worked out.

  cognito_srp.py vectors      prints tests/unit/srp_vectors.inc

The fake pool of password.bats imports it for the server's side.
"""

import base64
import hashlib
import hmac
import sys

INFO = b"Caldera Derived Key"


def arctan_of_inverse(x, one):
    """arctan(1/x), times ONE."""
    total, term, n = 0, one // x, 1
    while term:
        total += term // n if n % 4 == 1 else -(term // n)
        term //= x * x
        n += 2
    return total


def group_15():
    """RFC 3526, 4: 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314); pi by Machin's formula."""
    guard = 64
    one = 1 << (2942 + guard)
    pi = 4 * (4 * arctan_of_inverse(5, one) - arctan_of_inverse(239, one)) >> guard
    return 2**3072 - 2**3008 - 1 + 2**64 * (pi + 1690314)


N = group_15()
G = 2


def octets(number):
    """The two's complement form of a number that is not negative, as short as can be."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(data):
    return hashlib.sha256(data).digest()


def number_of(data):
    return int.from_bytes(data, "big")


K = number_of(digest(octets(N) + octets(G)))


def scrambler(a_value, b_value):
    return number_of(digest(octets(a_value) + octets(b_value)))


def private_key(pool, user, password, salt):
    inner = digest((pool + user + ":" + password).encode())
    return number_of(digest(octets(salt) + inner))


def verifier(pool, user, password, salt):
    return pow(G, private_key(pool, user, password, salt), N)


def server_value(b, v):
    return (K * v + pow(G, b, N)) % N


def client_secret(a, b_value, x):
    u = scrambler(pow(G, a, N), b_value)
    return pow((b_value - K * pow(G, x, N)) % N, a + u * x, N)


def server_secret(a_value, b, v):
    u = scrambler(a_value, server_value(b, v))
    return pow(a_value * pow(v, u, N), b, N)


def derived_key(secret, u):
    extracted = hmac.new(octets(u), octets(secret), "sha256").digest()
    return hmac.new(extracted, INFO + b"\x01", "sha256").digest()[:16]


def signature(key, pool, user, block, timestamp):
    text = pool.encode() + user.encode() + block + timestamp.encode()
    return base64.b64encode(hmac.new(key, text, "sha256").digest()).decode()


class Example:
    """One exchange, worked out from both sides."""

    def __init__(self, name, a, b, salt, user="alice", password="Correct-Horse-7",
                 pool="AbCdEf123", block=bytes(range(192, 256)) + b"?>",
                 timestamp="Tue Nov 3 07:05:09 UTC 2026"):
        self.name, self.a, self.salt, self.block = name, a, salt, block
        self.user, self.password, self.pool, self.timestamp = user, password, pool, timestamp
        x = private_key(pool, user, password, salt)
        v = verifier(pool, user, password, salt)
        self.public = pow(G, a, N)
        self.server = server_value(b, v)
        self.u = scrambler(self.public, self.server)
        self.secret = client_secret(a, self.server, x)
        assert self.secret == server_secret(self.public, b, v)
        self.signature = signature(derived_key(self.secret, self.u), pool, user, block, timestamp)


SALT = 0x5ca1ab1e00c0ffee1234567890abcdef
A = number_of(digest(b"a") * 2)
B = number_of(digest(b"b") * 2)


def wanted(name, condition, a=A, b=B):
    """An example of which CONDITION holds; A and B were searched for until it did."""
    example = Example(name, a, b, SALT)
    assert condition(example), name
    return example


def is_high(number, bits):
    """Whether the topmost of BITS is set, so that one more byte is needed."""
    return number >> bits - 1 == 1


def is_clear(number, bits):
    return number >> bits - 1 == 0 and number >> bits - 8 != 0


def is_short(number, bits):
    """Whether the topmost byte is 0, and that below it has its highest bit."""
    return number >> bits - 8 == 0 and is_high(number, bits - 8)


def examples():
    return [
        Example("a of 1: A = 2, one byte", 1, B, SALT),
        Example("a small", 3072, B, SALT),
        wanted("A with the highest bit", lambda e: is_high(e.public, 3072),
               a=A + 0),
        wanted("A without it", lambda e: is_clear(e.public, 3072),
               a=A + 3),
        wanted("A a byte shorter, with its highest bit", lambda e: is_short(e.public, 3072),
               a=A + 12),
        wanted("B with the highest bit", lambda e: is_high(e.server, 3072),
               b=B + 0),
        wanted("B without it", lambda e: is_clear(e.server, 3072),
               b=B + 5),
        wanted("B a byte shorter, with its highest bit", lambda e: is_short(e.server, 3072),
               b=B + 177),
        wanted("u with the highest bit", lambda e: is_high(e.u, 256),
               b=B + 0),
        wanted("u a byte shorter", lambda e: is_short(e.u, 256),
               b=B + 1152),
        wanted("S with the highest bit", lambda e: is_high(e.secret, 3072),
               b=B + 0),
        wanted("S a byte shorter", lambda e: is_short(e.secret, 3072),
               b=B + 979),
        Example("a salt with the highest bit", A, B, 0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff),
        Example("a salt with zeros in front", A, B, 0x00000000000000001234567890abcdef),
        Example("a salt of an odd number of digits", A, B, 0xabc),
        Example("a salt of 0", A, B, 0),
        Example("letters beyond ASCII", A, B, SALT, user="j\u00fcrgen@b\u00fccher.example",
                password="\u03c0\u03ac\u03c3\u03c3\u20ac \U0001f511 \"\\"),
        Example("an empty password", A, B, SALT, password=""),
        Example("a colon in both", A, B, SALT, user="a:b", password=":c"),
        Example("a long password", A, B, SALT, password="x" * 256),
        Example("a block of one byte", A, B, SALT, block=b"\xff",
                timestamp="Sat Feb 29 23:59:59 UTC 2020"),
        Example("a block of two bytes", A, B, SALT, block=b"\xfb\xff"),
    ]


def literal(text):
    """A C string, in pieces."""
    data = text.encode()
    plain = "".join(chr(c) if 32 <= c < 127 and chr(c) not in "\"\\?" else "\\%03o" % c
                    for c in data)
    pieces, rest = [], plain
    while rest:
        cut = min(76, len(rest))
        while 0 <= rest.rfind("\\", 0, cut) and rest.rfind("\\", 0, cut) > cut - 4 < len(rest) - 4:
            cut = rest.rfind("\\", 0, cut)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return "\n     ".join('"%s"' % piece for piece in pieces) or '""'


def vectors():
    print("/* SPDX-License-Identifier: MIT */\n"
          "/* Made by tests/login/srp/cognito_srp.py vectors; not to be edited. */\n"
          "/* clang-format off */")
    for example in examples():
        rows = [example.name, "%x" % example.a, "%0768x" % example.public, "%032x" % example.salt,
                "%x" % example.server, base64.b64encode(example.block).decode(),
                example.pool, example.user, example.password, example.timestamp,
                example.signature]
        print("    {" + ",\n     ".join(literal(row) for row in rows) + "},")
    print("/* clang-format on */")


if __name__ == "__main__":
    if sys.argv[1:] != ["vectors"]:
        sys.exit("usage: cognito_srp.py vectors")
    vectors()
