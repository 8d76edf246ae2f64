#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What cognito-login keeps, how it is refreshed, and how cognito-askpass gets at it.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2119

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bats_require_minimum_version 1.5.0

setup() {
    make_laptop
    start_pool
    configure
}

teardown() {
    stop_pool
}

SSH="(alice@bastion.example) $ID"

# ---- refreshing ----

@test "less than a minute left: refreshed; more: not" {
    sign_in 2>err
    mint --lifetime 3600 --now "$(($(date +%s) - 3600 + 90))" --no-newline | keep_id
    login token >token
    [ "$(count_requests 'grant refresh_token')" = 0 ]
    mint --lifetime 3600 --now "$(($(date +%s) - 3600 + 30))" --no-newline | keep_id
    login token >token
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    [ $(("$(expiry_of <token)" - $(date +%s))) -gt 3500 ]
    login token | cmp token
    [ "$(count_requests 'grant refresh_token')" = 1 ]
}

@test "a pool that rotates refresh tokens: the new one is kept" {
    behave rotate
    sign_in 2>err
    cp "$state/default.refresh" before
    keep_expired
    login token >token
    refute cmp -s before "$state/default.refresh"
    keep_expired
    login token >token
    [ "$(count_requests 'grant refresh_token')" = 2 ]
}

# A command in the background, with the signals that the shell has ignored there. $! is its process.
in_background() {
    python3 -c 'import os, signal, sys
for number in signal.SIGINT, signal.SIGQUIT:
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$@" >out 2>err 3>&- 8>&- 9>&- &
}

# Until the pool has had COUNT requests with WORDS, 30 s at most.
await_requests() {
    local i
    for ((i = 0; i < 600; i++)); do
        [ "$(count_requests "$2")" -lt "$1" ] || return 0
        sleep 0.05
    done
    echo "no $1 requests with $2"
    return 1
}

# json-c leaves a copy of each string that it parses in memory that is given back as it is.
@test "no refresh token is given to json-c" {
    refute grep -q '^HARDEN_CFLAGS = .*-fsanitize' "$login_build/Makefile" || skip 'a build with sanitizers'
    cat >watch.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>
struct json_object *json_tokener_parse_ex(void *tokener, const char *text, int len);
struct json_object *json_tokener_parse_ex(void *tokener, const char *text, int len)
{
    if (memmem(text, (size_t)len, "refresh-", 8) != NULL)
        _exit(99);
    struct json_object *(*real)(void *, const char *, int);
    *(void **)&real = dlsym(RTLD_NEXT, "json_tokener_parse_ex");
    (void)!write(3, "parsed\n", 7);
    return real(tokener, text, len);
}
END
    "${CC:-cc}" -shared -fPIC -o watch.so watch.c -ldl
    use_browser
    behave rotate
    LD_PRELOAD=$PWD/watch.so login 2>err 3>parsed
    keep_expired
    LD_PRELOAD=$PWD/watch.so login token >token 3>>parsed
    sed -i '1s/managed-login/direct/' "$state/default.refresh"
    keep_expired
    LD_PRELOAD=$PWD/watch.so login token >token 3>>parsed
    [ "$(grep -c parsed parsed)" -ge 3 ] # the claims of each ID token
}

@test "a rotated refresh token is kept whatever happens to the ID token that came with it" {
    sign_in 2>err
    keep_expired
    behave rotate no-keys
    must_fail 1 "the pool's keys: HTTP 503" login token
    behave rotate
    login token >token
    keep_expired
    behave rotate refresh-only
    must_fail 1 'the answer has no ID token' login token
    behave rotate 'mint:--set,iss="https://evil.example/pool"'
    must_fail 1 claim.issuer login token
    behave rotate
    login token >token
    [ "$(count_requests 'grant refresh_token')" = 5 ]
}

@test "a signal while the pool rotates the refresh token waits until the new one is kept" {
    local number status
    sign_in 2>err
    for number in INT TERM HUP QUIT; do
        keep_expired
        : >"$pool/requests"
        rm -f "$pool/release"
        behave rotate hold-refresh
        in_background "$login_build/cognito-login" token
        await_requests 1 rotated
        kill -s "$number" $!
        touch "$pool/release"
        status=0
        wait $! || status=$?
        [ "$status" = "$((128 + $(kill -l "$number")))" ]
        login token >token
    done
}

@test "a refresh by the API where nobody came through managed login" {
    sign_in 2>err
    sed -i '1s/managed-login/direct/' "$state/default.refresh"
    keep_expired
    login token >token
    [ "$(count_requests 'InitiateAuth')" = 1 ]
    behave rotate
    keep_expired
    login token >token
    [ "$(count_requests 'GetTokensFromRefreshToken')" = 1 ]
    keep_expired
    sed -i '2s/.*/refresh-nonsense/' "$state/default.refresh"
    must_fail 1 'the refresh token has expired or was revoked' login token
}

@test "a refresh token of the greatest length that is kept can be read again; a longer one is refused" {
    behave 'rotate refresh:16384'
    sign_in 2>err
    [ "$(tail -n 1 "$state/default.refresh" | tr -d '\n' | wc -c)" = 16384 ]
    keep_expired
    login token >token
    sed -i '1s/managed-login/direct/' "$state/default.refresh"
    keep_expired
    login token >token
    keep_expired
    login token >token # what was kept then, too
    cp "$state/default.refresh" before
    behave 'rotate refresh:16385'
    keep_expired
    must_fail 1 'a refresh token that cannot be used (RefreshToken)' login token
    cmp before "$state/default.refresh"
    behave refresh:16385
    use_browser
    must_fail 1 'a refresh token that cannot be used (refresh_token)' login
}

@test "ca_file: as large as for cognito-refresh, and no larger" {
    sign_in 2>err
    truncate -s 1048575 "$pool/ca.pem"
    tr '\0' ' ' <"$pool/ca.pem" >padded
    echo >>padded
    cp padded "$pool/ca.pem"
    keep_expired
    login token >token
    echo >>"$pool/ca.pem"
    keep_expired
    must_fail 2 'ca.pem: ' login token
    grep -q 'larger than 1048576 bytes' err
}

@test "a refresh token that has expired: said so, and the rest of the world is not asked again" {
    sign_in 2>err
    keep_expired
    sed -i '2s/.*/refresh-nonsense/' "$state/default.refresh"
    must_fail 1 'the refresh token has expired or was revoked' login token
    grep -q 'log in: cognito-login$' err
    must_fail 1 'nobody is logged in; log in: cognito-login' login token
    [ "$(count_requests 'grant refresh_token')" = 1 ]
}

@test "a pool out of reach: the refresh token stays, and an ID token that still lasts is given" {
    sign_in 2>err
    mint --now "$(($(date +%s) - 3600 + 50))" --no-newline | keep_id
    behave unavailable
    login token >token
    [ "$(expiry_of <token)" -lt "$(($(date +%s) + 60))" ]
    keep_expired
    must_fail 1 'the token cannot be refreshed: ' login token
    rm "$pool/behaviour"
    login token >token
}

@test "a refresh that brings a token of another issuer: refused, nothing changes" {
    sign_in 2>err
    keep_expired
    cp "$runtime/default.id" before
    behave 'mint:--set,iss="https://evil.example/pool"'
    must_fail 1 claim.issuer login token
    cmp before "$runtime/default.id"
}

@test "a nonce that nobody asked for, as federated providers put in: no error in a refresh" {
    sign_in 2>err
    keep_expired
    behave 'mint:--set,nonce="of-a-provider"'
    login token >token
    [ $(("$(expiry_of <token)" - $(date +%s))) -gt 3500 ]
}

@test "what lasts is judged by the clock after the wait for another process" {
    sign_in 2>err
    keep_expired
    exec 8>"$state/default.lock"
    flock 8
    in_background "$login_build/cognito-login" token
    local waiting=$! i
    for ((i = 0; i < 600; i++)); do
        [ -z "$(find "/proc/$waiting/fd" -lname '*/default.lock')" ] || break
        sleep 0.05
    done
    # It lasts for a minute from now on, and less as soon as the clock has moved.
    local begun
    begun=$(date +%s)
    mint --lifetime 3600 --now "$((begun - 3600 + 60))" --no-newline | keep_id
    while [ "$(date +%s)" = "$begun" ]; do sleep 0.05; done
    exec 8>&-
    wait "$waiting"
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    [ $(("$(expiry_of <out)" - $(date +%s))) -gt 3500 ]
}

@test "status makes no folders" {
    run -1 login status
    [ "$output" = 'profile default: not logged in' ]
    [ ! -e "$state" ]
    [ ! -e "$HOME/.local" ]
    [ ! -e "$runtime" ]
    sign_in 2>err
    rm -r "$runtime"
    login status | grep -q 'logged in; the ID token has expired and is refreshed'
    [ ! -e "$runtime" ]
}

@test "status warns where the end is near and nothing can be refreshed" {
    sign_in 2>err
    mint --lifetime 3600 --now "$(($(date +%s) - 3600 + 290))" --no-newline | keep_id
    login status >out 2>err
    grep -qE 'logged in; the ID token lasts 4 min .* and is refreshed by itself$' out
    [ ! -s err ]
    rm "$state/default.refresh"
    login status >out 2>err
    grep -qE 'logged in; the ID token lasts 4 min [0-9]+ s$' out
    grep -q 'the ID token ends soon, and cannot be refreshed: log in again' err
    mint --lifetime 3600 --now "$(($(date +%s) - 3600 + 330))" --no-newline | keep_id
    login status >out 2>err
    [ ! -s err ]
}

@test "the tokens of a profile that was changed are not used" {
    sign_in 2>err
    sed -i 's/^user_pool.*/user_pool = eu-central-1_Another/' "$config"
    must_fail 1 'nobody is logged in' login token
    [ "$(count_requests 'grant refresh_token')" = 0 ]
}

@test "profiles have tokens of their own" {
    configure '[profile work]' 'hosts = *.work.example'
    sign_in 2>err
    must_fail 1 'log in: cognito-login --profile work' login token --profile work
    COGNITO_LOGIN_PROFILE=work login 2>err
    login --profile work token >token
    login logout
    login --profile work token | cmp token
    must_fail 2 'there is no section [profile other]' login --profile other
    must_fail 2 'there is no section [profile ../x]' login --profile ../x
}

# ---- what others could do ----

@test "files and folders that others can read are refused" {
    sign_in 2>err
    chmod 640 "$runtime/default.id"
    must_fail 1 'default.id: this file is open to others' login status
    chmod 600 "$runtime/default.id"
    keep_expired
    chmod 604 "$state/default.refresh"
    must_fail 1 'default.refresh: this file is open to others' login token
    [ "$(count_requests 'grant refresh_token')" = 0 ]
    chmod 600 "$state/default.refresh"
    chmod 750 "$state"
    must_fail 2 "this folder is open to others; fix: chmod 700 $state" login token
    chmod 700 "$state"
    chmod 666 "$config"
    must_fail 2 "$config: others can write to it; fix: chmod go-w $config" login token
}

# stow and home-manager put links there; the files themselves are in a repository.
@test "the configuration and the folder for tokens may be links to good ones" {
    mkdir -p dotfiles/cognito-login tokens "${state%/*}"
    mv "$config" dotfiles/cognito-login/config
    rmdir "${config%/*}"
    ln -s ../../dotfiles/cognito-login "${config%/*}"
    chmod 700 tokens
    ln -s "$PWD/tokens" "$state"
    sign_in 2>err
    [ -f tokens/default.refresh ]
    login token >token 2>err
    [ ! -s err ]
    chmod 777 dotfiles
    must_fail 2 '/dotfiles: others can write to it; fix: chmod go-w /' login token
    chmod 755 dotfiles tokens
    must_fail 2 "this folder is open to others; fix: chmod 700 $state" login token
}

@test "a link that another user made is not followed to a folder for tokens" {
    [ "$(id -u)" = 0 ] || skip 'only root can give links away'
    mkdir -p tokens "${state%/*}"
    chmod 700 tokens
    ln -s "$PWD/tokens" "$state"
    chown -h nobody "$state"
    must_fail 2 "$state: Not a directory" login token
}

@test "a link in the place of a file is not followed" {
    sign_in 2>err
    mv "$state/default.refresh" elsewhere
    ln -s "$PWD/elsewhere" "$state/default.refresh"
    keep_expired
    must_fail 1 default.refresh login token
}

@test "without a runtime folder the ID token is kept with the state" {
    unset XDG_RUNTIME_DIR
    runtime=$state
    sign_in 2>err
    [ -f "$state/default.id" ]
    login token >token
}

@test "whatever the umask" {
    umask 777
    export BROWSER="python3 $login_here/browser.py $pool"
    login 2>/dev/null
    umask 022
    [ "$(stat -c %a "$state/default.refresh" "$runtime/default.id" | sort -u)" = 600 ]
}

@test "logout revokes a refresh token that others could read" {
    local mode
    for mode in 644 666 000; do
        sign_in 2>err
        : >"$pool/requests"
        chmod "$mode" "$state/default.refresh"
        login logout 2>err
        grep -q '^Logged out' err
        [ "$(count_requests RevokeToken)" = 1 ]
        nothing_stored
    done
}

# A refresh token that a logout could not revoke.
logout_in_vain() {
    sign_in 2>err
    : >"$pool/requests"
    behave unavailable
    must_fail 1 'run cognito-login logout again' login logout
    [ "$(count_requests RevokeToken)" = 1 ]
    rm "$pool/behaviour"
}

@test "a logout that does not reach the pool ends the login, and the next one revokes the token" {
    logout_in_vain
    [ ! -e "$runtime/default.id" ]
    must_fail 1 'nobody is logged in; log in: cognito-login' login token
    run -1 login status
    [ "$output" = 'profile default: not logged in' ]
    login logout 2>err
    grep -q '^Logged out' err
    [ "$(count_requests RevokeToken)" = 2 ]
    nothing_stored
    login logout 2>err
    grep -q '^Nobody was logged in' err
    [ "$(count_requests RevokeToken)" = 2 ]
}

@test "a sign-in first has a token revoked that a logout could not revoke" {
    logout_in_vain
    sign_in 2>err
    [ "$(count_requests RevokeToken)" = 2 ]
    login token >token
    login logout 2>err
    [ "$(count_requests RevokeToken)" = 3 ]
    logout_in_vain
    behave no-revoke
    sign_in 2>err
    grep -q 'the refresh token of an earlier login was not revoked and is good until it expires' err
    login token >token
}

@test "logout keeps what the pool did not revoke for another reason, and drops what is no longer good" {
    sign_in 2>err
    behave secret
    must_fail 1 'has a secret' login logout
    behave revoked
    login logout 2>err
    nothing_stored
}

@test "logout of a profile that was changed keeps the token, which it cannot revoke" {
    sign_in 2>err
    sed -i 's/^user_pool.*/user_pool = eu-central-1_Another/' "$config"
    must_fail 1 'set user_pool and client_id back' login logout
    [ "$(count_requests RevokeToken)" = 0 ]
    sed -i 's/^user_pool.*/user_pool = eu-central-1_ExAmPlE01/' "$config"
    login logout 2>err
    [ "$(count_requests RevokeToken)" = 1 ]
    nothing_stored
}

@test "logout --json says whether there was something to revoke" {
    sign_in 2>err
    login logout --json >out 2>err
    [ "$(cat out)" = '{"profile": "default", "revoked": true}' ]
    [ ! -s err ]
    login logout --json >out
    [ "$(cat out)" = '{"profile": "default", "revoked": false}' ]
    login --help | grep -qE '^ *(cognito-login )?logout .*--json'
}

@test "logout leaves zeros where the tokens were" {
    sign_in 2>err
    exec 6<"$state/default.refresh" 7<"$runtime/default.id"
    login logout 2>err
    nothing_stored
    [ "$(tr -d '\0' <&6 | wc -c):$(tr -d '\0' <&7 | wc -c)" = 0:0 ]
    exec 6<&- 7<&-
}

@test "the token does not reach a full disk as half a token" {
    [ -w /dev/full ] || skip 'no /dev/full'
    sign_in 2>err
    run -2 sh -c '"$0" token >/dev/full' "$login_build/cognito-login"
}

# ---- parts ----

@test "token --parts prints pieces that are the token" {
    sign_in 2>err
    login token >token
    login token --parts >parts
    tr -d '\n' <parts | cmp - <(tr -d '\n' <token)
    [ "$(head -n 1 parts | wc -c)" = 1021 ]
    login token --parts --sudo >parts
    tr -d '\n' <parts | cmp - <(tr -d '\n' <token)
    [ "$(head -n 1 parts | wc -c)" = 501 ]
    [ "$(awk 'length > 500' parts)" = '' ]
}

@test "usage" {
    must_fail 2 'usage: cognito-login' login nonsense
    must_fail 2 'usage: cognito-login' login token --no-browser
    must_fail 2 'usage: cognito-login' login token extra
    must_fail 2 'usage: cognito-login' login --no-browser --password
    must_fail 2 'usage: cognito-login' login ssh
    login --help | grep -q 'cognito-login status'
    [[ $(login --version) == 'cognito-login '* ]]
    rm "$config"
    must_fail 2 "there is no $config" login
}

# ---- cognito-askpass ----

@test "askpass answers with the token that is kept, for the profile's hosts" {
    sign_in 2>err
    login token | tr -d '\n' | head -c 1020 >part
    askpass "$SSH" >answer
    tr -d '\n' <answer | cmp - part
    must_fail 1 'the host evil.test may not have the token' \
        askpass "(alice@evil.test) $ID"
    [ "$(count_requests 'grant refresh_token')" = 0 ]
}

@test "askpass has an expired token refreshed before the first part, once" {
    sign_in 2>err
    keep_expired
    askpass "$SSH" >answer
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    [ "$(wc -c <answer)" = 1021 ]
    askpass "(alice@bastion.example) Password (Cognito ID token, continue after character 1020): " \
        >rest
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    cat answer rest | tr -d '\n' | cmp - <(login token | tr -d '\n')
}

@test "askpass without a token says what to run, and sends nothing" {
    must_fail 1 'log in: cognito-login' askpass "$SSH"
    rm "$config"
    must_fail 1 'COGNITO_ASKPASS_HOSTS' askpass "$SSH"
    COGNITO_ASKPASS_HOSTS='*' must_fail 1 'set COGNITO_TOKEN_FILE' askpass "$SSH"
}

@test "COGNITO_TOKEN_FILE and COGNITO_TOKEN_COMMAND win" {
    sign_in 2>err
    mint --user file >file
    chmod 600 file
    COGNITO_TOKEN_FILE=$PWD/file askpass "$SSH" | tr -d '\n' | cmp - <(head -c 1020 file)
    COGNITO_TOKEN_COMMAND="cat '$PWD/file'" askpass "$SSH" | tr -d '\n' | cmp - <(head -c 1020 file)
}

@test "askpass uses the profile that COGNITO_LOGIN_PROFILE names, whatever its name has to do with" {
    configure '[profile work]' 'hosts = *.work.test'
    COGNITO_LOGIN_PROFILE=work
    export COGNITO_LOGIN_PROFILE
    sign_in 2>err
    askpass "(alice@a.work.test) $ID" >answer
    [ -s answer ]
    must_fail 1 'add it to hosts in the profile work' askpass "$SSH"
}

@test "two hundred askpass calls at once with an expired ID token: one refresh" {
    sign_in 2>err
    keep_expired
    mkdir answers
    for i in $(seq 200); do
        "$login_build/cognito-askpass" "$SSH" >"answers/$i" 2>"answers/$i.err" 3>&- &
        pids[i]=$!
    done
    for i in $(seq 200); do
        wait "${pids[i]}" || {
            cat "answers/$i.err"
            return 1
        }
    done
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    [ "$(cat answers/*[0-9] | sort -u | wc -l)" = 1 ]
    [ "$(wc -c <answers/7)" = 1021 ]
}

@test "a kill at any moment, at random, leaves a store that works or says log in again" {
    behave rotate
    sign_in 2>err
    local worked=0 again=0 i
    for i in $(seq 20); do
        keep_expired
        "$login_build/cognito-login" token >token 2>/dev/null 3>&- &
        sleep "0.0$((RANDOM % 9))$((RANDOM % 9))"
        kill -KILL $! 2>/dev/null || true
        wait $! 2>/dev/null || true
        if login token >token 2>err; then
            [ $(("$(expiry_of <token)" - $(date +%s))) -gt 60 ]
            worked=$((worked + 1))
        else
            grep -q 'log in: cognito-login' err
            again=$((again + 1))
            sign_in 2>err
        fi
        [ "$(find "$state" "$runtime" -type f | wc -l)" -le 5 ]
    done
    echo "# worked $worked, log in again $again" >&3
    [ "$worked" -gt 0 ]
}

# killed_at CALL VERB: runs cognito-login again and again, killed at the first of these system calls,
# at the second and so on, until it comes to its end; after each kill what is kept has to work, or
# to say "log in again".
killed_at() {
    local n status=137
    for ((n = 1; status == 137 && n < 100; n++)); do
        [ -e "$state/default.refresh" ] || sign_in 2>err
        keep_expired
        status=0
        strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$n" \
            "$login_build/cognito-login" "$2" >token 2>err 3>&- 8>&- 9>&- || status=$?
        [ "$status" != 137 ] || {
            works_or_says_log_in
            moments=$((moments + 1))
        }
    done
    [ "$status" = 0 ] || {
        cat err
        return 1
    }
}

works_or_says_log_in() {
    local status=0
    login token >token 2>err || status=$?
    case $status in
    0) [ $(("$(expiry_of <token)" - $(date +%s))) -gt 60 ] ;;
    1)
        grep -q 'log in: cognito-login' err
        again=$((again + 1))
        sign_in 2>err
        ;;
    *)
        cat err
        return 1
        ;;
    esac
    [ "$(find "$state" "$runtime" -type f | wc -l)" -le 5 ]
}

@test "a kill at each call that changes a file or talks to the pool leaves a store that works or says log in again" {
    command -v strace >/dev/null || skip 'no strace'
    strace -o /dev/null -e inject=getpid:signal=KILL true 2>/dev/null || skip 'strace cannot be used here'
    refute grep -q '^HARDEN_CFLAGS = .*-fsanitize' "$login_build/Makefile" || skip 'a build with sanitizers'
    local moments=0 again=0
    behave rotate
    sign_in 2>err
    local call
    for call in flock unlinkat fchmod write fsync renameat renameat2 sendto recvfrom; do
        killed_at "$call" token
    done
    for call in sendto pwrite64 unlinkat; do killed_at "$call" logout; done
    for call in unlinkat renameat renameat2; do killed_at "$call" login; done
    echo "# $moments moments; $again times log in again" >&3
    [ "$moments" -ge 25 ]
}

# ---- env and ssh ----

@test "env prints what the shell needs" {
    login env >exports 2>err
    [ ! -s err ]
    # shellcheck disable=SC1091
    (
        COGNITO_TOKEN_FILE=file COGNITO_TOKEN_COMMAND='echo command'
        export COGNITO_TOKEN_FILE COGNITO_TOKEN_COMMAND
        . ./exports
        [ "$SSH_ASKPASS" = "$(readlink -f "$login_build/cognito-askpass")" ]
        [ "$SSH_ASKPASS_REQUIRE" = force ]
        [ "$COGNITO_ASKPASS_HOSTS" = '*.example' ]
        [ "$COGNITO_LOGIN_PROFILE" = default ]
        [ -z "${COGNITO_TOKEN_FILE+set}${COGNITO_TOKEN_COMMAND+set}" ]
    )
    configure '[profile work]' "hosts = *.it's"
    # shellcheck disable=SC1090
    (
        . <(login env --profile work)
        [ "$COGNITO_ASKPASS_HOSTS" = "*.it's" ]
        [ "$COGNITO_LOGIN_PROFILE" = work ]
        . <(login env --profile default)
        [ "$COGNITO_ASKPASS_HOSTS" = '*.example' ]
        [ "$COGNITO_LOGIN_PROFILE" = default ]
    )
}

@test "a profile without hosts: env takes those of another profile away, and says so" {
    sed -i '/^hosts/d' "$config"
    # shellcheck disable=SC1090
    (
        COGNITO_ASKPASS_HOSTS='*'
        export COGNITO_ASKPASS_HOSTS
        . <(login env 2>err)
        [ -z "$COGNITO_ASKPASS_HOSTS" ]
    )
    grep -q 'the profile default names no hosts' err
    sign_in 2>err
    COGNITO_ASKPASS_HOSTS='' must_fail 1 'add it to hosts in the profile default' askpass "$SSH"
}

# An ssh that says how it was called, and with what of the environment.
use_recorder() {
    mkdir bin
    cat >bin/ssh <<'END'
#!/bin/sh
printf '%s\n' "$@" "$SSH_ASKPASS_REQUIRE" "$COGNITO_LOGIN_PROFILE" "$COGNITO_ASKPASS_HOSTS" "${SSH_ASKPASS##*/}" \
    "${COGNITO_TOKEN_FILE-none}" "${COGNITO_TOKEN_COMMAND-none}"
exit 7
END
    chmod 755 bin/ssh
    PATH=$PWD/bin:$PATH
}

# Has an ID token kept for PROFILE of POOL, as if somebody had signed in.
hold_token() {
    mkdir -p "$runtime"
    chmod 700 "$runtime"
    { echo "$2 1example23456789abcdefghij id"; mint --no-newline; } >"$runtime/$1.id"
    chmod 600 "$runtime/$1.id"
}

@test "ssh is run with them and one prompt round; its options are its own" {
    use_recorder
    hold_token default eu-central-1_ExAmPlE01
    run -7 login ssh -p 22 bastion.example --json 'id -u'
    [ "$output" = '-o
NumberOfPasswordPrompts=1
-o
PreferredAuthentications=keyboard-interactive,publickey
-p
22
bastion.example
--json
id -u
force
default
*.example
cognito-askpass
none
none' ]
}

# ssh_environment [OPTION]...: the profile and the hosts that ssh finds, and its token settings.
ssh_environment() {
    run -7 login "$@" ssh x
    output=$(tail -n 5 <<<"$output" | grep -vx cognito-askpass | tr '\n' '|')
}

@test "ssh: --profile wins, default included; no hosts and no token are left over from another" {
    use_recorder
    configure '[profile staging]' 'hosts = *.staging.test' '[profile bare]' 'user_pool = us-east-1_AbC'
    hold_token default eu-central-1_ExAmPlE01
    hold_token staging eu-central-1_ExAmPlE01
    hold_token bare us-east-1_AbC
    export COGNITO_LOGIN_PROFILE=staging COGNITO_ASKPASS_HOSTS='*' COGNITO_TOKEN_FILE=$PWD/token
    export COGNITO_TOKEN_COMMAND='cat token'
    ssh_environment
    [ "$output" = 'staging|*.staging.test|none|none|' ]
    ssh_environment --profile default
    [ "$output" = 'default|*.example|none|none|' ]
    sed -i '/^hosts = \*.example/d' "$config"
    ssh_environment --profile bare
    [[ $output == 'bare||none|none|' ]]
    COGNITO_LOGIN_PROFILE='' ssh_environment
    [[ $output == 'default||none|none|' ]]
}

# ssh at a terminal, where a browser is.
ssh_at_terminal() {
    run -"$1" --separate-stderr python3 "$login_here/password-terminal.py" screen "$login_build/cognito-login" \
        ssh x </dev/null
}

@test "ssh signs in first, at a terminal, if nobody is logged in or the token cannot be refreshed" {
    use_recorder
    use_browser
    ssh_at_terminal 7
    grep -q 'there is no token for ssh; signing in first' screen
    grep -q 'Signed in as alice' screen
    [[ $output == *'PreferredAuthentications='* ]]
    # Not again as long as that lasts or can be refreshed.
    keep_expired
    ssh_at_terminal 7
    refute grep -q 'signing in' screen
    [ "$(count_requests 'grant authorization_code')" = 1 ]
    [ "$(count_requests 'grant refresh_token')" = 1 ]
    keep_expired
    sed -i '2s/.*/refresh-nonsense/' "$state/default.refresh"
    ssh_at_terminal 7
    grep -q 'Signed in as alice' screen
    keep_expired
    chmod 644 "$state/default.refresh"
    ssh_at_terminal 7
    grep -q 'this file is open to others' screen
    grep -q 'Signed in as alice' screen
}

@test "ssh without a terminal, or after a sign-in that fails, is not run" {
    use_recorder
    must_fail 1 'nobody is logged in; log in: cognito-login (there is no terminal to sign in at now)' \
        setsid -w "$login_build/cognito-login" ssh x </dev/null
    use_browser
    behave denied
    ssh_at_terminal 1
    [ "$output" = '' ]
    grep -q 'refused or cancelled' screen
}

@test "ssh --help is about cognito-login, and --profile '' is no profile" {
    use_recorder
    login ssh --help >out 2>err
    grep -q 'cognito-login .*ssh \[SSH-OPTION\]' out
    [ ! -s err ]
    for verb in login logout token status env; do
        login "$verb" --help | grep -q "cognito-login \[\?$verb"
    done
    must_fail 2 'there is no section [profile ]' login --profile '' status
}
