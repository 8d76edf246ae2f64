#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito verify: the module's own decision, on a file or standard input.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

verify() {
    pam-cognito verify --config conf "$@"
}

@test "an accepted token: one line, exit 0; without an account that is said" {
    expect 0 verify token
    said 'accepted sub=abc username=alice kid='
    [[ $output == *'jti=one exp='*'(no --user: mapping and account were skipped)' ]]
}

@test "a token is read from standard input, too, and its line end does not matter" {
    expect 0 verify <token
    expect 0 verify - <token
    expect 0 verify - < <(tr -d '\n' <token)
    expect 0 verify - < <(tr -d '\n' <token && printf '\r\n')
    expect 1 verify - < <(cat token token)
    said 'refused token.malformed: '
    expect 1 verify - </dev/null
    said 'refused token.empty: '
}

@test "a refused token: reason, words, remedy, exit 1" {
    mint id --user alice --now "$((NOW - 7200))" >expired
    expect 1 verify expired
    said 'refused claim.expired: the token has expired ('
    [[ $output == *'; sign in again for a new token' ]]
    mint access >access-token
    expect 1 verify access-token
    said 'refused claim.token_use: '
    head -c 1020 token >cut-token
    expect 1 verify cut-token
    said 'refused token.truncated: '
    "$top/tests/tools/mint" pool stranger
    mint id --user alice --key stranger/id.pem >forged
    expect 1 verify forged
    said 'refused signature.invalid: '
}

@test "what is ours or unreadable exits with 2" {
    expect 2 verify missing
    expect 2 verify --nonsense token
    expect 2 verify token token
    expect 2 verify --at soon token
    expect 2 verify --at -1 token
    expect 2 verify --explain --json token
    expect 2 pam-cognito verify --config missing token
    said 'refused system.config: '
    echo 'clock_skew = soon' >>conf
    expect 2 verify token
    said 'refused system.config: '
    [[ $output == *'conf:4: clock_skew: '* ]]
}

@test "keys that are missing or unusable are refusals, exit 1" {
    sed -i 's|^jwks_file = .*|jwks_file = /nonexistent/jwks|' conf
    expect 1 verify token
    said 'refused key.none: '
    echo '{"keys":[' >jwks
    sed -i "s|^jwks_file = .*|jwks_file = $PWD/jwks|" conf
    expect 1 verify token
    said 'refused jwks.json: '
}

@test "a token file is read as it is: it is judged like what a stranger types" {
    chmod 666 token
    expect 0 verify token
    mkdir -m 777 open
    cp -p token open/
    expect 0 verify open/token
    ln -s open/token link
    expect 0 verify link
    mkfifo fifo
    expect 2 verify fifo
    [[ $output == *'fifo: not a regular file' ]]
    expect 2 verify .
    expect 2 verify missing
    head -c 300000 /dev/zero | tr '\0' a >long
    expect 1 verify long
    said 'refused token.too_long: '
}

@test "files that others can write to are refused, by name" {
    chmod 664 conf
    expect 2 verify token
    said 'refused system.config: '
    [[ $output == *'/conf: this file can be written to by its group or by others'* ]]
    chmod 644 conf
    cp "$pool/jwks.json" jwks
    chmod 666 jwks
    sed -i "s|^jwks_file = .*|jwks_file = $PWD/jwks|" conf
    expect 1 verify token
    said 'refused key.none: '
}

@test "--at moves the clock for claims and policy" {
    expect 1 verify --at "$((NOW + 4000))" token
    said 'refused claim.expired: '
    expect 1 verify --at "$((NOW - 4000))" token
    said 'refused claim.not_yet: '
    echo 'max_auth_age = 10m' >>conf
    expect 0 verify --at "$((NOW + 500))" token
    expect 1 verify --at "$((NOW + 700))" token
    said 'refused policy.auth_age: '
}

@test "--user: mapping and account are judged as well" {
    mint id --user "$me" >mine
    echo 'uid_min = 0' >>conf
    if [ "$(id -u)" = 0 ]; then
        expect 1 verify --user root mine
        said 'refused policy.account: '
        echo 'root sub:abc' >map
        echo "map_file = $PWD/map" >>conf
        echo allow_root >>conf
        expect 0 verify --user root token
        said 'accepted sub=abc username=alice user=root '
    else
        expect 0 verify --user "$me" mine
        said "accepted sub="
    fi
    expect 1 verify --user nobody token
    said 'refused policy.user: '
}

@test "--service: the section of that service applies, and --explain names its line" {
    printf '[service sudo sudo-i]\nrequire_group = admins\n[service su]\n' >>conf
    expect 0 verify --service sshd token
    expect 0 verify token
    for service in sudo sudo-i; do
        expect 1 verify --service "$service" token
        said 'refused policy.group: '
    done
    expect 1 verify --service sudo --explain token
    [[ $output == *$'\n  section  sudo              line 4\n'* ]]
    expect 0 verify --service su --explain token
    [[ $output == *$'\n  section  su                line 6\n'* ]]
    expect 0 verify --service sshd --explain token
    [[ $output == *$'\n  section  none '* ]]
}

@test "--explain shows each check in its order, and the line of the map" {
    [ "$(id -u)" != 0 ] || echo allow_root >>conf
    printf '# people\n%s user:alice\n' "$me" >map
    printf 'uid_min = 0\nmap_file = %s\n' "$PWD/map" >>conf
    expect 0 verify --explain --user "$me" token
    order=$(sed -n 's/^  passed   \(.*[a-z]\)  .*/\1/p' <<<"$output" | sed 's/  .*//' | tr '\n' ',')
    echo "$order"
    [[ $order == size,shape,encoding,header,algorithm,*signature,payload,issuer,*mapping,deny*account* ]]
    [[ $output == *'mapping           line 2 of map_file'* ]]
    length=$(($(wc -c <token) - 1))
    grep -qx "  prompts  $length  *ssh $(((length + 1019) / 1020)), sudo $(((length + 499) / 500)) (with cognito-askpass), su 1 (pasted)" \
        <<<"$output"
    grep -Eqx '  pool     eu-central-1_ExAmPlE01 2 usable keys, written [0-9]+ s ago, placed by jwks_file' \
        <<<"$output"
    [[ ${lines[-1]} == accepted* ]]
    [[ $output != *"$(cut -d. -f3 token | head -c 12)"* ]]
    expect 1 verify --explain --user nobody token
    [[ ${lines[-2]} == '  refused  policy.user '* ]]
    [[ ${lines[-1]} == 'refused policy.user: '* ]]
}

@test "--json: one object, with what became of the mapping" {
    [ "$(id -u)" != 0 ] || echo allow_root >>conf
    printf '%s user:alice\n' "$me" >map
    printf 'uid_min = 0\nmap_file = %s\n' "$PWD/map" >>conf
    expect 0 verify --json --user "$me" token
    [ "$(member verdict)$(member reason)$(member mapping)" = '"accepted""accepted""matched"' ]
    [ "$(member sub)$(member username)$(member jti)$(member user)" = "\"abc\"\"alice\"\"one\"\"$me\"" ]
    [ "$(member exp)" -gt "$NOW" ]
    expect 0 verify --json token
    [ "$(member mapping)$(member user)" = '"skipped"null' ]
    expect 1 verify --json --user nobody token
    [ "$(member verdict)$(member reason)$(member mapping)" = '"refused""policy.user""refused"' ]
    [ "$(member sub)$(member exp)" = nullnull ]
    expect 1 verify --json --user "$me" --at "$((NOW + 4000))" token
    [ "$(member reason)$(member mapping)" = '"claim.expired""skipped"' ]
    echo 'jti:one' >deny
    echo "deny_file = $PWD/deny" >>conf
    expect 1 verify --json --user "$me" token
    [ "$(member reason)$(member mapping)" = '"policy.denied""matched"' ]
    [[ $(member explanation) == *'line 1'* ]]
}

@test "several --config: the pool is the one that holds the kid" {
    "$top/tests/tools/mint" pool other --pool-id eu-west-1_Other --client-id otherclient
    chmod 644 other/jwks.json
    printf 'user_pool = eu-west-1_Other\nclient_id = otherclient\njwks_file = %s\n' \
        "$PWD/other/jwks.json" >other/conf
    "$top/tests/tools/mint" id other --user alice >others-token
    expect 1 pam-cognito verify --config conf others-token
    said 'refused key.unknown: '
    for token in token others-token; do
        expect 0 pam-cognito verify --config conf --config other/conf "$token"
        expect 0 pam-cognito verify --config "$PWD/other/conf" --config ./conf "$token"
    done
    expect 0 pam-cognito verify --explain --config conf --config other/conf token
    [[ $output == *'pool     eu-central-1_ExAmPlE01 2 usable keys'* ]]
    [[ $output == *'pool     eu-west-1_Other   2 usable keys'* ]]
    sed -i 's/Other/ExAmPlE01/; s/eu-west/eu-central/' other/conf
    cp "$pool/jwks.json" other/jwks.json
    expect 1 pam-cognito verify --config conf --config other/conf token
    said 'refused key.ambiguous: '
}

@test "a rehearsal of single_use spends nothing" {
    echo single_use >>conf
    first=$(verify token) || status=$?
    second=$(verify token) || status=$?
    [ "$first" = "$second" ]
    [[ $first == accepted* || $first == 'refused system.ledger: '*/var/lib/pam_cognito* ]]
    [ ! -e /var/lib/pam_cognito/used ] || [ -z "$(find /var/lib/pam_cognito/used -name '*-*')" ]
}

@test "a result that cannot be written is a failure" {
    [ -e /dev/full ] || skip 'there is no /dev/full'
    expect 2 sh -c 'pam-cognito verify --config conf token >/dev/full'
}
