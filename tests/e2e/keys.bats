#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The life of the keys, with cognito-refresh --watch running and real sshd, sudo and su: rotation,
# a crowd with unknown kids, broken caches, and no network in any login.
#
# shellcheck disable=SC2016 # expressions for a shell in the world
# shellcheck disable=SC2030,SC2031 # bats has each test in a shell of its own

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bin=/srv/pam_cognito/bin
cache_dir=/var/cache/pam_cognito
cache=$cache_dir/eu-central-1_ExAmPlE01.jwks
served=/srv/pam_cognito/pool/www/eu-central-1_ExAmPlE01/.well-known/jwks.json
socket=/run/pam_cognito/refresh

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    # What Cognito serves is older than a minute, so that its Last-Modified counts.
    inside root touch -d '1 hour ago' "$served"
    inside root "$bin/mint" pool /srv/pam_cognito/next
    start_refresher
}

teardown() {
    [ -z "${ENCLOSURE:-}" ] || inside root sh -c 'rm -rf /tmp/trace* /tmp/aside'
}

# ---- helpers ----

await() { # COMMAND [ARGUMENT]...: until it succeeds, at most ten seconds
    local round
    for ((round = 0; round < 200; round++)); do
        if "$@" 2>/dev/null; then return 0; fi
        sleep 0.05
    done
    echo "in vain: $*" >&2
    return 1
}

start_refresher() {
    inside root sh -c "exec $bin/cognito-refresh --watch >>/srv/pam_cognito/log/refresh 2>&1" \
        3>&- &
    await inside root test -S "$socket"
}

refresher() { # its process id in the world
    inside root pgrep -o -x -u pam-cognito cognito-refresh
}

stop_refresher() { # within a second
    inside root timeout 1 sh -c 'pkill -x -u pam-cognito cognito-refresh
        while pgrep -x cognito-refresh >/dev/null; do sleep 0.02; done'
}

fetches() {
    inside root grep -c 'GET .*/jwks.json' /srv/pam_cognito/pool/server.log || true
}

mint_next() { # FILE: a token of the key that comes next
    local token
    token=$(inside root "$bin/mint" id /srv/pam_cognito/next --user alice)
    inside root install -d -m 700 "$world_home/tokens"
    write_inside root 600 "$world_home/tokens/${1##*/}-next" <<<"$token"
    inside root install -m 600 -o laptop -g laptop "$world_home/tokens/${1##*/}-next" "$1"
}

serve() { # POOL-FOLDER
    inside root sh -c "cp $1/jwks.json $served.new && mv $served.new $served"
}

# ---- what people see of a rotation ----

@test "the refresher is its own user, its socket is nobody else's" {
    [ "$(inside root stat -c '%U %a' "$socket")" = 'pam-cognito 600' ]
    [ "$(inside root stat -c '%U %a' /run/pam_cognito)" = 'pam-cognito 755' ]
    # shellcheck disable=SC2154 # set by steps.bash
    inside root grep -q "^NoNewPrivs:.1" "/proc/$(refresher)/status"
    run must_fail 1 inside alice /usr/bin/python3 -c '
import socket, sys
try:
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", sys.argv[1])
except PermissionError:
    sys.exit(1)' "$socket"
    [ "$status" = 0 ]
}

@test "rotation: refused once, accepted at the next attempt, and nothing was restarted" {
    local before sshd refresher
    sshd=$(inside root pgrep -o -x sshd)
    refresher=$(refresher)
    with_unjudged_token token ssh alice@bastion true
    mint_next /home/laptop/new
    before=$(fetches)
    serve /srv/pam_cognito/next
    refused_login new
    await_log 'user=alice reason=key.unknown'
    await inside root cmp -s "$cache" /srv/pam_cognito/next/jwks.json
    with_unjudged_token new ssh alice@bastion true
    await_log 'accepted; user=alice'
    [ "$(fetches)" -eq $((before + 1)) ]
    [ "$(inside root pgrep -o -x sshd):$(refresher)" = "$sshd:$refresher" ]
    # What is no longer served is no longer a key.
    refused_login token
    await_log 'user=alice reason=key.unknown'
}

@test "the answer to SIGTERM: an end within a second, the socket gone" {
    stop_refresher
    run must_fail 1 inside root test -e "$socket"
    [ "$status" = 0 ]
    serve /srv/pam_cognito/pool
    fetch_keys
    start_refresher
    with_unjudged_token token ssh alice@bastion true
}

# ---- a crowd ----

@test "500 logins at once with unknown kids and a cold cache: one fetch; then 100 right ones among 400" {
    local before began
    before=$(fetches)
    began=$SECONDS
    inside root rm "$cache"
    run inside root "$bin/many-logins" sudo alice 500=/home/laptop/new
    echo "$output"
    # Before the fetch there are no keys (9), after it the kid is unknown (7).
    [ "$(awk '$2 == 7 || $2 == 9 { n += $3 } END { print n }' <<<"$output")" -eq 500 ]
    await inside root test -e "$cache"
    run inside root "$bin/many-logins" sudo alice 400=/home/laptop/new 100=/home/laptop/token
    echo "$output"
    [ "$output" = "/home/laptop/new 7 400"$'\n'"/home/laptop/token 0 100" ]
    run fetches
    echo "$output fetches, $before before, $((SECONDS - began)) s"
    [ "$output" -gt "$before" ]
    [ "$output" -le $((before + 1 + (SECONDS - began) / 30)) ]
}

@test "a handful through sshd at once: the known ones get in" {
    local i
    local -a children=()
    for i in 1 2 3 4; do
        must_fail 255 inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS="$bin/given-askpass" \
            GIVEN_TOKEN_FILE=/home/laptop/new GIVEN_LOG=/dev/null \
            ssh -o NumberOfPasswordPrompts=1 alice@bastion true 3>&- &
        children+=($!)
        inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS="$bin/given-askpass" \
            GIVEN_TOKEN_FILE=/home/laptop/token GIVEN_LOG=/dev/null \
            ssh -o NumberOfPasswordPrompts=1 alice@bastion true 3>&- &
        children+=($!)
    done
    for i in "${children[@]}"; do
        wait "$i"
    done
}

# ---- no network, no process, no waiting in a login ----

# What strace sees of a login through PROGRAM with the token in FILE; then login-calls judges it.
traced() { # PROGRAM FILE [WANTED]
    local daemon start
    inside root rm -f /tmp/trace
    case $1 in
    su)
        inside root strace -f -s 400 -o /tmp/trace -u bob \
            su alice -c true < <(inside root cat "$2") >/dev/null 2>&1 || true
        ;;
    sudo)
        inside root strace -f -s 400 -o /tmp/trace -u alice \
            sudo -S true < <(inside root fold -w 500 "$2") >/dev/null 2>&1 || true
        ;;
    sshd)
        inside root sh -c 'exec strace -f -s 400 -o /tmp/trace.all /usr/sbin/sshd -D -p 2203 \
            -o PidFile=/run/sshd-traced.pid -o AddressFamily=inet -o ListenAddress=127.0.0.1:2203' 3>&- >/dev/null 2>&1 &
        await inside root sh -c ': | socat - TCP:127.0.0.1:2203 >/dev/null'
        # From here on: the listening itself needs AF_INET, and that is before any login.
        start=$(inside root wc -l /tmp/trace.all | cut -d' ' -f1)
        with_unjudged_token "${2##*/}" ssh -o NumberOfPasswordPrompts=1 -p 2203 \
            -o HostKeyAlias=bastion alice@bastion true || true
        daemon=$(inside root cat /run/sshd-traced.pid)
        inside root kill "$daemon"
        await inside root sh -c "! kill -0 $daemon"
        inside root sh -c "tail -n +$start /tmp/trace.all >/tmp/trace"
        ;;
    esac
    inside root "$bin/login-calls" /tmp/trace ${3:+"$3"}
}

each_program() { # FILE [WANTED]
    local program
    command -v strace socat >/dev/null || skip "strace and socat are needed"
    for program in su sudo sshd; do
        echo "$program"
        traced "$program" "$@"
    done
}

@test "a known kid: no network, no process, no waiting" {
    each_program /home/laptop/token
}

@test "an unknown kid: the same, and a nudge" {
    each_program /home/laptop/new 'sun_path="/run/pam_cognito/refresh"'
}

@test "no set, a stale one, one that is due: the same, and a nudge" {
    stop_refresher
    inside root mv "$cache" "$cache.away"
    each_program /home/laptop/token 'sun_path="/run/pam_cognito/refresh"'
    inside root mv "$cache.away" "$cache"
    inside root touch -d '8 days ago' "$cache"
    each_program /home/laptop/token 'sun_path="/run/pam_cognito/refresh"'
    inside root touch -d '2 hours ago' "$cache"
    each_program /home/laptop/token 'sun_path="/run/pam_cognito/refresh"'
    inside root touch "$cache"
}

# ---- a cache that is not to be trusted ----

# The login and the rehearsal refuse, for the COMPONENT and the REASON that they name.
must_name() { # COMPONENT WORDS
    log_mark
    run inside root "$bin/many-logins" sudo alice 1=/home/laptop/token
    [ "$output" = '/home/laptop/token 9 1' ]
    await_log "^authpriv.err .*reason=key.none .*$1: .*$2"
    run must_fail 1 inside root "$bin/pam-cognito" verify --user alice /srv/pam_cognito/tokens/good
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *"refused key.none: "*"$1: "*"$2"* ]]
}

@test "the cache file: a link, a fifo, a folder, somebody else's, open to its group: key.none, and named" {
    inside root cp /home/laptop/token /srv/pam_cognito/tokens/good
    inside root mv "$cache" /srv/set
    inside root ln -s /srv/set "$cache"
    must_name "$cache" 'a symbolic link is not followed'
    inside root sh -c "rm $cache && mkfifo $cache"
    must_name "$cache" 'not a regular file'
    inside root sh -c "rm $cache && mkdir $cache"
    must_name "$cache" 'not a regular file'
    inside root sh -c "rmdir $cache && install -m 644 -o alice /srv/set $cache"
    must_name "$cache" 'neither to root nor to pam-cognito'
    inside root sh -c "rm $cache && install -m 664 -o pam-cognito /srv/set $cache"
    must_name "$cache" 'can be written to by its group'
    inside root sh -c "rm $cache && install -m 644 -o pam-cognito /srv/set $cache"
    with_unjudged_token token ssh alice@bastion true
}

@test "its folder: a link is judged by where it leads, others are refused" {
    inside root mv "$cache_dir" "$cache_dir.real"
    inside root ln -s "$cache_dir.real" "$cache_dir"
    with_unjudged_token token ssh alice@bastion true
    inside root chmod 775 "$cache_dir.real"
    must_name "$cache_dir.real" 'can be written to by its group'
    inside root chmod 755 "$cache_dir.real"
    inside root chown alice "$cache_dir.real"
    must_name "$cache_dir.real" 'neither to root nor to pam-cognito'
    inside root chown pam-cognito "$cache_dir.real"
    inside root rm "$cache_dir"
    inside root mkfifo "$cache_dir"
    must_name "$cache_dir" 'Not a directory'
    inside root rm "$cache_dir"
    inside root sh -c "mkdir -m 777 /tmp/open && cp -a $cache_dir.real /tmp/open/cache"
    inside root ln -s /tmp/open/cache "$cache_dir"
    must_name /tmp/open 'can be written to by its group'
    inside root rm "$cache_dir"
    inside root mv "$cache_dir.real" "$cache_dir"
    with_unjudged_token token ssh alice@bastion true
}

@test "whatever is in the place of the set, the next refresh puts a set there" {
    local junk
    for junk in 'mkfifo' 'ln -s /etc/shadow' 'install -m 666 /dev/null' 'install -o alice /srv/set'; do
        inside root sh -c "rm -f $cache && $junk $cache"
        fetch_keys
        inside root cmp "$served" "$cache"
        [ "$(inside root stat -c '%F %U %a' "$cache")" = 'regular file pam-cognito 644' ]
    done
}

# ---- the clock ----

@test "a set from the future is not fresh, one from beyond max_stale is refused" {
    inside root touch -d '1 hour' "$cache"
    run inside root "$bin/pam-cognito" keys show
    [[ $output == *'fetched in the future'* ]]
    inside root touch -d '8 days' "$cache"
    run must_fail 1 inside root "$bin/pam-cognito" verify --user alice /srv/pam_cognito/tokens/good
    [[ $output == *'refused key.stale: '* ]]
    fetch_keys
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
