#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The life of the packages on a freshly installed host, in this order: installed, set up, logged in
# with, upgraded, removed, installed again, purged. Between the steps, and while they are taken, people
# log in with their passwords.

# shellcheck disable=SC2016 # the shell or dpkg-query inside expands it

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

filter=/etc/fail2ban/filter.d/pam-cognito.conf
ours=(libpam-cognito cognito-login cognito-askpass)

setup_file() {
    ! skipped || return 0
    root_start "$PACKAGES_ROOT"
    make_people
    make_pool
    start_sshd
    give_token token
    give_token of-bob --user bob
    opens_by_password # sudo leaves a mark the first time
    packages >"$BATS_FILE_TMPDIR/packages"
    files >"$BATS_FILE_TMPDIR/files"
    contents /etc >"$BATS_FILE_TMPDIR/etc"
    pam_state >"$BATS_FILE_TMPDIR/pam"
    local build
    for build in before now; do
        bring "/srv/$build" "$PACKAGES/$build"/{libpam-cognito,cognito-login,cognito-askpass}_*.deb
        # By names that can be spelled from outside.
        inside root sh -c "cd /srv/$build && for file in *; do mv \$file \${file%%_*}.deb; done"
    done
}

teardown_file() {
    root_stop
}

pam_is_as_before() {
    pam_state | diff "$BATS_FILE_TMPDIR/pam" -
}

# pam-cognito check has no complaint.
nothing_fails() {
    local findings
    findings=$(inside root pam-cognito check || true)
    echo "$findings"
    [[ $findings == *'a token opens sshd'* && $findings != *FAIL* ]]
}

apt() {
    inside root apt-get -q -y "$@" </dev/null
}

packages() {
    inside root dpkg-query -W -f '${Package}\n' | LC_ALL=C sort
}

# What is installed is of this build, now or before: installed BUILD
installed() {
    local name version
    version=$(inside root dpkg-deb -f "/srv/$1/libpam-cognito.deb" Version)
    for name in "${ours[@]}"; do
        [ "$(inside root dpkg-query -W -f '${db:Status-Abbrev}${Version}' "$name")" = "ii $version" ]
    done
    [ "$(inside root pam-cognito --version)" = "pam-cognito $version" ]
    [ "$(inside root cognito-refresh --version)" = "cognito-refresh $version" ]
    [ "$(inside laptop cognito-login --version)" = "cognito-login $version" ]
}

# Runs a command while somebody logs in with a password, again and again, and every time gets in.
while_people_log_in() {
    local log=$BATS_TEST_TMPDIR/logins loop status=0 round
    rm -f "$log.stop"
    (
        for ((round = 0; round < 1000; round++)); do
            ssh_by SSH_ASKPASS=/home/laptop/say-password 2>&1 || true
            [ ! -e "$log.stop" ] || break
        done
    ) >"$log" 3>&- &
    loop=$!
    "$@" || status=$?
    touch "$log.stop"
    wait "$loop"
    sort "$log" | uniq -c
    [ "$status" = 0 ] && [ "$(sort -u "$log")" = alice ]
}

@test "before: a password opens ssh and sudo" {
    opens_by_password
}

@test "apt installs them, and no login changes, no service starts" {
    while_people_log_in apt install --no-install-recommends /srv/before/{libpam-cognito,cognito-login,cognito-askpass}.deb
    installed before
    pam_is_as_before
    must_fail 1 inside root test -e "$conf"
    [ "$(inside root stat -c '%U %a' /var/cache/pam_cognito)" = 'pam-cognito 755' ]
    [ "$(inside root stat -c '%U %a' /var/lib/pam_cognito/used)" = 'root 700' ]
    inside root test -L /etc/systemd/system/multi-user.target.wants/cognito-refresh.service
    opens_by_password
}

@test "setup --apply: a token opens ssh and sudo, a password still does, a token of somebody else does not" {
    inside root pam-cognito setup --user-pool "$pool" --client-id "$client"
    pam_is_as_before
    inside root pam-cognito setup --apply
    inside root cp /usr/share/doc/libpam-cognito/examples/sshd_config.d/00-pam_cognito.conf /etc/ssh/sshd_config.d/
    start_sshd
    opens_by_token token
    opens_by_password
    must_fail 1 opens_by_token of-bob
    root_log | grep -E 'pam_cognito\(sshd:auth\).*user=alice reason=policy[.]user'
    nothing_fails
}

@test "an upgrade keeps what was configured, and at no moment anybody out" {
    inside root sh -c "echo '# mine' >>$conf; echo '# mine' >>$filter"
    contents /etc/security /etc/fail2ban /etc/pam.d /etc/ssh >"$BATS_TEST_TMPDIR/before"
    # In the middle of one: the new files are there, nothing was configured yet.
    while_people_log_in inside root sh -c 'dpkg --unpack /srv/now/*.deb'
    opens_by_token token
    opens_by_password
    while_people_log_in inside root dpkg --configure --pending
    apt install -f
    installed now
    contents /etc/security /etc/fail2ban /etc/pam.d /etc/ssh | diff "$BATS_TEST_TMPDIR/before" -
    opens_by_token token
    opens_by_password
}

@test "removal undoes what setup --apply did, and keeps the configuration" {
    while_people_log_in apt remove libpam-cognito
    pam_is_as_before
    must_fail 1 inside root test -e "$(inside root sh -c 'echo /usr/lib/*/security')/pam_cognito.so"
    inside root grep -qx '# mine' "$conf"
    inside root grep -qx '# mine' "$filter"
    opens_by_password
}

@test "installed again, with the profile: a token opens what common-auth is for, and an upgrade keeps it so" {
    while_people_log_in apt install --no-install-recommends /srv/before/libpam-cognito.deb --allow-downgrades
    pam_is_as_before
    while_people_log_in inside root pam-auth-update --enable cognito
    opens_by_token token
    [ "$(fold -w 500 <(beside cat /run/tokens/token) | inside alice sudo -S -k -p '' id -un)" = root ]
    opens_by_password
    inside root grep -q pam_cognito /etc/pam.d/common-auth
    inside root grep -q pam_cognito /etc/pam.d/common-account
    nothing_fails
    pam_state >"$BATS_TEST_TMPDIR/pam"
    while_people_log_in apt install --no-install-recommends /srv/now/libpam-cognito.deb
    pam_state | diff "$BATS_TEST_TMPDIR/pam" -
    installed now
    opens_by_token token
    opens_by_password
}

@test "removal is refused while a line of an administrator's needs the module, and nobody is locked out" {
    inside root cp -p /etc/pam.d/sshd /srv/sshd
    inside root sed -i '1i account required pam_cognito.so' /etc/pam.d/sshd
    run while_people_log_in apt remove libpam-cognito
    echo "$output"
    [ "$status" != 0 ]
    [[ $output == *'nobody could log in by /etc/pam.d/sshd'* ]]
    [ "$(sort -u "$BATS_TEST_TMPDIR/logins")" = alice ]
    [ "$(inside root dpkg-query -W -f '${db:Status-Abbrev}' libpam-cognito)" = 'ii ' ]
    # All is as it was, the profile too.
    opens_by_token token
    opens_by_password
    inside root cp -p /srv/sshd /etc/pam.d/sshd
    inside root rm /srv/sshd
}

@test "removal takes the profile out" {
    opens_by_token token
    while_people_log_in apt remove libpam-cognito
    pam_is_as_before
    opens_by_password
}

@test "purge leaves no file, and in /etc nothing but the account" {
    inside root rm /etc/ssh/sshd_config.d/00-pam_cognito.conf # an administrator's
    start_sshd
    while_people_log_in apt purge "${ours[@]}"
    # What came with them; autoremove would keep what others suggest.
    local came
    mapfile -t came < <(packages | comm -13 "$BATS_FILE_TMPDIR/packages" -)
    [ "${#came[@]}" = 0 ] || apt purge "${came[@]}"
    inside root rm -r /srv/before /srv/now
    files | diff "$BATS_FILE_TMPDIR/files" -
    inside root sed -i '/^pam-cognito:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
    diff <(grep -v -e 'passwd-$' -e 'group-$' -e 'shadow-$' "$BATS_FILE_TMPDIR/etc") \
        <(contents /etc | grep -v -e 'passwd-$' -e 'group-$' -e 'shadow-$')
    opens_by_password
}

@test "no part of a token was logged" {
    beside sh -c 'cat /run/log/syslog /run/root/var/log/apt/term.log' >"$BATS_TEST_TMPDIR/log"
    grep -q 'pam_cognito(sshd:auth): accepted' "$BATS_TEST_TMPDIR/log"
    local token
    for token in token of-bob; do
        beside cat "/run/tokens/$token" >"$BATS_TEST_TMPDIR/$token"
    done
    "$tests/tools/leaks" "$BATS_TEST_TMPDIR"/{token,of-bob} <"$BATS_TEST_TMPDIR/log"
}
