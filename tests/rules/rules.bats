#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# House rules, judged on the sources and on what was built. Each rule is also shown a planted
# violation, so that one that cannot fail is noticed. BUILD is the folder of the build.

bats_require_minimum_version 1.5.0

setup_file() {
    local top
    top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export TOP=$top
    export BUILT=${BUILD:-$TOP/build}
    export MODULE=$BUILT/.libs/pam_cognito.so
    export LC_ALL=C
}

sources() { "$BATS_TEST_DIRNAME/sources" "$@"; }
objects() { "$BATS_TEST_DIRNAME/objects" "$@"; }

# Copies the sources to where they may be spoiled, without git.
copy_sources() {
    COPY=$BATS_TEST_TMPDIR/copy
    mkdir -p "$COPY"
    (cd "$TOP" && cp -R src man pam_cognito.c "$COPY")
}

# finds WORDS COMMAND...: the command finds a violation, and says these words.
finds() {
    local words=$1
    shift
    run -1 "$@"
    [[ $output == *"$words"* ]] || {
        echo "expected: $words; said: $output"
        return 1
    }
}

# Shows what a rule has to say about the real thing.
passes() {
    local line
    run "$@"
    [ "$status" = 0 ] || {
        echo "$output"
        return 1
    }
    for line in "${lines[@]}"; do
        case $line in '#'*) echo "$line" >&3 ;; esac
    done
}

needs_module() {
    [ -f "$MODULE" ] || skip "the module is not built in $BUILT"
    ! nm -D "$MODULE" | grep -q '__asan_\|__ubsan_' || skip "a build with sanitizers"
}

# compile_module FILE FLAGS...: a shared object from C on standard input.
compile_module() {
    local out=$1
    shift
    "${CC:-cc}" -shared -fPIC -O2 -o "$out" -x c - "$@"
}

compile_object() {
    "${CC:-cc}" -c -fPIC -O0 -o "$1" -x c -
}

objects_of() {
    local unit
    for unit in "$@"; do
        find "$BUILT/src/$unit" -name '*.o' ! -path '*/.libs/*.so*' 2>/dev/null
    done
}

# ---- sources ----

@test "each source has its SPDX line" {
    passes sources spdx "$TOP"
    copy_sources
    echo 'int x;' >"$COPY/src/base/planted.c"
    printf '#!/bin/sh\n' >"$COPY/src/planted"
    finds 'src/base/planted.c:1: no SPDX line' sources spdx "$COPY"
    finds 'src/planted:1: no SPDX line' sources spdx "$COPY"
}

@test "who includes what: base <- token <- host <- module and programs; each library is known to one unit" {
    passes sources includes "$TOP"
    local unit include
    while read -r unit include; do
        copy_sources
        echo "#include $include" >>"$COPY/$unit"
        finds "${unit}:" sources includes "$COPY"
        rm -r "$COPY"
    done <<'END'
src/base/secret.c "token/jwks.h"
src/token/jwks.c "host/config.h"
src/host/pools.c "admin/input.h"
pam_cognito.c "admin/input.h"
src/token/jws.c <openssl/evp.h>
src/token/jwks.c <json-c/json.h>
src/host/config.c <curl/curl.h>
src/host/decide.c <security/pam_modules.h>
src/host/decide.c <syslog.h>
src/token/claims.c <time.h>
src/host/keycache.c <fcntl.h>
src/host/keycache.c <sys/socket.h>
src/host/account.c <locale.h>
END
    copy_sources
    mkdir "$COPY/src/newcomer"
    echo '#include "base/span.h"' >"$COPY/src/newcomer/x.c"
    finds 'this folder is in no rule' sources includes "$COPY"
}

@test "functions end after 80 lines, half of them after 15" {
    passes sources sizes "$TOP"
    copy_sources
    {
        printf 'static void planted(void)\n{\n'
        yes '    x();' | head -n 80
        printf '}\n'
    } >>"$COPY/src/host/decide.c"
    finds 'planted has 82 lines' sources sizes "$COPY"
}

@test "nothing of somebody's machine, accounts or tools" {
    passes sources words "$TOP"
    copy_sources
    local word
    for word in "see /wo""rk/x" "in /tm""p/wt/x" "https://registry.np""mjs.org/x" "as Cla""ude says" \
        "AKI""AABCDEFGHIJKLMNOP" "-----BEG""IN RSA PRIVATE KEY-----"; do
        printf '/* %s */\n' "$word" >"$COPY/src/base/planted.h"
        finds 'src/base/planted.h:1:' sources words "$COPY"
    done
}

@test "no file is called util, common, misc or helper" {
    passes sources names "$TOP"
    copy_sources
    touch "$COPY/src/base/string_util.c"
    finds 'src/base/string_util.c' sources names "$COPY"
}

@test "no goto, no unbounded string functions" {
    passes sources goto "$TOP"
    copy_sources
    printf 'void f(void)\n{\n    goto out; /* x */\n}\n' >>"$COPY/src/host/decide.c"
    finds 'goto is not used here' sources goto "$COPY"
}

@test "no sockets but those of this host" {
    passes sources families "$TOP"
    copy_sources
    echo 'int x = AF_INET6;' >>"$COPY/src/host/decide.c"
    finds 'not AF_UNIX' sources families "$COPY"
}

@test "man page against option table" {
    [ -f "$TOP/man/pam_cognito.conf.5" ] || skip "man/pam_cognito.conf.5 is not written yet"
    passes sources options "$TOP"
    copy_sources
    sed -i 's/^    {"uid_min", /    {"uid_max", /' "$COPY/src/host/config.c"
    finds 'uid_max is not described' sources options "$COPY"
    finds 'uid_min is described and does not exist' sources options "$COPY"
}

@test "man page of cognito-login against the options of a profile" {
    passes sources profile "$TOP"
    copy_sources
    sed -i 's/^    {"timeout", /    {"patience", /' "$COPY/src/client/profile.c"
    finds 'patience is not described' sources profile "$COPY"
    finds 'timeout is described and does not exist' sources profile "$COPY"
}

@test "man page against reason codes" {
    [ -f "$TOP/man/pam_cognito.8" ] || skip "man/pam_cognito.8 is not written yet"
    passes sources reasons "$TOP"
    copy_sources
    sed -i 's/"key.stale"/"key.old"/' "$COPY/src/base/status.h"
    finds 'key.old is not described' sources reasons "$COPY"
    finds 'key.stale is described and does not exist' sources reasons "$COPY"
}

@test "man pages of the programs against their options" {
    passes sources programs "$TOP"
    copy_sources
    sed -i 's/^        {"explain", /        {"reason", /' "$COPY/src/admin/verify.c"
    finds 'verify: --explain is not the same in the synopsis' sources programs "$COPY"
    finds 'verify: --reason is not the same in --help' sources programs "$COPY"
    finds 'verify: --reason is not the same in the description' sources programs "$COPY"
    sed -i '/^.It Fl -clock/d' "$COPY/man/cognito-refresh.8"
    finds '--clock is not the same in the description' sources programs "$COPY"
    sed -i 's/"--json"/"--lines"/' "$COPY/src/refresh/cognito-refresh.c"
    finds '--lines is not the same in the synopsis' sources programs "$COPY"
    sed -i 's/^.Cm inspect$/.Cm look/' "$COPY/man/pam-cognito.8"
    finds 'the verb look is not everywhere' sources programs "$COPY"
}

@test "troubleshooting by log line against reason codes and their words" {
    passes sources troubleshooting "$TOP"
    copy_sources
    cp -R "$TOP/docs" "$COPY"
    sed -i 's/"the token has expired"/"the token is old"/' "$COPY/src/base/status.h"
    finds 'claim.expired is not described by its words' sources troubleshooting "$COPY"
    sed -i '/^### key.stale/d' "$COPY/docs/troubleshooting.md"
    finds 'key.stale is not described' sources troubleshooting "$COPY"
}

# header_alone COMPILER HEADER FOLDER: as the only thing in a file.
header_alone() {
    printf '#include "%s"\n' "$2" |
        "$1" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I"$3" -I"$BUILT" -x c -
}

@test "each header compiles alone" {
    local compiler header count=0
    copy_sources
    echo 'struct planted { size_t x; };' >"$COPY/src/base/planted.h"
    for compiler in gcc clang; do
        command -v "$compiler" >/dev/null || continue
        for header in "$TOP"/src/*/*.h "$TOP"/tests/pam/*.h; do
            header_alone "$compiler" "$header" "$TOP/src" || {
                echo "$compiler does not take $header alone"
                return 1
            }
        done
        run -1 header_alone "$compiler" "$COPY/src/base/planted.h" "$TOP/src"
        count=$((count + 1))
    done
    [ "$count" -gt 0 ] || skip "neither gcc nor clang"
}

@test "clang-format" {
    command -v clang-format >/dev/null || skip "no clang-format"
    copy_sources
    printf 'int  f( void ) {return 0;}\n' >"$COPY/src/base/planted.c"
    cp "$TOP/.clang-format" "$COPY"
    run -1 clang-format --dry-run -Werror "$COPY/src/base/planted.c"
    run clang-format --dry-run -Werror "$TOP"/*.c "$TOP"/src/*/*.[ch] "$TOP"/tests/*/*.[ch]
    [ "$status" = 0 ] || clang-format --version | grep -q ' version 14\.' ||
        skip "only version 14 decides, and this one, $(clang-format --version), would change something"
    [ "$status" = 0 ]
}

check_c() {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
        --inline-suppr --suppress=missingIncludeSystem -D__GNUC__ -I"$TOP/src" "$@"
}

@test "cppcheck" {
    command -v cppcheck >/dev/null || skip "no cppcheck"
    printf 'int f(void)\n{\n    int x[2];\n    x[2] = 1;\n    return x[0];\n}\n' >"$BATS_TEST_TMPDIR/planted.c"
    run -1 check_c "$BATS_TEST_TMPDIR/planted.c"
    run -0 check_c "$TOP/src" "$TOP/pam_cognito.c" "$TOP/tests/pam"
}

shell_scripts() {
    local path
    while IFS= read -r -d '' path; do
        case $path in
        *.sh | *.bats | *.bash) echo "$path" ;;
        *) ! head -c 64 "$path" | head -n 1 | grep -aqE '^#!.*\b(ba|da)?sh\b' || echo "$path" ;;
        esac
    done < <(cd "$TOP" && find . -type f ! -name '*~' \
        ! -path './.git/*' ! -path './build*/*' ! -path '*/node_modules/*' ! -path './autom4te.cache/*' \
        ! -name configure ! -name libtool ! -name config.status ! -name 'ltmain.sh' -print0)
}

@test "shellcheck" {
    command -v shellcheck >/dev/null || skip "no shellcheck"
    # shellcheck disable=SC2016 # what is planted is not expanded
    printf '#!/bin/sh\nrm -r $1/x\n' >"$BATS_TEST_TMPDIR/planted.sh"
    run -1 shellcheck "$BATS_TEST_TMPDIR/planted.sh"
    cd "$TOP"
    mapfile -t scripts < <(shell_scripts)
    [ "${#scripts[@]}" -gt 0 ]
    run -0 shellcheck -x "${scripts[@]}"
}

# ---- the module ----

@test "the module needs libpam, libcrypto, libjson-c and libc, and nothing else" {
    needs_module
    passes objects needed "$MODULE"
    echo 'int x;' | compile_module "$BATS_TEST_TMPDIR/planted.so" -Wl,--no-as-needed -lm
    finds 'needs libm.so.6' objects needed "$BATS_TEST_TMPDIR/planted.so"
    finds 'does not need libpam.so.0' objects needed "$BATS_TEST_TMPDIR/planted.so"
}

@test "the module exports pam_sm_authenticate, pam_sm_setcred and pam_sm_acct_mgmt, and nothing else" {
    needs_module
    passes objects exports "$MODULE"
    echo 'int pam_sm_authenticate(void) { return 0; } int leaked;' |
        compile_module "$BATS_TEST_TMPDIR/planted.so"
    finds 'exports leaked' objects exports "$BATS_TEST_TMPDIR/planted.so"
    finds 'lacks pam_sm_setcred' objects exports "$BATS_TEST_TMPDIR/planted.so"
}

@test "the module calls nothing that reads the environment, forks, connects, waits or changes the process" {
    needs_module
    passes objects calls "$MODULE"
    local name
    for name in getenv secure_getenv fork vfork execve execvp system popen posix_spawn connect setuid \
        setresuid seteuid signal sigaction setlocale uselocale setenv putenv chdir umask setrlimit connect recvfrom sleep \
        nanosleep poll select syslog __syslog_chk openlog dlopen exit; do
        echo "void $name(void); void f(void) { $name(); }" |
            compile_module "$BATS_TEST_TMPDIR/planted.so" -w -fno-builtin
        finds ": $name" objects calls "$BATS_TEST_TMPDIR/planted.so"
    done
}

@test "the module is hardened: relro, bound at once, no executable stack, no text relocations, protected stack" {
    needs_module
    passes objects hardened "$MODULE"
    echo 'int x;' | compile_module "$BATS_TEST_TMPDIR/planted.so" -Wl,-z,norelro -Wl,-z,lazy \
        -Wl,-z,execstack -Wl,-rpath,/tmp -fno-stack-protector
    local fault
    for fault in 'no relro' 'not bound at once' 'an executable stack' 'a run path' 'no stack protector' \
        'no fortified call'; do
        finds "$fault" objects hardened "$BATS_TEST_TMPDIR/planted.so"
    done
}

# ---- objects ----

needs_objects() {
    mapfile -t OBJECTS < <(objects_of "$@")
    [ "${#OBJECTS[@]}" -gt 0 ] || skip "$* is not built in $BUILT"
    [ ! -f "$MODULE" ] || ! nm -D "$MODULE" | grep -q '__asan_\|__ubsan_' || skip "a build with sanitizers"
}

@test "what crosses a file is called cognito_" {
    needs_objects base token host refresh admin client
    passes objects linkage "${OBJECTS[@]}"
    echo 'int planted(void) { return 0; } int cognito_fine;' | compile_object "$BATS_TEST_TMPDIR/planted.o"
    finds ': planted' objects linkage "$BATS_TEST_TMPDIR/planted.o"
    [[ $output != *cognito_fine* ]]
}

@test "the ledger alone removes files, the nudge alone has a socket" {
    needs_objects base token host
    passes objects calls "${OBJECTS[@]}"
    echo 'int socket(int, int, int); int f(void) { return socket(1, 2, 0); }' |
        compile_object "$BATS_TEST_TMPDIR/planted.o"
    finds ': socket' objects calls "$BATS_TEST_TMPDIR/planted.o"
}

@test "no mutable globals, static ones neither" {
    needs_objects base token host
    passes objects mutable "${OBJECTS[@]}"
    local line
    for line in 'int planted;' 'static int planted; int *f(void) { return &planted; }' 'int planted = 7;' \
        'int *f(void) { static int planted = 7; return &planted; }' '__thread int planted;' \
        'const char *planted = "x";'; do
        echo "$line" | compile_object "$BATS_TEST_TMPDIR/planted.o"
        finds ': planted' objects mutable "$BATS_TEST_TMPDIR/planted.o"
    done
    echo 'const char *const fine[] = {"x"};' | compile_object "$BATS_TEST_TMPDIR/fine.o"
    run -0 objects mutable "$BATS_TEST_TMPDIR/fine.o"
}

@test "token, and base but for safefile and errorwords, are pure: no clock, no file, no environment, no log" {
    needs_objects base token
    local object pure=()
    for object in "${OBJECTS[@]}"; do
        case $object in *safefile.o | *errorwords.o) ;; *) pure+=("$object") ;; esac
    done
    passes objects pure "${pure[@]}"
    local name
    for name in time clock_gettime getenv open openat fopen read stat syslog getpwnam printf; do
        echo "int $name(); void f(void) { $name(\"x %d\", 1); }" |
            compile_object "$BATS_TEST_TMPDIR/planted.o" 2>/dev/null
        finds "$name" objects pure "$BATS_TEST_TMPDIR/planted.o"
    done
}

@test "no array is sized by data" {
    command -v gcc >/dev/null || skip "no gcc"
    grep -q -e '-Wvla' "$TOP/configure.ac"
    local source
    for source in "$TOP"/src/base/*.c "$TOP"/src/token/*.c "$TOP"/src/host/*.c "$TOP/pam_cognito.c"; do
        gcc -std=gnu11 -D_GNU_SOURCE -Werror=vla -fsyntax-only -I"$TOP/src" -I"$BUILT" "$source"
    done
    printf 'int f(int n)\n{\n    int x[n];\n    return sizeof x;\n}\n' >"$BATS_TEST_TMPDIR/planted.c"
    run -1 gcc -Werror=vla -fsyntax-only "$BATS_TEST_TMPDIR/planted.c"
}

@test "cognito-askpass needs libc only" {
    local program=$BUILT/cognito-askpass
    [ ! -f "$BUILT/.libs/cognito-askpass" ] || program=$BUILT/.libs/cognito-askpass
    echo 'int main(void) { return 0; }' |
        "${CC:-cc}" -o "$BATS_TEST_TMPDIR/planted" -x c - -Wl,--no-as-needed -lcrypto
    finds 'needs libcrypto' objects libc_only "$BATS_TEST_TMPDIR/planted"
    [ -f "$program" ] || skip "cognito-askpass is not built in $BUILT"
    ! nm -D "$program" | grep -q __asan_ || skip "a build with sanitizers"
    passes objects libc_only "$program"
}
