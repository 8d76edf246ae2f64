#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Clients and uses of docs/clients.md, with a token of 1,650 characters. The first cell of each row
# there is the beginning of a test's name here, and the other way round.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bin=$world_home/bin
document=$BATS_TEST_DIRNAME/../../docs/clients.md

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    bring at-terminal libssh-client paramiko-client
    give_token laptop /home/laptop/token id --user alice --without cognito:roles --length 1650
    inside root install -o alice -g alice -m 600 /home/laptop/token /home/alice/token
    # The bastion has a second name, for a host behind it.
    inside root sh -c 'sed -i "s/ bastion/& inner/" /etc/hosts
        sed -i "s/^bastion,/&inner,[bastion]:2222,/" /etc/ssh/ssh_known_hosts'
    know_bastion
}

# The command has printed that it is alice who runs it, and the module has let her in N times.
let_in() {
    echo "$status: $output"
    [ "$status" = 0 ]
    grep -qE '(^|: )alice$' <<<"${output//$'\r'/}"
    accepted_times "${1:-1}"
}

accepted_times() {
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
    [ "$(log_since | grep -c 'pam_cognito(sshd:auth): accepted; user=alice')" = "$1" ]
}

# sshd was left without having asked the module.
never_asked() {
    await_log 'sshd.*(Connection closed|Disconnecting|Connection reset)'
    must_fail 1 grep pam_cognito <(log_since)
}

@test "the tests of this file are the rows of the document" {
    diff -u <(sed -n 's/^| \([^|]*[^| ]\) *|.*/\1/p' "$document" | grep -vx 'client or use' | sort -u) \
        <(sed -n 's/^@test "\([^":]*\): .*/\1/p' "$BATS_TEST_FILENAME" | sort -u)
}

# ---- what logs in ----

@test "OpenSSH: ssh runs a command, and a shell at a terminal" {
    run with_token token ssh alice@bastion id -un
    let_in
    log_mark
    run with_token token "$bin/at-terminal" /dev/null ssh -tt alice@bastion id -un
    let_in
}

@test "scp: by the sftp protocol and by the old one" {
    inside laptop sh -c 'echo "a line" >file'
    with_token token scp -q file alice@bastion:by-scp
    with_token token scp -q -O alice@bastion:by-scp again
    inside laptop cmp file again
}

@test "sftp: with commands on standard input" {
    inside laptop sh -c 'echo "a line" >file'
    with_token token sftp -q alice@bastion <<<'put file by-sftp'
    [ "$(inside alice cat by-sftp)" = 'a line' ]
}

@test "rsync: there and back" {
    needs rsync
    inside laptop sh -c 'mkdir folder; echo "a line" >folder/file'
    with_token token rsync -a -e ssh folder alice@bastion:
    with_token token rsync -a -e ssh alice@bastion:folder/ back
    inside laptop cmp folder/file back/file
}

@test "git: clone, commit and push over ssh" {
    needs git
    inside alice git init -q --bare repository
    with_token token git clone -q alice@bastion:repository work 2>/dev/null
    inside laptop git -C work -c user.name=a -c user.email=a@b commit -q --allow-empty -m one
    with_token token git -C work push -q origin HEAD:main
    [ "$(inside alice git -C repository log --format=%s main)" = one ]
    accepted_times 2
}

@test "ssh -J: both hosts by token" {
    run with_token token COGNITO_ASKPASS_HOSTS='bastion inner' ssh -J alice@bastion alice@inner id -un
    let_in 2
}

@test "ssh -J: the host behind gets no token unless it is named" {
    run with_token token ssh -o NumberOfPasswordPrompts=1 -J alice@bastion alice@inner id -un
    [[ $status = 255 && $output == *'the host inner may not have the token'* ]]
    await_log 'reason=token.empty'
    accepted_times 1
}

# Opens a connection that others share.
open_master() {
    with_token token ssh -o ControlMaster=yes -o ControlPath=/home/laptop/master \
        -o ControlPersist=60 alice@bastion true >/dev/null 2>&1 3>&-
}

share_master() {
    inside laptop SSH_ASKPASS=/bin/false SSH_ASKPASS_REQUIRE=force \
        ssh -o ControlPath=/home/laptop/master "$@"
}

@test "ControlMaster: ten commands with one login" {
    open_master
    local i
    for i in {1..10}; do
        [ "$(share_master alice@bastion "id -un; echo $i")" = "alice"$'\n'"$i" ]
    done
    share_master -O exit alice@bastion
    accepted_times 1
}

@test "sudo: sudo -A and sudo -A -i on the bastion" {
    # shellcheck disable=SC2016 # the shell on the bastion expands it
    settings='export SUDO_ASKPASS=/srv/pam_cognito/bin/cognito-askpass
        export COGNITO_ASKPASS_SUDO=yes COGNITO_TOKEN_FILE=$HOME/token
        export XDG_RUNTIME_DIR=/run/user/1001;'
    run with_token token ssh alice@bastion "$settings sudo -A id -u && sudo -A -i pwd"
    [ "$status:$output" = $'0:0\n/root' ]
    await_log 'pam_cognito\(sudo:auth\): accepted; user=alice'
    await_log 'pam_cognito\(sudo-i:auth\): accepted; user=alice'
}

@test "plink: the token in a file, and pasted at the terminal" {
    needs plink
    run by_plink token
    let_in
    log_mark
    key=$(inside root ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
    run inside laptop "$bin/at-terminal" token plink -ssh -no-antispoof -hostkey "$key" \
        alice@bastion id -un
    let_in
}

@test "dbclient: the token pasted at the terminal" {
    needs dbclient
    run inside laptop "$bin/at-terminal" token dbclient alice@bastion id -un
    let_in
}

@test "paramiko: auth_interactive" {
    needs paramiko
    run by_paramiko token
    let_in
}

@test "libssh: ssh_userauth_kbdint" {
    needs libssh
    run by_libssh token
    let_in
}

@test "curl: sftp" {
    needs sftp-of-curl
    run by_curl token
    let_in
}

# ---- what does not, and what to do ----

@test "BatchMode: the module is never asked" {
    must_fail 255 with_token token ssh -o BatchMode=yes alice@bastion id
    never_asked
}

@test "sftp -b: the module is never asked, unless with BatchMode=no" {
    inside laptop sh -c 'echo "a line" >file; echo put file by-batch >batch'
    must_fail 255 with_token token sftp -q -b batch alice@bastion
    never_asked
    with_token token sftp -q -o BatchMode=no -b batch alice@bastion
    [ "$(inside alice cat by-batch)" = 'a line' ]
}

# What Ansible's ssh plugin adds if no password is given.
ansible=(-o KbdInteractiveAuthentication=no -o PasswordAuthentication=no
    -o 'PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey')

@test "Ansible: its options rule the token out, unless others stand before or a ControlMaster is open" {
    must_fail 255 with_token token ssh "${ansible[@]}" alice@bastion id
    never_asked
    run with_token token ssh -o KbdInteractiveAuthentication=yes \
        -o PreferredAuthentications=keyboard-interactive "${ansible[@]}" alice@bastion id -un
    let_in
    open_master
    run share_master "${ansible[@]}" alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    share_master -O exit alice@bastion
}

@test "VS Code: an askpass of its own answers in place of ours, but an open ControlMaster carries it" {
    must_fail 255 with_token token SSH_ASKPASS=/bin/false ssh -o NumberOfPasswordPrompts=1 \
        alice@bastion id
    await_log 'reason=token.empty'
    open_master
    run share_master alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    share_master -O exit alice@bastion
}

@test "many keys: those of an agent use up MaxAuthTries, unless PreferredAuthentications is set" {
    inside root /usr/sbin/sshd -p 2222 -o PubkeyAuthentication=yes -o PidFile=none 3>&-
    # shellcheck disable=SC2016 # the shell inside expands it
    inside laptop sh -c 'for i in 1 2 3 4 5 6 7 8; do
        ssh-keygen -q -t ed25519 -N "" -f key$i; done'
    run with_token token ssh-agent sh -c 'ssh-add -q key[1-8] && exec ssh -p 2222 alice@bastion id'
    [[ $status = 255 && $output == *'Too many authentication failures'* ]]
    never_asked
    run with_token token ssh-agent sh -c 'ssh-add -q key[1-8] && exec ssh -p 2222 \
        -o PreferredAuthentications=keyboard-interactive alice@bastion id -un'
    let_in
}

# As if the person had signed in with cognito-login.
keep_token() {
    inside laptop install -d -m 700 .config .config/cognito-login
    write_inside laptop 600 /home/laptop/.config/cognito-login/config <<-'END'
	user_pool = eu-central-1_ExAmPlE01
	client_id = 1example23456789abcdefghij
	hosts = bastion
	END
    inside laptop install -d -m 700 /run/user/1010/cognito-login
    { echo 'eu-central-1_ExAmPlE01 1example23456789abcdefghij id'; inside laptop cat token; } |
        write_inside laptop 600 /run/user/1010/cognito-login/default.id
}

# cognito-login ssh to the sshd at PORT with KEYS in an agent: by_login PORT KEYS
by_login() {
    # shellcheck disable=SC2016 # the shell inside expands it
    run inside laptop XDG_RUNTIME_DIR=/run/user/1010 ssh-agent sh -c 'ssh-add -q $2 &&
        exec "$0" ssh -p "$1" -o HostKeyAlias=bastion alice@bastion id -un' "$bin/cognito-login" "$@"
}

@test "many keys: cognito-login ssh gives the token before any key, and a key first where sshd wants one" {
    keep_token
    inside root /usr/sbin/sshd -p 2224 -o PubkeyAuthentication=yes -o PidFile=none 3>&-
    inside root /usr/sbin/sshd -p 2225 -o PubkeyAuthentication=yes -o PidFile=none \
        -o AuthenticationMethods=publickey,keyboard-interactive 3>&-
    # shellcheck disable=SC2016 # the shell inside expands it
    inside laptop sh -c 'for i in 1 2 3 4 5 6 7; do
        ssh-keygen -q -t ed25519 -N "" -f foreign$i; done'
    inside alice install -d -m 700 .ssh
    inside laptop cat foreign7.pub | write_inside alice 600 /home/alice/.ssh/authorized_keys
    by_login 2224 'foreign1 foreign2 foreign3 foreign4 foreign5 foreign6'
    let_in
    log_mark
    by_login 2225 'foreign7 foreign1 foreign2 foreign3 foreign4 foreign5 foreign6'
    let_in
    await_log 'sshd.*Accepted keyboard-interactive/pam for alice'
    log_mark
    by_login 2225 'foreign1 foreign2'
    [[ $status = 255 && $output == *'Permission denied (publickey)'* ]]
    never_asked
    inside alice rm .ssh/authorized_keys
}

@test "dbclient: SSH_ASKPASS is not used" {
    needs dbclient
    # One attempt for each connection; dbclient would make as many as it may.
    inside root /usr/sbin/sshd -p 2223 -o MaxAuthTries=1 -o PidFile=none 3>&-
    run with_token token timeout 60 dbclient -y -p 2223 alice@bastion id </dev/null
    [[ $output != *uid=* ]] # its exit code is 0 all the same
    await_log 'reason=token.empty'
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
