#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The SELinux module and the AppArmor profile are taken by their compilers.

bats_require_minimum_version 1.5.0

CONF=$BATS_TEST_DIRNAME/../../conf

# tmpfiles_entries PATTERN: of tmpfiles.d, for the directories that policy and profile are about.
tmpfiles_entries() {
    sed 's|@localstatedir@|/var|; s|@runstatedir@|/run|' "$CONF/tmpfiles.d/pam_cognito.conf.in" |
        grep "$1"
}

compile_selinux() { # FOLDER, with the three files
    make -s -C "$1" -f /usr/share/selinux/devel/Makefile pam_cognito.pp
}

@test "the SELinux module compiles" {
    [ -f /usr/share/selinux/devel/Makefile ] || skip "selinux-policy-dev is not installed"
    cp "$CONF"/selinux/pam_cognito.* "$BATS_TEST_TMPDIR"
    compile_selinux "$BATS_TEST_TMPDIR"
    [ -s "$BATS_TEST_TMPDIR/pam_cognito.pp" ]
}

@test "a permission that SELinux does not know is noticed" {
    [ -f /usr/share/selinux/devel/Makefile ] || skip "selinux-policy-dev is not installed"
    cp "$CONF"/selinux/pam_cognito.* "$BATS_TEST_TMPDIR"
    sed -i 's/signal_perms/whistle/' "$BATS_TEST_TMPDIR/pam_cognito.te"
    run -2 compile_selinux "$BATS_TEST_TMPDIR"
    [[ $output == *whistle* ]]
}

@test "every folder that tmpfiles.d makes has a type of its own" {
    local folder entries
    entries=$(tmpfiles_entries '^d ')
    while read -r _ folder _; do
        folder=${folder%/used}
        grep -q "^$folder(/\.\*)?	*gen_context" "$CONF/selinux/pam_cognito.fc"
    done <<<"$entries"
}

@test "the AppArmor profile is one" {
    command -v apparmor_parser >/dev/null || skip "apparmor is not installed"
    run -0 apparmor_parser -Q -K -T "$CONF/apparmor.d/cognito-refresh"
}

@test "an AppArmor rule that is none is noticed" {
    command -v apparmor_parser >/dev/null || skip "apparmor is not installed"
    sed 's/^  capability chown,/  capability whistle,/' "$CONF/apparmor.d/cognito-refresh" >"$BATS_TEST_TMPDIR/profile"
    run -1 apparmor_parser -Q -K -T "$BATS_TEST_TMPDIR/profile"
}

@test "the profile allows the folders of the program" {
    local folder entries
    entries=$(tmpfiles_entries '^d .* pam-cognito ')
    while read -r _ folder _; do
        grep -q "^  $folder/ rw,\$" "$CONF/apparmor.d/cognito-refresh"
        grep -q "^  $folder/\*\* rwkl\?,\$" "$CONF/apparmor.d/cognito-refresh"
    done <<<"$entries"
}
