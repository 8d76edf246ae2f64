#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-refresh and cognito-login where libcurl is as old as 7.76: built here without what is newer,
# by the ways of src/sys/curlcompat.c. BUILD is the folder of the ordinary build.

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=source.bash
. "$BATS_TEST_DIRNAME/source.bash"

# What configure looks for; a name that is missing here would be tested by nobody.
OPTIONS='CURLOPT_CAINFO_BLOB CURLOPT_PROTOCOLS_STR CURLOPT_QUICK_EXIT'

setup_file() {
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BUILT=$(cd "${BUILD:-$TOP/build}" && pwd)
    OLD=$BATS_FILE_TMPDIR/old
    unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR BUILD
    export TOP BUILT OLD
    OLD_SKIP=''
    ! has_sanitizers "$BUILT" || OLD_SKIP='a build with sanitizers'
    [ -x "$BUILT/cognito-refresh" ] || OLD_SKIP='a build without PAM'
    export OLD_SKIP
    [ -z "$OLD_SKIP" ] || return 0
    source=$(clean_source "$TOP" "$BUILT" "$BATS_FILE_TMPDIR/source")
    mkdir "$OLD"
    cd "$OLD" || return 1
    # shellcheck disable=SC2046,SC2086 # words
    "$source/configure" -q --enable-werror CC="${CC:-cc}" \
        $(printf 'ac_cv_have_decl_%s=no ' $OPTIONS)
    make -s V=1 -j2 cognito-refresh cognito-login cognito-askpass leap.la
}

setup() {
    [ -z "$OLD_SKIP" ] || skip "$OLD_SKIP"
}

@test "configure looks for nothing else, and this build has none of it" {
    run -0 sed -nE 's/^#define HAVE_DECL_(CURL[A-Z_]+) 0$/\1/p' "$OLD/config.h"
    [ "$(sort <<<"$output")" = "$(tr ' ' '\n' <<<"$OPTIONS" | sort)" ]
    nm "$OLD/cognito-refresh" | grep -q ' U SSL_CTX_set_cert_store'
}

@test "cognito-refresh: ca_file, proxies and https are the same" {
    passes_with "$OLD" refresh/refresh.bats \
        'http is refused|certificates that|TLS 1.1|authorities count|with ca_file|ca_file is judged|environment changes|^a proxy'
}

@test "cognito-refresh: redirects, limits and encodings are the same" {
    passes_with "$OLD" refresh/refresh.bats \
        'first set is fetched|redirect is|body|headers without end|compression|cut short|in all:|name server'
}

@test "cognito-refresh: conditional requests and the time of a server are the same" {
    cd "$OLD"
    passes_with "$OLD" refresh/watch.bats 'not modified|Last-Modified'
    passes_with "$OLD" refresh/clock.bats '^--clock'
}

@test "cognito-login: certificates, proxies and https are the same" {
    passes_with "$OLD" login/https.bats
}

@test "cognito-login: redirects and the time of a server are the same" {
    passes_with "$OLD" login/login.bats 'redirect|clock'
}
