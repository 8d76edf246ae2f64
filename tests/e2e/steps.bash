# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the bats files here have in common: each has a world of its own for all of its tests.

# shellcheck source-path=SCRIPTDIR source=world.bash
. "${BASH_SOURCE[0]%/*}/world.bash"

# Makes the world, unless that is not possible here; then each test is skipped, and says why.
enter_world() {
    WORLD_SKIP=$(world_obstacle) || WORLD_SKIP=''
    export WORLD_SKIP
    # Where the tests decide about a change, what cannot be tested has failed.
    [ -z "$WORLD_SKIP" ] || [ "${CI:-}" != true ] || {
        echo "in CI every test has to run: $WORLD_SKIP" >&2
        return 1
    }
    [ -n "$WORLD_SKIP" ] || world_start "$(world_build)"
}

# The pool of make_pool with its keys fetched, and alice's tokens.
enter_world_with_pool() {
    enter_world
    [ -z "$WORLD_SKIP" ] || return 0
    make_pool
    fetch_keys
    give_token laptop /home/laptop/token id --user alice
    give_token laptop /home/laptop/expired id --user alice --now "$(($(date +%s) - 7200))"
    give_token alice /home/alice/token id --user alice
}

teardown_file() {
    world_stop
}

setup() {
    [ -z "$WORLD_SKIP" ] || skip "$WORLD_SKIP"
    log_mark
}

# Fails unless the command fails, and with this exit code: must_fail CODE COMMAND [ARGUMENT]...
must_fail() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" = "$expected" ] || {
        echo "exit code $status instead of $expected: $*"
        return 1
    }
}

# One attempt to log in that must fail: refused_login TOKEN-FILE [ACCOUNT [NAME=VALUE]...]. What the
# person saw is in output.
refused_login() {
    output=$(must_fail 255 at_terminal_with_unjudged_token "$1" "${@:3}" \
        "ssh -o NumberOfPasswordPrompts=1 ${2:-alice}@bastion id" 2>&1)
    echo "$output"
    [[ $output == *'Permission denied'* && $output != *uid=* ]]
}

# What the person saw is the reference of this log line, and no reason.
told_only_the_reference_of() {
    local reference
    reference=$(sed -E 's/.* ref=([0-9a-f]{8}).*/\1/' <<<"$1")
    [[ $output == *"Token refused (ref $reference)"* && $output != *reason* ]]
}

# The prompts of the last attempt, without the "(user@host) " of ssh.
prompts() {
    inside laptop sh -c '[ ! -e prompts ] || cat prompts' | sed 's/^([^)]*) //'
}

# Copies programs of this folder to those of the world: bring PROGRAM...
bring() {
    local program
    for program in "$@"; do
        write_inside root 755 "$world_home/bin/$program" <"$BATS_TEST_DIRNAME/$program"
    done
}

# Clients other than OpenSSH's know a host by the person's own file alone, some by one name a line.
know_bastion() {
    inside laptop install -m 700 -d .ssh
    inside laptop sh -c 'sed "s/^[^ ]* /bastion /" /etc/ssh/ssh_known_hosts >.ssh/known_hosts'
}

# Skips the test, visibly, unless the program, or the library of a client of ours, is installed.
needs() {
    case $1 in
    paramiko) /usr/bin/python3 -c 'import paramiko' 2>/dev/null || skip "$1 is not installed" ;;
    libssh)
        /usr/bin/python3 -c 'import ctypes; ctypes.CDLL("libssh.so.4")' 2>/dev/null ||
            skip "$1 is not installed"
        ;;
    sftp-of-curl) curl -V | grep -qw sftp || skip "there is no curl with sftp" ;;
    *) command -v "$1" >/dev/null || skip "$1 is not installed" ;;
    esac
}

# Clients that send the whole token of FILE to the first prompt, and print the name of the account:
# by_plink FILE, by_paramiko FILE, by_libssh FILE, by_curl FILE.
by_plink() {
    local key
    key=$(inside root ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
    inside laptop plink -ssh -batch -hostkey "$key" -pwfile "$1" alice@bastion id -un
}

by_paramiko() {
    inside laptop "$world_home/bin/paramiko-client" "$1" alice bastion 'id -un'
}

by_libssh() {
    inside laptop "$world_home/bin/libssh-client" "$1" alice bastion 'id -un'
}

by_curl() {
    write_inside alice 644 /home/alice/for-curl <<<alice
    # shellcheck disable=SC2016 # the shell inside expands it
    inside laptop sh -c 'printf "user = \"alice:%s\"\n" "$(cat "$0")" >curlrc' "$1"
    inside laptop curl -q -sS -K curlrc sftp://bastion/home/alice/for-curl
}
