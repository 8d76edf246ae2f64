#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The whole way: cognito-login signs in to the emulator, then ssh, scp and sudo on the bastion. The
# page of the emulator is filled in by sign-in-page; tests/login does it with a browser.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"
# shellcheck source-path=SCRIPTDIR source=emulator.bash
. "$BATS_TEST_DIRNAME/emulator.bash"

# Adds a public client with a callback, and prints its id.
write_tools() {
    write_inside laptop 700 /home/laptop/make-client <<-'END'
	#!/usr/bin/python3
	import json, ssl, sys, urllib.request
	request = urllib.request.Request(
	    "https://pool.test:9229/",
	    json.dumps({"UserPoolId": sys.argv[2], "ClientName": "laptop", "CallbackURLs":
	                ["http://localhost:28090/callback"]}).encode(),
	    {"Content-Type": "application/x-amz-json-1.1",
	     "X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPoolClient"})
	context = ssl.create_default_context(cafile=sys.argv[1])
	print(json.load(urllib.request.urlopen(request, context=context))["UserPoolClient"]["ClientId"])
	END
    write_inside laptop 700 /home/laptop/sign-in-page <<-'END'
	#!/usr/bin/python3
	import html, http.client, re, ssl, sys, urllib.parse, urllib.request
	page = urllib.request.urlopen(sys.argv[2]).read().decode()
	parts = urllib.parse.urlsplit(html.unescape(re.search('url=([^"]*)"', page).group(1)))
	form = dict(urllib.parse.parse_qsl(parts.query), username="alice", password="Correct-Horse-7")
	connection = http.client.HTTPSConnection(
	    parts.netloc, context=ssl.create_default_context(cafile=sys.argv[1]))
	connection.request("POST", parts.path, urllib.parse.urlencode(form),
	                   {"Content-Type": "application/x-www-form-urlencoded"})
	urllib.request.urlopen(connection.getresponse().getheader("Location")).read()
	END
}

configure_both() {
    local pool client
    pool=$(inside laptop cat pool_id)
    client=$(inside laptop ./make-client "$world_home/pool/ca.crt" "$pool")
    write_inside root 644 /etc/security/pam_cognito.conf <<-END
	user_pool = $pool
	client_id = $client
	issuer = https://pool.test:9229/$pool
	ca_file = $world_home/pool/ca.crt
	END
    inside laptop install -d -m 700 .config/cognito-login
    write_inside laptop 600 /home/laptop/.config/cognito-login/config <<-END
	user_pool = $pool
	client_id = $client
	domain = pool.test:9229
	endpoint = https://pool.test:9229/
	issuer = https://pool.test:9229/$pool
	ca_file = $world_home/pool/ca.crt
	hosts = bastion
	END
}

laptop() {
    inside laptop XDG_RUNTIME_DIR=/run/user/1010 \
        BROWSER="/home/laptop/sign-in-page $world_home/pool/ca.crt" "$@"
}

setup_file() {
    install_emulator
    [ -z "$WORLD_SKIP" ] || return 0
    enter_world
    make_pool
    start_emulator
    inside laptop "$world_home/bin/sign-in" https://pool.test:9229 "$world_home/pool/ca.crt" \
        alice /home/laptop
    write_tools
    configure_both
    fetch_keys
}

@test "cognito-login, then ssh, scp and sudo -A" {
    run laptop "$world_home/bin/cognito-login"
    echo "$output"
    [[ $status == 0 && $output == *'Signed in as alice'* ]]
    run laptop "$world_home/bin/cognito-login" ssh alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    await_log '^authpriv.info .*sshd:auth.: accepted; user=alice'
    inside laptop sh -c 'echo "a line" >file'
    # shellcheck disable=SC2016 # the shell inside expands it
    laptop sh -c 'eval "$("$0" env)" && exec scp -q file alice@bastion:by-login' \
        "$world_home/bin/cognito-login"
    [ "$(inside alice cat by-login)" = 'a line' ]
    # The token does not travel along: here a person's own command has it on the bastion.
    laptop "$world_home/bin/cognito-login" token >"$BATS_TEST_TMPDIR/token"
    write_inside alice 600 /home/alice/token <"$BATS_TEST_TMPDIR/token"
    # shellcheck disable=SC2016 # the shell on the bastion expands it
    run laptop "$world_home/bin/cognito-login" ssh alice@bastion \
        'SUDO_ASKPASS=/srv/pam_cognito/bin/cognito-askpass COGNITO_ASKPASS_SUDO=yes
         COGNITO_TOKEN_COMMAND="cat $HOME/token" XDG_RUNTIME_DIR=/run/user/1001
         export SUDO_ASKPASS COGNITO_ASKPASS_SUDO COGNITO_TOKEN_COMMAND XDG_RUNTIME_DIR
         exec sudo -A id -u'
    [ "$status:$output" = 0:0 ]
}

# What the person pastes at a command's terminal: a line of FILE at each prompt, or all at the first.
bring_paste() {
    write_inside root 755 "$world_home/bin/paste-lines" <<-'END'
	#!/usr/bin/expect -f
	# paste-lines each|once FILE PROMPT COMMAND...
	set timeout 60
	lassign $argv when file prompt
	set lines [split [read [open $file]] "\n"]
	spawn -noecho {*}[lrange $argv 3 end]
	for {set i 0} {$i < [llength $lines] - 1} {incr i} {
	    if {$i == 0 || $when eq "each"} {
	        expect -re $prompt {} timeout {exit 97} eof {exit 98}
	    }
	    send -- "[lindex $lines $i]\r"
	}
	expect timeout {exit 97} eof
	exit [lindex [wait] 3]
	END
}

# Nothing that was written on the bastion has a part of a token; the laptop is another machine.
left_behind_nothing() {
    laptop "$world_home/bin/cognito-login" token | write_inside root 600 "$world_home/tokens-of-laptop"
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root bash -c 'find /home/alice /root /run/user/1001 /run/sudo /tmp /var /etc /dev/shm -type f \
        -exec cat {} + 2>/dev/null | "$0/bin/leaks" "$0/tokens-of-laptop"' "$world_home"
}

@test "sudo on the bastion: parts pasted at its prompts, with nothing of ours installed there" {
    needs expect
    bring_paste
    inside alice rm -f token
    laptop "$world_home/bin/cognito-login" token --parts --sudo | write_inside laptop 600 /home/laptop/parts
    [ "$(inside laptop grep -c . parts)" -ge 2 ]
    run laptop "$world_home/bin/paste-lines" each parts 'Password \(Cognito ID token[^\n]*\): $' \
        "$world_home/bin/cognito-login" ssh -t alice@bastion sudo -k id -u
    echo "$output"
    [ "$status" = 0 ]
    [ "$(tr -d '\r' <<<"$output" | grep -cx 0)" = 1 ]
    [[ $output != *eyJ* ]]
    left_behind_nothing
}

@test "sudo -A on the bastion: cognito-askpass alone, and a command that takes what is pasted" {
    needs expect
    bring_paste
    # The lines of token --parts and an empty one, at one go.
    { laptop "$world_home/bin/cognito-login" token --parts; echo; } | write_inside laptop 600 /home/laptop/parts
    # The very block of the guide.
    sed -n '/^  <!-- far host -->/,/sudo -A id -u$/ s/^      //p' "$BATS_TEST_DIRNAME/../../docs/user-pool.md" |
        sed "s|/usr/bin/cognito-askpass|$world_home/bin/cognito-askpass|" >"$BATS_TEST_TMPDIR/block"
    [ "$(grep -c . "$BATS_TEST_TMPDIR/block")" = 4 ]
    write_inside alice 644 /home/alice/block <"$BATS_TEST_TMPDIR/block"
    run laptop "$world_home/bin/paste-lines" once parts 'Paste it[^\n]*\n' \
        "$world_home/bin/cognito-login" ssh -t alice@bastion bash block
    echo "$output"
    [ "$status" = 0 ]
    [ "$(tr -d '\r' <<<"$output" | grep -cx 0)" = 1 ]
    [[ $output != *eyJ* ]]
    left_behind_nothing
}

@test "after logout nobody gets in, and is told what to do" {
    laptop "$world_home/bin/cognito-login" logout
    run laptop setsid -w "$world_home/bin/cognito-login" ssh alice@bastion id -un
    [ "$status" = 1 ]
    [[ $output == *'log in: cognito-login (there is no terminal'* ]]
    # shellcheck disable=SC2016 # the shell inside expands it
    run laptop sh -c 'eval "$("$0" env)" && exec ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un' \
        "$world_home/bin/cognito-login"
    echo "$output"
    [ "$status" = 255 ]
    [[ $output == *'log in: cognito-login'* && $output == *'Permission denied'* ]]
}
