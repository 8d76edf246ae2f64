#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the tests of cognito-askpass need: tokens, conversations and a terminal.

mint [--in SECONDS] [--length N] [--payload JSON]
    prints an unsigned token; askpass does not look at signatures
converse PROGRAM STEP...
    runs PROGRAM once for each STEP, a prompt, as ssh does: all from this one process; a STEP that
    begins with ! is a shell command, which finds our pid in PARENT. Prints the answers; ends at the
    first failure, with its exit status
module PROGRAM PREFIX CUT
    asks as the module does, until an answer's length is not CUT; prints the whole
terminal PROGRAM PROMPT ANSWER [stop|hangup]
    runs PROGRAM on a terminal of its own and types ANSWER (\\n is the return key) once it was asked
"""
import argparse
import base64
import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

DEADLINE = 30  # seconds; no test waits longer for anything


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mint(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--in", dest="seconds", type=int, default=600)
    parser.add_argument("--length", type=int, default=1650)
    parser.add_argument("--payload")
    options = parser.parse_args(arguments)
    header = base64url(b'{"kid":"a+b/c=","alg":"RS256"}')
    payload = options.payload or json.dumps({"exp": int(time.time()) + options.seconds})
    start = header + "." + base64url(payload.encode()) + "."
    # Every character differs from its neighbours, so that a shifted part shows.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    rest = options.length - len(start)
    print(start + "".join(letters[(i * 7 + i // 64) % 64] for i in range(rest)))


def converse(arguments):
    program, steps = arguments[0], arguments[1:]
    os.environ["PARENT"] = str(os.getpid())
    for step in steps:
        command = ["/bin/sh", "-c", step[1:]] if step.startswith("!") else [program, step]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=DEADLINE, check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)


def module(arguments):
    program, prefix, cut = arguments[0], arguments[1], int(arguments[2])
    held = ""
    prompt = "Password (Cognito ID token): "
    for _ in range(1000):
        done = subprocess.run([program, prefix + prompt], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, timeout=DEADLINE, check=False, text=True)
        if done.returncode != 0:
            sys.exit(done.returncode)
        if not done.stdout.endswith("\n") or "\n" in done.stdout[:-1]:
            sys.exit("an answer is one line")
        answer = done.stdout[:-1]
        held += answer
        if len(answer) != cut:
            break
        prompt = f"Password (Cognito ID token, continue after character {len(held)}): "
    print(held)


class Terminal:
    """A terminal that belongs to a new session, whose leader is this process."""

    def __init__(self):
        self.master, slave = pty.openpty()
        name = os.ttyname(slave)
        os.close(slave)
        os.setsid()
        self.slave = os.open(name, os.O_RDWR)  # the first one opened: the controlling terminal
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.shown = ""

    def has_echo(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def give_to(self, pid):
        os.tcsetpgrp(self.slave, pid)

    def read_until(self, text, count=1):
        end = time.monotonic() + DEADLINE
        while self.shown.count(text) < count:
            if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f"never shown: {text!r}; shown: {self.shown!r}")
            self.shown += os.read(self.master, 4096).decode()

    def read_rest(self):
        while select.select([self.master], [], [], 0)[0]:
            self.shown += os.read(self.master, 4096).decode()

    def type(self, text):
        os.write(self.master, text.encode())


def wait_for(pid, flags):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        done, status = os.waitpid(pid, flags | os.WNOHANG)
        if done:
            return status
        select.select([], [], [], 0.01)
    sys.exit("it neither ended nor stopped")


@contextlib.contextmanager
def ending(asked):
    """Whatever goes wrong here, the program does not wait for an answer any more."""
    try:
        yield
    except BaseException:
        asked.kill()
        raise


def on_terminal(program, prompt, answer, event, shown_as):
    terminal = Terminal()
    before = terminal.has_echo()

    def child():
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(terminal.slave, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        # Whoever runs the tests in the background has these ignored, and it would pass on.
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)

    with subprocess.Popen([program, prompt], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          preexec_fn=child, text=True) as asked, ending(asked):
        terminal.read_until(shown_as)
        echo = terminal.has_echo()
        if event == "stop":
            terminal.type("half\x1a")
            status = wait_for(asked.pid, os.WUNTRACED)
            print("stopped:", os.WIFSTOPPED(status), "echo:", terminal.has_echo() == before)
            terminal.give_to(asked.pid)
            os.kill(asked.pid, signal.SIGCONT)
            terminal.read_until(shown_as, 2)
            echo = echo or terminal.has_echo()
        elif event == "hangup":
            os.kill(asked.pid, signal.SIGHUP)
        terminal.type(answer)
        try:
            output = asked.communicate(timeout=DEADLINE)[0]
        except subprocess.TimeoutExpired:
            asked.kill()
            sys.exit(f"it does not end; shown: {terminal.shown!r}")
        status = asked.returncode
    terminal.read_rest()
    print("output:", repr(output))
    print("status:", status)
    print("echo while asking:", echo)
    print("echo restored:", terminal.has_echo() == before)
    print("shown:", repr(terminal.shown))


def terminal_command(arguments):
    program, prompt, answer = arguments[:3]
    event = arguments[3] if len(arguments) > 3 else ""
    shown_as = os.environ.get("SHOWN_AS", prompt)
    sys.stdout.flush()
    child = os.fork()  # a new session needs a process that leads no group
    if child == 0:
        on_terminal(program, prompt, answer.encode().decode("unicode_escape"), event, shown_as)
        sys.stdout.flush()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    sys.exit(os.waitstatus_to_exitcode(status))


COMMANDS = {"mint": mint, "converse": converse, "module": module, "terminal": terminal_command}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](sys.argv[2:])
