#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The two commands of README's first screen, on a machine that has nothing but its release: they install
# what they need themselves, start nothing, and change nothing else. In this order.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# On the machine, in the unpacked archive: there COMMAND [ARGUMENT]...
there() {
    # shellcheck disable=SC2016 # the shell there expands it
    "$tests/roots/machine" "$PACKAGES_FRESH_ROOT" "$PACKAGES/machine" \
        sh -c 'cd /root/pam_cognito-*/ && exec "$@"' sh "$@"
}

setup_file() {
    ! skipped || return 0
    rm -rf "$PACKAGES/machine"
    mkdir -p "$PACKAGES/machine/upper/root"
    tar -xf "$PACKAGES_ARCHIVE" -C "$PACKAGES/machine/upper/root" --no-same-owner
    chmod 700 "$PACKAGES/machine/upper/root"
}

teardown_file() {
    [ -z "${PACKAGES:-}" ] || rm -rf "$PACKAGES/machine"
}

@test "bootstrap demo installs what it needs, and a token opens ssh and sudo" {
    there ./bootstrap demo >"$BATS_TEST_TMPDIR/demo" 2>&1 || {
        tail -n 60 "$BATS_TEST_TMPDIR/demo"
        return 1
    }
    [ "$(tail -n 1 "$BATS_TEST_TMPDIR/demo")" = \
        'A Cognito ID token opened ssh, scp and sudo, and one that had expired did not.' ]
    # What only the tests need is not there.
    must_fail 1 there dpkg-query -W chromium valgrind cppcheck bats
}

@test "bootstrap demo changes nothing but installed packages and its build directory" {
    # shellcheck disable=SC2016 # the shell there expands it
    there sh -c './bootstrap demo >/dev/null 2>&1 || exit 1
        touch /var/stamp && sleep 0.01 && ./bootstrap demo >/dev/null 2>&1 || exit 1
        find / -xdev -newer /var/stamp ! -path "$PWD/build*" ! -type d -print >/var/changed
        cat /var/changed'  >"$BATS_TEST_TMPDIR/changed"
    cat "$BATS_TEST_TMPDIR/changed"
    [ "$(grep -cvx /var/changed "$BATS_TEST_TMPDIR/changed")" = 0 ]
}

@test "bootstrap check passes" {
    [ "${PACKAGES_CHECK:-}" = yes ] || skip 'it takes as long as ./bootstrap check itself: PACKAGES_CHECK=yes'
    there ./bootstrap check >"$BATS_TEST_TMPDIR/check" 2>&1 || {
        grep -A30 -E '^(FAIL|bootstrap:)|error:' "$BATS_TEST_TMPDIR/check" | tail -n 200
        tail -n 20 "$BATS_TEST_TMPDIR/check"
        return 1
    }
    echo "# figure: $PACKAGES_RELEASE, ./bootstrap check: $(tail -n 1 "$BATS_TEST_TMPDIR/check")" >&3
    tail -n 1 "$BATS_TEST_TMPDIR/check" | grep -E '^[0-9]{4,} passed, 0 failed, [0-9]+ skipped$'
}
