# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The misbehaving key server for the bats files beside refresh.bats: start_server, stop_server, and
# where it listens.

POOL=us-east-1_AbCdEf123

start_server() {
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/cognito-keys.XXXXXX")
    chmod 0755 "$WORK"
    mkdir "$WORK/server"
    mkfifo "$WORK/ready"
    python3 -W ignore "$BATS_TEST_DIRNAME/server.py" "$WORK/server" > "$WORK/ready" \
        2> "$WORK/server.err" 3>&- &
    SERVER_PID=$!
    read -r -t 60 PORTS < "$WORK/ready"
    SERVER=$WORK/server
    export WORK SERVER SERVER_PID PORTS ASAN_OPTIONS=detect_leaks=0
}

stop_server() {
    if [ -n "${SERVER_PID-}" ]; then
        kill "$SERVER_PID" || true
    fi
    [ -z "${WORK-}" ] || rm -rf "$WORK"
}

port_of() { # LISTENER
    local port=" $PORTS"
    port=${port#* "$1="}
    printf '%s' "${port%% *}"
}

uri() { # PATH
    printf 'https://127.0.0.1:%s/%s' "$(port_of good)" "$1"
}

configure() { # FILE LINE...: with cache_dir $CACHE and refresh_user $OWNER
    local file=$1
    shift
    printf '%s\n' "user_pool = $POOL" 'client_id = 1example23456789abcdefghij' \
        "ca_file = $SERVER/ca.pem" "cache_dir = $CACHE" "refresh_user = $OWNER" "$@" > "$file"
    chmod 0644 "$file"
}

has() { # TEXT PART
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf 'not in the text: %s\ntext: %s\n' "$2" "$1"
    return 1
}

requests() { # the number of requests that hold TEXT
    grep -cF -- "$1" "$SERVER/requests" || true
}
