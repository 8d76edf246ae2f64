#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Profiles of the person and of the system, and what is said about all of them at once. The programs
# are those that take the build's folder for /etc (see targets.am).
# shellcheck disable=SC2030,SC2031,SC2119,SC2154

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bats_require_minimum_version 1.5.0

setup() {
    make_laptop
    start_pool
    configure
    login_build=$login_build/tests/login/laptop
    system=$login_build/etc/config
    rm -rf "${system%/*}"
    mkdir -m 755 "${system%/*}"
}

teardown() {
    rm -rf "${system%/*}"
    stop_pool
}

# The profile of `configure' is the system's from now on.
make_system() {
    mv "$config" "$system"
    [ "$#" = 0 ] || printf '%s\n' "$@" >>"$system"
}

@test "the system's profiles are below the person's own, and a profile comes whole from one file" {
    make_system '[profile work]' 'hosts = *.work.example' '[profile shared]' 'hosts = *.system.example'
    sign_in 2>err
    askpass "(alice@a.example) $ID" >out
    grep -q '^eyJ' out
    login --profile work env | grep -qxF "export COGNITO_ASKPASS_HOSTS='*.work.example'"
    # The person's own section of a name hides all of the system's.
    sed 's/^hosts.*/hosts = *.own.example/' "$system" | sed '/^\[/,$d' >"$HOME/base"
    { echo '[profile shared]'; cat "$HOME/base"; } >"$config"
    login --profile shared env | grep -qxF "export COGNITO_ASKPASS_HOSTS='*.own.example'"
    login env | grep -qxF "export COGNITO_ASKPASS_HOSTS='*.example'"
    printf '%s\n' '[profile shared]' 'hosts = *.own.example' >"$config"
    must_fail 2 "$config: profile shared: user_pool is missing" login --profile shared env
    # So does what stands before the sections, for the profile default.
    printf '%s\n' 'hosts = *.own.example' >"$config"
    must_fail 2 "$config: profile default: user_pool is missing" login env
    login --profile work env | grep -qxF "export COGNITO_ASKPASS_HOSTS='*.work.example'"
    must_fail 2 "$config: there is no section [profile none]; and it is not in $system" \
        login --profile none env
}

@test "a fault in the system's file is named with the file, and harms no profile of the person's own" {
    cp "$config" "$HOME/good"
    make_system 'unknown = 1'
    must_fail 2 "$system:12: unknown: no such option" login env
    cp "$HOME/good" "$config"
    login env >out
    must_fail 2 "$system:12: unknown: no such option" login --profile work env
    echo 'unknown = 1' >>"$config"
    must_fail 2 "$config:12: unknown: no such option" login env
    must_fail 2 "$config:12: unknown: no such option" login --profile work env
}

@test "a system's file that others can write is refused; a link to a good one is not" {
    make_system
    login env >out
    chmod o+w "$system"
    must_fail 2 "$system: others can write to it; fix: chmod go-w $system" login env
    chmod o-w "$system"
    mv "$system" "$system.real"
    ln -s config.real "$system"
    login env >out
}

@test "neither file is there: both are named" {
    rm "$config"
    must_fail 2 "there is no $config; it needs at least user_pool, client_id and domain, see \
cognito-login(1); and it is not in $system" login env
}

@test "profiles lists all of them, their pools and files, and who is logged in" {
    make_system '[profile work]' 'hosts = *.work.example' '[profile far-away]' \
        'user_pool = us-east-1_Another'
    { sed 's/^hosts.*/hosts = *.own.example/' "$system" | sed '/^\[/,$d'; echo '[profile work]'; } >"$config"
    must_fail 2 'usage:' login profiles --profile work
    login profiles >out
    refute [ -e "$runtime" ]
    diff - out <<END
default   eu-central-1_ExAmPlE01  $config  not logged in
work      eu-central-1_ExAmPlE01  $config  not logged in
far-away  us-east-1_Another  $system  not logged in
END
    use_browser
    login --profile work 2>err
    COGNITO_LOGIN_PROFILE=far-away login profiles >out
    diff - out <<END
default   eu-central-1_ExAmPlE01  $config  not logged in
work      eu-central-1_ExAmPlE01  $config  logged in as alice (alice@corp.example.com)
far-away  us-east-1_Another  $system  not logged in
END
    login profiles --json | python3 -c '
import json, sys
default, work, far = json.load(sys.stdin)["profiles"]
assert work == {"profile": "work", "user_pool": "eu-central-1_ExAmPlE01", "file": sys.argv[1],
                "logged_in": True, "username": "alice", "email": "alice@corp.example.com"}, work
assert far["file"] == sys.argv[2] and far["logged_in"] is False and far["email"] is None, far
assert default["profile"] == "default", default' "$config" "$system"
}

@test "profiles: a profile that is wrong does not hide the others; what sections share is none" {
    printf '%s\n' 'timeout = 5s' '[profile broken]' 'client_id = x' '[profile work]' \
        'user_pool = us-east-1_Another' 'client_id = x' >"$config"
    run -2 --separate-stderr login profiles
    [ "$output" = "work    us-east-1_Another  $config  not logged in" ]
    [ "$stderr" = "cognito-login: $config: profile broken: user_pool is missing" ]
    run -2 --separate-stderr login profiles --json
    [ "$(python3 -c 'import json, sys; print(len(json.loads(sys.argv[1])["profiles"]))' "$output")" = 1 ]
}

@test "status names the person, by the ID token that is kept, in printable characters" {
    sign_in 2>err
    login status | grep -q '^profile default: alice (alice@corp.example.com) is logged in; the ID token'
    login status --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
assert found["username"] == "alice" and found["email"] == "alice@corp.example.com", found'
    mint --no-newline --set 'cognito:username="m\u00fcller\u001b[31m\n\u202ex"' --set 'email="a\u0007"' | keep_id
    login status >out
    grep -qF 'profile default: müller\x1b[31m \xe2\x80\xaex (a\x07) is logged in' out
    [ "$(wc -l <out)" = 1 ]
    login status --json >out
    refute grep -q '\\u\|[^ -~ü]' out
    keep_expired
    login status | grep -q '^profile default: alice .* is logged in; the ID token has expired'
    rm "$runtime/default.id"
    login status | grep -q '^profile default: logged in; the ID token has expired'
    login status --json | grep -q '"username": null, "email": null'
}

@test "logout --all ends every login, and reports each" {
    make_system '[profile work]' '[profile other]'
    sed '/^\[/,$d' "$system" >"$config"
    must_fail 2 'usage:' login logout --all --profile work
    must_fail 2 'usage:' login token --all
    login logout --all 2>err
    [ "$(cat err)" = 'Nobody was logged in.' ]
    use_browser
    login 2>err
    login --profile work 2>err
    # An ID token alone is something kept, too.
    login --profile other 2>err
    rm "$state/other.refresh"
    COGNITO_LOGIN_PROFILE=work login logout --all 2>err
    printf 'Logged out (profile %s).\n' default work other | diff - err
    [ "$(count_requests RevokeToken)" = 2 ]
    nothing_stored
}

@test "logout --all goes on where one profile cannot be revoked, and says so" {
    configure '[profile away]' 'endpoint = https://127.0.0.1:1/' '[profile work]'
    use_browser
    login --profile away 2>err
    login --profile work 2>err
    must_fail 1 'profile away: logged out here, but the pool did not revoke' login logout --all
    grep -qx 'Logged out (profile work).' err
    [ "$(count_requests RevokeToken)" = 1 ]
    must_fail 1 'nobody is logged in' login --profile away token
    login --profile work 2>err
    run -1 --separate-stderr login logout --all --json
    python3 -c '
import json, sys
away, work = json.loads(sys.argv[1])["profiles"]
assert away["profile"] == "away" and away["revoked"] is False and "did not revoke" in away["error"]
assert work == {"profile": "work", "revoked": True}, work' "$output"
}
