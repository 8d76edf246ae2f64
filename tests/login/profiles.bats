#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Profiles of the person and of the system, and what is said about all of them at once. The programs
# are those that take the build's folder for /etc (see targets.am).
# shellcheck disable=SC2030,SC2031,SC2119

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
