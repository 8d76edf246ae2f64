#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A pool that we did not write: the emulator cognito-local, from npm, issues the token.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# Nobody's machine has to have node and npm, but the one that decides about a change does.
install_emulator() {
    local build
    build=$(world_build)
    export WORLD_SKIP=''
    if WORLD_SKIP=$(world_obstacle || "$BATS_TEST_DIRNAME/../pool/install" "$build/tests/pool") \
        || [ -z "${CI:-}" ]; then
        return 0
    fi
    echo "$WORLD_SKIP"
    return 1
}

# The emulator as bob's process, under a name that the certificate of make_pool has.
start_emulator() {
    inside root install -d -o bob -g bob /home/bob/.cognito
    inside root install -o bob -m 600 -t /home/bob "$world_home"/pool/server.{crt,key}
    write_inside bob 600 /home/bob/.cognito/config.json <<-'END'
	{"UserPoolDefaults": {"UsernameAttributes": []},
	 "TokenConfig": {"IssuerDomain": "https://pool.test:9229"},
	 "ServerConfig": {"https": true, "key": "server.key", "cert": "server.crt"}}
	END
    # shellcheck disable=SC2016 # the shell inside expands it
    inside bob HOST=127.0.0.1 PORT=9229 sh -c \
        'exec node "$0"/cognito-local/lib/bin/start.js >emulator.log 2>&1' \
        "$world_home/node_modules" </dev/null 3>&- &
}

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
