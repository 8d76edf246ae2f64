#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The version has one place, and a release that does not agree with itself is found. BUILD is the folder
# of a build.

top=$BATS_TEST_DIRNAME/../..

setup() {
    REPOSITORY=$BATS_TEST_TMPDIR/repository
}

version() {
    sed -n 's/^AC_INIT(\[pam_cognito\], \[\([^]]*\)\].*/\1/p' "$top/configure.ac"
}

# git, without what this machine has to say about it.
git_there() {
    HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 git -C "$REPOSITORY" -c user.name=tests \
        -c user.email=tests@localhost -c init.defaultBranch=main "$@"
}

# A clone that could be released, but for its tag.
make_repository() {
    command -v git >/dev/null || skip 'git is not installed'
    mkdir -p "$REPOSITORY/debian"
    echo 'AC_INIT([pam_cognito], [2.1.0])' >"$REPOSITORY/configure.ac"
    printf '%s\n' 'NEWS for pam_cognito' '' 2.1.0 '' ' * Second.' '' 2.0.0 '' ' * First.' \
        >"$REPOSITORY/NEWS"
    printf 'pam-cognito (%s) unstable; urgency=medium\n\n' 2.1.0 2.0.0 >"$REPOSITORY/debian/changelog"
    git_there init -q
    commit
    git_there tag v2.0.0
    echo >>"$REPOSITORY/NEWS"
    commit
}

commit() {
    git_there add -A
    git_there commit -q -m step
}

judge() {
    run "$BATS_TEST_DIRNAME/release-check" "$REPOSITORY"
    echo "$output"
}

# complains WORDS: there is one failure, and it says so.
complains() {
    judge
    [ "$status" = 1 ]
    [ "$(grep ^FAIL <<<"$output")" = "FAIL  $1" ]
}

@test "reports go to the repository, and no mailbox is invented" {
    local file
    for file in SECURITY.md README.md debian/control; do
        grep -qF 'private vulnerability reporting' "$top/$file" || {
            echo "$file does not say where a weakness is reported"
            return 1
        }
    done
    # What configure and its help name.
    grep -A1 '^AC_INIT' "$top/configure.ac" | grep -qF 'see SECURITY.md'
    # RFC 2606: nothing can ever be delivered there.
    grep -hoE '[^< ]+@[^> ]+' "$top/debian/control" "$top/debian/changelog" >"$BATS_TEST_TMPDIR/addresses"
    [ "$(grep -cv '\.invalid$' "$BATS_TEST_TMPDIR/addresses")" = 0 ]
}

@test "NEWS and debian/changelog begin with the version of configure.ac" {
    [ -n "$(version)" ]
    run "$BATS_TEST_DIRNAME/release-check" "$top"
    echo "$output"
    grep -qxF "OK    NEWS begins with $(version)" <<<"$output"
    grep -qxF "OK    debian/changelog begins with $(version)" <<<"$output"
}

@test "the programs say this version, and no other file of ours has it" {
    local program
    for program in pam-cognito cognito-refresh cognito-login; do
        [ "$("${BUILD:-$top/build}/$program" --version)" = "$program $(version)" ]
    done
    cd "$top"
    grep -rlF --exclude-dir={.git,build,node_modules,autom4te.cache,logs} -- "$(version)" \
        configure.ac NEWS README.md SECURITY.md CONTRIBUTING.md bootstrap Makefile.am pam_cognito.c pam_cognito.spec.in \
        completion conf debian docs man src | sort | diff - <(printf '%s\n' NEWS configure.ac debian/changelog)
}

@test "a tag that is missing is named; with it, all is well" {
    make_repository
    complains 'versions of NEWS that have their tag: not v2.1.0 '
    git_there tag v2.1.0
    judge
    [ "$status" = 0 ]
}

@test "a version that NEWS, debian/changelog or a tag does not agree with is named" {
    make_repository
    git_there tag v2.1.0
    git_there tag v1.9.0 v2.0.0
    judge
    [ "$(grep -c ^FAIL <<<"$output")" = 2 ]
    [[ $output == *'tags that NEWS has: not 1.9.0'*'tags that debian/changelog has: not 1.9.0'* ]]
    git_there tag -d v1.9.0 >/dev/null
    sed -i 's/^2\.1\.0/2.1.0 (not released yet)/' "$REPOSITORY/NEWS"
    judge
    [[ $output == *'FAIL  NEWS calls it (not released yet)'*'FAIL  not everything is committed'* ]]
    git_there checkout -q NEWS
    sed -i 's/2\.1\.0/2.2.0/' "$REPOSITORY/configure.ac"
    judge
    [[ $output == *'FAIL  NEWS begins with 2.1.0, not 2.2.0'*'FAIL  debian/changelog begins with 2.1.0'* ]]
    git_there checkout -q configure.ac
    sed -i '1s/unstable/UNRELEASED/' "$REPOSITORY/debian/changelog"
    judge
    [[ $output == *'FAIL  debian/changelog says UNRELEASED'* ]]
}

@test "a tag on another commit is found" {
    make_repository
    git_there tag v2.1.0 v2.0.0
    complains 'v2.1.0 is another commit than what is checked out'
}
