#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# conf/cloud/user-data.yaml makes a bastion of a fresh system. What a person changes is changed: the
# pool, and the address and SHA-256 of the package. cloud-init itself only judges the file: to run, it
# would need a system that boots. user-data does what it would do.

# shellcheck disable=SC2016 # the shell inside expands it

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# shellcheck disable=SC2154 # steps.bash sets it
user_data=$tests/../conf/cloud/user-data.yaml

setup_file() {
    ! skipped || return 0
    root_start "$PACKAGES_ROOT"
    inside root useradd --create-home --shell /bin/bash laptop
    inside root install -d -m 700 -o laptop -g laptop /run/user/laptop
    inside root sh -c 'echo "bastion $(cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >/etc/ssh/ssh_known_hosts'
    make_pool
    give_token token
    give_token of-carol --user carol
    bring /srv "$PACKAGES"/now/{libpam-cognito,cognito-askpass}_*.deb
    inside root sh -c 'mv /srv/libpam-cognito_*.deb /srv/libpam-cognito.deb
        dpkg --install /srv/cognito-askpass_*.deb' >/dev/null
    # Nothing has booted here, so these are noted. The tests start and reload what is started.
    write_inside root 755 /usr/local/bin/systemctl <<<$'#!/bin/sh\necho "$*" >>/srv/systemctl'
}

teardown_file() {
    root_stop
}

# The file with what a person changes; the package is at an address that needs no server.
changed() {
    sed "s/us-east-1_AbCdEf123/$pool/
        s|https://packages.example.com/|copy:/srv/|; s/SHA256:0*/SHA256:$1/" "$user_data"
}

# Runs it as cloud-init does, with the SHA-256 of the package: boot SHA256
boot() {
    changed "$1" >"$BATS_TEST_TMPDIR/user-data.yaml"
    "$BATS_TEST_DIRNAME/user-data" "$BATS_TEST_TMPDIR/user-data.yaml" >"$BATS_TEST_TMPDIR/script"
    write_inside root 700 /srv/script <"$BATS_TEST_TMPDIR/script"
    inside root /bin/sh /srv/script </dev/null
}

@test "a package with another SHA-256 is not installed, and the script ends there" {
    must_fail 100 boot 0000000000000000000000000000000000000000000000000000000000000000
    must_fail 1 inside root test -e "$conf"
    inside root userdel --remove alice
    inside root userdel --remove bob
}

@test "the user data make a bastion that a token opens, and check finds no fault" {
    local sum
    sum=$(inside root sha256sum /srv/libpam-cognito.deb | cut -d' ' -f1)
    run boot "$sum"
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'a token opens sshd'* && $output != *FAIL* ]]
    [ "$(inside root id -u alice):$(inside root id -u bob)" = 20001:20002 ]
    [ "$(inside root cat /srv/systemctl)" = $'try-reload-or-restart ssh\nstart cognito-refresh' ]
    start_sshd
    opens_by_token token
    root_log | grep -E 'pam_cognito\(sshd:auth\): accepted; user=alice'
    must_fail 1 opens_by_token of-carol
}

@test "the file for sshd is that of conf/sshd_config.d" {
    diff <(grep -v '^#' "$tests/../conf/sshd_config.d/00-pam_cognito.conf") \
        <(inside root cat /etc/ssh/sshd_config.d/00-pam_cognito.conf)
}

@test "cloud-init takes the file" {
    inside root apt-get -q -y install --no-install-recommends cloud-init </dev/null >/dev/null
    write_inside root 644 /srv/user-data.yaml <"$user_data"
    run inside root cloud-init schema --config-file /srv/user-data.yaml
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'Valid'* && $output != *deprecat* ]]
    sed 's/^runcmd:/runcmd: here/' "$user_data" | sed '/^  - /d' | write_inside root 644 /srv/user-data.yaml
    must_fail 1 inside root cloud-init schema --config-file /srv/user-data.yaml # so it is judged
}

@test "no part of a token was logged" {
    local token
    for token in token of-carol; do
        beside cat "/run/tokens/$token" >"$BATS_TEST_TMPDIR/$token"
    done
    root_log >"$BATS_TEST_TMPDIR/log"
    grep -q 'pam_cognito(sshd:auth): accepted' "$BATS_TEST_TMPDIR/log"
    "$tests/tools/leaks" "$BATS_TEST_TMPDIR"/{token,of-carol} <"$BATS_TEST_TMPDIR/log"
}
