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

# What FILE shows, from the line that it begins with: block FILE FIRST-LINE
block() {
    "$BATS_TEST_DIRNAME/blocks" show "$TOP" "$1" "$2"
}

# What check says of a configuration made of the two lines that are enough, and those given.
judge() {
    {
        block man/pam_cognito.conf.5 'user_pool = us-east-1_AbCdEf123'
        printf '%s\n' "$@"
    } >"$conf"
    run "$tool" check --config "$conf" --service login
    grep -q '^user_pool' "$conf"
    echo "$output" >&2
    grep '^[A-Z]* *configuration ' <<<"$output"
}

@test "pam_cognito.conf(5): the two lines that are enough, and a section" {
    [[ $(judge) == 'OK '* ]]
    section=$(block man/pam_cognito.conf.5 '[service sudo sudo-i]')
    [[ $section == '[service '* ]]
    [[ $(judge "$section" 'max_auth_age = 15m') == 'OK '* ]]
    [[ $(judge 'colour = red') == 'FAIL '* ]] # so it is judged
}

@test "conf/pam_cognito.conf, with its commented lines as well" {
    # Files that it names are looked for here.
    touch pam_cognito.map
    echo '# nobody' >pam_cognito.deny
    for text in "$(cat "$TOP/conf/pam_cognito.conf")" \
        "$(sed -E "s/^#([a-z_]+ = )/\1/; s|/etc/security/|$PWD/|" "$TOP/conf/pam_cognito.conf")"; do
        printf '%s\n' "$text" >"$conf"
        run "$tool" check --config "$conf" --service login
        echo "$output"
        grep '^OK *configuration ' <<<"$output"
    done
}

@test "pam_cognito.map(5) and pam_cognito.deny(5): the examples" {
    block man/pam_cognito.map.5 '# one person, two accounts' >map
    block man/pam_cognito.deny.5 '# left the company' >deny
    [ "$(grep -c ':' map)" -ge 5 ]
    [ "$(grep -c ':' deny)" -ge 3 ]
    [[ $(judge "map_file = $PWD/map" "deny_file = $PWD/deny") == 'OK '* ]]
    echo nonsense >>map
    [[ $(judge "map_file = $PWD/map") == 'FAIL '* ]]
}

# What ssh makes of the configuration that FILE shows: ssh_settings FILE FIRST-LINE HOST
ssh_settings() {
    command -v ssh >/dev/null || skip "ssh is not installed"
    block "$1" "$2" >config
    grep -q Host config
    ssh -G -F config "alice@$3"
}

@test "cognito-askpass(1): what it shows for ssh_config(5)" {
    run ssh_settings man/cognito-askpass.1 'Host bastion.example.com *.prod.example.com' db.prod.example.com
    grep -qx 'numberofpasswordprompts 1' <<<"$output"
    grep -qx 'preferredauthentications keyboard-interactive' <<<"$output"
}

@test "docs/clients.md: what it shows for ssh_config(5)" {
    run ssh_settings docs/clients.md 'Host bastion.example.com' bastion.example.com
    grep -qx 'numberofpasswordprompts 1' <<<"$output"
    run ssh_settings docs/clients.md 'Host bastion.example.com (2)' bastion.example.com
    grep -qx 'controlpersist 600' <<<"$output"
    grep -qx 'controlmaster auto' <<<"$output"
}

@test "README: the options for Ansible are ones that ssh takes, and count before its own" {
    command -v ssh >/dev/null || skip "ssh is not installed"
    grep -o "ansible_ssh_args='[^']*'" "$TOP/README.md" >args
    # shellcheck source=/dev/null
    . ./args
    # shellcheck disable=SC2086,SC2154 # words, from that file
    run ssh -G $ansible_ssh_args -o KbdInteractiveAuthentication=no -o PreferredAuthentications=publickey \
        alice@bastion
    grep -qx 'kbdinteractiveauthentication yes' <<<"$output"
    grep -qx 'preferredauthentications keyboard-interactive' <<<"$output"
    grep -qx 'numberofpasswordprompts 1' <<<"$output"
}

@test "cognito-login(1), docs/user-pool.md: the profiles that they show" {
    local file
    export HOME=$PWD
    unset XDG_CONFIG_HOME XDG_STATE_HOME
    mkdir -m 700 .config .config/cognito-login
    for file in man/cognito-login.1 docs/user-pool.md; do
        block "$file" 'user_pool = eu-central-1_AbCdEf123' >.config/cognito-login/config
        run "${tool%/*}/cognito-login" status
        [ "$status:$output" = '1:profile default: not logged in' ]
    done
    block man/cognito-login.1 'user_pool = eu-central-1_AbCdEf123' >.config/cognito-login/config
    run "${tool%/*}/cognito-login" --profile staging status
    [ "$status:$output" = '1:profile staging: not logged in' ]
    echo 'colour = red' >>.config/cognito-login/config
    run "${tool%/*}/cognito-login" status
    [ "$status" = 2 ] # so it is judged
}

@test "the prompts that cognito-askpass(1) and pam_cognito(8) show are those of the code" {
    local first next
    first=$(sed -n 's/^#define PROMPT_FIRST "\(.*\)"$/\1/p' "$TOP/src/base/prompt.h")
    next=$(sed -n 's/^#define PROMPT_NEXT_BEFORE "\(.*\)"$/\1/p' "$TOP/src/base/prompt.h")
    [ -n "$first" ] && [ -n "$next" ]
    [ "$(block man/cognito-askpass.1 '(USER@HOST) Password (Cognito ID token):\~')" = \
        "(USER@HOST) ${first% }\\~"$'\n'"(USER@HOST) ${next}N):\\~" ]
    [ "$(block man/pam_cognito.8 'Password (Cognito ID token):')" = "${first% }" ]
    [ "$(block man/pam_cognito.8 'Password (Cognito ID token, continue after character 1020):')" = \
        "${next}1020):" ]
}

@test "the words of a refusal that README and docs show are those of the program" {
    local now=1700000000
    "$TOP/tests/tools/mint" pool pool >/dev/null
    chmod 644 pool/jwks.json
    printf '%s\n' 'user_pool = eu-central-1_ExAmPlE01' 'client_id = 1example23456789abcdefghij' \
        "jwks_file = $PWD/pool/jwks.json" 'clock_skew = 0' >"$conf"
    "$TOP/tests/tools/mint" id pool --user alice --now $now --lifetime 3600 >token
    run "$tool" verify --config "$conf" --at $((now + 3600 + 412)) token
    echo "$output"
    [ "$output" = 'refused claim.expired: the token has expired (412 s ago); sign in again for a new token' ]
    for file in README.md docs/troubleshooting.md; do
        grep -q "reason=claim.expired ref=0a5b2c19${output#refused claim.expired}\$" "$TOP/$file"
    done
}

# The cells of the table of lengths in FILE, as LENGTH WAY PROMPTS.
lengths() {
    awk -F '|' '/^\| length / { for (i = 3; i < NF; i++) { split($i, word, "`"); way[i] = word[2] }; next }
        way[3] != "" && /^\| [0-9]/ { for (i = 3; i < NF; i++) { gsub(/ /, "", $2); gsub(/ /, "", $i)
            print $2, way[i], $i } }' "$TOP/$1" | sort
}

@test "README: the lengths are those of docs/lengths.md, which is tested" {
    lengths README.md >short
    lengths docs/lengths.md >long
    [ "$(wc -l <short)" -ge 24 ]
    [ "$(comm -23 short long)" = '' ]
}

needs_yaml() {
    /usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
}

# What one of the three descriptions says of the app client and the domain: app_client LANGUAGE
app_client() {
    # shellcheck disable=SC1003 # the first line of the block ends so
    case $1 in
    cli) block docs/user-pool.md 'aws cognito-idp create-user-pool-client \' ;;
    cloudformation) cat "$TOP/conf/cloud/user-pool.yaml" ;;
    terraform) cat "$TOP/conf/cloud/user-pool.tf" ;;
    esac | "$BATS_TEST_DIRNAME/app-clients" "$1"
}

@test "docs/user-pool.md, conf/cloud: the command, CloudFormation and Terraform make the same app client" {
    local port
    needs_yaml
    app_client cli >settings
    [ "$(wc -l <settings)" -ge 17 ]
    grep -qx 'generate_secret: false' settings
    sed -n 's/^.*tried in this order: \([0-9 ]*\) by$/\1/p' "$TOP/man/cognito-login.1" | tr ' ' '\n' >ports
    [ "$(wc -l <ports)" = 3 ]
    while read -r port; do
        grep -q "^callback_urls:.* http://localhost:$port/callback" settings
    done <ports
    app_client cloudformation | diff settings -
    app_client terraform | diff settings -
}

@test "conf/cloud/user-data.yaml: its first line, and nothing that its test does not do" {
    needs_yaml
    run "$TOP/tests/packages/user-data" "$TOP/conf/cloud/user-data.yaml"
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == 'useradd '*'pam-cognito setup '*' --apply'*'pam-cognito check' ]]
    sed 's/^runcmd:/bootcmd:/' "$TOP/conf/cloud/user-data.yaml" >changed
    run "$TOP/tests/packages/user-data" changed
    [ "$status" = 1 ]
}

@test "every block of the documents is run by a test, or says why not" {
    run "$BATS_TEST_DIRNAME/blocks" check "$TOP" "$BATS_TEST_DIRNAME/blocks.list"
    echo "$output"
    [ "$status" = 0 ]
    # A new one, one without a test, one whose test has gone: each is noticed.
    mkdir tree
    cp -R "$TOP/man" "$TOP/docs" "$TOP/README.md" "$TOP/SECURITY.md" "$TOP/CONTRIBUTING.md" tree
    ln -s "$TOP/tests" tree/tests
    printf '\nDo this:\n\n    pam-cognito dance\n' >>tree/docs/migration.md
    sed -e 's/^\(docs.user-pool.md.aws.*\)shown:.*/\1shown:/' -e 's/README, top to bottom/README, by heart/' \
        -e "\$ a README.md\tno such block\tshown: never" "$BATS_TEST_DIRNAME/blocks.list" >list
    run "$BATS_TEST_DIRNAME/blocks" check tree list
    echo "$output"
    [ "$status" = 1 ]
    for words in 'no test is known for the block that begins: pam-cognito dance' \
        "neither a test nor \`shown: REASON'" 'does not have: README, by heart' \
        'there is no block that begins: no such block'; do
        grep -qF "$words" <<<"$output"
    done
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
