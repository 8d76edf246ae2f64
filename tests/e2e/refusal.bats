#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Tokens and answers that real sshd and su refuse: what the person sees, and what is logged.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

setup_file() {
    enter_world_with_pool
}

@test "an expired token is refused; only the log says why, and what to do" {
    refused_login expired
    line=$(await_log 'reason=claim.expired')
    [[ $line == 'authpriv.notice '*'user=alice '*'sign in again for a new token' ]]
    told_only_the_reference_of "$line"
}

@test "another person's token is refused" {
    give_token laptop /home/laptop/other id --user bob
    refused_login other
    line=$(await_log 'reason=policy.user')
    [[ $line == 'authpriv.notice '*'user=alice '* ]]
    told_only_the_reference_of "$line"
}

@test "an access token is refused" {
    give_token laptop /home/laptop/access access --user alice
    refused_login access
    await_log '^authpriv.notice .*user=alice reason=claim.token_use'
}

@test "a token of a stranger's key under a kid of the pool is refused as a sign of attack" {
    inside root "$world_home/bin/mint" pool "$world_home/stranger"
    give_token laptop /home/laptop/forged id --key "$world_home/stranger/id.pem"
    refused_login forged
    await_log '^authpriv.warning .*user=alice reason=signature.invalid'
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

@test "an empty answer is refused" {
    inside laptop sh -c 'echo >empty'
    refused_login empty
    await_log '^authpriv.notice .*user=alice reason=token.empty'
}

@test "a client that gives one cut answer to every prompt is refused in the end" {
    inside laptop sh -c 'cut -c 1-1023 token >cut'
    refused_login cut alice GIVEN_PART=repeat
    await_log '^authpriv.notice .*user=alice reason=host.repeated_answer'
    [ "$(prompts | wc -l)" = 17 ] # until more than max_token_size is held
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
