#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-refresh --clock against servers whose Date is right, wrong, odd or absent; and what every
# attempt to fetch leaves for `pam-cognito check': .POOL.attempt.
#
# shellcheck disable=SC2030,SC2031 # bats has each test in a shell of its own
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=server.bash
. "$BATS_TEST_DIRNAME/server.bash"

setup_file() {
    PROGRAM=$(realpath "${COGNITO_REFRESH:-./cognito-refresh}")
    OWNER=$(id -un)
    [ "$(id -u)" -ne 0 ] || OWNER=nobody
    TOOL=$(realpath "${PAM_COGNITO:-./pam-cognito}")
    export PROGRAM TOOL OWNER
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    HERE=$WORK/$BATS_TEST_NUMBER
    CACHE=$HERE/cache
    ATTEMPT=$CACHE/.$POOL.attempt
    mkdir "$HERE"
}

make_cache() {
    mkdir -m 755 "$CACHE"
    chown "$OWNER" "$CACHE"
}

# ---- the clock ----

# clock STATUS WORDS LINE...: with a configuration of these lines. The words are on standard output
# if the clocks could be compared, and on standard error if not.
clock() {
    local status_wanted=$1 words=$2
    shift 2
    configure "$HERE/conf" "$@"
    run --separate-stderr "$PROGRAM" --clock "$HERE/conf"
    echo "$status: $output $stderr"
    [ "$status" = "$status_wanted" ]
    if [ "$status" = 1 ]; then
        has "$stderr" "$POOL: " && has "$stderr" "$words" && [ -z "$output" ]
    else
        has "$output" "$POOL: the clock of this host " && has "$output" "$words" && [ -z "$stderr" ]
    fi
    [ ! -e "$CACHE" ] # nothing was written, and no folder made
}

@test "--clock: the right time, whatever the status of the answer" {
    clock 0 "agrees with that of $(uri date)" "jwks_uri = $(uri date)"
    clock 0 'agrees with that of' "jwks_uri = $(uri date-403)"
}

@test "--clock: an hour off, a minute off, and clock_skew" {
    clock 3 "s behind that of $(uri date-ahead), more than clock_skew" "jwks_uri = $(uri date-ahead)"
    [[ $output =~ \ (359[0-9]|3600)\ s\  ]]
    clock 3 'ahead of that of' "jwks_uri = $(uri date-behind)"
    [[ $output =~ \ (359[0-9]|3600)\ s\  ]]
    clock 3 'more than clock_skew' "jwks_uri = $(uri date-a-little)"
    clock 0 'behind that of' "jwks_uri = $(uri date-a-little)" 'clock_skew = 90s'
    ! has "$output" 'more than' >/dev/null || false
}

@test "--clock: a Date that is absent, odd or there twice" {
    local path
    for path in good date-odd date-number date-empty date-old-form date-zone date-more date-twice; do
        clock 1 "no usable Date from $(uri "$path")" "jwks_uri = $(uri "$path")"
    done
}

@test "--clock: no network, no trust, no https" {
    clock 1 'nothing from https://127.0.0.1:1/: ' 'jwks_uri = https://127.0.0.1:1/'
    clock 1 'nothing from' "jwks_uri = https://127.0.0.1:$(port_of wrong)/date"
    clock 1 'nothing from' "jwks_uri = $(uri reset)"
    configure "$HERE/conf" "jwks_uri = http://127.0.0.1:$(port_of plain)/date"
    run -2 --separate-stderr "$PROGRAM" --clock "$HERE/conf"
    has "$stderr" 'jwks_uri: must begin with https://'
}

@test "--clock: every pool is asked, those with jwks_file as well; the worst is the status" {
    configure "$HERE/one" "jwks_uri = $(uri date-ahead)"
    configure "$HERE/two" "jwks_uri = $(uri good)"
    configure "$HERE/three" "jwks_uri = $(uri date)" "jwks_file = $SERVER/good.jwks"
    sed -i "s/^user_pool.*/user_pool = us-east-1_Two/" "$HERE/two"
    sed -i "s/^user_pool.*/user_pool = us-east-1_Three/" "$HERE/three"
    run -3 --separate-stderr "$PROGRAM" --clock "$HERE/one" "$HERE/two" "$HERE/three"
    has "$output" 'behind'
    has "$output" 'us-east-1_Three: the clock of this host agrees'
    has "$stderr" 'us-east-1_Two: no usable Date'
    run -1 "$PROGRAM" --clock "$HERE/two" "$HERE/three"
    run -0 "$PROGRAM" --clock "$HERE/three"
}

# ---- as pam-cognito check --online shows it ----

# The other findings are about this host.
online() { # LEVEL WORDS [LINE]...
    local words="^$1 +clock +.*$2"
    configure "$HERE/conf" "jwks_file = $SERVER/good.jwks" "${@:3}"
    run "$TOOL" check --online --config "$HERE/conf" --service login
    grep -E 'clock' <<<"$output"
    grep -Eq "$words" <<<"$output"
    run "$TOOL" check --config "$HERE/conf" --service login
    [ "$(grep -Ec '^(OK|WARN|FAIL) +clock' <<<"$output")" = 1 ] # and nobody is asked without it
}

@test "check --online: right, an hour off, absent, malformed, no network" {
    online OK "$POOL: the clock of this host agrees with that of " "jwks_uri = $(uri date)"
    online FAIL '(359[0-9]|3600) s behind that of .*; set the clock' "jwks_uri = $(uri date-ahead)"
    online FAIL '(359[0-9]|3600) s ahead of that of .*; set the clock' "jwks_uri = $(uri date-behind)"
    online WARN 'no usable Date from .*; mend' "jwks_uri = $(uri good)"
    online WARN 'no usable Date from .*; mend' "jwks_uri = $(uri date-odd)"
    online WARN 'nothing from .*; mend' 'jwks_uri = https://127.0.0.1:1/'
}

# ---- the last attempt ----

attempt_is() {
    [ "$(cat "$ATTEMPT")" = "$1" ]
    [ "$(stat -c '%U %a' "$ATTEMPT")" = "$OWNER 644" ]
    [ $(($(date +%s) - $(stat -c %Y "$ATTEMPT"))) -lt 60 ]
}

@test "each attempt leaves how it went, good or bad, and nothing else" {
    make_cache
    configure "$HERE/conf" "jwks_uri = $(uri 404)"
    run -1 "$PROGRAM" "$HERE/conf"
    attempt_is "failed: HTTP 404 from $(uri 404)"
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    run -0 "$PROGRAM" "$HERE/conf"
    attempt_is current
    configure "$HERE/conf" "jwks_uri = $(uri html)"
    run -1 "$PROGRAM" "$HERE/conf"
    has "$(cat "$ATTEMPT")" 'failed: jwks.json from '
    [ "$(cd "$CACHE" && echo .[!.]* *)" = ".$POOL.attempt .$POOL.lock $POOL.jwks" ]
}

@test "a link in its place is replaced, and not what it leads to" {
    make_cache
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    echo mine >"$HERE/mine"
    chmod 666 "$HERE/mine"
    ln -s "$HERE/mine" "$ATTEMPT"
    run -0 "$PROGRAM" "$HERE/conf"
    attempt_is current
    [ ! -L "$ATTEMPT" ]
    [ "$(cat "$HERE/mine")" = mine ]
}

@test "where it cannot be kept, the keys come all the same" {
    make_cache
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    mkdir "$ATTEMPT"
    run -0 "$PROGRAM" "$HERE/conf"
    cmp "$CACHE/$POOL.jwks" "$SERVER/good.jwks"
    [ -d "$ATTEMPT" ]
}

@test "jwks_file leaves none" {
    make_cache
    configure "$HERE/conf" "jwks_file = $SERVER/good.jwks"
    run -0 "$PROGRAM" "$HERE/conf"
    [ ! -e "$ATTEMPT" ]
}

# ---- the man page ----

# The line of DIAGNOSTICS that begins with TEXT, as a pattern: what the page leaves out is anything.
diagnosis() {
    local line
    line=$(sed -n 's/^[.]It "\(.*\)"$/\1/p' "$BATS_TEST_DIRNAME/../../man/cognito-refresh.8" |
        grep -F -- "$1" | sed 's/\\&//g; s/[.][.][.]/*/g')
    [ -n "$line" ]
    printf '%s' "$line"
}

@test "cognito-refresh(8): the lines of DIAGNOSTICS are those that it says" {
    local shown
    make_cache
    [ "$(sed -n '/^.Sh DIAGNOSTICS/,/^.Sh SEE/p' "$BATS_TEST_DIRNAME/../../man/cognito-refresh.8" |
        grep -c '^[.]It')" = 4 ]
    configure "$HERE/conf" 'jwks_uri = https://127.0.0.1:1/'
    run -1 "$PROGRAM" "$HERE/conf"
    shown=$(diagnosis 'nothing from')
    echo "$output"
    # shellcheck disable=SC2053 # a pattern
    [[ $output == $shown ]]
    configure "$HERE/conf" "jwks_uri = $(uri good)"
    run -0 "$PROGRAM" "$HERE/conf"
    touch -d '3 hours ago' "$CACHE/$POOL.jwks"
    configure "$HERE/conf" "jwks_uri = $(uri 404)"
    run -1 "$PROGRAM" "$HERE/conf"
    shown=$(diagnosis 'HTTP 404')
    echo "$output"
    # shellcheck disable=SC2053 # a pattern
    [[ $output == $shown ]]
    configure "$HERE/conf" "jwks_uri = $(uri empty-keys)"
    run -1 "$PROGRAM" "$HERE/conf"
    shown=$(diagnosis 'key.none')
    echo "$output"
    # shellcheck disable=SC2053 # a pattern
    [[ $output == $shown* ]]
    shown=$(diagnosis 'cannot be written')
    [ "$shown" = "/var/cache/pam_cognito: cache_dir cannot be written: Permission denied" ]
    [ "$(id -u)" -eq 0 ] || return 0
    chown root "$CACHE"
    run -2 "$PROGRAM" "$HERE/conf"
    has "$output" "${shown/\/var\/cache\/pam_cognito/$CACHE}"
}
