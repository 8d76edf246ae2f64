#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The RPM packages: built by rpmbuild from the archive of make dist, as far as the macros of this
# machine go, installed into a root of their own and removed again.

bats_require_minimum_version 1.5.0

setup_file() {
    command -v rpmbuild rpm >/dev/null || skip "rpmbuild is not installed"
    [ -f /usr/share/selinux/devel/Makefile ] || skip "selinux-policy-dev is not installed"
    export TOP=$BATS_FILE_TMPDIR/rpmbuild ROOT=$BATS_FILE_TMPDIR/root
    mkdir "$TOP" "$ROOT"
    make -s dist >"$TOP/dist" 2>&1 || { cat "$TOP/dist" && return 1; }
    ARCHIVE=$(echo pam_cognito-*.tar.xz)
    mv "$ARCHIVE" "$TOP"
    # Debian's database knows nothing of Fedora's names; hence --nodeps.
    rpmbuild -ta --nodeps --define "_topdir $TOP" --define "_tmppath $TOP" "$TOP/$ARCHIVE" \
        >"$TOP/said" 2>&1 || { tail -n 40 "$TOP/said" && return 1; }
    VERSION=${ARCHIVE#pam_cognito-} VERSION=${VERSION%.tar.xz}
    export VERSION
}

package() { # NAME
    echo "$TOP"/RPMS/*/"$1-$VERSION"-*.rpm
}

files() { # NAME
    rpm -qlp "$(package "$1")"
}

@test "three packages and the source are built" {
    local name
    for name in pam_cognito cognito-login pam_cognito-selinux; do
        [ -s "$(package "$name")" ]
    done
    [ "$(find "$TOP/RPMS" -name '*.rpm' ! -name '*debug*' | wc -l)" = 3 ]
    [ "$(find "$TOP/SRPMS" -name '*.src.rpm' | wc -l)" = 1 ]
}

@test "what make install installs is in one of them, and nowhere twice" {
    make -s install DESTDIR="$BATS_TEST_TMPDIR/installed" >/dev/null 2>&1
    (cd "$BATS_TEST_TMPDIR/installed" && find . -type f -printf '%f\n' | sort) >"$BATS_TEST_TMPDIR/names"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -gt 15 ]
    { files pam_cognito && files cognito-login; } | sed 's|.*/||; s|\.gz$||' | sort >"$BATS_TEST_TMPDIR/packed"
    comm -23 "$BATS_TEST_TMPDIR/names" "$BATS_TEST_TMPDIR/packed" >"$BATS_TEST_TMPDIR/left"
    cat "$BATS_TEST_TMPDIR/left"
    [ ! -s "$BATS_TEST_TMPDIR/left" ]
    { files pam_cognito && files cognito-login; } | grep -v "^/usr/lib/\.build-id" | sort | uniq -d >"$BATS_TEST_TMPDIR/twice"
    cat "$BATS_TEST_TMPDIR/twice"
    [ ! -s "$BATS_TEST_TMPDIR/twice" ]
}

@test "the module: 0644, no .la, and nothing below /etc/pam.d" {
    [ "$(rpm -qlvp "$(package pam_cognito)" | grep -c '^-rw-r--r--.*/security/pam_cognito.so$')" = 1 ]
    run -1 grep -e '\.la$' -e '^/etc/pam\.d' <<<"$(files pam_cognito)"
}

@test "the client's package has nothing of PAM, and needs none" {
    run -1 grep -E 'security|sbin|systemd|libpam' <<<"$(files cognito-login; rpm -qRp "$(package cognito-login)")"
}

@test "configuration is kept on upgrade" {
    local kept
    kept=$(rpm -qp --qf '[%{FILENAMES} %{FILEFLAGS:fflags}\n]' "$(package pam_cognito)" | grep '^/etc/security/')
    [ "$(wc -l <<<"$kept")" = 3 ]
    [ "$(grep -c ' cng$' <<<"$kept")" = 3 ] # configuration, noreplace, ghost
}

@test "installed, it leaves what people wrote; removed while PAM names the module, it refuses" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    local rpm=(rpm --root "$ROOT" --nodeps --noplugins)
    give_root_a_shell
    "${rpm[@]}" -i "$(package pam_cognito)" "$(package cognito-login)"
    [ -x "$ROOT/usr/sbin/pam-cognito" ]
    "$ROOT/usr/sbin/pam-cognito" --version
    printf 'auth requisite pam_cognito.so\n' >"$ROOT/etc/pam.d/sshd"
    printf 'mine\n' >"$ROOT/etc/security/pam_cognito.map"
    run -1 "${rpm[@]}" -e pam_cognito
    [[ $output == *'/etc/pam.d/sshd'*'still name the module'* ]]
    [ -x "$ROOT/usr/sbin/pam-cognito" ]
    "${rpm[@]}" -U --force "$(package pam_cognito)"
    [ "$(cat "$ROOT/etc/security/pam_cognito.map")" = mine ]
    printf '#auth requisite pam_cognito.so\n' >"$ROOT/etc/pam.d/sshd"
    "${rpm[@]}" -e pam_cognito cognito-login
    [ ! -e "$ROOT/usr/sbin/pam-cognito" ]
    [ -z "$(find "$ROOT" -name '*cognito*' ! -path '*/etc/*' ! -path '*/var/lib/rpm/*')" ]
}

# The scriptlets run inside the root: sh and grep with what they need.
give_root_a_shell() {
    local file
    mkdir -p "$ROOT/etc/pam.d" "$ROOT/etc/security" "$ROOT/bin" "$ROOT/usr/bin" "$ROOT/dev"
    for file in /bin/sh /bin/grep; do
        cp "$file" "$ROOT/bin/"
        ldd "$file" | grep -oE '/[^ ]+' | while IFS= read -r file; do
            mkdir -p "$ROOT$(dirname "$file")"
            cp -L "$file" "$ROOT$file"
        done
    done
}
