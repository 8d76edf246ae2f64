#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Every example in conf/pam.d against the real libpam: what happens with a good token, a bad one,
# none, in an outage of ours and with a broken configuration.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

conf=/etc/security/pam_cognito.conf
cache=/var/cache/pam_cognito/eu-central-1_ExAmPlE01.jwks
ask='prompt: Password (Cognito ID token): '
ask_password='prompt: Password: '

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    for account in alice root; do
        inside root usermod -p "$(openssl passwd -6 "password of $account")" "$account"
    done
    give_token root /root/token id --user alice --set 'cognito:groups=["admins"]'
    give_token root /root/stale id --user alice --set 'cognito:groups=["admins"]' \
        --set "auth_time=$(($(date +%s) - 3600))"
    give_token root /root/outsider id --user alice
    give_token root /root/expired id --user alice --now "$(($(date +%s) - 7200))"
    inside root cp -p "$conf" /root/conf
}

teardown() {
    [ -n "$WORLD_SKIP" ] || recover
}

recover() {
    inside root cp -p /root/conf "$conf"
    inside root sh -c "[ ! -e $cache.away ] || mv $cache.away $cache"
}

outage() {
    inside root mv "$cache" "$cache.away"
}

broken() {
    inside root sh -c "echo 'clock_skew = soon' >>$conf"
}

# An example of a stack, with the path of the module that was built, as a service: use EXAMPLE SERVICE
use() {
    sed "s|pam_cognito[.]so|$world_home/bin/&|" "$BATS_TEST_DIRNAME/../../conf/pam.d/$1" |
        write_inside root 644 "/etc/pam.d/$2"
}

# Plays a login and shows what it came to: what was asked, and the results. play SERVICE USER ANSWER...
play() {
    output=$(inside root "$world_home/bin/pam-transaction" "$@") || true
    echo "$output"
}

# The last login asked exactly this, one after the other: asked PROMPT...
asked() {
    [ "$(grep '^prompt' <<<"$output")" = "$(printf '%s\n' "$@" | grep .)" ]
}

got_in() {
    [[ $output == *'session SUCCESS'* ]]
}

# got RESULT PHASE
got() {
    [ "$(grep -E '^(authenticate|account|setcred|session) ' <<<"$output" | tail -1)" = "${2:-authenticate} $1" ]
}

# A stack in which the token alone counts: token_alone SERVICE USER
token_alone() {
    play "$1" "$2" @/root/token
    got_in && asked "$ask" || return 1
    [[ $output == *'user alice'* ]] || return 1
    play "$1" "$2" @/root/expired
    got AUTH_ERR && asked "$ask" || return 1
    play "$1" "$2" ''
    got AUTH_ERR && asked "$ask" || return 1
    play "$1" "$2" 'password of alice'
    got AUTH_ERR && asked "$ask" || return 1
    outage
    play "$1" "$2" @/root/token
    got AUTHINFO_UNAVAIL && asked '' || return 1
    recover
    broken
    play "$1" "$2" @/root/token
    got SERVICE_ERR && asked '' || return 1
    recover
    play "$1" "$2" @/root/token
    got_in
}

@test "no example is without a test" {
    for example in "$BATS_TEST_DIRNAME"/../../conf/pam.d/*; do
        grep -q "^@test \"${example##*/}[:\"]" "$BATS_TEST_FILENAME"
        # Our PAM_IGNORE alone would fail sudo.
        grep -Eq '^(account .*pam_(unix|permit)[.]so|@include common-account)' "$example"
    done
}

@test "sshd-token-only" {
    use sshd-token-only example
    token_alone example alice
}

@test "sudo-token-only" {
    use sudo-token-only example
    token_alone example alice
}

@test "sudo-by-group" {
    use sudo-by-group example
    token_alone example alice
    play example alice @/root/outsider
    got AUTH_ERR
    await_log 'reason=policy.group'
    play example alice @/root/stale
    got AUTH_ERR
    await_log 'reason=policy.auth_age'
}

@test "sshd-mkhomedir: makes the home folder, for its owner alone" {
    use sshd-mkhomedir example
    token_alone example alice
    inside root mv /home/alice /home/alice.away
    play example alice @/root/token
    made=$(inside root stat -c '%U %a' /home/alice)
    inside root rm -r /home/alice
    inside root mv /home/alice.away /home/alice
    got_in
    [ "$made" = 'alice 700' ]
}

@test "sshd-token-or-password" {
    use sshd-token-or-password example
    play example alice @/root/token
    got_in && asked "$ask"
    # The password, at the same prompt.
    play example alice 'password of alice'
    got_in && asked "$ask"
    play example alice 'password of root'
    got AUTH_ERR && asked "$ask"
    # A bad token is not handed on; pam_unix asks by itself.
    play example alice @/root/expired 'no password'
    got AUTH_ERR && asked "$ask" "$ask_password"
    play example alice @/root/expired 'password of alice'
    got_in && asked "$ask" "$ask_password"
    play example alice ''
    got AUTH_ERR && asked "$ask"
    # In an outage of ours passwords go on working.
    outage
    play example alice 'password of alice'
    got_in && asked "$ask_password"
    play example alice @/root/token
    got AUTH_ERR && asked "$ask_password"
    recover
    broken
    play example alice 'password of alice'
    got_in && asked "$ask_password"
}

@test "login-break-glass: a token for people, root by password whatever happens to us" {
    use login-break-glass example
    token_alone example alice
    root_gets_in() {
        play example root 'password of root'
        got_in && asked "$ask_password" || return 1
        play example root 'password of alice'
        got AUTH_ERR
    }
    root_gets_in
    outage
    root_gets_in
    recover
    broken
    root_gets_in
    recover
    play example root @/root/token
    got AUTH_ERR
    play example root ''
    got AUTH_ERR
    inside root mv "$world_home/bin/pam_cognito.so" "$world_home/bin/away.so"
    status=0
    root_gets_in || status=$?
    play example alice @/root/token
    inside root mv "$world_home/bin/away.so" "$world_home/bin/pam_cognito.so"
    [ "$status" = 0 ]
    [[ $output != *'authenticate SUCCESS'* ]]
}

@test "login-kiosk: no name is given, the token says whose account it is" {
    use login-kiosk example
    token_alone example ''
    # A name that was given is not changed.
    play example bob @/root/token
    got AUTH_ERR
    play example alice @/root/token
    got_in
}

@test "sshd-faillock: refused tokens lock, outages of ours do not" {
    use sshd-faillock example
    failures() {
        inside root faillock --user alice | grep -c ' V$'
    }
    reset() {
        inside root faillock --user alice --reset
    }
    reset
    play example alice @/root/token
    got_in && asked "$ask"
    outage
    for _ in 1 2 3 4; do
        play example alice @/root/token
        got AUTHINFO_UNAVAIL && asked ''
    done
    recover
    broken
    for _ in 1 2 3 4; do
        play example alice @/root/token
        got SERVICE_ERR && asked ''
    done
    recover
    inside root mv "$world_home/bin/pam_cognito.so" "$world_home/bin/away.so"
    for _ in 1 2 3 4; do
        play example alice @/root/token
    done
    inside root mv "$world_home/bin/away.so" "$world_home/bin/pam_cognito.so"
    [[ $output != *'authenticate SUCCESS'* ]]
    [ "$(failures)" = 0 ]
    play example alice @/root/token
    got_in
    # A success takes back what came before it; three in a row lock.
    play example alice @/root/expired
    got AUTH_ERR
    play example alice ''
    got AUTH_ERR
    [ "$(failures)" = 2 ]
    play example alice @/root/token
    got_in
    for _ in 1 2 3; do
        play example alice @/root/expired
        got AUTH_ERR && asked "$ask"
    done
    play example alice @/root/token
    got AUTH_ERR && asked "$ask" # a locked account is asked like any other
    reset
    play example alice @/root/token
    got_in
}

# ---- with real sshd ----

# How often a client is asked, with what is in FILE as its answer: prompts_for FILE ACCOUNT
prompts_for() {
    refused_login "$1" "$2" >&2
    prompts | sed 's/(ref [0-9a-f]*)/(ref)/' # sshd shows the message with the next prompt
}

@test "sshd-token-or-password: an unknown account is asked just like one that exists" {
    use sshd-token-or-password sshd
    {
        write_inside laptop 600 /home/laptop/password <<<'no password'
        write_inside laptop 600 /home/laptop/nothing <<<''
        write_inside laptop 600 /home/laptop/like-a-token <<<'eyJraWQiOiJ4In0.eyJzdWIiOiJ4In0.c2ln'
        write_inside laptop 600 /home/laptop/two-dots <<<'a.b.c'
        write_inside laptop 600 /home/laptop/header <<<'eyJraWQiOiJ4In0'
        inside laptop sh -c 'cut -c 1-200 expired >piece'
        head -c 255 /dev/zero | tr '\0' x | write_inside laptop 600 /home/laptop/x255
        head -c 256 /dev/zero | tr '\0' x | write_inside laptop 600 /home/laptop/x256
        head -c 500 /dev/zero | tr '\0' x | write_inside laptop 600 /home/laptop/x500
        inside laptop sh -c 'cut -c 1-1023 expired >cut'
    }
    for answer in password nothing like-a-token two-dots header piece x255 x256 x500 cut expired; do
        known=$(prompts_for "$answer" alice)
        unknown=$(prompts_for "$answer" nobody-of-that-name)
        echo "$answer: $known"
        [ "$known" = "$unknown" ]
        [ -n "$known" ]
    done
}

@test "what looks like a token never becomes the password of another module" {
    # pam_exec is told what the modules after us would take for the password.
    write_inside root 755 /srv/show-password <<-'END'
	#!/bin/sh
	exec od -An -c >/srv/shown
	END
    write_inside root 644 /etc/pam.d/example <<-END
	auth optional $world_home/bin/pam_cognito.so forward_pass
	auth optional pam_exec.so expose_authtok quiet /srv/show-password
	auth required pam_permit.so
	END
    shown() {
        inside root rm -f /srv/shown
        play example alice "$@"
        shown=$(inside root cat /srv/shown | tr -d ' \n')
        echo "$shown"
    }
    for password in 'a word' my.pass.word 10.0.0.1 heyJude eyJraWQiOiJ4In0.eyJzdWIiOiJ4In0.c2ln; do
        shown "$password"
        [ "$shown" = "${password/ /}" ]
    done
    piece=$(inside root cut -c 1-200 /root/expired)
    for token_like in "$piece" "${piece:0:64}"; do
        shown "$token_like"
        [ "$shown" = '\b\n\r177INCORRECT' ]
    done
    shown "${piece:0:63}"
    [ "$shown" = "${piece:0:63}" ]
    # What is too long for a password is not handed on at all: pam_exec asks, and gets nothing.
    shown @/root/expired
    asked "$ask" "$ask_password"
}

@test "sshd-key-and-token: both are needed" {
    use sshd-key-and-token example
    token_alone example alice
    use sshd-key-and-token sshd
    inside laptop ssh-keygen -q -t ed25519 -N '' -f /home/laptop/key
    inside laptop cat key.pub >"$BATS_TEST_TMPDIR/key.pub"
    inside alice mkdir -m 700 .ssh
    write_inside alice 600 /home/alice/.ssh/authorized_keys <"$BATS_TEST_TMPDIR/key.pub"
    inside root ln -s /usr/sbin/sshd "$world_home/bin/sshd"
    inside root "$world_home/bin/sshd" -p 2222 -o PubkeyAuthentication=yes \
        -o AuthenticationMethods=publickey,keyboard-interactive -o PidFile=/run/sshd-2.pid
    both=(ssh -p 2222 -o HostKeyAlias=bastion -o NumberOfPasswordPrompts=1)
    run with_token token "${both[@]}" -i key alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    # The key alone.
    must_fail 255 with_unjudged_token expired "${both[@]}" -i key alice@bastion id
    [ "$(prompts | wc -l)" = 2 ]
    # The token alone: it is not even asked for.
    must_fail 255 with_unjudged_token token "${both[@]}" -o PubkeyAuthentication=no alice@bastion id
    [ -z "$(prompts)" ]
}

@test "try_first_pass and use_first_pass judge what a module before us has asked for" {
    module=$world_home/bin/pam_cognito.so
    write_inside root 644 /etc/pam.d/tried <<-END
	auth sufficient pam_unix.so
	auth required $module try_first_pass
	account required pam_permit.so
	session required pam_permit.so
	END
    write_inside root 644 /etc/pam.d/only <<-END
	auth sufficient pam_unix.so
	auth required $module use_first_pass
	account required pam_permit.so
	session required pam_permit.so
	END
    write_inside root 644 /etc/pam.d/none <<-END
	auth required $module use_first_pass
	account required pam_permit.so
	END
    # pam_unix does not keep what is too long for it: 512 bytes and more.
    play tried alice 'no token' @/root/token
    got_in && asked "$ask_password" "$ask"
    play tried alice 'password of alice'
    got_in && asked "$ask_password"
    play only alice 'no token' @/root/token
    got AUTH_ERR && asked "$ask_password"
    await_log 'reason=token.malformed'
    play none alice @/root/token
    got AUTH_ERR && asked ''
    await_log 'reason=token.empty'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
