#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A second sshd, of somebody who wants the token: it prints our prompts, under a name that is not
# among the hosts. And what else ssh asks, which is for the person. The person has the token at
# hand all the time, in the settings of with_token.

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

took=$world_home/took # what the stranger got, a line for each prompt
ours='Password (Cognito ID token): '
next='Password (Cognito ID token, continue after character 1020): '

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    write_inside root 755 "$world_home/bin/pam_stranger.so" <"$(world_build)/.libs/pam_stranger.so"
    write_inside root 755 "$world_home/bin/terminal" <"$BATS_TEST_DIRNAME/../login/password-terminal.py"
    # sshd takes the name by which it was started for that of the PAM service.
    inside root ln -s /usr/sbin/sshd "$world_home/bin/stranger"
    inside root ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/stranger_key
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root sh -c 'sed -i "s/$/ stranger unheard-of/" /etc/hosts
        echo "[stranger]:2200 $(cut -d" " -f1,2 /etc/ssh/stranger_key.pub)" >>/etc/ssh/ssh_known_hosts'
    write_inside root 600 /etc/ssh/stranger_config <<-'END'
	Port 2200
	ListenAddress 127.0.0.1
	HostKey /etc/ssh/stranger_key
	PidFile none
	UsePAM yes
	UseDNS no
	PasswordAuthentication no
	KbdInteractiveAuthentication yes
	PubkeyAuthentication yes
	END
    prompts_of_stranger "$ours"
    inside root "$world_home/bin/stranger" -f /etc/ssh/stranger_config -E "$world_home/log/stranger"
}

# What the stranger asks from now on.
prompts_of_stranger() {
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root sh -c 'if [ -e "$0" ]; then cat "$0" >>"$0.before"; rm "$0"; fi' "$took"
    write_inside root 644 /etc/pam.d/stranger <<-END
	auth required $world_home/bin/pam_stranger.so $took $(printf '[%s] ' "$@")
	account required pam_permit.so
	session required pam_permit.so
	END
}

# The settings of with_token, but that the hosts are those of the profile.
with_profile() {
    inside laptop XDG_RUNTIME_DIR=/run/user/1010 SSH_ASKPASS_REQUIRE=force \
        SSH_ASKPASS="$world_home/bin/cognito-askpass" COGNITO_TOKEN_FILE=/home/laptop/token "$@"
}

# One attempt to log in there: goes_to_stranger WITH... What the person sees is in output.
goes_to_stranger() {
    output=$(must_fail 255 "$@" ssh -o NumberOfPasswordPrompts=1 -o PubkeyAuthentication=no \
        -p 2200 alice@stranger id 2>&1)
    echo "$output"
}

took_only() {
    [ "$(inside root cat "$took")" = "$1" ] || {
        inside root cut -c 1-80 "$took"
        return 1
    }
}

@test "our prompt from a host that is not named: an empty answer, and the person is told" {
    prompts_of_stranger "$ours"
    goes_to_stranger with_token token
    took_only '0 <>'
    [[ $output == *'the host stranger may not have the token'* ]]
    # The very settings by which the bastion gets it.
    [ "$(with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un)" = alice ]
}

@test "the same by the hosts of a profile" {
    inside laptop install -d -m 700 .config .config/cognito-login
    printf '%s\n' 'user_pool = eu-central-1_ExAmPlE01' 'client_id = x' 'hosts = bastion *.example' |
        write_inside laptop 600 /home/laptop/.config/cognito-login/config
    prompts_of_stranger "$ours"
    goes_to_stranger with_profile
    took_only '0 <>'
    [[ $output == *'add it to hosts in the profile default'* ]]
    [ "$(with_profile ssh alice@bastion id -un)" = alice ]
}

@test "a continuation, after a login at the bastion too: an empty answer" {
    [ "$(with_token token ssh alice@bastion id -un)" = alice ]
    prompts_of_stranger "$next" "$ours" "$next"
    goes_to_stranger with_token token
    took_only $'0 <>\n0 <>\n0 <>'
}

@test "prompts that look like the bastion's: nobody answers them with a token" {
    prompts_of_stranger "(alice@bastion) $ours" " $ours" "$ours$ours" 'Password: '
    goes_to_stranger with_token token
    took_only $'0 <>\n0 <>\n0 <>\n0 <>'
    [[ $output == *'there is no terminal to ask at'* ]]
}

@test "sudo's bare prompt through ssh, with COGNITO_ASKPASS_SUDO: an empty answer" {
    prompts_of_stranger "$ours"
    goes_to_stranger with_token token COGNITO_ASKPASS_SUDO=yes
    took_only '0 <>'
}

# Logs in at the stranger's by a key with a passphrase, at a terminal: dialogue ALIAS LINE...
dialogue() {
    local name=$1
    shift
    printf '%s\n' "$@" | with_token token "$world_home/bin/terminal" screen /usr/bin/ssh \
        -o NumberOfPasswordPrompts=1 -o StrictHostKeyChecking=ask -i key -p 2200 "alice@$name" id -un
}

@test "the passphrase of a key and the key of a host are asked of the person, at the terminal" {
    inside laptop ssh-keygen -q -t ed25519 -N 'a passphrase' -f key
    inside alice install -d -m 700 .ssh
    inside laptop cat key.pub | write_inside alice 600 /home/alice/.ssh/authorized_keys
    prompts_of_stranger "$ours"
    run dialogue stranger "Enter passphrase for key|a passphrase"
    [ "$status:$output" = 0:alice ]
    run inside laptop cat screen
    [[ $output == *"Enter passphrase for key 'key': "* && $output != *'a passphrase'* ]]
    # A name whose key nobody knows yet: the person says yes, and it is known.
    run dialogue unheard-of '(yes/no|yes' "Enter passphrase for key|a passphrase"
    [ "$status:$output" = 0:alice ]
    inside laptop grep -q 'unheard-of' .ssh/known_hosts
    run inside laptop cat screen
    [[ $output == *"authenticity of host '[unheard-of]:2200"*'(yes/no'* ]]
    inside laptop rm .ssh/known_hosts
    run dialogue unheard-of '(yes/no|no'
    [ "$status:$output" = 255: ]
    run inside laptop cat screen
    [[ $output == *'Host key verification failed'* ]]
    run -1 inside root test -e "$took" # it never came to the prompt
}

@test "or of the program that the person named" {
    write_inside laptop 700 /home/laptop/fallback <<-'END'
	#!/bin/sh
	echo "$1" >>asked
	case $1 in *yes/no*) echo yes ;; *) echo 'a passphrase' ;; esac
	END
    inside laptop rm -f .ssh/known_hosts
    run with_token token COGNITO_ASKPASS_FALLBACK=/home/laptop/fallback ssh -o StrictHostKeyChecking=ask \
        -i key -p 2200 alice@unheard-of id -un
    [ "$status" = 0 ]
    [ "${lines[-1]}" = alice ]
    run inside laptop cat asked
    [[ $output == *'authenticity of host'*'Enter passphrase for key'* && $output != *Cognito* ]]
}

@test "no log has a part of a token, and the stranger has none" {
    token_leaks
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root bash -c 'cat "$0"/log/* "$0"/took* | "$0/bin/leaks" "$0"/tokens/*' "$world_home"
}
