#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What the man pages and README.md show is run as it stands there, but for names of hosts, accounts
# and places: tests/admin/blocks reads it, and tests/admin/blocks.list says which test runs what.
# shellcheck disable=SC2016 # the shell in the world expands the scripts

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

top=$BATS_TEST_DIRNAME/../..

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    inside root cp /home/laptop/token /root/token.txt
    inside laptop sh -c 'mkdir -p -m 700 .cache/cognito && cp -p token .cache/cognito/id_token'
    inside alice cp -p token id_token
    write_inside alice 755 /home/alice/askpass <<'END'
#!/bin/sh
COGNITO_TOKEN_FILE=$HOME/token exec cognito-askpass "$@"
END
}

# The block of FILE that begins so, for this world: block FILE FIRST-LINE
block() {
    "$top/tests/admin/blocks" show "$top" "$1" "$2" |
        sed "s/bastion[.]example[.]com/bastion/g; s/us-east-1_AbCdEf123/eu-central-1_ExAmPlE01/g
            s/us-east-1/eu-central-1/g; s|/usr/bin/cognito-askpass|$world_home/bin/cognito-askpass|g"
}

# Runs a script on standard input as USER with our programs at hand: as USER [NAME=VALUE]...
as() {
    inside "$1" "PATH=$world_home/bin:/usr/sbin:/usr/bin:/sbin:/bin" "${@:2}" sh -e -c "$(cat)" </dev/null
}

# A stack of a man page, as the file of SERVICE, in which check finds no fault: use SERVICE FIRST-LINE
use() {
    block man/pam_cognito.8 "$2" | sed "s|pam_cognito[.]so|$world_home/bin/&|" |
        write_inside root 644 "/etc/pam.d/$1"
    run inside root "$world_home/bin/pam-cognito" check --service "$1"
    echo "$output"
    [[ $output == *'OK    pam auth'*'OK    pam account'* && $output != *FAIL* ]]
}

@test "pam_cognito(8): the stack for sudo opens for a token, and for nothing else" {
    inside root cp -p /etc/pam.d/sudo /srv/sudo
    use sudo 'auth     required  pam_cognito.so'
    run inside alice sh -c 'fold -w 500 token | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    run inside alice sh -c 'fold -w 500 token | tr a b | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 1: ]
    inside root mv /srv/sudo /etc/pam.d/sudo
}

@test "pam_cognito(8): the stack of a kiosk opens the account that the token names" {
    use example 'auth     requisite pam_cognito.so user_from_token'
    run inside root "$world_home/bin/pam-transaction" example '' @/root/token.txt
    echo "$output"
    [[ $output == *'session SUCCESS'*'user alice'* ]]
}

@test "docs/packages.md: the lines beside authselect open sshd for a token, and hand a password on" {
    local first='auth       [success=done default=ignore]  pam_cognito.so forward_pass'
    inside root mkdir /etc/authselect # as authselect lays them out
    inside root cp -p /etc/pam.d/sshd /srv/sshd
    inside root usermod -p "$(openssl passwd -6 correct-horse)" alice
    printf '%s required pam_unix.so\n' auth account session |
        sed 's/^auth.*/& try_first_pass/' | write_inside root 644 /etc/authselect/password-auth
    inside root ln -sf /etc/authselect/password-auth /etc/pam.d/password-auth
    { block docs/packages.md "$first"; echo 'session include password-auth'; } |
        sed "s|pam_cognito[.]so|$world_home/bin/&|" | write_inside root 644 /etc/pam.d/sshd
    run inside root "$world_home/bin/pam-cognito" check
    echo "$output"
    [[ $output == *'OK    pam auth'*'OK    pam account'* && $output != *FAIL* ]]
    run with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    write_inside laptop 755 /home/laptop/say-password <<<$'#!/bin/sh\necho correct-horse'
    run inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=/home/laptop/say-password \
        ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    echo "$output"
    [ "${lines[-1]}" = alice ]
    refused_login expired
    inside root mv /srv/sshd /etc/pam.d/sshd
}

@test "cognito-askpass(1): ssh with a file, ssh with a command, sudo, and a wrapper" {
    run as laptop XDG_RUNTIME_DIR=/run/user/1010 < <(
        block man/cognito-askpass.1 'export COGNITO_TOKEN_FILE=$HOME/.cache/cognito/id_token' |
            sed 's/^ssh .*/& id -un/')
    echo "$output"
    [ "$output" = alice ]
    # pass(1) is stood for by a program that prints what is in its store.
    inside laptop install -d -m 700 bin
    write_inside laptop 755 /home/laptop/bin/pass <<<$'#!/bin/sh\n[ "$*" = "show work/id-token" ] && cat "$HOME/token"'
    run inside laptop "PATH=/home/laptop/bin:/usr/bin:/bin" XDG_RUNTIME_DIR=/run/user/1010 \
        SSH_ASKPASS_REQUIRE=force "SSH_ASKPASS=$world_home/bin/cognito-askpass" \
        COGNITO_ASKPASS_HOSTS=bastion sh -e -c "$(block man/cognito-askpass.1 \
            "export COGNITO_TOKEN_COMMAND='pass show work/id-token'")
            ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un" </dev/null
    echo "$output"
    [ "$output" = alice ]
    run as alice XDG_RUNTIME_DIR=/run/user/1001 < <(
        block man/cognito-askpass.1 'export COGNITO_TOKEN_FILE=$HOME/id_token')
    echo "$output"
    [ "$output" = 0 ]
    block man/cognito-askpass.1 '#!/bin/sh' | write_inside laptop 755 /home/laptop/wrapper
    run as laptop XDG_RUNTIME_DIR=/run/user/1010 SSH_ASKPASS=/home/laptop/wrapper \
        SSH_ASKPASS_REQUIRE=force COGNITO_ASKPASS_HOSTS=bastion \
        <<<'ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un'
    echo "$output"
    [ "$output" = alice ]
}

@test "README: sudo with our askpass, and in lines of 500 characters" {
    run as alice XDG_RUNTIME_DIR=/run/user/1001 "COGNITO_TOKEN_FILE=/home/alice/token" < <(
        block README.md 'SUDO_ASKPASS=/usr/bin/cognito-askpass COGNITO_ASKPASS_SUDO=yes sudo -A …' |
            sed 's/…/id -u/')
    echo "$output"
    [ "$output" = 0 ]
    run as alice < <(block README.md 'fold -w 500 token | sudo -S …' | sed 's|…|id -u 2>/dev/null|')
    echo "$output"
    [ "$output" = 0 ]
}

@test "pam-cognito(8), README: check, verify, inspect, keys show" {
    local page command
    while IFS=$'\t' read -r page command; do
        echo "# $page: $command"
        run as root < <(block "$page" "$command" | sed 's/^/cd \/root; /')
        echo "$output"
        [ "$status" = 0 ]
        case $command in
        *verify*) [[ $output == *'accepted sub='*' user=alice '* ]] ;;
        *check*) [[ $output != *FAIL* ]] ;;
        *inspect*) [[ $output == *'claims (not verified)'* ]] ;;
        *) [[ $output == *'2 usable keys'* ]] ;;
        esac
    done <<'END'
man/pam-cognito.8	pam-cognito check --service sudo
man/pam-cognito.8	pam-cognito verify --user alice --service sshd --explain token.txt
README.md	pam-cognito inspect token.txt
README.md	pam-cognito keys show
END
}

@test "cognito-refresh(8): the example, and what it says" {
    block man/cognito-refresh.8 '# cognito-refresh' >"$BATS_TEST_TMPDIR/example"
    run as root < <(sed -n 's/^# //p' "$BATS_TEST_TMPDIR/example")
    [ "$status" = 0 ]
    diff <(sed 1d "$BATS_TEST_TMPDIR/example") - <<<"$output"
}

# The names of the fields of a line, in their order; what follows the reference is words.
fields() {
    tr '\n' ' ' | sed 's/ref=[0-9a-f….]*.*/ref=/; s/^.*authentication failure/authentication failure/
        s/^.*accepted;/accepted;/' | tr ' ' '\n' | grep -o -E '^[a-z]+=' | paste -s -d ' '
}

@test "the lines of the log have the fields that pam_cognito(8), README and docs show" {
    with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion true
    accepted=$(await_log 'pam_cognito\(sshd:auth\): accepted; ' | fields)
    log_mark
    refused_login expired
    refused=$(await_log 'pam_cognito\(sshd:auth\): authentication failure; ' | fields)
    [ "$accepted" = 'user= sub= kid= jti= exp= rhost= ref=' ]
    block man/pam_cognito.8 'accepted; user=alice sub=... kid=... jti=... exp=... rhost=... ref=5f2c01ab' \
        >"$BATS_TEST_TMPDIR/shown"
    [ "$(head -n 1 "$BATS_TEST_TMPDIR/shown" | fields)" = "$accepted" ]
    [ "$(sed 1d "$BATS_TEST_TMPDIR/shown" | fields)" = "$refused" ]
    block docs/troubleshooting.md 'pam_cognito(sshd:auth): accepted; user=alice sub=… kid=… jti=… exp=… rhost=… ref=…' \
        >"$BATS_TEST_TMPDIR/shown"
    [ "$(fields <"$BATS_TEST_TMPDIR/shown")" = "$accepted" ]
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
