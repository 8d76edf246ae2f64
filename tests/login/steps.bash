# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# shellcheck disable=SC2034,SC2119,SC2120 # for those who source this
#
# What the tests of cognito-login have in common: a laptop in a folder, a pool on loopback.

login_here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
login_top=$(cd "$login_here/../.." && pwd)
login_build=${BUILD:-$login_top/build}

ID='Password (Cognito ID token): '

# A home of its own, in the working folder.
make_laptop() {
    cd "$BATS_TEST_TMPDIR" || return 1
    chmod 700 .
    umask 022
    mkdir -m 700 home run tmp
    export HOME=$PWD/home XDG_RUNTIME_DIR=$PWD/run TMPDIR=$PWD/tmp
    unset DISPLAY WAYLAND_DISPLAY SSH_CONNECTION XDG_CONFIG_HOME XDG_STATE_HOME BROWSER COGNITO_LOGIN_PROFILE COGNITO_TOKEN_FILE \
        COGNITO_TOKEN_COMMAND COGNITO_ASKPASS_HOSTS COGNITO_ASKPASS_SUDO COGNITO_ASKPASS_FALLBACK \
        SSH_ASKPASS_PROMPT http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY
    config=$HOME/.config/cognito-login/config
    state=$HOME/.local/state/cognito-login
    runtime=$XDG_RUNTIME_DIR/cognito-login
    mkdir -p "${config%/*}"
}

login() { "$login_build/cognito-login" "$@"; }
askpass() { "$login_build/cognito-askpass" "$@"; }

# COUNT ports that are free now, on both loopback addresses.
free_ports() {
    python3 - "$1" <<'END'
import socket, sys
held = []
while len(held) < int(sys.argv[1]):
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    held.append(one)
    if not 10000 < one.getsockname()[1] < 65536:
        continue
print(*(one.getsockname()[1] for one in held))
END
}

# The certificate of this machine's servers and its authority, once for all tests of a file.
make_certificates() {
    tls=$BATS_FILE_TMPDIR/tls
    [ -e "$tls/server.pem" ] || "$login_top/tests/tools/tls.py" local "$tls"
}

# The pool, in the working folder; it ends with the test, when the pipe to it closes. Arguments are
# further certificates for pool.py, whose ports are in $pool_ports.
start_pool() {
    pool=$PWD/pool
    make_certificates
    "$login_top/tests/tools/mint" pool "$pool"
    cp "$tls/ca.pem" "$pool/ca.pem"
    mkfifo "$pool/hold"
    python3 "$login_here/pool.py" "$pool" "$tls/server" "$@" <"$pool/hold" >"$pool/log" 2>&1 3>&- &
    exec 9>"$pool/hold"
    await_file "$pool/port"
    read -r pool_port pool_ports <"$pool/port"
}

stop_pool() {
    exec 9>&-
    wait
}

# Until FILE is there, 30 s at most.
await_file() {
    local i
    for ((i = 0; i < 600; i++)); do
        [ ! -e "$1" ] || return 0
        sleep 0.05
    done
    echo "$1 did not appear"
    return 1
}

await_no_process() {
    local i
    for ((i = 0; i < 600; i++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}

# A configuration for it; further lines are arguments.
configure() {
    ports=$(free_ports 3)
    {
        cat <<END
user_pool = eu-central-1_ExAmPlE01
client_id = 1example23456789abcdefghij
domain = https://127.0.0.1:$pool_port
endpoint = https://127.0.0.1:$pool_port/
issuer = https://127.0.0.1:$pool_port/pool
jwks_uri = https://127.0.0.1:$pool_port/pool/.well-known/jwks.json
ca_file = $pool/ca.pem
ports = $ports
hosts = *.example
timeout = 5s
END
        printf '%s\n' "$@"
    } >"$config"
}

# What is to go wrong with the pool from now on.
behave() { printf '%s\n' "$*" >"$pool/behaviour"; }

count_requests() { grep -c -- "$1" "$pool/requests" || true; }

use_browser() {
    printf '%s\n' "$*" >"$pool/browser"
    export BROWSER="python3 $login_here/browser.py $pool"
}

sign_in() {
    use_browser
    login
    await_file "$pool/page"
}

# Fails unless the command fails with CODE, says WORDS on standard error and nothing elsewhere, and
# leaves no word of a token anywhere: must_fail CODE WORDS COMMAND...
must_fail() {
    local expected=$1 words=$2 status=0
    shift 2
    "$@" >out 2>err || status=$?
    [ "$status" = "$expected" ] || {
        echo "exit code $status instead of $expected: $*"
        cat out err
        return 1
    }
    [[ $(cat err) == *"$words"* ]] || {
        echo "expected: $words"
        cat err
        return 1
    }
    [ ! -s out ] || {
        echo "there is output:"
        cat out
        return 1
    }
    # The address of the sign-in is random in part, and may hold anything.
    sed 's#https\?://[^ ]*##g' err >err.plain
    refute grep -q 'eyJ\|refresh-' err.plain
}

# Fails if the command succeeds; an exclamation mark would fail nothing (bash: set -e).
refute() {
    if "$@"; then
        echo "not expected to succeed: $*"
        return 1
    fi
}

# No token is kept in any file.
nothing_stored() {
    local found
    found=$(find "$HOME" "$XDG_RUNTIME_DIR" -type f -path '*/cognito-*' ! -name config ! -name '*.lock')
    [ -z "$found" ] || {
        echo "stored: $found"
        return 1
    }
}

expiry_of() { # FILE or - with a token as its last line
    python3 -c '
import base64, json, sys
payload = sys.stdin.read().split()[-1].split(".")[1]
print(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])'
}

# Puts TOKEN in the place of the ID token that is kept.
keep_id() {
    { head -n 1 "$runtime/default.id"; cat; } >"$runtime/default.id.test"
    chmod 600 "$runtime/default.id.test"
    mv "$runtime/default.id.test" "$runtime/default.id"
}

mint() {
    "$login_top/tests/tools/mint" id "$pool" --set "iss=\"https://127.0.0.1:$pool_port/pool\"" "$@"
}

keep_expired() { mint --now "$(($(date +%s) - 7200))" --no-newline | keep_id; }
