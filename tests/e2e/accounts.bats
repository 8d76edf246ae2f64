#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A token opens the account of its user and no other, and tells nobody which accounts there are.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

setup_file() {
    enter_world_with_pool
}

@test "an account that does not exist gets the prompts of one that does, and no log of a token" {
    refused_login expired
    known=$(prompts)
    refused_login expired nobody-of-that-name
    [ "$(prompts)" = "$known" ]
    [ "$(wc -l <<<"$known")" = 2 ]
    await_log 'user=nobody-of-that-name reason=host.placeholder'
}

@test "root is not opened by a token, not even by one of a user named root" {
    give_token laptop /home/laptop/for-root id --user root
    refused_login for-root root # sshd's own rule against root comes first
    await_log 'user=root reason=host.placeholder'
    give_token bob /home/bob/for-root id --user root
    must_fail 1 inside bob sh -c 'su -c id <for-root'
    await_log 'pam_cognito\(su:auth\).*user=root reason=policy.account'
}

@test "another person's token is refused" {
    give_token laptop /home/laptop/other id --user bob
    refused_login other
    line=$(await_log 'reason=policy.user')
    [[ $line == 'authpriv.notice '*'user=alice '* ]]
    told_only_the_reference_of "$line"
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
