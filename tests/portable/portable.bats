#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The client where there is nothing but POSIX: built here by other ways than Linux has, and with
# another libc. BUILD is the folder of the ordinary build.

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=source.bash
. "$BATS_TEST_DIRNAME/source.bash"

FUNCTIONS='accept4 explicit_bzero pipe2 signalfd strerrordesc_np'

# Another build of the client; DESTDIR, MAKEFLAGS and the like are those of the make that runs this.
setup_file() {
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BUILT=$(cd "${BUILD:-$TOP/build}" && pwd)
    POSIX=$BATS_FILE_TMPDIR/posix
    unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR BUILD
    export TOP BUILT POSIX
    PORTABLE_SKIP=''
    ! has_sanitizers "$BUILT" || PORTABLE_SKIP='a build with sanitizers'
    export PORTABLE_SKIP
    [ -z "$PORTABLE_SKIP" ] || return 0
    source=$(clean_source "$TOP" "$BUILT" "$BATS_FILE_TMPDIR/source")
    mkdir "$POSIX"
    cd "$POSIX" || return 1
    # shellcheck disable=SC2046,SC2086 # words
    "$source/configure" -q --disable-pam --enable-werror CC="${CC:-cc}" \
        $(printf 'ac_cv_func_%s=no ' $FUNCTIONS)
    make -s V=1 -j2
}

setup() {
    [ -z "$PORTABLE_SKIP" ] || skip "$PORTABLE_SKIP"
}

# What libtool made of a program.
binary() {
    if [ -f "${1%/*}/.libs/${1##*/}" ]; then echo "${1%/*}/.libs/${1##*/}"; else echo "$1"; fi
}

called() {
    nm -u "$(binary "$1/cognito-login")" "$(binary "$1/cognito-askpass")" |
        sed -nE 's/^ *U (__)?([a-z_0-9]+)(@.*)?$/\2/p' | sed 's/_chk$//'
}

passes() {
    ASKPASS=${ASKPASS:-$POSIX/cognito-askpass} SIGN_IN=$POSIX/sign-in passes_with "$POSIX" "$@"
}

@test "without PAM nothing of the host is built" {
    [ -x "$POSIX/cognito-login" ]
    [ -x "$POSIX/cognito-askpass" ]
    [ -z "$(find "$POSIX/src/host" "$POSIX/src/refresh" "$POSIX/src/admin" -name '*.o')" ]
}

@test "what Linux alone has is not called, while the ordinary build calls it" {
    local name
    for name in $FUNCTIONS; do
        grep -qx "$name" <<<"$(called "$BUILT")"
        run -1 grep -x "$name" <<<"$(called "$POSIX")"
    done
}

@test "cognito-askpass is the same" {
    passes askpass/askpass.bats
}

@test "the listener, the browser and the terminal are the same" {
    passes login/login.bats 'listener|login with a browser|browser opens'
    make -s V=1 -C "$POSIX" sign-in
    passes login/password.bats 'at a terminal|without a terminal'
}

@test "descriptors and signals are the same" {
    grep -q '^CMOCKA_LIBS = -l' "$POSIX/Makefile" || skip 'no cmocka'
    make -s V=1 -C "$POSIX" test_descriptor test_signals test_secret test_terminal
    local test
    for test in test_descriptor test_signals test_secret test_terminal; do
        run -0 "$POSIX/$test"
    done
}

# The same conversation without proc(5), as on systems that have none.
@test "without /proc cognito-askpass pins by the parent's number, and finds cognito-login in PATH" {
    [ "$(id -u)" = 0 ] || skip 'needs root'
    unshare -m true 2>/dev/null || skip 'namespaces cannot be made here'
    cat >"$BATS_TEST_TMPDIR/cognito-askpass" <<-END
	#!/bin/sh
	exec unshare -m sh -c 'mount -t tmpfs none /proc && exec "\$0" "\$@"' '$POSIX/cognito-askpass' "\$@"
	END
    chmod 755 "$BATS_TEST_TMPDIR/cognito-askpass"
    ASKPASS=$BATS_TEST_TMPDIR/cognito-askpass passes askpass/askpass.bats \
        'whole conversation|two conversations|another parent|without XDG_RUNTIME_DIR'
    export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR PATH=$POSIX:$PATH
    mkdir "$HOME/cognito-login"
    printf '%s\n' 'user_pool = eu-central-1_ExAmPlE01' 'client_id = x' 'hosts = *' >"$HOME/cognito-login/config"
    run -1 "$BATS_TEST_TMPDIR/cognito-askpass" '(alice@bastion) Password (Cognito ID token): '
    [[ $output == *'nobody is logged in; log in: cognito-login'* ]]
}

@test "cognito-askpass compiles with musl, and is the same" {
    command -v musl-gcc >/dev/null || skip 'no musl-gcc (package musl-tools)'
    local sources
    mkdir "$BATS_TEST_TMPDIR/empty"
    # It says of no function that it is there.
    printf '#define %s "%s"\n' PACKAGE_VERSION 0 SYSTEM_CONFIG /nonexistent/config >"$BATS_TEST_TMPDIR/empty/config.h"
    # The units of libtext, libaskpass and the program itself, as the Makefile names them.
    # shellcheck disable=SC2016 # make expands it
    sources=$(printf 'include Makefile\nprint-sources:\n\t@echo $(filter %%.c,%s)\n' \
        '$(libtext_la_SOURCES) $(libaskpass_la_SOURCES) $(cognito_askpass_SOURCES)' |
        make -s -C "$POSIX" -f - print-sources)
    cd "$TOP"
    # shellcheck disable=SC2086 # words
    musl-gcc -static -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -I"$BATS_TEST_TMPDIR/empty" -Isrc \
        -o "$BATS_TEST_TMPDIR/cognito-askpass" $sources
    ASKPASS=$BATS_TEST_TMPDIR/cognito-askpass passes askpass/askpass.bats 'conversation|command|terminal|expired|folder'
}
