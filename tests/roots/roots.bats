#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A root that was entered leaves nothing: not in its folder, not on this host.

# shellcheck source-path=SCRIPTDIR source=../packages/steps.bash
. "$BATS_TEST_DIRNAME/../packages/steps.bash"

teardown() {
    root_stop
}

folder_state() {
    find "$PACKAGES_ROOT" -xdev -printf '%p %y %m %u:%g %l %s %T@\n' | LC_ALL=C sort
}

host_state() {
    cut -d' ' -f5- /proc/self/mountinfo
    hostname
    ip -br link
}

# The processes in the process namespace of process 1 of the root.
processes_of_root() {
    local link
    for link in /proc/[0-9]*/ns/pid; do
        [ "$(readlink "$link")" != "$1" ] || echo "$link"
    done
}

@test "what is done in a root stays there, and goes with it" {
    local namespace
    folder_state >"$BATS_TEST_TMPDIR/folder"
    host_state >"$BATS_TEST_TMPDIR/host"
    root_start "$PACKAGES_ROOT"
    namespace=$(readlink "/proc/$ENCLOSURE/ns/pid")
    inside root sh -c 'useradd --create-home carol && rm -r /usr/share/doc && hostname elsewhere'
    inside carol sh -c 'sleep 600 & echo $! >started'
    [ "$(inside carol id -un)" = carol ]
    [ -n "$(processes_of_root "$namespace")" ]
    root_log | grep -q 'useradd.*carol'
    root_stop
    [ -z "$(processes_of_root "$namespace")" ]
    folder_state | diff "$BATS_TEST_TMPDIR/folder" -
    host_state | diff "$BATS_TEST_TMPDIR/host" -
}

@test "a root sees no network but its loopback interface, and no socket of this host" {
    root_start "$PACKAGES_ROOT"
    [ "$(beside ip -br link | cut -d' ' -f1)" = lo ]
    [ "$(inside root find / -xdev -type s)" = '' ]
    [ "$(inside root find /run -type s)" = '' ]
}

@test "make-root keeps what is there, and says what it cannot make" {
    local made
    made=$(cat "$PACKAGES_ROOT.made")
    # With the words of the first time nothing is made, and no network is asked.
    # shellcheck disable=SC2086 # a list of words
    unshare --net "$BATS_TEST_DIRNAME/make-root" ${made%% *} "$PACKAGES_ROOT" ${made#* }
    run "$BATS_TEST_DIRNAME/make-root" nonesuch "$BATS_TEST_TMPDIR/root"
    [ "$status" = 3 ]
    [ "$output" = 'debootstrap does not know nonesuch' ]
    [ ! -e "$BATS_TEST_TMPDIR/root" ]
    [ -n "$("$BATS_TEST_DIRNAME/make-root" --releases)" ]
}
