#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito inspect: what a token holds and how it travels; nothing is verified.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

@test "header, claims, times in words, and no signature" {
    expect 0 pam-cognito inspect token
    [[ ${lines[0]} == 'header (not verified)' ]]
    [[ $output == *'  alg: "RS256"'* ]]
    [[ $output == *$'\nclaims (not verified)\n'* ]]
    [[ $output == *'  sub: "abc"'* ]]
    [[ $output =~ exp:\ [0-9]+\ \ \ \([0-9-]{10}\ [0-9:]{8}\ UTC,\ in\ [0-9]+\ min\) ]]
    [[ $output == *$'\nsignature\n  342 characters\n'* ]]
    [[ $output != *"$(cut -d. -f3 token | head -c 12)"* ]]
}

@test "an old token says how long ago" {
    mint id --now "$((NOW - 90000))" >old
    expect 0 pam-cognito inspect old
    [[ $output =~ iat:\ [0-9]+\ \ \ \(.*,\ 25\ h\ ago\) ]]
}

@test "how many prompts it takes, and who would cut it" {
    mint id --min-length 2036 >usual
    expect 0 pam-cognito inspect usual
    [[ $output == *'prompts: ssh 2, sudo 5 (with cognito-askpass), su 1 (pasted)'* ]]
    [[ $output == *'typed into sudo, it is refused'* && $output != *4095* ]]
    mint id --min-length 5001 >long
    expect 0 pam-cognito inspect - <long
    [[ $output == *'prompts: ssh 5, sudo 11 (with cognito-askpass), su 2 (pasted)'* ]]
    [[ $output == *'su, login and terminals cut it at 4095'* ]]
    [[ $output == *'typed into ssh, it is cut at 1023'* ]]
}

@test "what is no token is shown as far as it goes, exit 1" {
    head -c 900 token >cut-token
    expect 1 pam-cognito inspect cut-token
    [[ $output == *'alg: "RS256"'*'fewer than two dots' ]]
    expect 1 pam-cognito inspect - <<<'not a token'
    expect 1 pam-cognito inspect - </dev/null
    expect 1 pam-cognito inspect - <<<'eyJhIjoxLCJhIjoyfQ.eyJhIjoxfQ.c2ln'
    [[ $output == *'not the JSON of a token'* ]]
}

@test "control characters do not reach the terminal" {
    mint id --set 'name="\u001b[2J\u0007x"' --set "nickname=\"$(printf '\302\233')31m\"" >hostile
    expect 0 pam-cognito inspect hostile
    [[ $output != *$'\e'* && $output != *$'\a'* && $output != *$'\302\233'* ]]
    [[ $output == *'\u009b31m'* ]]
}

@test "what cannot be read, or a wrong command line, exits with 2" {
    expect 2 pam-cognito inspect missing
    expect 2 pam-cognito inspect token token
    expect 2 pam-cognito inspect --json
    expect 2 pam-cognito inspect .
    [[ $output == *'not a regular file'* ]]
    expect 2 sh -c 'pam-cognito inspect token >/dev/full'
}

@test "each verb of pam-cognito answers --help with its usage on standard output, and does nothing else" {
    local verb words
    for verb in verify check setup inspect keys; do
        for words in --help '--config missing --help' 'show --help --nonsense'; do
            # shellcheck disable=SC2086 # words
            expect 0 pam-cognito "$verb" $words
            [[ ${lines[0]} == "usage: pam-cognito $verb "* ]]
            # shellcheck disable=SC2086 # words
            [ "$(pam-cognito "$verb" $words 2>/dev/null)" = "$output" ]
        done
    done
    expect 0 pam-cognito setup --help
    [[ $output == *'pam-cognito setup --undo'* && $output != *verify* ]]
    expect 2 pam-cognito check --help-me
    expect 2 pam-cognito inspect -- --help
}
