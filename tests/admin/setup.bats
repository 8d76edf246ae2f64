#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito setup on the PAM files of a fresh host: shown, put in, logged in with, taken out.

# shellcheck disable=SC2016 # the shell in the world expands the scripts

# shellcheck source-path=SCRIPTDIR source=../e2e/steps.bash
. "$BATS_TEST_DIRNAME/../e2e/steps.bash"

conf=/etc/security/pam_cognito.conf
tool=/srv/pam_cognito/bin/pam-cognito
new_pool=(--user-pool eu-central-1_ExAmPlE01 --client-id 1example23456789abcdefghij)

setup_file() {
    enter_world
    [ -z "$WORLD_SKIP" ] || return 0
    make_pool
    inside root rm "$conf" /etc/ssh/sshd_config.d/00-pam_cognito.conf
    # The authority of the pool's server is one of the system's, as Amazon's is.
    inside root sh -c 'cat /srv/pam_cognito/pool/ca.crt >>/etc/ssl/certs/ca-certificates.crt'
    local file
    for file in sshd sudo; do
        # shellcheck disable=SC2094 # the first is the host's, the second the world's
        write_inside root 644 "/etc/pam.d/$file" <"/etc/pam.d/$file"
    done
    inside root usermod -p "$(openssl passwd -6 correct-horse)" alice
    give_token laptop /home/laptop/token id --user alice
    give_token laptop /home/laptop/expired id --user alice --now "$(($(date +%s) - 7200))"
    pam_state >"$BATS_FILE_TMPDIR/pristine"
}

# Everything about /etc/pam.d: content, owners, modes, times.
pam_state() {
    inside root sh -c 'cd /etc/pam.d && sha256sum * && stat -c "%n %i %u %g %a %Y" *'
}

is_pristine() {
    pam_state | diff "$BATS_FILE_TMPDIR/pristine" -
}

@test "setup needs a pool and a client where there is no configuration, and root" {
    run inside root "$tool" setup
    [ "$status" = 2 ]
    [[ $output == *--user-pool* ]]
    run inside alice "$tool" setup "${new_pool[@]}"
    [ "$status" = 2 ]
    [[ $output == *root* ]]
    run inside root "$tool" setup --user-pool nonsense --client-id x
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *user_pool* ]]
    inside root sh -c "! ls $conf*" 2>/dev/null
}

@test "where no keys come, setup says why, and leaves PAM alone" {
    run inside root "$tool" setup --user-pool eu-central-1_NoNe00000 --client-id x --apply
    echo "$output"
    inside root rm "$conf"
    [ "$status" = 1 ]
    [[ $output == *'HTTP 404'*'nothing else was done'* ]]
    is_pristine
}

@test "setup writes the configuration, fetches the keys, shows the lines, and changes no PAM file" {
    run inside root "$tool" setup "${new_pool[@]}"
    echo "$output"
    [ "$status" = 0 ]
    [ "$(inside root stat -c '%U:%G %a' $conf)" = 'root:root 644' ]
    inside root grep -qx 'user_pool = eu-central-1_ExAmPlE01' "$conf"
    [[ $output == *'2 keys, from https://cognito-idp.eu-central-1.amazonaws.com/'* ]]
    [[ $output == *$'\nauth       sufficient   /srv/pam_cognito/bin/pam_cognito.so forward_pass\n'* ]]
    [[ $output == *$'\naccount    required     /srv/pam_cognito/bin/pam_cognito.so\n'* ]]
    [[ $output == *KbdInteractiveAuthentication\ yes* ]]
    is_pristine
}

@test "a configuration that is there is never touched, and has to be of the same pool" {
    inside root sh -c "echo '# mine' >>$conf && cp -p $conf /srv/conf"
    inside root "$tool" setup "${new_pool[@]}"
    inside root cmp "$conf" /srv/conf
    run inside root "$tool" setup --user-pool eu-central-1_OtHeR0000 --client-id x
    [ "$status" = 2 ]
    [[ $output == *'another pool'* ]]
    inside root cmp "$conf" /srv/conf
}

@test "--apply: a token opens ssh, a password does so still, an expired token does not; --undo leaves no trace" {
    inside root "$tool" setup --apply >"$BATS_TEST_TMPDIR/said"
    cat "$BATS_TEST_TMPDIR/said"
    # The sshd lines that it shows.
    sed -n '/^UsePAM/,/^Password/p' "$BATS_TEST_TMPDIR/said" |
        write_inside root 644 /etc/ssh/sshd_config.d/00-pam_cognito.conf
    inside root sh -c 'kill -HUP "$(pgrep -o -x sshd)"'
    inside root "$tool" check || true
    local round
    for ((round = 0; round < 100; round++)); do
        run with_token token ssh alice@bastion id -un
        [ "$status" != 0 ] || break
        sleep 0.1 # sshd starts itself anew
    done
    [ "$output" = alice ]
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
    write_inside laptop 755 /home/laptop/say-password <<<$'#!/bin/sh\necho correct-horse'
    run inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=/home/laptop/say-password \
        ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    echo "$output"
    [ "${lines[-1]}" = alice ]
    refused_login expired
    [ "$(inside root stat -c '%U %a' /etc/pam.d/sshd)" = 'root 644' ]
    run inside root "$tool" setup --apply # once is enough
    [ "$status" = 0 ]
    [[ $output == *'stays as it is'* ]]
    inside root "$tool" setup --undo
    is_pristine
}

@test "--apply and --undo for sudo" {
    inside root "$tool" setup --service sudo --apply
    give_token alice /home/alice/token id --user alice
    run inside alice sh -c 'fold -w 500 token | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    run inside alice sh -c 'echo correct-horse | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    inside root "$tool" setup --service sudo --undo
    is_pristine
}

@test "--apply leaves a stack alone that would have a hole, or is none, and says which line" {
    write_inside root 644 /etc/pam.d/site <<<$'auth required pam_env.so\naccount required pam_unix.so'
    inside root cp -p /etc/pam.d/site /srv/site
    run inside root "$tool" setup --service site --apply
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAIL  pam auth'*'/etc/pam.d/site'*'pam_env.so is enough'*'stays as it is'* ]]
    inside root cmp /etc/pam.d/site /srv/site
    inside root rm /etc/pam.d/site
    run inside root "$tool" setup --service nothing --apply
    [ "$status" = 1 ]
    is_pristine
}

@test "--undo leaves alone what was changed since, and says where the old file is" {
    inside root "$tool" setup --apply
    inside root sh -c 'echo "# mine" >>/etc/pam.d/sshd'
    run inside root "$tool" setup --undo
    [ "$status" = 1 ]
    [[ $output == *changed\ since*/etc/pam.d/sshd.before-pam_cognito* ]]
    inside root grep -q '^# mine' /etc/pam.d/sshd
    # The way back that the manual names.
    inside root mv /etc/pam.d/sshd.before-pam_cognito /etc/pam.d/sshd
    run inside root "$tool" setup --undo
    [ "$status" = 1 ]
}
