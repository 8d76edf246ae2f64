#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A profile that somebody hands out, in a file or at an address: shown, asked about, stored, used.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2119,SC2154

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bats_require_minimum_version 1.5.0

setup() {
    make_laptop
    start_pool
    configure
    mv "$config" given.conf
    rmdir "${config%/*}"
    use_browser
}

teardown() {
    stop_pool
}

# At a terminal, where ANSWER is typed at the question: answering ANSWER ARGUMENT...
answering() {
    local answer=$1
    shift
    echo "(y/N)|$answer" |
        python3 "$login_here/password-terminal.py" screen "$login_build/cognito-login" "$@"
}

@test "a profile from a file: shown, asked about once, stored, and signed in with" {
    answering y ./given.conf >out
    grep -q '^./given.conf has this profile:' screen
    grep -q '^    user_pool = eu-central-1_ExAmPlE01' screen
    grep -q "It will be the profile default in $config\." screen
    grep -q 'Signed in as alice' screen
    [ "$(stat -c %a "$config")" = 600 ]
    [ "$(head -n 1 "$config")" = '[profile default]' ]
    diff <(sort given.conf | sed '/^$/d') <(tail -n +2 "$config" | sort)
    login token >token
    # The same again is there already: nothing is asked.
    cp "$config" before
    login ./given.conf 2>err
    refute grep -q 'has this profile' err
    cmp before "$config"
}

@test "no, or nobody to ask: nothing is stored, nobody is signed in" {
    for answer in n '' maybe; do
        run -1 answering "$answer" ./given.conf
        grep -q 'nothing was stored' screen
        [ ! -e "$config" ]
    done
    must_fail 1 'there is no terminal to ask at' setsid -w "$login_build/cognito-login" ./given.conf </dev/null
    [ ! -e "$config" ]
    nothing_stored
    login ./given.conf --yes 2>err
    grep -q 'Signed in as alice' err
}

@test "what could do harm is shown with a word of caution, and nothing else is" {
    answering n ./given.conf || true
    for name in ca_file endpoint issuer jwks_uri; do
        grep -A 1 "^  ! $name = " screen | grep -q '^      CAUTION: '
    done
    refute grep -q '^  ! \(hosts\|domain\|timeout\|user_pool\)' screen
    printf '%s\n' 'user_pool = us-east-1_AbC' 'client_id = x' 'hosts = a *' 'password_flow = plain' \
        'proxy = http://proxy.example:1' 'endpoint = https://cognito-idp.us-east-1.amazonaws.com/' \
        'jwks_uri = https://cognito-idp.us-east-1.amazonaws.com.evil.example/x' >given.conf
    answering n ./given.conf || true
    for name in hosts password_flow proxy jwks_uri; do grep -q "^  ! $name = " screen; done
    grep -q '^    endpoint = ' screen
}

@test "other profiles stay as they are, byte for byte; one of the same name is replaced only if asked" {
    mkdir -p "${config%/*}"
    printf '%s\n' '# mine' 'user_pool = us-east-1_Own' 'client_id = own ' 'hosts = *.own.example' '' \
        '[profile work]' 'client_id = w' '# about home' '' '[profile home]  ' >"$config"
    printf '\thosts = *.home.example' >>"$config"
    cp "$config" before
    login ./given.conf --profile new --yes 2>err
    cmp -n "$(stat -c %s before)" before "$config"
    login --profile home env | grep -q "='\*.home.example'"
    login --profile new token >token
    # A name that is taken; what stands before the sections counts for it.
    grep -v '^hosts' given.conf >other.conf
    cp "$config" before
    run -1 answering n ./other.conf --profile work
    grep -q 'the profile work in .*, REPLACING the one that is there' screen
    grep -q '^    hosts = \*.own.example   (stands before the sections of your file)' screen
    cmp before "$config"
    answering y ./other.conf --profile work
    python3 - before "$config" <<'END'
import sys
before, after = (open(name).read() for name in sys.argv[1:])
start = before.index("[profile work]")
end = before.index("# about home")
assert after.startswith(before[:start] + "[profile work]\nuser_pool = eu-central-1_ExAmPlE01\n")
assert after.endswith(before[end:])
END
    printf '\n[profile a b]\nhosts = x\n' >>"$config"
    must_fail 2 'the section for a is one for other profiles as well' login ./given.conf --profile a --yes
}

@test "a section gives the profile its name; anything but one good profile is refused" {
    { echo '[profile bastion]'; cat given.conf; } >named.conf
    COGNITO_LOGIN_PROFILE=other login ./named.conf --yes 2>err
    grep -qF '[profile bastion]' "$config"
    grep -q 'Signed in as alice (profile bastion)' err
    rm "$config"
    { cat given.conf; echo '[profile b]'; } >two.conf
    must_fail 2 './two.conf: one profile was expected, not 2' login ./two.conf --yes
    : >empty.conf
    must_fail 2 './empty.conf: one profile was expected, not 0' login ./empty.conf --yes
    { cat given.conf; echo 'client_secret = x'; } >secret.conf
    must_fail 2 './secret.conf:12: client_secret: no such option' login ./secret.conf --yes
    grep -v '^client_id' given.conf >part.conf
    must_fail 2 'client_id is missing' login ./part.conf --yes
    must_fail 2 'not a name' login ./given.conf --yes --profile ../x
    head -c 70000 /dev/zero | tr '\0' '#' >large.conf
    must_fail 2 'larger than 65536 bytes' login ./large.conf --yes
    must_fail 2 'No such file or directory' login ./none.conf --yes
    must_fail 2 'usage:' login given.conf --yes
    must_fail 2 'usage:' login status --yes
    [ ! -e "$config" ]
}

@test "a link in the place of the configuration stays one" {
    mkdir -p "${config%/*}" "$HOME/dotfiles"
    echo '# mine' >"$HOME/dotfiles/config"
    ln -s ../../dotfiles/config "$config"
    login ./given.conf --yes 2>err
    [ -L "$config" ]
    grep -qx '# mine' "$HOME/dotfiles/config"
    grep -q '^user_pool' "$HOME/dotfiles/config"
}

@test "an address is https alone, and its server is verified" {
    cp given.conf "$pool/ssh.conf"
    must_fail 2 'must begin with https://' login "http://127.0.0.1:$pool_port/profiles/ssh.conf" --yes
    must_fail 2 "the server's certificate is not trusted" \
        login "https://127.0.0.1:$pool_port/profiles/ssh.conf" --yes
    [ ! -e "$pool/requests" ]
    [ ! -e "$config" ]
}

@test "a profile from an address; no redirect, no other answer, nothing large" {
    [ "$(id -u)" = 0 ] || skip 'needs root'
    mkdir authorities
    cp "$pool/ca.pem" authorities/ca-certificates.crt
    # shellcheck disable=SC2329 # must_fail calls it
    login() {
        unshare -m bash -c 'mount --bind "$1" /etc/ssl/certs && shift && exec "$@"' - authorities \
            "$login_build/cognito-login" "$@"
    }
    cp given.conf "$pool/ssh.conf"
    local at=https://127.0.0.1:$pool_port/profiles
    must_fail 2 'redirects are not followed' login "$at/moved" --yes
    must_fail 2 'HTTP 404' login "$at/none" --yes
    head -c 70000 /dev/zero | tr '\0' '#' >"$pool/ssh.conf"
    must_fail 2 'the answer is too long' login "$at/ssh.conf" --yes
    [ ! -e "$config" ]
    cp given.conf "$pool/ssh.conf"
    login "$at/ssh.conf" --yes 2>err
    grep -q "^$at/ssh.conf has this profile:" err
    grep -q 'Signed in as alice' err
    grep -qx 'user_pool = eu-central-1_ExAmPlE01' "$config"
}
