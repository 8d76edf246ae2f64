#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# make install, uninstall and dist of the build that is there. BUILD is its folder.

setup_file() {
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BUILT=$(cd "${BUILD:-$TOP/build}" && pwd)
    # The make that runs this has words of its own for those it starts.
    unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
    PREFIX=$(sed -n 's/^prefix = //p' "$BUILT/Makefile")
    export TOP BUILT PREFIX
    mkdir -p "$BATS_FILE_TMPDIR/root/etc/security" "$BATS_FILE_TMPDIR/root/etc/pam.d"
    echo '# mine' >"$BATS_FILE_TMPDIR/root/etc/security/pam_cognito.conf"
    echo '# mine' >"$BATS_FILE_TMPDIR/root/etc/pam.d/sshd"
    files >"$BATS_FILE_TMPDIR/before"
    make -s -C "$BUILT" install DESTDIR="$BATS_FILE_TMPDIR/root" >"$BATS_FILE_TMPDIR/said" 2>&1
}

# Every file with its mode and content.
files() {
    (cd "$BATS_FILE_TMPDIR/root" && find . -type f -printf '%m ' -exec sha256sum {} \;)
}

@test "what is installed is below the prefix, and nothing else was changed" {
    cat "$BATS_FILE_TMPDIR/said"
    cd "$BATS_FILE_TMPDIR/root"
    for program in bin/cognito-askpass sbin/pam-cognito sbin/cognito-refresh; do
        [ "$(stat -c %a ".$PREFIX/$program")" = 755 ]
    done
    find . -type f ! -path ".$PREFIX/*" ! -path '*/security/pam_cognito.so' | sort >../outside
    diff ../outside - <<END
./etc/pam.d/sshd
./etc/security/pam_cognito.conf
END
    [ "$(cat etc/pam.d/sshd etc/security/pam_cognito.conf)" = $'# mine\n# mine' ]
}

# directories BUILD: of the ledger and of the socket, by the headers and by tmpfiles.d.
directories() {
    printf '#include "host/ledger.h"\n#include "host/nudge.h"\nledger LEDGER_FOLDER\nsocket NUDGE_SOCKET\n' |
        "${CC:-cc}" -E -P -I"$1" -I"$TOP/src" -D_GNU_SOURCE -x c - | sed -n '/^ledger\|^socket/s/" "//gp'
    sed -n 's/^d \([^ ]*\) .*/\1/p' "$1/conf/tmpfiles.d/pam_cognito.conf"
}

@test "--localstatedir and --runstatedir: module, programs and tmpfiles.d agree; /var and /run by default" {
    local other=$BATS_TEST_TMPDIR/other usual=$BATS_TEST_TMPDIR/usual
    mkdir "$other" "$usual"
    (cd "$usual" && "$TOP/configure" -q && make -s conf/tmpfiles.d/pam_cognito.conf) >/dev/null
    # shellcheck disable=SC2016 # configure has it expanded
    (cd "$other" && "$TOP/configure" -q --prefix=/opt/x --localstatedir='${prefix}/state' \
        --runstatedir=/srv/run && make -s conf/tmpfiles.d/pam_cognito.conf) >/dev/null
    diff <(directories "$usual") - <<END
ledger "/var/lib/pam_cognito/used"
socket "/run/pam_cognito/refresh"
/var/cache/pam_cognito
/run/pam_cognito
/var/lib/pam_cognito
/var/lib/pam_cognito/used
END
    diff <(directories "$other") - <<END
ledger "/opt/x/state/lib/pam_cognito/used"
socket "/srv/run/pam_cognito/refresh"
/var/cache/pam_cognito
/srv/run/pam_cognito
/opt/x/state/lib/pam_cognito
/opt/x/state/lib/pam_cognito/used
END
}

@test "the module has mode 0644, and no .la or .a comes with it" {
    cd "$BATS_FILE_TMPDIR/root"
    [ "$(find . -name pam_cognito.so -printf '%m')" = 644 ]
    [ -z "$(find . -name '*.la' -o -name '*.a')" ]
}

@test "every man page is installed, and the completion" {
    cd "$BATS_FILE_TMPDIR/root"
    local page count=0
    for page in "$TOP"/man/*.[158]; do
        [ -f ".$PREFIX/share/man/man${page##*.}/${page##*/}" ]
        count=$((count + 1))
    done
    [ "$count" -ge 7 ]
    for page in pam-cognito cognito-refresh; do
        cmp ".$PREFIX/share/bash-completion/completions/$page" "$TOP/completion/$page"
    done
}

# taken PATH <PATTERNS: one of them fits the path, or a folder above it.
taken() {
    local pattern
    while read -r pattern; do
        # shellcheck disable=SC2254 # they are patterns
        case $1 in
        $pattern | $pattern/*) return 0 ;;
        esac
    done
    return 1
}

@test "each file is in one of the Debian packages" {
    cd "$BATS_FILE_TMPDIR/root"
    local file path count=0
    awk '{ print $1 }' "$TOP"/debian/*.install "$TOP/debian/not-installed" >"$BATS_TEST_TMPDIR/patterns"
    while read -r file; do
        # Where debian/rules and the multiarch libraries put it.
        path=$(sed 's|/site-functions/|/vendor-completions/|; s|^usr/lib/security/|usr/lib/any/security/|' <<<"usr${file#".$PREFIX"}")
        echo "$path"
        taken "$path" <"$BATS_TEST_TMPDIR/patterns"
        count=$((count + 1))
    done < <(find ".$PREFIX" -type f)
    [ "$count" -ge 20 ]
    run taken usr/share/nowhere <"$BATS_TEST_TMPDIR/patterns"
    [ "$status" = 1 ]
}

@test "the completion knows every verb and option that pam-cognito has" {
    "$BUILT/pam-cognito" --help >"$BATS_TEST_TMPDIR/help"
    local verb option count=0
    # shellcheck source=/dev/null
    . "$TOP/completion/pam-cognito"
    completes() { # WORDS...: the last one is completed
        COMP_WORDS=(pam-cognito "$@") COMP_CWORD=$#
        _pam_cognito
        printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "${*: -1}"
    }
    while read -r verb option; do
        echo "$verb $option"
        completes "$verb"
        [ -z "$option" ] || completes "$verb" "$option"
        count=$((count + 1))
    done < <(awk '{ for (i = 1; i <= NF; i++) {
        if ($i == "pam-cognito") { verb = $(i + 1); print verb }
        else if (match($i, /--[a-z-]+/)) print verb, substr($i, RSTART, RLENGTH) } }' \
        "$BATS_TEST_TMPDIR/help")
    [ "$count" -ge 15 ]
}

@test "the completion knows every option that cognito-refresh has, and files" {
    local option
    # shellcheck source=/dev/null
    . "$TOP/completion/cognito-refresh"
    while read -r option; do
        COMP_WORDS=(cognito-refresh "$option") COMP_CWORD=1
        _cognito_refresh
        [ "${COMPREPLY[*]}" = "$option" ]
    done < <("$BUILT/cognito-refresh" --help | grep -o -E -- '--[a-z]+')
    COMP_WORDS=(cognito-refresh /etc/pass) COMP_CWORD=1
    _cognito_refresh
    [[ " ${COMPREPLY[*]} " == *' /etc/passwd '* ]]
}

@test "uninstall leaves what was there before, byte for byte" {
    make -s -C "$BUILT" uninstall DESTDIR="$BATS_FILE_TMPDIR/root"
    files | diff "$BATS_FILE_TMPDIR/before" -
}

@test "the archive has every file of the sources" {
    # A clone, or the copy of one that bootstrap made.
    if [ -e "$TOP/.git" ]; then
        git -c safe.directory='*' -C "$TOP" ls-files
    else
        [ -e "$TOP/../sources.list" ] || skip "this is no clone"
        cat "$TOP/../sources.list"
    fi | grep -v -e '^[.]gitignore$' | sort >"$BATS_TEST_TMPDIR/sources"
    make -s -C "$BUILT" distdir distdir="$BATS_TEST_TMPDIR/archive" >"$BATS_TEST_TMPDIR/said" 2>&1 || {
        cat "$BATS_TEST_TMPDIR/said"
        return 1
    }
    (cd "$BATS_TEST_TMPDIR/archive" && find . -type f -printf '%P\n' | sort) >"$BATS_TEST_TMPDIR/archived"
    comm -23 "$BATS_TEST_TMPDIR/sources" "$BATS_TEST_TMPDIR/archived" >"$BATS_TEST_TMPDIR/missing"
    cat "$BATS_TEST_TMPDIR/missing"
    [ ! -s "$BATS_TEST_TMPDIR/missing" ]
}

@test "the archive builds out of a tree that cannot be written to, installs and uninstalls" {
    [ "${CI:-}" = true ] || [ -n "${DISTCHECK:-}" ] || skip "builds everything anew: DISTCHECK=yes"
    mkdir "$BATS_TEST_TMPDIR/build"
    cd "$BATS_TEST_TMPDIR/build"
    "$TOP/configure" -q
    make -s distcheck DISTCHECK_TESTS=no
}

@test "README: the build that it shows" {
    [ "${CI:-}" = true ] || [ -n "${DISTCHECK:-}" ] || skip "builds everything anew: DISTCHECK=yes"
    local command
    cd "$BATS_TEST_TMPDIR"
    make -s -C "$BUILT" distdir distdir="$PWD/source" >said 2>&1
    "$TOP/tests/admin/blocks" show "$TOP" README.md ./bootstrap >steps
    [ "$(grep -c . steps)" = 4 ]
    # The short way is the same without an installation.
    [ "$("$TOP/tests/admin/blocks" show "$TOP" README.md './bootstrap && ./configure && make && make check')" = \
        './bootstrap && ./configure && make && make check' ]
    cd source
    while read -r command; do
        echo "# $command"
        # Into a folder, and not onto this host; several at a time, for the time is dear.
        command=${command/sudo make install/make install DESTDIR=$BATS_TEST_TMPDIR/there}
        sh -e -c "${command/#make/make -j2}" >../said 2>&1 || {
            tail -n 40 ../said
            return 1
        }
    done <../steps
    [ -f ../there/usr/lib/x86_64-linux-gnu/security/pam_cognito.so ]
    [ -x ../there/usr/sbin/pam-cognito ]
    [ -x ../there/usr/bin/cognito-askpass ]
    [ ! -e ../there/etc ]
}
