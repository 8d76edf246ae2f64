#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A pool that we did not write: the emulator cognito-local, from npm, issues the token.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"
# shellcheck source-path=SCRIPTDIR source=emulator.bash
. "$BATS_TEST_DIRNAME/emulator.bash"

# Signs alice in; her tokens are the laptop's.
sign_in() {
    inside laptop "$world_home/bin/sign-in" https://pool.test:9229 "$world_home/pool/ca.crt" \
        alice /home/laptop || {
        inside bob cat emulator.log
        return 1
    }
    inside root install -d -m 700 "$world_home/tokens"
    inside root cp /home/laptop/id_token /home/laptop/access_token "$world_home/tokens"
}

configure_for_emulator() {
    local pool client
    pool=$(inside laptop cat pool_id)
    client=$(inside laptop cat client_id)
    write_inside root 644 /etc/security/pam_cognito.conf <<-END
	user_pool = $pool
	client_id = $client
	issuer = https://pool.test:9229/$pool
	ca_file = $world_home/pool/ca.crt
	END
}

setup_file() {
    install_emulator
    [ -z "$WORLD_SKIP" ] || return 0
    enter_world
    make_pool
    start_emulator
    sign_in
    configure_for_emulator
    fetch_keys
}

@test "a token of the emulator opens ssh, with the key that cognito-refresh fetched" {
    run with_token id_token ssh alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    await_log '^authpriv.info .*sshd:auth.: accepted; user=alice .*kid=CognitoLocal'
}

@test "its access token does not" {
    refused_login access_token
    await_log '^authpriv.notice .*user=alice reason=claim.token_use'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
