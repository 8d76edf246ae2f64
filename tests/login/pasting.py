#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A person at a terminal who is asked to paste an address.

pasting.py SCREEN COMMAND PROGRAM ARGUMENT...: runs PROGRAM on a terminal of its own, with standard
input elsewhere. Once it asks for an address, the shell runs COMMAND with the address of the sign-in as
$1, and what that prints is typed. SCREEN is a file for what the terminal showed. Exits as PROGRAM does.
"""

import os
import pty
import re
import select
import subprocess
import sys
import time

DEADLINE = 60  # seconds


def main(screen, command, program, *arguments):
    child, terminal = pty.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.execv(program, [program, *arguments])
    end = time.monotonic() + DEADLINE
    shown, pasted = b"", False
    while True:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit("pasting.py: nothing came after: " + shown.decode(errors="replace"))
        try:
            more = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        if not more:
            break
        shown += more
        if not pasted and b"paste it here: " in shown:
            address = re.search(rb"https://\S*oauth2/authorize\S*", shown).group().decode()
            os.write(terminal, subprocess.run(["sh", "-c", command, "sh", address], check=True,
                                              stdout=subprocess.PIPE).stdout)
            pasted = True
    with open(screen, "wb") as file:
        file.write(shown)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
