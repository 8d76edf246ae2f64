#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Logins at the machine itself: login(1) on a terminal, started by itself and by agetty, with the token
# first and no name; and greetd, which always has a name.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    give_token root /root/token id --user alice
    use login-kiosk login
}

# An example of a stack, with the path of the module that was built, as a service: use EXAMPLE SERVICE
use() {
    sed "s|pam_cognito[.]so|$world_home/bin/&|" "$BATS_TEST_DIRNAME/../../conf/pam.d/$1" |
        write_inside root 644 "/etc/pam.d/$2"
}

# A person at a terminal, see console.exp: at_console ANSWER-FILE PROGRAM...
at_console() {
    inside root TERM=dumb "$world_home/bin/console.exp" "$@"
}

# Another keyboard: what a scanner types that believes in a French or a German one.
with_keyboard() {
    inside root sh -c "tr '$1' '$2' </root/token >/root/typed"
}

@test "login asks for the token first, and opens the account that it names" {
    run at_console /root/token /bin/login
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *$'\nalice\r'* || $output == *$'\r\nalice\r\n'* ]]
    [[ $output != *'login:'* ]]
    await_log 'pam_cognito\(login:auth\): accepted; user=alice'
}

@test "agetty --skip-login leaves the asking to us" {
    run at_console /root/token /sbin/agetty --skip-login --login-program /bin/login --noclear - linux
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *alice* && $output != *'login:'* ]]
    await_log 'pam_cognito\(login:auth\): accepted; user=alice'
}

@test "a refused token is followed by another chance, never by a question for a name" {
    give_token root /root/expired id --user alice --now "$(($(date +%s) - 7200))"
    must_fail 1 at_console /root/expired /bin/login
    await_log 'login:auth.* user= reason=claim.expired'
    give_token root /root/unknown id --user nobody-of-that-name
    must_fail 1 at_console /root/unknown /bin/login
    await_log 'login:auth.* user= reason=policy.account.*there is no such account'
    give_token root /root/root-token id --user root
    must_fail 1 at_console /root/root-token /bin/login
    await_log 'login:auth.* user= reason=policy.account'
}

@test "a person with several accounts has to say which, and login with a name works" {
    write_inside root 644 /etc/security/map <<-'END'
	alice  user:alice
	bob    user:alice
	END
    inside root sh -c 'cp -p /etc/security/pam_cognito.conf /root/conf
        echo map_file = /etc/security/map >>/etc/security/pam_cognito.conf'
    status=0
    must_fail 1 at_console /root/token /bin/login || status=$?
    at_console /root/token /bin/login bob | grep bob || status=$?
    inside root cp -p /root/conf /etc/security/pam_cognito.conf
    [ "$status" = 0 ]
    await_log 'login:auth.*reason=policy.user.*several accounts'
    await_log 'login:auth.*accepted; user=bob'
}

@test "a scanner with another keyboard layout is named, and nothing of what it typed" {
    with_keyboard '.' ':'
    must_fail 1 at_console /root/typed /bin/login
    await_log 'reason=token.malformed.*it has a punctuation character \(another keyboard layout\?\)'
    with_keyboard '._' ';?'
    must_fail 1 at_console /root/typed /bin/login
    await_log 'reason=token.malformed.*another keyboard layout'
    inside root sh -c 'sed "s/[.]/§/g" </root/token >/root/typed'
    must_fail 1 at_console /root/typed /bin/login
    await_log 'reason=token.malformed.*a character that is not ASCII \(another keyboard layout\?\)'
}

# Runs greetd with a greeter for ACCOUNT until it said WORD: greet ACCOUNT WORD
greet() {
    write_inside root 644 /etc/greetd.toml <<-END
	[terminal]
	vt = "none"
	[default_session]
	command = "/srv/greeter $1"
	user = "laptop"
	END
    write_inside root 755 /srv/greeter <<-END
	#!/bin/sh
	$world_home/bin/greetd-client "\$1" @/home/laptop/token /srv/session >>/tmp/greeter 2>&1
	END
    write_inside root 755 /srv/session <<-'END'
	#!/bin/sh
	echo "session of $(id -un)" >>/tmp/sessions
	END
    inside root sh -c "rm -f /tmp/greeter /tmp/sessions
        install -m 666 /dev/null /tmp/greeter; install -m 666 /dev/null /tmp/sessions
        $world_home/bin/greetd -c /etc/greetd.toml >/tmp/greetd 2>&1 &
        for round in \$(seq 100); do
            ! grep -q '$2' /tmp/greeter /tmp/sessions || break
            sleep 0.1
        done
        kill \$!
        wait
        cat /tmp/greeter /tmp/sessions"
}

@test "greetd, which asks for the name first, takes the token as the answer" {
    folder=$(world_build)/tests/greetd
    why=$("$BATS_TEST_DIRNAME/unpack-greetd" "$folder") || skip "$why"
    install -m 755 "$folder/usr/sbin/greetd" "/proc/$ENCLOSURE/root$world_home/bin/"
    use login-break-glass greetd
    write_inside root 644 /etc/pam.d/greetd-greeter <<-'END'
	auth required pam_permit.so
	account required pam_permit.so
	session required pam_permit.so
	END
    run greet alice 'session of alice'
    echo "$output"
    [[ $output == *'secret: Password (Cognito ID token): '*authenticated*'session of alice'* ]]
    await_log 'pam_cognito\(greetd:auth\): accepted; user=alice'
    run greet bob 'refused: '
    echo "$output"
    [[ $output == *'refused: auth_error'* && $output != *authenticated* ]]
    await_log 'greetd:auth.* user=bob reason=policy.user'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
