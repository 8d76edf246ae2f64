#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Real ssh, scp, sftp, rsync, sudo and su let a person in with a token of a pool made here. README.md
# says how. Each test looks at what came out and at what was logged.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

cache=/var/cache/pam_cognito/eu-central-1_ExAmPlE01.jwks

setup_file() {
    enter_world_with_pool
}

@test "cognito-refresh, as its own user, fetches the key set over HTTPS as it was served" {
    inside root cmp "$world_home/pool/jwks.json" "$cache"
    [ "$(inside root stat -c '%U %a' "$cache")" = 'pam-cognito 644' ]
}

@test "ssh runs a command; the log says who was accepted" {
    run with_token token ssh alice@bastion id
    [ "$status" = 0 ]
    [ "$output" = 'uid=1001(alice) gid=1001(alice) groups=1001(alice)' ]
    line=$(await_log 'pam_cognito\(sshd:auth\): accepted')
    [[ $line == 'authpriv.info '* ]]
    [[ $line =~ user=alice\ sub=[0-9a-f-]{36}\ kid=[A-Za-z0-9+/]{43}=\ jti=[0-9a-f-]{36}\ exp=[0-9]+ ]]
}

@test "a token of 16,000 bytes logs in, and so does one given in parts of 500" {
    give_token laptop /home/laptop/long id --min-length 16001
    with_unjudged_token long ssh alice@bastion true
    [ "$(prompts | wc -l)" = 16 ]
    with_unjudged_token token GIVEN_PART=500 ssh alice@bastion true
    [ "$(prompts | wc -l)" = 4 ]
}

@test "scp, sftp and rsync copy a file" {
    inside laptop sh -c 'echo "a line" >file'
    with_token token scp -q file alice@bastion:by-scp
    inside laptop sh -c 'echo put file by-sftp >batch'
    with_token token sftp -q -o BatchMode=no -b batch alice@bastion
    for copy in by-scp by-sftp; do
        [ "$(inside alice cat "$copy")" = 'a line' ]
    done
    command -v rsync >/dev/null || skip "rsync is not installed; scp and sftp copied"
    with_token token rsync -e ssh file alice@bastion:by-rsync
    [ "$(inside alice cat by-rsync)" = 'a line' ]
}

@test "sudo -A makes alice root with her token, under sudo and under sudo -i" {
    # shellcheck disable=SC2016 # the shell on the bastion expands it
    export_settings='export SUDO_ASKPASS=/srv/pam_cognito/bin/cognito-askpass
        export COGNITO_ASKPASS_SUDO=yes COGNITO_TOKEN_FILE=$HOME/token
        export XDG_RUNTIME_DIR=/run/user/1001;'
    run with_token token ssh alice@bastion "$export_settings sudo -A id -u"
    [ "$status:$output" = 0:0 ]
    await_log '^authpriv.info .*pam_cognito\(sudo:auth\): accepted; user=alice'
    run with_token token ssh alice@bastion "$export_settings sudo -A -i id -u"
    [ "$status:$output" = 0:0 ]
    await_log '^authpriv.info .*pam_cognito\(sudo-i:auth\): accepted; user=alice'
}

@test "sudo -A has a PAM service of its own with the sudoers example; sudo without -A has not" {
    inside root install -m 440 -t /etc/sudoers.d "$world_home/conf/sudoers.d/pam_cognito"
    inside root visudo -c
    run inside alice SUDO_ASKPASS="$world_home/bin/cognito-askpass" COGNITO_ASKPASS_SUDO=yes \
        COGNITO_TOKEN_FILE=/home/alice/token XDG_RUNTIME_DIR=/run/user/1001 sudo -A id -u
    inside root rm /etc/sudoers.d/pam_cognito
    [ "$status:$output" = 0:0 ]
    await_log 'pam_cognito\(sudo-cognito:auth\): accepted; user=alice'
}

@test "sudo -S takes the token in lines of 500" {
    run inside alice sh -c 'fold -w 500 token | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    await_log 'pam_cognito\(sudo:auth\): accepted; user=alice'
}

@test "su takes the whole token in one answer" {
    run inside bob sh -c 'su alice -c "id -un" 2>/dev/null' < <(inside alice cat token)
    [ "$status:$output" = 0:alice ]
    await_log 'pam_cognito\(su:auth\): accepted; user=alice'
}

@test "parts of two tokens never mix, even if the file changes between two prompts" {
    give_token laptop /home/laptop/second id --user alice --sub second
    inside laptop cp token changing
    write_inside laptop 755 /home/laptop/change-and-ask <<-'END'
	#!/bin/sh
	case $1 in
	*continue*) cat second >changing ;;
	esac
	exec /srv/pam_cognito/bin/cognito-askpass "$1"
	END
    run with_token changing SSH_ASKPASS=/home/laptop/change-and-ask ssh alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    line=$(await_log 'pam_cognito.*accepted')
    [[ $line != *sub=second* ]]
    inside laptop cmp changing second # it had changed
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
