# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The emulator cognito-local, from npm, in a world.

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
    # shellcheck disable=SC2154 # world.bash sets it
    inside root install -o bob -m 600 -t /home/bob "$world_home"/pool/server.{crt,key}
    write_inside bob 600 /home/bob/.cognito/config.json <<-'END_OF_CONFIG'
	{"UserPoolDefaults": {"UsernameAttributes": []},
	 "TokenConfig": {"IssuerDomain": "https://pool.test:9229"},
	 "ServerConfig": {"https": true, "key": "server.key", "cert": "server.crt"}}
	END_OF_CONFIG
    # shellcheck disable=SC2016 # the shell inside expands it
    inside bob HOST=127.0.0.1 PORT=9229 sh -c \
        'exec node -r "$0/nonce.js" "$0"/cognito-local/lib/bin/start.js >emulator.log 2>&1' \
        "$world_home/node_modules" </dev/null 3>&- &
}
