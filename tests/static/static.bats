#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What analysers have to say about the sources that run as root. `make analyse` asks all of them
# about all sources; what is here takes half a minute.

bats_require_minimum_version 1.5.0

setup_file() {
    local top
    top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export TOP=$top
    export BUILT=${BUILD:-$TOP/build}
}

analyse() { "$BATS_TEST_DIRNAME/analyse" "$@"; }

rooted() {
    local source
    for source in "$TOP"/pam_cognito.c "$TOP"/src/base/*.c "$TOP"/src/token/*.c "$TOP"/src/host/*.c; do
        echo "$source"
    done
}

# clean TOOL VERSION PATTERN: no findings. Another version of the tool sees other things: what it
# says is shown, and decides nothing.
clean() {
    local files
    mapfile -t files < <(rooted)
    run analyse "$1" "$BUILT" "${files[@]}"
    [ "$status" = 0 ] && return 0
    echo "$output"
    grep -qE "$3" <<<"$2" || skip "only a version like $3 decides, and this one has findings"
    return 1
}

@test "gcc -fanalyzer finds nothing in the module and what it is made of" {
    command -v gcc >/dev/null || skip "no gcc"
    clean gcc "$(gcc -dumpversion)" '^12'
}

@test "clang-tidy finds nothing in the module and what it is made of" {
    command -v clang-tidy >/dev/null || skip "no clang-tidy"
    clean tidy "$(clang-tidy --version)" 'version 14\.'
}

@test "a tool that finds nothing in a file with a fault is not believed" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/bin/clang-tidy"
    printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/bin/gcc"
    chmod +x "$BATS_TEST_TMPDIR/bin"/*
    local tool
    for tool in gcc tidy; do
        PATH=$BATS_TEST_TMPDIR/bin:$PATH run -2 analyse "$tool" "$BUILT" "$TOP/src/base/secret.c"
        [[ $output == *'does not see the fault that was planted'* ]]
    done
}

@test "scan-build: what is OWNED does not leak, all else does; a suppression is for its line" {
    command -v scan-build >/dev/null || skip "no scan-build"
    local file=$BATS_TEST_TMPDIR/planted.c
    cat >"$file" <<'END'
#include <stdlib.h>
#include "base/attributes.h"
static void free_it(char **it)
{
    free(*it);
}
int owned(void);
int owned(void)
{
    char *it OWNED(free_it) = malloc(4);
    return it == NULL;
}
int leaking(void);
int leaking(void)
{
    char *it = malloc(4);
    return it == NULL;
}
int suppressed(void);
int suppressed(void)
{
    char *it = malloc(4);
    return it == NULL; /* NOLINT(clang-analyzer-unix.Malloc) */
}
int other(void);
int other(void)
{
    char *it = malloc(4);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    return it == NULL;
}
END
    run -1 analyse scan-build "$BUILT" "$file"
    [ "$(grep -c 'planted.c:' <<<"$output")" = 2 ]
    [[ $output == *'planted.c:17: Potential leak'*'planted.c:30: Potential leak'* ]]
}
