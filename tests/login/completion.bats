#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The completions of cognito-login in the shells that they are for, in a home of its own.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# shellcheck disable=SC2154 # steps.bash sets it
setup() {
    make_laptop
    printf '%s\n' 'user_pool = eu-central-1_AbCdEf123' 'client_id = 1example23456789abcdefghij' \
        '[profile work]' 'hosts = *.example' '  [profile staging far]  ' '# [profile none]' >"$config"
    mkdir .ssh bin
    ln -s "$login_build/cognito-login" bin/cognito-login
    export PATH=$PWD/bin:$PATH LC_ALL=C
}

# What SHELL makes of LINE and a TAB: what is on offer, a word each.
offered() {
    python3 "$login_here/completion.py" "$1" "$login_top/completion" "$2"
}

# Each line of the table for one shell: the line, and what has to be on offer, all of it.
completes() {
    local line expected found
    while IFS='|' read -r line expected; do
        found=$(offered "$1" "$line" | sort | xargs)
        [ "$found" = "$expected" ] || {
            echo "$line: $found, not $expected"
            return 1
        }
    done
}

@test "bash" {
    completes bash <<'END'
cognito-login |--help --json --no-browser --password --profile --version env login logout profiles ssh status token
cognito-login log|login logout
cognito-login --p|--password --profile
cognito-login --profile |default far staging work
cognito-login --profile w|work
cognito-login --profile work t|token
cognito-login token |--json --parts --profile --sudo
cognito-login token --pr|--profile
cognito-login login |--json --no-browser --password --profile
cognito-login status --profile s|staging
cognito-login env |--profile
END
}

@test "zsh" {
    command -v zsh >/dev/null || skip 'no zsh'
    completes zsh <<'END'
cognito-login |env login logout profiles ssh status token
cognito-login log|login logout
cognito-login --p|--password --profile
cognito-login --|--help --json --no-browser --password --profile --version
cognito-login --profile |default far staging work
cognito-login --profile w|work
cognito-login --profile work t|token
cognito-login token --|--json --parts --profile --sudo
cognito-login login --no|--no-browser
cognito-login login --|--json --no-browser --password --profile
cognito-login status --profile s|staging
cognito-login env --|--profile
END
}

# The words of the usage are what the completions know, and the other way round.
@test "every verb and option of cognito-login, and no other" {
    "$login_build/cognito-login" --help |
        grep -oE -- '--[a-z-]+|cognito-login( \[--profile NAME\])? [a-z]+' | sed 's/.* //' | sort -u >said
    [ "$(grep -c . said)" -ge 11 ]
    for verb in login logout token status profiles env ssh; do grep -qx -- "$verb" said || echo "$verb" >>said; done
    mapfile -t words <said
    for file in cognito-login.bash _cognito-login; do
        for word in "${words[@]}"; do
            grep -qE -- "[ '(]$word([][ :';)]|\$)" "$login_top/completion/$file" || {
                echo "$file does not know $word"
                return 1
            }
        done
    done
}
