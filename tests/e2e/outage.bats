#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Our own outages let nobody in and ask nothing; and what cognito-askpass keeps to itself.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

conf=/etc/security/pam_cognito.conf
cache=/var/cache/pam_cognito/eu-central-1_ExAmPlE01.jwks

setup_file() {
    enter_world_with_pool
}

@test "without a key set nothing is asked, and the log says: run cognito-refresh" {
    inside root mv "$cache" "$cache.away"
    refused_login token
    inside root mv "$cache.away" "$cache"
    [ -z "$(prompts)" ]
    await_log '^authpriv.err .*reason=key.none.*run cognito-refresh'
    with_unjudged_token token ssh alice@bastion true # and now it is asked again
}

@test "a broken configuration lets nobody in, and the log names file and line" {
    inside root cp -p "$conf" /tmp/conf
    inside root sh -c "echo 'clock_skew = soon' >>$conf"
    refused_login token
    sudo_status=0
    inside alice SUDO_ASKPASS="$world_home/bin/given-askpass" GIVEN_TOKEN_FILE=/home/alice/token \
        GIVEN_PART=500 sudo -A id || sudo_status=$?
    inside root cp -p /tmp/conf "$conf"
    [ "$sudo_status" = 1 ]
    [ -z "$(prompts)" ]
    await_log "^authpriv.err .*sshd:auth.*reason=system.config.*$conf.*4.*clock_skew"
    await_log "^authpriv.err .*sudo:auth.*reason=system.config.*$conf.*4.*clock_skew"
}

@test "a configuration that others can write to lets nobody in" {
    inside root chmod 666 "$conf"
    refused_login token
    inside root chmod 644 "$conf"
    [ -z "$(prompts)" ]
    await_log "^authpriv.err .*reason=system.config.*$conf"
}

@test "cognito-askpass sends nothing to a host that was not named" {
    run must_fail 255 with_token token COGNITO_ASKPASS_HOSTS='other *.example.com' \
        ssh -o NumberOfPasswordPrompts=1 alice@bastion id
    [ "$status" = 0 ]
    await_log 'user=alice reason=token.empty'
}

@test "cognito-askpass does not send an expired token" {
    run must_fail 255 with_token expired ssh -o NumberOfPasswordPrompts=1 alice@bastion id
    [ "$status" = 0 ]
    [[ $output == *expired* ]]
    await_log 'user=alice reason=token.empty'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
