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

# ---- docs/aws.md ----

# An sshd of its own at PORT, with the settings on standard input: start_sshd_at PORT
start_sshd_at() {
    { cat; printf '%s\n' "Port $1" 'ListenAddress 127.0.0.1' 'UseDNS no' "PidFile /run/sshd-$1.pid" \
        'HostKey /etc/ssh/ssh_host_ed25519_key'; } | write_inside root 644 "/etc/ssh/sshd-$1"
    inside root /usr/sbin/sshd -f "/etc/ssh/sshd-$1"
}

# The block of docs/aws.md that begins so, with the names that it shows.
as_shown() {
    "$top/tests/admin/blocks" show "$top" docs/aws.md "$1"
}

@test "docs/aws.md: beside EC2 Instance Connect a key opens, and so does a token" {
    inside laptop ssh-keygen -q -t ed25519 -N '' -f /home/laptop/eic
    # What the service has for a minute, and for alice alone.
    write_inside root 755 "$world_home/bin/eic" <<END
#!/bin/sh
[ "\$1" != alice ] || echo '$(inside laptop cat eic.pub)'
END
    as_shown 'UsePAM yes' | sed "s|/opt/aws/bin/eic_run_authorized_keys|$world_home/bin/eic|
        s/^\(AuthorizedKeysCommandUser\) .*/\1 nobody/" | start_sshd_at 2222
    local there=(ssh -p 2222 -o ConnectionAttempts=10 -o HostKeyAlias=bastion -o NumberOfPasswordPrompts=1)
    run inside laptop "${there[@]}" -o PreferredAuthentications=publickey -i eic alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    must_fail 1 grep 'pam_cognito(sshd:auth)' <(log_since)
    run with_token token "${there[@]}" -o PubkeyAuthentication=no alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
    inside laptop rm eic
}

@test "docs/aws.md: ssh through the tunnel of Session Manager sends the token to a name that is listed" {
    command -v socat >/dev/null || skip 'socat is not installed'
    local known
    known=$(inside root cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
    write_inside laptop 644 /home/laptop/known <<<"db.prod.example.com,i-0123456789abcdef0 $known"
    as_shown 'Host db.prod.example.com' | write_inside laptop 644 /home/laptop/config
    # The AWS CLI is stood for by a program that takes these arguments alone.
    inside laptop mkdir -p bin
    write_inside laptop 755 /home/laptop/bin/aws <<'END'
#!/bin/sh
[ "$*" = 'ssm start-session --target i-0123456789abcdef0 --document-name AWS-StartSSHSession --parameters portNumber=22' ] &&
    exec socat - TCP:127.0.0.1:22
END
    through_tunnel() { # HOSTS HOST
        with_token token PATH=/home/laptop/bin:/usr/bin:/bin COGNITO_ASKPASS_HOSTS="$1" \
            ssh -F config -o UserKnownHostsFile=/home/laptop/known "alice@$2" id -un
    }
    run through_tunnel '*.prod.example.com' db.prod.example.com
    echo "$output"
    [ "$status:$output" = 0:alice ]
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
    # Without the first block, the name is the instance's.
    run through_tunnel '*.prod.example.com' i-0123456789abcdef0
    echo "$output"
    [[ $status = 255 && $output == *'the host i-0123456789abcdef0 may not have the token'* ]]
    run through_tunnel i-0123456789abcdef0 i-0123456789abcdef0
    [ "$status:$output" = 0:alice ]
}

@test "docs/aws.md: pam_loginuid gives the session of a token the audit user id of the account" {
    [ -e /proc/self/loginuid ] || skip 'the kernel has no audit'
    inside root cp -p /etc/pam.d/sshd /srv/sshd
    as_shown 'session    required     pam_loginuid.so' | inside root tee -a /etc/pam.d/sshd
    run with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion cat /proc/self/loginuid
    inside root cp -p /srv/sshd /etc/pam.d/sshd
    [ "$status:$output" = "0:$(inside alice id -u)" ]
}

@test "docs/aws.md: one name for several bastions, whose host keys an authority has signed" {
    inside root ssh-keygen -q -t ed25519 -N '' -f /srv/authority
    inside root ssh-keygen -q -s /srv/authority -h -I one -n bastion.example.com \
        /etc/ssh/ssh_host_ed25519_key.pub
    start_sshd_at 2223 <<END
$(as_shown 'UsePAM yes' | sed '/^AuthorizedKeys/d')
HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub
END
    inside root sh -c 'echo 127.0.0.1 bastion-1.example.com >>/etc/hosts'
    as_shown '@cert-authority bastion.example.com ssh-ed25519 AAAA…' |
        sed "s|ssh-ed25519 AAAA…|$(inside root cut -d' ' -f1,2 /srv/authority.pub)|" |
        write_inside laptop 644 /home/laptop/known
    as_shown 'Host bastion.example.com bastion-?.example.com *.elb.us-east-1.amazonaws.com' |
        write_inside laptop 644 /home/laptop/config
    run with_token token COGNITO_ASKPASS_HOSTS=bastion.example.com ssh -F config -p 2223 \
        -o ConnectionAttempts=10 -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null \
        -o UserKnownHostsFile=/home/laptop/known alice@bastion-1.example.com id -un
    echo "$output"
    [ "$status:$output" = 0:alice ]
}

# With the stock PAM file, so that setup has something to do.
@test "docs/aws.md: a host without a way out takes the keys from a file, and then from an import" {
    local pool=eu-central-1_ExAmPlE01
    inside root cp -p /etc/security/pam_cognito.conf /srv/conf
    inside root cp -p /etc/pam.d/sshd /srv/sshd
    as_shown 'curl -fsS -o us-east-1_AbCdEf123.jwks https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123/.well-known/jwks.json' |
        sed "s/us-east-1_AbCdEf123/$pool/g; s/us-east-1/eu-central-1/
            s|^curl|cd /etc/security; & --cacert $world_home/pool/ca.crt|" >"$BATS_TEST_TMPDIR/fetch"
    as root <"$BATS_TEST_TMPDIR/fetch"
    # From here on the pool cannot be reached.
    inside root sh -c 'cp /etc/hosts /srv/hosts; sed "s/cognito-idp[^ ]*//" /srv/hosts >/etc/hosts
        rm -f /var/cache/pam_cognito/*'
    # shellcheck disable=SC2094 # the first is the host's, the second the world's
    write_inside root 644 /etc/pam.d/sshd </etc/pam.d/sshd
    block docs/aws.md 'user_pool = us-east-1_AbCdEf123' | write_inside root 644 /etc/security/pam_cognito.conf
    run as root <<<'pam-cognito setup --apply'
    echo "$output"
    [[ $status = 0 && $output == *"nothing to fetch, jwks_file is /etc/security/$pool.jwks"* ]]
    run with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    # It was the file that did it.
    inside root sed -i '/^jwks_file/d' /etc/security/pam_cognito.conf
    run as root <<<'pam-cognito verify /home/laptop/token'
    [[ $output == 'refused key.none:'* ]]
    run as root < <(block docs/aws.md 'pam-cognito keys import us-east-1_AbCdEf123.jwks' |
        sed 's/^/cd \/etc\/security; /')
    echo "$output"
    [ "$status" = 0 ]
    run with_token token ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    [ "$status:$output" = 0:alice ]
    inside root sh -c 'cat /srv/hosts >/etc/hosts; cp -p /srv/sshd /etc/pam.d/sshd
        mv /srv/conf /etc/security/pam_cognito.conf; rm -f /etc/pam.d/sshd.before-pam_cognito'
}

@test "docs/aws.md: tokens of a replica open with the issuers that it shows, and no others" {
    inside root cp -p /etc/security/pam_cognito.conf /srv/conf
    local issuer
    block docs/aws.md 'user_pool = us-east-1_AbCdEf123 (2)' | sed 's/us-west-2/eu-west-1/' |
        write_inside root 644 /etc/security/pam_cognito.conf
    for issuer in issuer-cognito-idp.eu-central-1 cognito-idp.eu-central-1 cognito-idp.eu-west-1 \
        cognito-idp.eu-north-1; do
        give_token root /root/replica id --user alice \
            --set "iss=\"https://$issuer.amazonaws.com/eu-central-1_ExAmPlE01\""
        run as root <<<'pam-cognito verify --user alice --service sshd /root/replica'
        echo "$output"
        case $issuer in
        *north*) [[ $output == 'refused claim.issuer:'* ]] ;;
        *) [[ $output == 'accepted '* ]] ;;
        esac
    done
    inside root mv /srv/conf /etc/security/pam_cognito.conf
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
