#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completes a line as a shell does, and prints what is on offer: bash by the function that it would
call, zsh on a terminal of its own, where TAB is pressed.

completion.py bash|zsh FOLDER LINE: FOLDER has the completions. One word a line, what was typed
completed; nothing if nothing is on offer.
"""

import os
import pty
import select
import sys
import time

BASH = r"""
. "$FOLDER/cognito-login.bash"
read -ra words <<<"$LINE"
case $LINE in *' ') words+=('') ;; esac
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMP_LINE=$LINE COMP_POINT=${#LINE}
COMPREPLY=()
$(complete -p cognito-login | sed -n 's/.*-F \([^ ]*\) .*/\1/p')
printf '%s\n' "${COMPREPLY[@]}"
"""

# compadd is what every completion of zsh ends in: asked with -O, it says what it would add.
ZSH = r"""
fpath=("$FOLDER" $fpath)
autoload -Uz compinit && compinit -D -u
offer() {
    typeset -a found
    local before
    builtin compadd -O found "$@"
    (( $#found )) && print -rl -- $found >>"$OFFERED"
    builtin compadd "$@"
}
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-[a-zA-Z]#[OAD]\ * ]]; then builtin compadd "$@"; else offer "$@"; fi
}
zle -C offer-all complete-word _main_complete
bindkey '^I' offer-all
finish() { : >"$OFFERED.end" }
zle -N finish
bindkey '^X' finish
setopt no_list_beep
PS1='ready> '
"""


def run_bash(folder, line):
    environment = dict(os.environ, FOLDER=folder, LINE=line)
    os.execvpe("bash", ["bash", "--norc", "--noprofile", "-c", BASH], environment)


def wait_for(terminal, done, end):
    """Reads what the terminal shows until DONE says so."""
    shown = b""
    while not done(shown):
        if time.monotonic() > end:
            sys.exit("completion.py: the shell does not get on: " + shown.decode(errors="replace"))
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                sys.exit("completion.py: the shell ended: " + shown.decode(errors="replace"))


def run_zsh(folder, line):
    offered = os.path.abspath("offered")
    for name in (offered, offered + ".end"):
        if os.path.exists(name):
            os.remove(name)
    with open(".zshrc", "w", encoding="ascii") as source:
        source.write("unsetopt beep zle_bracketed_paste\n" + ZSH)
    child, terminal = pty.fork()
    if child == 0:
        environment = dict(os.environ, FOLDER=folder, OFFERED=offered, ZDOTDIR=os.getcwd(),
                           TERM="dumb")
        os.execvpe("zsh", ["zsh", "-d", "-i"], environment)
    end = time.monotonic() + 60
    wait_for(terminal, lambda shown: b"ready> " in shown, end)
    os.write(terminal, line.encode() + b"\t\x18")
    wait_for(terminal, lambda shown: os.path.exists(offered + ".end"), end)
    os.close(terminal)
    os.waitpid(child, 0)
    if os.path.exists(offered):
        with open(offered, encoding="utf-8") as source:
            print("\n".join(sorted(set(source.read().split()))))


if __name__ == "__main__":
    {"bash": run_bash, "zsh": run_zsh}[sys.argv[1]](os.path.abspath(sys.argv[2]), sys.argv[3])
