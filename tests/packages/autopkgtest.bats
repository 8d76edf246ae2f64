#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# debian/tests, as Debian's own machines would run them: by autopkgtest, on a fresh system.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

teardown() {
    root_stop
}

@test "autopkgtest: installed, set up, logged in with, installed over, removed, purged" {
    root_start "$PACKAGES_ROOT"
    bring /srv/now "$PACKAGES"/now/*
    inside root apt-get -q -y install --no-install-recommends autopkgtest dpkg-dev openssl python3 </dev/null
    write_inside root 644 /etc/apt/apt.conf.d/99-no-network <<<'Acquire::Retries "0";'
    inside root mkdir /srv/source
    xz -dc "$PACKAGES"/now/pam-cognito_*.tar.xz | inside root tar -x -f - -C /srv/source --strip-components=1
    # What is broken here is thrown away.
    # shellcheck disable=SC2016 # the shell inside expands it
    run inside root sh -c 'autopkgtest --no-built-binaries --ignore-restrictions=breaks-testbed \
        --output-dir=/srv/said $(ls /srv/now/*.deb | grep -v dbgsym) /srv/source/ -- null </dev/null'
    echo "$output"
    [ "$status" = 0 ]
    inside root grep -x 'token-login *PASS.*' /srv/said/summary
    inside root grep -qx '== done' /srv/said/token-login-stdout
}
