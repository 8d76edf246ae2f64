# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # for and by bats
#
# What the tests of pam-cognito have in common: a pool made here, its key set placed by jwks_file, and
# a folder of their own to work in. Nothing needs root.

top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)

setup_file() {
    local folder
    for folder in ${BUILD:+"$BUILD"} "$top/build" "$top"; do
        [ ! -x "$folder/pam-cognito" ] || break
    done
    PATH=$folder:$PATH
    export PATH
    pool=$BATS_FILE_TMPDIR/pool
    umask 022
    "$top/tests/tools/mint" pool "$pool"
    chmod 644 "$pool/jwks.json"
    NOW=$(date +%s)
    export NOW
    "$top/tests/tools/mint" id "$pool" --user alice --sub abc --set 'jti="one"' >"$pool/token"
    {
        echo 'user_pool = eu-central-1_ExAmPlE01'
        echo 'client_id = 1example23456789abcdefghij'
        echo "jwks_file = $pool/jwks.json"
    } >"$pool/conf"
}

setup() {
    umask 022
    cd "$BATS_TEST_TMPDIR" || return 1
    pool=$BATS_FILE_TMPDIR/pool
    cp "$pool/token" "$pool/conf" .
    me=$(id -un)
}

mint() {
    "$top/tests/tools/mint" "$1" "$pool" "${@:2}"
}

# Runs a command and fails unless its exit code is CODE: expect CODE COMMAND [ARGUMENT]...
expect() {
    local code=$1
    shift
    run "$@"
    echo "$output"
    [ "$status" = "$code" ] || {
        echo "exit code $status instead of $code: $*"
        return 1
    }
}

# The last command printed one line, and it begins so.
said() {
    [ "${#lines[@]}" = 1 ] && [[ ${lines[0]} == "$1"* ]]
}

# A member of the object that the last command printed, as JSON.
member() {
    /usr/bin/python3 -c 'import json, sys
object = json.loads(sys.argv[1])
print(json.dumps(object[sys.argv[2]]))' "$output" "$1"
}
