#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What a person whose token is good may do on a host: groups, age of the sign-in, map, deny list,
# single use, by PAM service; and what the session gets to know of him.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    add_account postgres 115
    give_token alice /home/alice/admin id --user alice --set 'cognito:groups=["admins"]'
}

# A system account, as a package makes it.
add_account() {
    inside root sed -i "/^$1:/d" /etc/passwd /etc/group /etc/shadow
    inside root sh -c "echo '$1:x:$2:$2::/nonexistent:/bin/sh' >>/etc/passwd
        echo '$1:x:$2:' >>/etc/group; echo '$1:*:19000:0:99999:7:::' >>/etc/shadow"
}

# The configuration of the pool, and what standard input adds.
configure() {
    { inside root head -3 /etc/security/pam_cognito.conf && cat; } >"$BATS_TEST_TMPDIR/conf"
    write_inside root 644 /etc/security/pam_cognito.conf <"$BATS_TEST_TMPDIR/conf"
}

# Presents the token in FILE to a service, as one answer: present SERVICE ACCOUNT FILE
present() {
    inside root "$world_home/bin/pam-transaction" "$1" "$2" "@$3"
}

# alice's sudo with the token in FILE, in lines of 500: sudo_with FILE [OPTION]... COMMAND
sudo_with() {
    local file=$1
    shift
    # shellcheck disable=SC2016 # the shell inside expands it
    inside alice sh -c 'fold -w 500 "$0" | sudo -S "$@" 2>/dev/null' "$file" "$@"
}

# sudo -A, with the service of its own that the sudoers example gives it.
sudo_by_askpass() {
    inside alice SUDO_ASKPASS="$world_home/bin/given-askpass" GIVEN_TOKEN_FILE="/home/alice/$1" \
        GIVEN_PART=500 sudo -A id -u 2>/dev/null
}

strict_sudo='[service sudo sudo-i sudo-cognito]'

@test "ssh lets in whom sudo refuses: only the admins' group may" {
    configure <<<"$strict_sudo
require_group = operators admins"
    [ "$(with_token token ssh alice@bastion id -un)" = alice ]
    must_fail 1 sudo_with token id -u
    line=$(await_log 'sudo:auth.*reason=policy.group')
    [[ $line == 'authpriv.notice '*'user=alice '* ]]
    [ "$(sudo_with admin id -u)" = 0 ]
}

@test "sudo -i and sudo -A are as strict as sudo" {
    configure <<<"$strict_sudo
require_group = admins"
    must_fail 1 sudo_with token -i id -u
    await_log 'sudo-i:auth.*reason=policy.group'
    [ "$(sudo_with admin -i id -u)" = 0 ]
    inside root install -m 440 -t /etc/sudoers.d "$world_home/conf/sudoers.d/pam_cognito"
    status=0
    must_fail 1 sudo_by_askpass token || status=$?
    [ "$(sudo_by_askpass admin)" = 0 ] || status=$?
    inside root rm /etc/sudoers.d/pam_cognito
    [ "$status" = 0 ]
    await_log 'sudo-cognito:auth.*reason=policy.group'
}

@test "sudo refuses an old sign-in though the token is fresh, and takes a new one" {
    configure <<<"$strict_sudo
max_auth_age = 15m"
    now=$(date +%s)
    give_token laptop /home/laptop/refreshed id --user alice --set "auth_time=$((now - 1000))"
    give_token alice /home/alice/refreshed id --user alice --set "auth_time=$((now - 1000))"
    [ "$(with_token refreshed ssh alice@bastion id -un)" = alice ]
    must_fail 1 sudo_with refreshed id -u
    await_log 'sudo:auth.*reason=policy.auth_age.*sign in again; a refresh is not enough'
    give_token alice /home/alice/silent id --user alice --without auth_time
    must_fail 1 sudo_with silent id -u
    await_log 'sudo:auth.*reason=policy.auth_age.*no auth_time'
    [ "$(sudo_with token id -u)" = 0 ] # he signed in anew for this one
}

@test "the shipped configuration makes sudo stricter than ssh" {
    {
        inside root head -3 /etc/security/pam_cognito.conf
        grep -v -e '^user_pool' -e '^client_id' "$BATS_TEST_DIRNAME/../../conf/pam_cognito.conf"
    } >"$BATS_TEST_TMPDIR/shipped"
    write_inside root 644 /etc/security/pam_cognito.conf <"$BATS_TEST_TMPDIR/shipped"
    give_token laptop /home/laptop/hours id --user alice \
        --set "auth_time=$(($(date +%s) - 7200))"
    give_token alice /home/alice/hours id --user alice --set "auth_time=$(($(date +%s) - 7200))"
    [ "$(with_token hours ssh alice@bastion id -un)" = alice ]
    must_fail 1 sudo_with hours id -u
    must_fail 1 sudo_with hours -i id -u
    [ "$(sudo_with token id -u)" = 0 ]
}

@test "a token older than max_token_age is refused, until it is refreshed" {
    configure <<<'max_token_age = 10m'
    now=$(date +%s)
    give_token laptop /home/laptop/older id --user alice --now "$((now - 700))"
    refused_login older
    await_log 'reason=policy.token_age'
    give_token laptop /home/laptop/newer id --user alice --set "auth_time=$((now - 700))"
    [ "$(with_token newer ssh alice@bastion id -un)" = alice ]
}

@test "a person named postgres or root does not get that account" {
    configure </dev/null
    give_token root /root/postgres id --user postgres
    give_token root /root/root id --user root
    must_fail 1 present su postgres /root/postgres
    await_log 'user=postgres reason=policy.account.*uid 115, and uid_min is 1000'
    must_fail 1 present su root /root/root
    await_log 'user=root reason=policy.account'
    # One of the two that root takes is not enough.
    configure <<<'allow_root = yes'
    must_fail 1 present su root /root/root
    await_log 'user=root reason=policy.account'
    write_inside root 644 /etc/security/map <<<'root user:root'
    configure <<<'map_file = /etc/security/map'
    must_fail 1 present su root /root/root
    await_log 'user=root reason=policy.account'
}

@test "a line of the map and allow_root together open root to su" {
    write_inside root 644 /etc/security/map <<-'END'
	root  sub:the-boss
	bob   group:front-desk
	END
    configure <<-'END'
	map_file = /etc/security/map
	[service su]
	allow_root
	END
    give_token bob /home/bob/boss id --user x --sub the-boss
    [ "$(inside bob sh -c 'su -c "id -u" <boss 2>/dev/null')" = 0 ]
    must_fail 1 present sudo root /home/bob/boss # allow_root is for su alone
    give_token bob /home/bob/other id --user root --sub another
    must_fail 1 inside bob sh -c 'su -c id <other'
    await_log 'user=root reason=policy.user'
    # uid_min may let a system account in, in words.
    write_inside root 644 /etc/security/map <<<'postgres  sub:the-boss'
    must_fail 1 present su postgres /home/bob/boss
    configure <<-'END'
	map_file = /etc/security/map
	uid_min = 100
	END
    present su postgres /home/bob/boss
}

@test "the map: groups, federated names, a verified address and no other" {
    write_inside root 644 /etc/security/map <<-'END'
	# people
	alice  user:adfs_EXAMPLE\bob
	alice  user:"Google_Alice Example"
	alice  email:alice@corp.example.com
	bob    group:front-desk
	END
    configure <<<'map_file = /etc/security/map'
    give_token laptop /home/laptop/adfs id --set 'cognito:username="adfs_EXAMPLE\\bob"' \
        --without email
    give_token laptop /home/laptop/google id --set 'cognito:username="Google_Alice Example"' \
        --without email
    give_token laptop /home/laptop/address id --user alice --set 'cognito:username="x"'
    give_token laptop /home/laptop/said id --user alice --set 'cognito:username="x"' \
        --set 'email_verified="true"'
    give_token laptop /home/laptop/group id --user carol --set 'cognito:groups=["a","front-desk"]'
    [ "$(with_token adfs ssh alice@bastion id -un)" = alice ]
    [ "$(with_token google ssh alice@bastion id -un)" = alice ]
    [ "$(with_token address ssh alice@bastion id -un)" = alice ]
    [ "$(with_token group ssh bob@bastion id -un)" = bob ]
    refused_login said
    await_log 'user=alice reason=policy.email'
    give_token laptop /home/laptop/lower id --set 'cognito:username="adfs_example\\bob"' \
        --without email
    refused_login lower
    await_log 'user=alice reason=policy.user'
}

@test "a map that is not understood lets nobody in, and the log names its line" {
    printf 'alice user:alice\nalice everybody\n' | write_inside root 644 /etc/security/map
    configure <<<'map_file = /etc/security/map'
    refused_login token
    [ -z "$(prompts)" ]
    await_log '^authpriv.err .*reason=system.config.*/etc/security/map:2: an unknown selector'
}

@test "whose user name is a UUID is told, in the log, that a map is needed" {
    configure </dev/null
    give_token laptop /home/laptop/uuid id --user 3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d
    refused_login uuid
    await_log 'reason=policy.user.*UUIDs, so a map_file is needed'
}

@test "a map that only root can read does not stop cognito-refresh" {
    write_inside root 600 /etc/security/map <<<'alice user:alice'
    configure <<<'map_file = /etc/security/map'
    fetch_keys
    [ "$(with_token token ssh alice@bastion id -un)" = alice ]
}

@test "the deny list shuts out at once" {
    write_inside root 644 /etc/security/deny <<<'# nobody'
    configure <<<'deny_file = /etc/security/deny'
    [ "$(with_token token ssh alice@bastion id -un)" = alice ]
    write_inside root 644 /etc/security/deny <<<"issued-before:$(($(date +%s) + 60))"
    refused_login token
    await_log 'user=alice reason=policy.denied'
    write_inside root 644 /etc/security/deny <<<'user:alice'
    refused_login token
    write_inside root 644 /etc/security/deny <<<'user:alicia'
    [ "$(with_token token ssh alice@bastion id -un)" = alice ]
    inside root rm /etc/security/deny
    refused_login token
    await_log '^authpriv.err .*reason=system.config.*/etc/security/deny'
    write_inside root 644 /etc/security/deny </dev/null
    refused_login token
    await_log '^authpriv.err .*reason=system.config.*/etc/security/deny: the file is empty'
}

# Starts a login of alice that waits between authentication and account, does what standard input
# says, and lets it go on. What it printed is in output.
change_in_between() {
    local line
    output=''
    coproc LOGIN {
        inside root "$world_home/bin/pam-transaction" --pause su alice "@$1" 3>&-
    }
    local from=${LOGIN[0]} to=${LOGIN[1]}
    while read -r line <&"$from"; do
        output+=$line$'\n'
        [[ $line != authenticate* ]] || break
    done
    [[ $line == 'authenticate SUCCESS' ]] || return 1
    bash -e -c "$2"
    exec {to}>&-
    while read -r line <&"$from"; do
        output+=$line$'\n'
    done
    wait "$LOGIN_PID" || true
}

@test "a line of the deny list holds for who is on the way in" {
    write_inside root 644 /etc/security/deny <<<'# nobody'
    configure <<<'deny_file = /etc/security/deny'
    change_in_between /home/alice/token :
    [[ $output == *'account SUCCESS'* ]]
    export -f inside write_inside
    export enclosure_path
    change_in_between /home/alice/token \
        'write_inside root 644 /etc/security/deny <<<user:alice'
    [[ $output == *'account PERM_DENIED'* && $output != *setcred* ]]
    await_log 'account refused; user=alice reason=policy.denied'
    write_inside root 644 /etc/security/deny <<<'# nobody'
    change_in_between /home/alice/token 'inside root rm /etc/security/deny'
    [[ $output == *'account SERVICE_ERR'* ]]
}

@test "a token that expires on the way in is refused" {
    configure <<<'clock_skew = 0'
    give_token alice /home/alice/brief id --user alice --lifetime 4
    change_in_between /home/alice/brief 'sleep 4.1'
    [[ $output == *'account ACCT_EXPIRED'* ]]
    await_log 'account refused; user=alice reason=claim.expired'
}

@test "single use: a token spent on ssh is spent for sudo" {
    configure <<<'single_use = yes'
    give_token laptop /home/laptop/once id --user alice
    inside root install -o alice -g alice -m 600 /home/laptop/once /home/alice/once
    [ "$(with_token once ssh alice@bastion id -un)" = alice ]
    must_fail 1 sudo_with once id -u
    line=$(await_log 'sudo:auth.*reason=policy.used')
    [[ $line == 'authpriv.warning '* ]]
    refused_login once
    await_log 'sshd:auth.*reason=policy.used'
    [ "$(inside root stat -c '%U %a' /var/lib/pam_cognito/used)" = 'root 700' ]
}

@test "single use: of 500 at the same moment exactly one gets in" {
    configure <<<'single_use = yes'
    give_token root /root/many id --user alice
    run inside root "$world_home/bin/pam-transaction" --times 500 su alice @/root/many
    echo "$output"
    [ "$output" = $'499 AUTH_ERR\n1 SUCCESS' ]
}

@test "single use: a token without jti is spent as well, whatever line end it comes with" {
    configure <<<'single_use = yes'
    give_token root /root/nameless id --user alice --without jti
    present su alice /root/nameless
    must_fail 1 present su alice /root/nameless
    inside root sh -c 'tr -d "\n" </root/nameless >/root/with-cr; printf "\r" >>/root/with-cr'
    must_fail 1 present su alice /root/with-cr
    await_log 'reason=policy.used'
    configure </dev/null
    present su alice /root/with-cr # the same is a good token otherwise
}

@test "single use: neither a process killed at once nor a new one opens the door twice" {
    configure <<<'single_use = yes'
    give_token root /root/killed id --user alice
    inside root sh -c "
        mkfifo /tmp/pause
        $world_home/bin/pam-transaction --pause su alice @/root/killed >/tmp/said </tmp/pause &
        exec 3>/tmp/pause
        tail -f --pid=\$! /tmp/said | grep -q -m 1 authenticate
        kill -9 \$!"
    [[ $(inside root cat /tmp/said) == *'authenticate SUCCESS'* ]]
    must_fail 1 present su alice /root/killed
    await_log 'reason=policy.used'
}

@test "single use: a file size limit does not matter, a ledger that cannot be written does" {
    configure <<<'single_use = yes'
    for file in limited unwritten; do
        give_token bob "/home/bob/$file" id --user alice
    done
    [ "$(inside bob bash -c 'ulimit -f 0; su alice -c "id -un" <limited 2>/dev/null')" = alice ]
    must_fail 1 inside bob sh -c 'su alice -c id <limited'
    await_log 'su:auth.*reason=policy.used'
    inside root mount -t tmpfs -o ro none /var/lib/pam_cognito/used
    status=0
    run present su alice /home/bob/unwritten
    inside root umount /var/lib/pam_cognito/used
    [[ $output == *'authenticate AUTHINFO_UNAVAIL'* ]]
    await_log '^authpriv.err .*reason=system.ledger.*/var/lib/pam_cognito/used'
    inside root chmod 755 /var/lib/pam_cognito/used
    run present su alice /home/bob/unwritten
    inside root chmod 700 /var/lib/pam_cognito/used
    [[ $output == *'authenticate AUTHINFO_UNAVAIL'* ]]
    present su alice /home/bob/unwritten # it was not spent on these
}

@test "export_env: the session of ssh, sudo and su knows the person, and nothing of the token" {
    configure <<<'export_env = yes'
    wanted=$'COGNITO_GROUPS=bastion-users eu-central-1_Example_CorporateDirectory\nCOGNITO_SUB=abc'
    wanted+=$'\nCOGNITO_USERNAME=alice'
    give_token laptop /home/laptop/exported id --user alice --sub abc
    inside root install -o alice -g alice -m 600 /home/laptop/exported /home/alice/exported
    inside root install -o bob -g bob -m 600 /home/laptop/exported /home/bob/exported
    with_token exported ssh alice@bastion 'tr "\0" "\n" </proc/$$/environ' >"$BATS_TEST_TMPDIR/ssh"
    sudo_with exported sh -c 'tr "\0" "\n" </proc/$$/environ' >"$BATS_TEST_TMPDIR/sudo"
    # shellcheck disable=SC2016
    inside bob sh -c 'su alice -c "tr \"\\0\" \"\\n\" </proc/\$\$/environ" <exported 2>/dev/null' \
        >"$BATS_TEST_TMPDIR/su"
    for program in ssh sudo su; do
        file=$BATS_TEST_TMPDIR/$program
        grep '^PATH=' "$file"
        [ "$(grep '^COGNITO_' "$file" | LC_ALL=C sort)" = "$wanted" ]
        # shellcheck disable=SC2016 # the shell inside expands it
        inside root sh -c '"$0/bin/leaks" "$0"/tokens/*' "$world_home" <"$file"
    done
    configure </dev/null
    run with_token exported ssh alice@bastion env
    [ "$status" = 0 ]
    [[ $output == *PATH=* && $output != *COGNITO_* ]]
}

# What a login costs in microseconds of the processor, libraries loaded.
cost_of_login() {
    inside root "$world_home/bin/pam-transaction" --cost 20 su alice @/home/alice/token
}

# How long ssh takes for a login, in microseconds, the least of three.
time_of_ssh() {
    local start least=0 now
    for _ in 1 2 3; do
        start=${EPOCHREALTIME/./}
        with_token token ssh alice@bastion true || return 1
        now=$((${EPOCHREALTIME/./} - start))
        [ "$least" != 0 ] && [ "$least" -lt "$now" ] || least=$now
    done
    echo "$least"
}

@test "a map and a deny list of 100,000 lines cost a login a few milliseconds" {
    configure </dev/null
    without=$(cost_of_login)
    ssh=$(time_of_ssh)
    /usr/bin/python3 -c 'import uuid
for i in range(99999): print("user%05d  sub:%s" % (i, uuid.uuid4()))
print("alice  user:alice")' >"$BATS_TEST_TMPDIR/map"
    write_inside root 644 /etc/security/map <"$BATS_TEST_TMPDIR/map"
    configure <<<'map_file = /etc/security/map'
    map=$(cost_of_login)
    ssh_map=$(time_of_ssh)
    sed 's/.* //' "$BATS_TEST_TMPDIR/map" | head -99999 | write_inside root 644 /etc/security/deny
    configure <<<'deny_file = /etc/security/deny'
    deny=$(cost_of_login)
    echo "# a login takes the processor $without us; with 100,000 lines of map $((map - without)) us" \
        "more, with a deny list $((deny - without)) us more; ssh alice@bastion true takes $ssh us," \
        "with the map $ssh_map us: $(((map - without) * 1000 / ssh)) thousandths of it" >&3
    # Far above what it is, and far below what a second look at each line would be.
    [ $((map - without)) -lt 25000 ]
    [ $((deny - without)) -lt 60000 ]
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
