#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The table of docs/lengths.md, each cell of it: what is asserted is read from the document.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

document=$BATS_TEST_DIRNAME/../../docs/lengths.md
lengths=(500 511 512 970 1000 1007 1020 1022 1023 1024 1025 1500 1650 2040 4095 4096 16384 16385)
ways=(ssh-askpass ssh-pasted password-pasted password-whole sudo-A sudo-S su whole)

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    bring at-terminal libssh-client paramiko-client present
    know_bastion
    make_short_pool
    make_tokens
    ask_both_pools
    start_sshd_with_passwords
}

# A pool such as Cognito has none: its tokens may be as short as a signature allows.
make_short_pool() {
    inside root "$world_home/bin/mint" pool "$world_home/short" --client-id short
    # One key under two names, because not every length can be reached with one.
    inside root /usr/bin/python3 - "$world_home/short/jwks.json" <<-'END'
	import json, sys
	with open(sys.argv[1]) as source:
	    key = json.load(source)["keys"][0]
	with open(sys.argv[1], "w") as output:
	    json.dump({"keys": [dict(key, kid="k"), dict(key, kid="kk")]}, output)
	END
    write_inside root 644 /etc/security/short.conf <<-END
	user_pool = eu-central-1_Short
	issuer = xx
	client_id = short
	jwks_file = $world_home/short/jwks.json
	username_claim = sub
	END
}

# Claims that a token can do without, beginning with those that the shortest of Cognito's has.
omit() {
    local name
    for name in "$@"; do printf '%s\n' --without "$name"; done
}

seldom=(at_hash cognito:groups cognito:preferred_role cognito:roles identities email
    email_verified event_id origin_jti)

# A token of exactly that length, in Cognito's own form if that has it: the lengths of base64 leave
# out one in four, those get one more member in the header; and shorter ones than 970 are of the
# short pool.
mint_length() {
    local options=()
    case $1 in
    511) options=(--header 'kid="kk"' --set 'p="x"') ;;
    512) options=(--header 'kid="k"' --set 'p="xx"') ;;
    500) options=(--header 'kid="k"') ;;
    esac
    if [ "$1" -lt 600 ]; then
        mapfile -t -O 10 options < <(omit "${seldom[@]}" jti auth_time cognito:username)
        inside root "$world_home/bin/mint" id "$world_home/short" --set 'iss="xx"' --sub alice \
            "${options[@]}"
        return
    fi
    mapfile -t options < <(omit "${seldom[@]}")
    mint id --user alice --length "$1" "${options[@]}" 2>/dev/null && return
    local value
    for value in '' x xx; do
        mint id --user alice --length "$1" "${options[@]}" --header "p=\"$value\"" 2>/dev/null &&
            return
    done
    echo "there is no token of $1" >&2
    return 1
}

make_tokens() {
    local length token
    inside root install -d -m 700 "$world_home/tokens"
    for length in "${lengths[@]}"; do
        token=$(mint_length "$length") || return 1
        [ ${#token} = "$length" ] || {
            echo "a token of $length has ${#token} characters"
            return 1
        }
        write_inside root 600 "$world_home/tokens/$length" <<<"$token"
    done
}

ask_both_pools() {
    inside root sed -i -E 's|^(auth .*pam_cognito[.]so)|\1 debug|
        s|^((auth\|account) .*pam_cognito[.]so.*)|\1 conf=/etc/security/pam_cognito.conf conf=/etc/security/short.conf|' \
        /etc/pam.d/sshd /etc/pam.d/sudo /etc/pam.d/su
    inside root sed -i 's/^Defaults .*/&, passwd_tries=1/' /etc/sudoers
}

# A second sshd, for the method "password".
start_sshd_with_passwords() {
    inside root sed -i 's/^bastion,/&[bastion]:2222,/' /etc/ssh/ssh_known_hosts
    inside root /usr/sbin/sshd -p 2222 -o PasswordAuthentication=yes -o PidFile=none 3>&-
}

# The rows of the table without their bars: a length, and a cell for each way.
table_rows() {
    sed -n 's/^| *\([0-9]\+ *|.*\) *|$/\1/p' "$document" | tr -d ' `'
}

# A column of the table, as present prints it: column WAY
column() {
    local i
    for i in "${!ways[@]}"; do
        [ "${ways[i]}" != "$1" ] || table_rows | awk -F'|' -v field=$((i + 2)) '{print $1, $field}'
    done
}

# What the document says of a way is what is seen: holds WAY
holds() {
    [ -n "$(column "$1")" ]
    inside root "$world_home/bin/present" "$1" "${lengths[@]}" >"$BATS_TEST_TMPDIR/seen"
    diff -u <(column "$1") "$BATS_TEST_TMPDIR/seen"
}

@test "the table has every length and every way" {
    [ "$(grep '^| length' "$document" | tr -d ' `')" = "$(printf '|%s' length "${ways[@]}")|" ]
    [ "$(table_rows | cut -d'|' -f1)" = "$(printf '%s\n' "${lengths[@]}")" ]
    [ "$(table_rows | awk -F'|' -v fields=$((${#ways[@]} + 1)) 'NF != fields || /[|]([|]|$)/')" = '' ]
}

@test "ssh-askpass: ssh with cognito-askpass" {
    holds ssh-askpass
}

@test "ssh-pasted: ssh, the token pasted at the terminal and the rest where it is asked for" {
    holds ssh-pasted
}

@test "password-pasted: ssh by the method password, the token pasted at the terminal" {
    holds password-pasted
}

@test "password-whole: the method password with the whole token, by libssh" {
    needs libssh
    holds password-whole
}

@test "sudo-A: sudo -A with cognito-askpass" {
    holds sudo-A
}

@test "sudo-S: sudo -S with lines of 500 characters" {
    holds sudo-S
}

@test "su: su, the token pasted at the terminal and the rest where it is asked for" {
    holds su
}

@test "whole: the whole token in one answer, by libssh" {
    needs libssh
    holds whole
}

# The same for the lengths at which other clients cut: whole_by COMMAND, which takes a token file.
whole_by() {
    local length
    for length in 500 511 1007 1020 1022 1023 4095 16384; do
        log_mark
        write_inside laptop 600 /home/laptop/whole < <(inside root cat "$world_home/tokens/$length")
        "$1" whole >"$BATS_TEST_TMPDIR/seen"
        echo "$length: $(cat "$BATS_TEST_TMPDIR/seen")"
        [ "$(tail -n 1 "$BATS_TEST_TMPDIR/seen")" = alice ]
        await_log 'pam_cognito\(sshd:auth\): accepted'
        [ "$(log_since | grep -c 'bytes answered')" = 1 ]
    done
}

@test "whole: by plink" {
    needs plink
    whole_by by_plink
}

@test "whole: by paramiko" {
    needs paramiko
    whole_by by_paramiko
}

@test "whole: by curl's sftp" {
    needs sftp-of-curl
    whole_by by_curl
}

# ---- a part alone ----

# Whose log line says that the token was cut, by whom, and what to do: told_cut WHERE
told_cut() {
    await_log "reason=token.truncated .*$1.*; use cognito-askpass, or paste the rest"
}

at_terminal() {
    write_inside "$1" 600 "/home/$1/part" < <(inside root cat "$world_home/tokens/$2")
    inside "$1" "$world_home/bin/at-terminal" --then-return part "${@:3}"
}

@test "a token that ssh cuts, and Return at the next prompt: token.truncated, the client named" {
    must_fail 255 at_terminal laptop 1500 ssh -o NumberOfPasswordPrompts=1 alice@bastion id
    told_cut 'cut at 1023 bytes, as the OpenSSH client does'
}

@test "a token that a terminal cuts for su, and Return: token.truncated, the client named" {
    must_fail 1 at_terminal bob 16384 su alice -c id
    told_cut 'cut at 4095 bytes, as su, login and terminals do'
}

@test "the first part of cognito-askpass alone, for ssh and for sudo: token.truncated" {
    inside root cat "$world_home/tokens/1650" | inside laptop sh -c 'cut -c 1-1020 >part'
    refused_login part # the prompt to continue gets an empty answer
    told_cut 'cut after a part of 1020 by cognito-askpass \(ssh\)'
    log_mark
    inside root cat "$world_home/tokens/1650" | inside alice sh -c 'cut -c 1-500 >part; echo >>part'
    must_fail 1 inside alice sh -c 'sudo -S id <part'
    told_cut 'cut after a part of 500 by cognito-askpass \(sudo\)'
}

@test "sudo at a terminal takes what is below 512 bytes, and fails beyond" {
    for length in 500 511; do
        run at_terminal alice "$length" sudo id -un
        [[ $status = 0 && $output == *root* ]]
    done
    must_fail 1 at_terminal alice 512 sudo id -un
    await_log 'reason=host.conversation'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
