#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program on a terminal of its own, with standard input and output elsewhere.

password-terminal.py SCREEN PROGRAM ARGUMENT...: standard input is lines PROMPT|ANSWER; each answer is typed
once its prompt is shown and the terminal is ready. SCREEN is a file for what the terminal showed.
Exits as PROGRAM does.
"""

import os
import pty
import select
import sys
import time

DEADLINE = 60  # seconds


def read_more(terminal, shown, end):
    if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        sys.exit("password-terminal.py: nothing came after: " + shown.decode(errors="replace"))
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""


def main(screen, program, *arguments):
    steps = [line.rstrip("\n").split("|") for line in sys.stdin]
    output = os.dup(1)
    child, terminal = pty.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(output, 1)
        os.execv(program, [program, *arguments])
    end = time.monotonic() + DEADLINE
    shown, seen = b"", 0
    for prompt, answer in steps:
        while prompt.encode() not in shown[seen:]:
            more = read_more(terminal, shown, end)
            if not more:
                break
            shown += more
        seen = max(seen, shown.find(prompt.encode(), seen) + len(prompt))
        os.write(terminal, answer.encode() + b"\n")
    while True:
        more = read_more(terminal, shown, end)
        if not more:
            break
        shown += more
    with open(screen, "wb") as file:
        file.write(shown)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
