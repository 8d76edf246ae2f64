#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-refresh --watch with a real server, in a mount namespace with a /run of its own.
#
# shellcheck disable=SC2016 # expressions for another shell
# shellcheck disable=SC2030,SC2031 # bats has each test in a shell of its own
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=server.bash
. "$BATS_TEST_DIRNAME/server.bash"

setup_file() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    unshare -m true 2> /dev/null || skip "mount namespaces cannot be made here"
    PROGRAM=$(realpath "${COGNITO_REFRESH:-./cognito-refresh}")
    export PROGRAM OWNER=nobody
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    HERE=$WORK/$BATS_TEST_NUMBER
    CACHE=$HERE/cache
    CACHED=$CACHE/$POOL.jwks
    mkdir "$HERE"
    mkfifo "$HERE/go"
    WATCHER=
}

teardown() {
    if [ -n "$WATCHER" ]; then
        kill -KILL "$WATCHER" 2> /dev/null || true
    fi
}

# ---- helpers ----

# Starts the watcher; WATCHER is its process. What it says is in $HERE/out and $HERE/err.
watch() { # [NAME=VALUE]...
    env "$@" unshare -m bash -c 'mount -t tmpfs -o mode=755 run /run && exec "$1" --watch "$2"' - \
        "$PROGRAM" "$HERE/conf" > "$HERE/out" 2> "$HERE/err" 3>&- &
    WATCHER=$!
}

await() { # COMMAND [ARGUMENT]...: until it succeeds, at most 30 s
    local round
    for ((round = 0; round < 1500; round++)); do
        if "$@" 2> /dev/null; then return 0; fi
        kill -0 "$WATCHER"
        sleep 0.02
    done
    echo "in vain: $*"
    cat "$HERE/err"
    return 1
}

in_watchers_place() {
    nsenter --target "$WATCHER" --mount "$@"
}

# Ends it: within a second, well, and with nothing left.
stop() {
    local began status=0
    began=$(date +%s%N)
    kill "$WATCHER"
    wait "$WATCHER" || status=$?
    echo "ended after $((($(date +%s%N) - began) / 1000000)) ms, with $status"
    [ $((($(date +%s%N) - began) / 1000000)) -lt 1000 ]
    WATCHER=
    [ "$status" -eq 0 ]
}

# Before it becomes the watcher, the shell that starts it has children, too.
children() {
    pgrep -P "$WATCHER" -x cognito-refresh
}

# ---- tests ----

@test "a week on a clock that leaps: fetches, conditional ones among them, memory and descriptors" {
    local asked whole day end
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri etag)"
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=604800
    await grep -q '^leap: 604[89]' "$HERE/err"
    asked=$(requests '/etag')
    cat "$HERE/err" "$HERE/out"
    echo "$asked fetches, $(requests 'If-None-Match: "') conditional"
    # Between 75 and 95 % of an hour each: 176.8 to 224 in 168 hours.
    [ "$asked" -ge 177 ]
    [ "$asked" -le 225 ]
    # All but one in 23 to 24 hours.
    whole=$((asked - $(requests 'If-None-Match: "')))
    [ "$whole" -ge 7 ]
    [ "$whole" -le 8 ]
    # The set changed with each 50th; a line for each, and none for the others.
    [ "$(wc -l < "$HERE/out")" -eq $(((asked - 1) / 50 + 1)) ]
    if [ $(((asked - 1) / 50 % 2)) -eq 0 ]; then
        cmp "$CACHED" "$SERVER/good.jwks"
    else
        cmp "$CACHED" "$SERVER/old.jwks"
    fi
    day=$(sed -n '1s/^leap: .* s, //p' "$HERE/err")
    end=$(sed -n '2s/^leap: .* s, //p' "$HERE/err")
    [ "${day##*, }" = "${end##*, }" ]
    [ "${end%% *}" -le $((${day%% *} + 16)) ]
    stop
}

# unconditional PATH: how often it was asked for without a condition.
unconditional() {
    grep -F "GET /$1 " "$SERVER/requests" | grep -vc 'If-None-Match' || true
}

@test "a server that always says \"not modified\" is asked for the whole set once a day" {
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri stuck)"
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=100000
    await grep -q '^leap: 1000' "$HERE/err"
    cat "$HERE/out"
    [ "$(requests 'GET /stuck ')" -ge 25 ]
    [ "$(unconditional stuck)" -eq 2 ]
    cmp "$CACHED" "$SERVER/good.jwks"
    [ "$(wc -l < "$HERE/out")" -eq 2 ]
    stop
}

@test "and in each half of max_stale" {
    local whole
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri 'stuck?half')" 'max_stale = 8h'
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=86400
    await grep -q '^leap: 864' "$HERE/err"
    # At least one in 4 hours, and the others are conditional.
    whole=$(unconditional 'stuck?half')
    echo "$whole of $(requests 'GET /stuck?half ')"
    [ "$whole" -ge 6 ]
    [ "$whole" -le 9 ]
    [ "$(requests 'GET /stuck?half ')" -ge 25 ]
    stop
}

@test "Last-Modified serves as well" {
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri modified)"
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=20000
    await grep -q '^leap: 200' "$HERE/err"
    [ "$(requests 'GET /modified')" -ge 5 ]
    [ "$(requests 'If-Modified-Since: ')" -eq $(($(requests 'GET /modified') - 1)) ]
    stop
}

@test "a server that fails: said each time, tried 14 to 18 times in three hours" {
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri 503)?watch"
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=10800
    await grep -q '^leap: 108' "$HERE/err"
    run requests '503?watch'
    echo "$output tries"
    # 30 s, 1, 2, 4, 8 minutes, then 15, each up to a quarter longer.
    [ "$output" -ge 14 ]
    [ "$output" -le 18 ]
    [ "$(grep -c 'HTTP 503' "$HERE/err")" -eq "$output" ]
    [[ $(cat "$CACHE/.$POOL.attempt") == "failed: HTTP 503 from "* ]]
    stop
}

@test "a child that does not die of SIGKILL holds up nobody" {
    ldd "$PROGRAM" | grep -q libasan && skip "the sanitizer has to be loaded first"
    [ -e ./.libs/leap.so ] || skip "leap.so is made by make check"
    configure "$HERE/conf" "jwks_uri = $(uri hold)"
    watch LD_PRELOAD="$(realpath ./.libs/leap.so)" LEAP_SECONDS=0 LEAP_DEAF=yes
    read -r -t 30 <"$SERVER/events"
    stop
}

@test "SIGTERM while a server says nothing, and while a name server says nothing" {
    configure "$HERE/conf" "jwks_uri = $(uri silent)"
    watch
    await children
    await in_watchers_place test -S /run/pam_cognito/refresh
    stop
    [ ! -e "$CACHED" ]
    echo 'nameserver 127.0.0.1' > "$HERE/resolv.conf"
    configure "$HERE/conf" 'jwks_uri = https://keys.example/'
    unshare -mn bash -c '
        mount --bind "$1/resolv.conf" "$(realpath /etc/resolv.conf)"
        mount -t tmpfs -o mode=755 run /run
        ip link set lo up
        socat -u UDP-RECV:53,bind=127.0.0.1 OPEN:/dev/null & echo $! > "$1/socat"
        exec "$2" --watch "$1/conf"' - "$HERE" "$PROGRAM" > "$HERE/out" 2> "$HERE/err" 3>&- &
    WATCHER=$!
    await pgrep -P "$WATCHER" cognito-refresh
    stop
    kill "$(cat "$HERE/socat")"
}

@test "kill -9: the child ends as well, and what is left is no hindrance" {
    local child
    configure "$HERE/conf" "jwks_uri = $(uri silent)"
    mkdir "$HERE/run"
    WATCHER=
    unshare -m bash -c 'mount --bind "$3" /run && exec "$1" --watch "$2"' - "$PROGRAM" \
        "$HERE/conf" "$HERE/run" > "$HERE/out" 2> "$HERE/err" 3>&- &
    WATCHER=$!
    await children
    child=$(children)
    kill -KILL "$WATCHER"
    wait "$WATCHER" || true
    WATCHER=$$
    await bash -c '! kill -0 "$1" 2> /dev/null' - "$child"
    [ -S "$HERE/run/pam_cognito/refresh" ]
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    unshare -m bash -c 'mount --bind "$3" /run && exec "$1" --watch "$2"' - "$PROGRAM" \
        "$HERE/conf" "$HERE/run" > "$HERE/out" 2> "$HERE/err" 3>&- &
    WATCHER=$!
    await cmp -s "$CACHED" "$SERVER/good.jwks"
    # And a second one finds the place taken.
    run -2 --separate-stderr unshare -m bash -c 'mount --bind "$3" /run && exec "$1" --watch "$2"' \
        - "$PROGRAM" "$HERE/conf" "$HERE/run"
    has "$stderr" 'another cognito-refresh --watch has it'
    stop
    [ ! -e "$HERE/run/pam_cognito/refresh" ]
}

@test "what the watcher and its child are" {
    local who child
    configure "$HERE/conf" "jwks_uri = $(uri silent)"
    exec 9< "$HERE/conf"
    watch
    # The child first: it gives up after five seconds.
    child=$(await children)
    for who in "$child" "$WATCHER"; do
        run cat "/proc/$who/status"
        has "$output" $'NoNewPrivs:\t1'
        has "$output" $'CapPrm:\t0000000000000000'
        has "$output" $'Uid:\t'"$(id -u nobody)"
        run readlink "/proc/$who/fd/9"
        [ "$output" != "$HERE/conf" ]
        run cat "/proc/$who/limits"
        [[ $output =~ Max\ core\ file\ size\ +0\ +0\  ]]
        # Not dumpable: /proc has it as root's.
        [ "$(stat -c %U "/proc/$who/fd")" = root ]
    done
    exec 9<&-
    stop
}

@test "Landlock is there for both, and its absence changes nothing" {
    command -v strace > /dev/null || skip "strace is needed"
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    run -0 strace -f -o "$HERE/trace" -e trace=landlock_create_ruleset,landlock_restrict_self \
        -e inject=landlock_create_ruleset:error=ENOSYS "$PROGRAM" "$HERE/conf"
    cmp "$CACHED" "$SERVER/good.jwks"
    run grep -c restrict_self "$HERE/trace"
    [ "$output" -eq 0 ]
    strace -o "$HERE/trace" -e trace=landlock_create_ruleset,landlock_restrict_self \
        "$PROGRAM" "$HERE/conf" > /dev/null
    grep -q 'create_ruleset(NULL.*= -1' "$HERE/trace" && skip "this kernel has no Landlock"
    grep -q 'restrict_self(.*) *= 0' "$HERE/trace"
}

@test "a folder of the socket that cannot be used is named" {
    configure "$HERE/conf" "jwks_uri = $(uri good)?folder"
    run -2 --separate-stderr unshare -m bash -c 'mount -t tmpfs -o mode=755 run /run
        mkdir -m 775 /run/pam_cognito && chown nobody /run/pam_cognito
        exec "$1" --watch "$2"' - "$PROGRAM" "$HERE/conf"
    has "$stderr" '/run/pam_cognito: this folder can be written to by its group'
    run -2 --separate-stderr unshare -m bash -c 'mount -t tmpfs -o mode=755 run /run
        exec setpriv --reuid nobody --clear-groups "$1" --watch "$2"' - "$PROGRAM" "$HERE/conf"
    has "$stderr" '/run/pam_cognito: No such file'
    [ "$(requests 'good?folder')" -eq 0 ]
}
