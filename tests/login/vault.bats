#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-login built --with-libsecret, with gnome-keyring on a session bus of the test's own. BUILD
# is the folder of the ordinary build.
# shellcheck disable=SC2094,SC2119,SC2154

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"
# shellcheck source-path=SCRIPTDIR source=../portable/source.bash
. "$BATS_TEST_DIRNAME/../portable/source.bash"

# Why this cannot be tested here, on standard output; fails if it can.
obstacle() {
    local program
    for program in dbus-daemon dbus-send gnome-keyring-daemon; do
        command -v "$program" >/dev/null || {
            echo "no $program"
            return 0
        }
    done
    pkg-config --exists libsecret-1 || {
        echo 'no libsecret-1 (package libsecret-1-dev)'
        return 0
    }
    ! has_sanitizers "$login_build" || {
        echo 'a build with sanitizers'
        return 0
    }
    return 1
}

setup_file() {
    VAULT_SKIP=$(obstacle) || VAULT_SKIP=''
    export VAULT_SKIP
    [ -z "$VAULT_SKIP" ] || return 0
    VAULT_BUILD=$BATS_FILE_TMPDIR/build
    export VAULT_BUILD
    unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
    source=$(clean_source "$login_top" "$login_build" "$BATS_FILE_TMPDIR/source")
    mkdir "$VAULT_BUILD"
    cd "$VAULT_BUILD" || return 1
    "$source/configure" -q --disable-pam --with-libsecret --enable-werror CC="${CC:-cc}"
    make -s V=1 -j2 cognito-login cognito-askpass
}

setup() {
    [ -z "$VAULT_SKIP" ] || skip "$VAULT_SKIP"
    make_laptop
    start_pool
    configure
    login_build=$VAULT_BUILD
    # A bus that starts nothing by itself: the service is the one that is started here.
    cat >bus.conf <<'END'
<busconfig>
<type>session</type>
<listen>unix:tmpdir=/tmp</listen>
<policy context="default">
<allow send_destination="*"/>
<allow receive_sender="*"/>
<allow own="*"/>
</policy>
</busconfig>
END
    dbus-daemon --config-file=bus.conf --nofork --print-address=5 5>bus.new 2>bus.log 3>&- 9>&- &
    bus=$!
    await_line bus.new
    DBUS_SESSION_BUS_ADDRESS=$(cat bus.new)
    export DBUS_SESSION_BUS_ADDRESS
    unset DISPLAY WAYLAND_DISPLAY
    # A copy: the program itself has a capability, which not every container can give.
    install -m 700 "$(command -v gnome-keyring-daemon)" keyring
    printf 'a test password' |
        ./keyring --foreground --unlock --components=secrets >keyring.log 2>&1 3>&- 9>&- &
    keyring=$!
    await_default
}

teardown() {
    [ -n "$VAULT_SKIP" ] || {
        kill "$keyring" "$bus"
        stop_pool
    }
}

# Until FILE has a whole line, 30 s at most.
await_line() {
    local i
    for ((i = 0; i < 600; i++)); do
        [ "$(wc -l <"$1")" = 0 ] || return 0
        sleep 0.05
    done
    return 1
}

# Until the service has a collection to keep things in.
await_default() {
    local i
    for ((i = 0; i < 600; i++)); do
        if secrets ReadAlias string:default 2>/dev/null | grep -q collection/login; then return 0; fi
        sleep 0.05
    done
    cat keyring.log
    return 1
}

# secrets METHOD ARGUMENT...: a call of the service's own interface.
secrets() {
    dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
        "org.freedesktop.Secret.Service.$1" "${@:2}"
}

# How many entries the service has for a profile.
entries() {
    secrets SearchItems "dict:string:string:profile,$1" | grep -c 'object path' || true
}

@test "the refresh token is in the secret service alone, and is refreshed from there" {
    sign_in 2>err
    [ "$(entries default)" = 1 ]
    [ ! -e "$state/default.refresh" ]
    refute grep -rqa refresh- "$HOME" "$XDG_RUNTIME_DIR"
    keep_expired
    login token >token
    [ $(("$(expiry_of <token)" - $(date +%s))) -gt 3500 ]
    behave rotate
    keep_expired
    login token >token
    keep_expired
    login token >token # by the one that came with it
    [ "$(count_requests 'grant refresh_token')" = 3 ]
    [ "$(entries default)" = 1 ]
    keep_expired
    askpass "(alice@bastion.example) $ID" >answer
    [ "$(wc -c <answer)" = 1021 ]
}

@test "profiles have entries of their own; logout removes one, and a file of another build" {
    configure '[profile work]'
    sign_in 2>err
    COGNITO_LOGIN_PROFILE=work login 2>err
    [ "$(entries default):$(entries work)" = 1:1 ]
    printf 'left behind' >"$state/work.refresh"
    chmod 600 "$state/work.refresh"
    login --profile work logout 2>err
    [ "$(entries default):$(entries work)" = 1:0 ]
    [ ! -e "$state/work.refresh" ]
    login token >token
    must_fail 1 'nobody is logged in' login --profile work token
}

# Nobody is there whom the service could ask.
@test "status says that somebody is logged in without having the service unlocked" {
    sign_in 2>err
    login status | grep -q 'and is refreshed by itself$'
    secrets Lock array:objpath:/org/freedesktop/secrets/collection/login >locked
    grep -q 'collection/login' locked
    timeout 60 "$login_build/cognito-login" status >out
    grep -q 'and is refreshed by itself$' out
}

@test "a logout in vain leaves an entry that only the next logout uses" {
    sign_in 2>err
    behave unavailable
    must_fail 1 'run cognito-login logout again' login logout
    [ "$(entries default)" = 1 ]
    must_fail 1 'nobody is logged in' login token
    run login status
    [ "$status" = 1 ]
    rm "$pool/behaviour"
    login logout 2>err
    [ "$(entries default):$(count_requests RevokeToken)" = 0:2 ]
}

@test "an entry of another pool is none" {
    sign_in 2>err
    sed -i 's/^user_pool.*/user_pool = eu-central-1_Another/' "$config"
    must_fail 1 'nobody is logged in' login token
    [ "$(count_requests 'grant refresh_token')" = 0 ]
}

@test "no service: said so, nothing in a file instead, and an ID token that lasts is given" {
    sign_in 2>err
    login token >before
    DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent
    login token | cmp before
    keep_expired
    must_fail 1 'the secret service: ' login token
    rm "$runtime/default.id"
    must_fail 1 'the secret service: ' login
    nothing_stored
}

@test "cognito-askpass links none of it" {
    run ldd "$VAULT_BUILD/cognito-login"
    [[ $output == *libsecret-1* ]]
    run ldd "$VAULT_BUILD/cognito-askpass"
    [[ $output != *libsecret* && $output != *libglib* ]]
}
