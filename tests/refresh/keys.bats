#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito keys: show, import, refresh.
#
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=server.bash
. "$BATS_TEST_DIRNAME/server.bash"

setup_file() {
    TOOL=$(realpath "${PAM_COGNITO:-./pam-cognito}")
    OWNER=$(id -un)
    [ "$(id -u)" -ne 0 ] || OWNER=nobody
    export TOOL OWNER
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    HERE=$WORK/$BATS_TEST_NUMBER
    CACHE=$HERE/cache
    CACHED=$CACHE/$POOL.jwks
    mkdir "$HERE" "$CACHE"
    chmod 755 "$CACHE"
    chown "$OWNER" "$CACHE"
    configure "$HERE/conf" "jwks_uri = $(uri good)"
}

keys() { # ARGUMENT...
    "$TOOL" keys "$@" --config "$HERE/conf"
}

@test "refresh is cognito-refresh, with its exit status" {
    run -0 keys refresh
    [ "$output" = "$POOL: 2 keys, from $(uri good)" ]
    configure "$HERE/conf" "jwks_uri = $(uri 404)"
    run -1 keys refresh
    has "$output" 'HTTP 404'
    run -2 "$TOOL" keys refresh --config /no/such/file
    has "$output" '/no: No such file'
}

@test "show: kids, sizes, age, source, next refresh" {
    keys refresh
    touch -d '40 minutes ago' "$CACHED"
    run -0 keys show
    [ "${lines[0]}" = "$POOL: 2 usable keys" ]
    [ "${lines[1]}" = "  $CACHED" ]
    [ "${lines[2]}" = "  from $(uri good)" ]
    [[ ${lines[3]} =~ ^\ \ fetched\ 40\ min\ ago\;\ the\ next\ refresh\ is\ due\ within\ (19|20)\ min\;\ refused\ after\ 6\ days$ ]]
    [ "${lines[4]}" = '  2048 bits, kid oneUPPERlower0123456789+/oneUPPERlower01234=' ]
    [ "${lines[5]}" = '  2048 bits, kid twoUPPERlower0123456789+/twoUPPERlower01234=' ]
    touch -d '3 hours ago' "$CACHED"
    run -0 keys show
    has "$output" 'fetched 3 h ago; the next refresh is due since 2 h;'
}

@test "show: no set, a stale one, one that is refused, one that the administrator placed" {
    run -1 keys show
    has "${lines[0]}" "$POOL: key.none: "
    has "${lines[0]}" "$CACHED: No such file"
    has "${lines[0]}" 'run cognito-refresh'
    keys refresh
    touch -d '8 days ago' "$CACHED"
    run -1 keys show
    has "${lines[0]}" 'key.stale: '
    chmod 666 "$CACHED"
    run -1 keys show
    has "${lines[0]}" "$CACHED: this file can be written to by its group"
    cp "$SERVER/good.jwks" "$HERE/placed"
    configure "$HERE/conf" "jwks_file = $HERE/placed"
    run -0 keys show
    has "${lines[1]}" "$HERE/placed, placed by jwks_file"
}

@test "import places a set, as the user who refreshes" {
    cp "$SERVER/good.jwks" "$HERE/mine"
    run -0 keys import "$HERE/mine"
    [ "$output" = "$POOL: 2 usable keys placed in $CACHE" ]
    cmp "$HERE/mine" "$CACHED"
    [ "$(stat -c '%U %a' "$CACHED")" = "$OWNER 644" ]
    run -0 keys show
    [[ $output == *'fetched '[0-9]' s ago'* ]] # now, but for what a busy host takes
    # And a relative path.
    cd "$HERE"
    run -0 keys import mine
}

@test "import refuses what is no set, and nothing changes" {
    local name
    keys refresh
    for name in html empty-keys duplicate-kid private e1; do
        run -1 keys import "$SERVER/$name.jwks"
        has "$output" 'nothing was placed'
        cmp "$SERVER/good.jwks" "$CACHED"
    done
    cp "$SERVER/old.jwks" "$HERE/mine"
    chmod 666 "$HERE/mine"
    run -2 keys import "$HERE/mine"
    has "$output" "$HERE/mine: this file can be written to"
    run -2 keys import "$HERE/none"
    has "$output" "$HERE/none: No such file"
    run -2 keys import
    run -2 "$TOOL" keys import a b
    cmp "$SERVER/good.jwks" "$CACHED"
    configure "$HERE/conf" "jwks_file = $HERE/placed"
    run -2 keys import "$SERVER/good.jwks"
    has "$output" "replace $HERE/placed itself"
}

@test "the command line" {
    run -2 "$TOOL" keys
    run -2 "$TOOL" keys dance
    run -2 "$TOOL" keys show something
    run -2 "$TOOL" keys show --config
    run -2 "$TOOL" keys show --wrong
    has "$output" '--wrong: no such option'
}
