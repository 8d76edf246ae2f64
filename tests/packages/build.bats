#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What dpkg-buildpackage makes: what is in the packages, what they need, and what lintian says.

# shellcheck disable=SC2016 # dpkg and the shell inside expand it

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

top=$BATS_TEST_DIRNAME/../..

setup_file() {
    ! skipped || return 0
    root_start "$PACKAGES_BUILD_ROOT"
    inside root useradd --create-home builder
    bring /srv/now "$PACKAGES"/now/*
}

teardown_file() {
    root_stop
}

field() {
    inside root sh -c 'dpkg-deb -f /srv/now/$1_*.deb $2' sh "$@"
}

# The packages that one needs, a line each.
needs() {
    field "$1" Depends | tr ',' '\n' | sed 's/^ *//; s/ (.*//'
}

@test "built a second time, elsewhere, each package has the same bytes" {
    (cd "$PACKAGES/now" && sha256sum -- *.deb *.tar.xz *.dsc) >"$BATS_TEST_TMPDIR/now"
    (cd "$PACKAGES/again" && sha256sum -- *.deb *.tar.xz *.dsc) >"$BATS_TEST_TMPDIR/again"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/now")" = 8 ]
    diff "$BATS_TEST_TMPDIR/now" "$BATS_TEST_TMPDIR/again"
}

@test "the units, the module and the decision were tested while they were built" {
    tail -n 400 "$PACKAGES/now.log" | grep -E '^[0-9]{3,} passed, 0 failed, '
}

@test "lintian has no errors and no warnings" {
    run inside builder sh -c 'lintian --fail-on error,warning /srv/now/*.changes'
    echo "$output"
    [ "$status" = 0 ]
    # It would find one.
    inside root cp -R /srv/now /srv/spoiled
    inside root sh -e -c 'cd /srv/spoiled
        dpkg-deb -R cognito-askpass_*.deb x && chmod 777 x/usr/bin/cognito-askpass
        dpkg-deb --root-owner-group -b x spoiled.deb'
    run inside builder lintian --fail-on error,warning /srv/spoiled/spoiled.deb
    [ "$status" = 2 ]
}

@test "each override of lintian has its reason before it" {
    local file
    for file in "$top"/debian/*lintian-overrides "$top"/debian/source/lintian-overrides; do
        [ -e "$file" ] || continue
        awk '!/^#/ && NF && previous !~ /^#/ { print FILENAME ": " $0; bad = 1 } { previous = $0 }
            END { exit bad }' "$file"
    done
}

@test "cognito-askpass needs libc alone, cognito-login no PAM, the module what it is linked with" {
    [ "$(needs cognito-askpass)" = libc6 ]
    needs cognito-login >"$BATS_TEST_TMPDIR/login"
    grep -qx cognito-askpass "$BATS_TEST_TMPDIR/login"
    must_fail 1 grep pam "$BATS_TEST_TMPDIR/login"
    needs libpam-cognito >"$BATS_TEST_TMPDIR/module"
    grep -qx libpam0g "$BATS_TEST_TMPDIR/module"
    grep -qx libpam-runtime "$BATS_TEST_TMPDIR/module"
}

@test "the module has mode 0644, nothing is outside of /usr but the filter of fail2ban and the unit" {
    inside root sh -c 'for file in /srv/now/*.deb; do case $file in *-dbgsym_*) ;; *) dpkg-deb -c "$file" ;; esac
        done' >"$BATS_TEST_TMPDIR/contents"
    grep -E '^-rw-r--r-- root/root .* \./usr/lib/[^/]*/security/pam_cognito\.so$' "$BATS_TEST_TMPDIR/contents"
    awk '$1 !~ /^d/ && $6 !~ /^\.\/usr\// { print $6 }' "$BATS_TEST_TMPDIR/contents" | sort |
        grep -v '^./lib/systemd/system/cognito-refresh.service$' | diff - <(echo ./etc/fail2ban/filter.d/pam-cognito.conf)
    grep -q -E '/systemd/system/cognito-refresh\.service$' "$BATS_TEST_TMPDIR/contents"
    must_fail 1 grep -E '\.(la|a)$' "$BATS_TEST_TMPDIR/contents"
}

@test "the profile is off by default, and the scripts change no more of PAM than they may" {
    grep -qx 'Default: no' "$top/conf/pam-configs/cognito"
    sed -n 's/^ *\(pam-auth-update .*\)/\1/p' "$top"/debian/*.postinst | diff - <(echo 'pam-auth-update --package')
    sed -n 's/^ *\(pam-auth-update .*\)/\1/p' "$top"/debian/*.prerm | diff - <(echo 'pam-auth-update --package --remove cognito')
    must_fail 1 grep -h 'pam-auth-update' "$top"/debian/*.postrm
}

@test "the packages have the version of the sources" {
    local name version
    version=$(sed -n 's/^AC_INIT(\[pam_cognito\], \[\([^]]*\)\].*/\1/p' "$top/configure.ac")
    [ -n "$version" ]
    for name in libpam-cognito cognito-login cognito-askpass; do
        [ "$(field "$name" Version)" = "$version" ]
    done
}
