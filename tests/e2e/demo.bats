#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The demo, and that a world leaves nothing behind, however it ends.

# shellcheck source-path=SCRIPTDIR source=world.bash
. "$BATS_TEST_DIRNAME/world.bash"

setup() {
    local obstacle
    obstacle=$(world_obstacle) || return 0
    skip "$obstacle"
}

@test "the demo shows every step, no token, and leaves the host as it was" {
    world_host_snapshot >"$BATS_TEST_TMPDIR/before"
    run "$BATS_TEST_DIRNAME/demo" "$(world_build)"
    echo "$output"
    [ "$status" = 0 ]
    [ "$(grep -c '^  ok ' <<<"$output")" = 10 ]
    [[ $output == *uid=1001\(alice\)* && $output == *'reason=claim.expired'* ]]
    [[ $output != *FAILED* && $output != *eyJ* ]]
    world_host_snapshot >"$BATS_TEST_TMPDIR/after"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "the demo fails, and says where, if a program is missing" {
    mkdir "$BATS_TEST_TMPDIR/build"
    run "$BATS_TEST_DIRNAME/demo" "$BATS_TEST_TMPDIR/build"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *"  FAILED  Fetching the pool's keys"* ]]
}

@test "a world ends when the program that made it is killed" {
    world_host_snapshot >"$BATS_TEST_TMPDIR/before"
    # shellcheck disable=SC2016 # the other shell expands it
    namespace=$(bash -c '. "$0" && world_start "$1" && readlink "/proc/$ENCLOSURE/ns/pid" &&
        [ "$(world_processes "$(readlink "/proc/$ENCLOSURE/ns/pid")" | wc -l)" -ge 3 ] && kill -KILL $$' \
        "$BATS_TEST_DIRNAME/world.bash" "$(world_build)" 3>&-) || [ $? = 137 ]
    [[ $namespace == pid:* ]]
    for ((round = 0; round < 100; round++)); do
        [ -n "$(world_processes "$namespace")" ] || break
        sleep 0.1
    done
    [ -z "$(world_processes "$namespace")" ]
    world_host_snapshot >"$BATS_TEST_TMPDIR/after"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}
