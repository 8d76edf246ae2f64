#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-login against a pool that we did not write, the emulator cognito-local from npm, through
# a browser that we did not write, Chromium. Needs no root.

# `login token >token`: the first is no file (SC2094).
# shellcheck disable=SC2094

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bats_require_minimum_version 1.5.0

# Nobody's machine has to have node, npm and Chromium, but the one that decides about a change does.
setup_file() {
    export EMULATOR_SKIP='' BROWSER_SKIP=''
    EMULATOR_SKIP=$("$login_top/tests/pool/install" "$login_build/tests/pool") || [ -z "${CI:-}" ] || {
        echo "$EMULATOR_SKIP"
        return 1
    }
    CHROMIUM=$(command -v chromium || command -v chromium-browser) || {
        BROWSER_SKIP='chromium is not installed'
        [ -z "${CI:-}" ]
    }
    export CHROMIUM
}

start_emulator() {
    pool=$PWD/emulator
    mkdir -p "$pool/.cognito"
    pool_port=$(free_ports 1)
    address=https://127.0.0.1:$pool_port
    make_certificates
    cp "$tls"/{ca.pem,server.key,server.pem} "$pool/"
    printf '{"UserPoolDefaults": {"UsernameAttributes": []},
             "TokenConfig": {"IssuerDomain": "%s"},
             "ServerConfig": {"https": true, "key": "server.key", "cert": "server.pem"}}\n' \
        "$address" >"$pool/.cognito/config.json"
    (cd "$pool" && HOST=127.0.0.1 PORT=$pool_port exec \
        node -r "$login_build/tests/pool/node_modules/nonce.js" \
        "$login_build/tests/pool/node_modules/cognito-local/lib/bin/start.js") \
        >"$pool/log" 2>&1 </dev/null 3>&- &
    emulator=$!
    ports=$(free_ports 3)
    # shellcheck disable=SC2086 # words
    python3 "$login_here/make-pool.py" "$address" "$pool/ca.pem" "$pool" $ports
    cat >"$config" <<END
user_pool = $(cat "$pool/pool_id")
client_id = $(cat "$pool/client_id")
domain = $address
endpoint = $address/
issuer = $address/$(cat "$pool/pool_id")
ports = $ports
hosts = *.example
ca_file = $pool/ca.pem
END
}

setup() {
    [ -z "$EMULATOR_SKIP" ] || skip "$EMULATOR_SKIP"
    make_laptop
    start_emulator
}

teardown() {
    [ -z "${emulator:-}" ] || kill "$emulator"
    wait
}

with_chromium() {
    [ -z "$BROWSER_SKIP" ] || skip "$BROWSER_SKIP"
    printf '%s\n' "$*" >"$pool/browser"
    export BROWSER="python3 $login_here/click.py $pool alice Correct-Horse-7"
}

keep_expired_of_emulator() {
    # Any token will do: that it is over is all that is read of it.
    python3 -c '
import base64, json
part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
print(part({"alg": "RS256"}) + "." + part({"exp": 1700000000}) + ".AAAA", end="")' | keep_id
}

@test "clicking through Chromium, then refresh, askpass, logout" {
    with_chromium
    login 2>err
    grep -q 'Signed in as alice' err
    await_file "$pool/end"
    grep -q 'You are signed in. You can close this page' "$pool/page"
    login token >token
    keep_expired_of_emulator
    login token >second
    refute cmp -s token second
    askpass "(alice@bastion.example) $ID" >answer
    cmp second answer # shorter than one part
    cp "$state/default.refresh" refresh
    login logout 2>err
    nothing_stored
    # Revoked: the token that was kept is no good any more.
    cp refresh "$state/default.refresh"
    must_fail 1 'the refresh token has expired or was revoked' login token
}

@test "pasting the address that Chromium ended at" {
    with_chromium paste
    mkfifo line
    "$login_build/cognito-login" --no-browser <line >out 2>err 3>&- &
    pasting=$!
    exec 7>line
    for _ in $(seq 600); do
        refute grep -q 'paste it here' err || break
        sleep 0.05
    done
    python3 "$login_here/click.py" "$pool" alice Correct-Horse-7 \
        "$(grep -o 'https://[^ ]*oauth2/authorize[^ ]*' err)"
    cat "$pool/end" >&7
    printf '\n' >&7
    exec 7>&-
    wait "$pasting"
    grep -q 'Signed in as alice' err
    login token >token
}

@test "a callback that the client does not have" {
    sed -i "s/^ports.*/ports = $(free_ports 1)/" "$config"
    BROWSER=/bin/false must_fail 1 'is not registered with the app client' login
}

@test "a client that the pool does not have" {
    sed -i 's/^client_id.*/client_id = another/' "$config"
    BROWSER=/bin/false must_fail 1 'does not know the app client another' login
}
