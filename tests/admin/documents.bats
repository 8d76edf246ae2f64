#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The configuration texts of the man pages and of conf/ are ones that the programs take. BUILD is the
# folder of the build.

setup() {
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    tool=${BUILD:-$TOP/build}/pam-cognito
    conf=$BATS_TEST_TMPDIR/pam_cognito.conf
    umask 022
    cd "$BATS_TEST_TMPDIR" || return 1
}

# The literal blocks of a man page, from the line that fits PATTERN on: literal PAGE PATTERN. What mdoc
# escapes is written as people see it.
literal() {
    awk -v pattern="$2" '
        /^[.]Ed/ { if (on) exit; block = 0 }
        block && $0 ~ pattern { on = 1 }
        on { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print }
        /^[.]Bd/ { block = 1 }' "$TOP/man/$1"
}

# What check says of a configuration made of the two lines that are enough, and those given.
judge() {
    {
        literal pam_cognito.conf.5 '^user_pool'
        printf '%s\n' "$@"
    } >"$conf"
    run "$tool" check --config "$conf" --service login
    grep -q '^user_pool' "$conf"
    echo "$output" >&2
    grep '^[A-Z]* *configuration ' <<<"$output"
}

@test "pam_cognito.conf(5): the two lines that are enough, and a section" {
    [[ $(judge) == 'OK '* ]]
    section=$(literal pam_cognito.conf.5 '^.service')
    [[ $section == '[service '* ]]
    [[ $(judge "$section" 'max_auth_age = 15m') == 'OK '* ]]
    [[ $(judge 'colour = red') == 'FAIL '* ]] # so it is judged
}

@test "conf/pam_cognito.conf, with its commented lines as well" {
    # Files that it names are looked for here.
    touch pam_cognito.map pam_cognito.deny
    for text in "$(cat "$TOP/conf/pam_cognito.conf")" \
        "$(sed -E "s/^#([a-z_]+ = )/\1/; s|/etc/security/|$PWD/|" "$TOP/conf/pam_cognito.conf")"; do
        printf '%s\n' "$text" >"$conf"
        run "$tool" check --config "$conf" --service login
        echo "$output"
        grep '^OK *configuration ' <<<"$output"
    done
}

@test "pam_cognito.map(5) and pam_cognito.deny(5): the examples" {
    literal pam_cognito.map.5 '^# one person' >map
    literal pam_cognito.deny.5 '^# left' >deny
    [ "$(grep -c ':' map)" -ge 5 ]
    [ "$(grep -c ':' deny)" -ge 3 ]
    [[ $(judge "map_file = $PWD/map" "deny_file = $PWD/deny") == 'OK '* ]]
    echo nonsense >>map
    [[ $(judge "map_file = $PWD/map") == 'FAIL '* ]]
}

@test "cognito-askpass(1): what it shows for ssh_config(5)" {
    command -v ssh >/dev/null || skip "ssh is not installed"
    literal cognito-askpass.1 '^Host ' >config
    run ssh -G -F config alice@bastion.example.com
    [ "$status" = 0 ]
    grep -qx 'numberofpasswordprompts 1' <<<"$output"
}

@test "pam-cognito(8): the options of its examples are there" {
    while read -r _ verb rest; do
        echo "$verb $rest"
        while read -r option; do
            "$tool" --help | grep -q -- "$option"
        done < <(grep -o -E -- '--[a-z-]+' <<<"$rest")
    done < <(grep '^[.]Dl pam-cognito' "$TOP/man/pam-cognito.8" | sed 's/^[.]Dl //')
}

@test "every man page is clean for mandoc" {
    command -v mandoc >/dev/null || skip "mandoc is not installed"
    run mandoc -T lint -W style "$TOP"/man/*
    # Other pages are looked for on this host, where ours need not be installed.
    [ "$(grep -vc -e 'referenced manual not found' -e 'outdated mandoc.db' -e '^$' <<<"$output")" = 0 ] || {
        echo "$output"
        return 1
    }
}
