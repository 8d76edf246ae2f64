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

@test "sudo refuses a whole token in one answer, and the log says what to do instead" {
    must_fail 1 inside alice sh -c 'sudo -S id <token'
    await_log '^authpriv.notice .*sudo:auth.* user=alice reason=host.conversation.*sudo -A'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
