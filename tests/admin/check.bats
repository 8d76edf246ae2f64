#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito check: healthy set-ups have no finding, and each broken one has the one that its
# administrator needs.
# shellcheck disable=SC2016 # the shell in the world expands the scripts
# shellcheck disable=SC2030,SC2031 # run sets status and output in each test anew

# shellcheck source-path=SCRIPTDIR source=setups.bash
. "$BATS_TEST_DIRNAME/setups.bash"

setup_file() {
    enter_healthy_world
}

# Exit 0, and not one line that is not OK.
is_healthy() {
    run check --service "$1"
    echo "$output"
    [[ $status = 0 && $output == *'OK    pam auth'*'OK    pam account'* ]]
    [ "$(grep -vc '^OK ' <<<"$output")" = 0 ]
}

@test "healthy: sshd, sudo, sudo-i, su have nothing but OK" {
    for service in sshd sudo sudo-i su; do
        is_healthy "$service"
    done
    run check --json
    [ "$status" = 0 ]
    /usr/bin/python3 -c 'import json, sys
found = json.load(sys.stdin)
assert len(found) > 8 and {f["level"] for f in found} == {"OK"}, found' <<<"$output"
}

@test "healthy: every example of conf/pam.d" {
    for example in "$BATS_TEST_DIRNAME"/../../conf/pam.d/*; do
        case ${example##*/} in
        sshd-key-and-token | login*) service=login ;; # sshd's settings are not those of the others
        sudo*) service=sudo ;;
        *) service=sshd ;;
        esac
        echo "$example"
        sed "s|pam_cognito[.]so|$world_home/bin/&|" "$example" |
            write_inside root 644 "/etc/pam.d/$service"
        is_healthy "$service"
        make_healthy
    done
}

@test "broken: the configuration" {
    broken 'an unknown key' 'FAIL configuration' 'pam_cognito.conf:5' <<<'echo "colour = red" >>$CONF'
    broken 'a bad number' 'FAIL configuration' 'clock_skew' <<<'echo "clock_skew = soon" >>$CONF'
    broken 'no client' 'FAIL configuration' 'client_id' <<<'sed -i /client_id/d $CONF'
    broken 'a pool that is none' 'FAIL configuration' 'user_pool' \
        <<<'sed -i "s/eu-central-1_ExAmPlE01/ExAmPlE01/" $CONF'
    broken 'no file' 'FAIL configuration' 'pam_cognito.conf' <<<'rm $CONF'
    broken 'a file that others can write to' 'FAIL configuration' 'pam_cognito.conf' \
        <<<'chmod 666 $CONF'
    broken 'a file of somebody else' 'FAIL configuration' 'pam_cognito.conf' <<<'chown alice $CONF'
    broken 'a folder that others can write to' 'FAIL configuration' '/etc/security' \
        <<<'chmod 777 /etc/security'
    broken 'a DOS file' 'FAIL configuration' 'control character' <<<'sed -i "s/$/\r/" $CONF'
    broken 'a map that is missing' 'FAIL configuration' 'pam_cognito.map' \
        <<<'echo "map_file = /etc/security/pam_cognito.map" >>$CONF'
    broken 'a map line that is not understood' 'FAIL configuration' 'pam_cognito.map:2' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
printf 'alice user:alice\nbob bob\n' >/etc/security/pam_cognito.map
END
    broken 'a deny list that is empty' 'FAIL configuration' 'pam_cognito.deny: the file is empty' <<'END'
echo "deny_file = /etc/security/pam_cognito.deny" >>$CONF
install -m 644 /dev/null /etc/security/pam_cognito.deny
END
    broken 'a deny list that others can write to' 'FAIL configuration' 'pam_cognito.deny' <<'END'
echo "deny_file = /etc/security/pam_cognito.deny" >>$CONF
install -m 666 /dev/null /etc/security/pam_cognito.deny
END
    broken 'a map that others can write to' 'FAIL configuration' 'pam_cognito.map' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
echo 'alice user:alice' >/etc/security/pam_cognito.map
chmod 666 /etc/security/pam_cognito.map
END
    broken 'an unknown argument of the PAM line' 'FAIL configuration' 'reqire_group' \
        <<<'sed -i "/^auth/s/pam_cognito.so$/& reqire_group=staff/" /etc/pam.d/sshd'
    broken 'another file in the PAM line' 'FAIL configuration' '/etc/security/other.conf' \
        <<<'sed -i "s|pam_cognito.so$|& conf=/etc/security/other.conf|" /etc/pam.d/sshd'
    [ "$count" = 16 ]
}

@test "broken: who may log in" {
    broken 'neither group nor map' 'WARN policy' 'self-sign-up' <<<'sed -i /require_group/d $CONF'
    broken 'an account of the map that is missing' 'WARN map' 'pam_cognito.map:2: account mallory' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
printf 'alice user:alice\nmallory user:mallory\n' >/etc/security/pam_cognito.map
END
    broken 'root in the map without allow_root' 'WARN map' 'allow_root' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
printf 'root user:alice\n' >/etc/security/pam_cognito.map
END
    broken 'a system account in the map' 'WARN map' 'uid_min' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
printf 'daemon user:alice\n' >/etc/security/pam_cognito.map
END
    broken 'root by token, and sshd against it' 'WARN sshd' 'PermitRootLogin' \
        <<<'echo "allow_root = yes" >>$CONF'
    broken 'single use with a folder that others can look into' 'FAIL ledger' \
        '/var/lib/pam_cognito/used' <<'END'
echo "single_use = yes" >>$CONF
install -d -m 755 /var/lib/pam_cognito/used
END
    inside root rmdir /var/lib/pam_cognito/used
    broken 'single use without a place for its folder' 'FAIL ledger' '/var/lib/pam_cognito/used' <<'END'
echo "single_use = yes" >>$CONF
chmod 777 /var/lib/pam_cognito
END
    inside root chmod 755 /var/lib/pam_cognito
    [ "$count" = 7 ]
}

@test "broken: keys and the refresher" {
    broken 'no keys' 'FAIL keys' 'No such file' <<<'rm $KEYS'
    broken 'a key set that is none' 'FAIL keys' 'JSON' <<<'echo "<html>" >$KEYS'
    broken 'no key that can be used' 'FAIL keys' 'usable' <<<"echo '{\"keys\":[]}' >\$KEYS"
    broken 'old keys' 'WARN keys' 'longer than refresh_interval' <<<'touch -d "2 hours ago" $KEYS'
    broken 'stale keys' 'FAIL keys' 'max_stale' <<<'touch -d "8 days ago" $KEYS'
    broken 'keys from the future' 'WARN keys' 'future' <<<'touch -d "now + 2 hours" $KEYS'
    broken 'keys that others can write to' 'FAIL keys' '.jwks' <<<'chmod 666 $KEYS'
    broken 'a cache of somebody else' 'FAIL cache_dir' 'does not belong to pam-cognito' \
        <<<'chown -R root $CACHE'
    broken 'no user for the refresher' 'FAIL refresher' 'no user keyfetcher' \
        <<<'echo "refresh_user = keyfetcher" >>$CONF; chown -R root $CACHE'
    broken 'certificates that are missing' 'FAIL ca_file' '/etc/none.crt' \
        <<<'sed -i "s|^ca_file.*|ca_file = /etc/none.crt|" $CONF'
    broken 'a placed set that others can write to' 'FAIL keys' '/etc/security/mine.jwks' \
        <<<'install -m 666 $KEYS /etc/security/mine.jwks; echo "jwks_file = /etc/security/mine.jwks" >>$CONF'
    broken 'a refresher that does not run' 'WARN refresher' 'nobody listens' \
        <<<'mv /run/pam_cognito /run/pam_cognito.away'
    inside root mv /run/pam_cognito.away /run/pam_cognito
    broken 'certificates that others can write to' 'FAIL ca_file' '/etc/security/ca.crt' <<'END'
install -m 666 /srv/pam_cognito/pool/ca.crt /etc/security/ca.crt
sed -i "s|^ca_file.*|ca_file = /etc/security/ca.crt|" $CONF
END
    [ "$count" = 13 ]
}

@test "broken: a cache of a user who has no part in it" {
    inside root chown alice "/var/cache/pam_cognito"
    run check
    make_healthy
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAIL  cache_dir     /var/cache/pam_cognito belongs to alice, neither to root nor to '* ]]
    inside root chown 4711 "/var/cache/pam_cognito"
    run check
    make_healthy
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAIL  cache_dir     /var/cache/pam_cognito belongs to uid 4711, neither '* ]]
}

@test "broken: the last attempt to fetch" {
    broken 'it failed' 'WARN refresher' 'failed 0 min ago: HTTP 404 from https://cognito-idp' <<'END'
echo "jwks_uri = $URI.none" >>$CONF
! /srv/pam_cognito/bin/cognito-refresh 2>/dev/null || false
sed -i /jwks_uri/d $CONF
END
    broken 'it failed two hours ago' 'WARN refresher' 'failed 120 min ago: no way' \
        <<<'echo "failed: no way" >$ATTEMPT; touch -d "2 hours ago" $ATTEMPT'
    broken 'words that would change a terminal' 'WARN refresher' 'ago: ?[31m?]0;x' \
        <<<'printf "failed: \033[31m\033]0;x\n" >$ATTEMPT'
    broken 'something else' 'WARN refresher' 'not what cognito-refresh writes' \
        <<<'printf "failed: a\nOK    sshd          b\n" >$ATTEMPT'
    broken 'something long' 'WARN refresher' '.attempt' <<<'head -c 100000 /dev/zero >$ATTEMPT'
    broken 'a link to what only root may read' 'WARN refresher' '.attempt' \
        <<<'ln -sf /etc/shadow $ATTEMPT'
    broken 'a pipe that nobody writes to' 'WARN refresher' '.attempt' \
        <<<'rm $ATTEMPT; mkfifo $ATTEMPT'
    broken 'a file that others can write to' 'WARN refresher' '.attempt' <<<'chmod 666 $ATTEMPT'
    [ "$count" = 8 ]
    inside root rm /var/cache/pam_cognito/.eu-central-1_ExAmPlE01.attempt
    is_healthy sshd # none is known
    make_healthy
}

@test "broken: the clock" {
    options=(--online)
    is_healthy sshd
    [[ $output == *'OK    clock '*'agrees with that of https://cognito-idp'* ]]
    broken 'an hour behind' 'FAIL clock' 'behind that of https://cognito-idp' \
        <<<'echo "jwks_uri = $URI?date=3600" >>$CONF'
    broken 'a minute ahead' 'FAIL clock' 's ahead of that of https://cognito-idp' \
        <<<'echo "jwks_uri = $URI?date=-60" >>$CONF'
    broken 'nobody to ask' 'WARN clock' 'not compared with that of a server' \
        <<<'echo "jwks_uri = https://127.0.0.1:1/" >>$CONF'
    options=()
    # Under a clock_gettime of 1970. It is not for the world's other programs.
    "${CC:-cc}" -shared -fPIC -o "$BATS_TEST_TMPDIR/past.so" -x c - <<'END'
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){86400, 0};
    return 0;
}
END
    write_inside root 755 /srv/past.so <"$BATS_TEST_TMPDIR/past.so"
    preload=/srv/past.so
    broken 'before the build' 'FAIL clock' 'before the day pam_cognito was built' <<<true
    preload=
    [ "$count" = 4 ]
}

@test "broken: SELinux, and one pool twice" {
    inside root sh -c 'mount -t tmpfs tmpfs /sys/fs && mkdir /sys/fs/selinux &&
        echo 1 >/sys/fs/selinux/enforce'
    broken 'SELinux is enforcing' 'WARN SELinux' \
        'enforcing, and /var/cache/pam_cognito is not pam_cognito_cache_t' <<<true
    label=$(sed -n 's|^/var/cache/pam_cognito.*gen_context(\(.*\),s0)|\1:s0|p' \
        "$BATS_TEST_DIRNAME/../../conf/selinux/pam_cognito.fc")
    [[ $label == *_t:s0 ]]
    inside root /usr/bin/python3 -c 'import os, sys
os.setxattr("/var/cache/pam_cognito", "security.selinux", sys.argv[1].encode())' "$label"
    is_healthy sshd
    [[ $output == *'enforcing, and the cache has our type'* ]]
    inside root sh -c 'echo 0 >/sys/fs/selinux/enforce'
    is_healthy sshd
    inside root umount /sys/fs
    broken 'one pool in two files' 'FAIL pools' 'kid' \
        <<<'cp $CONF /etc/security/two.conf
sed -i "s|pam_cognito.so$|& conf=$CONF conf=/etc/security/two.conf|" /etc/pam.d/sshd'
    [ "$count" = 2 ]
}

# auth NAME LEVEL WORDS <LINES: the auth lines of sshd, with healthy account lines behind them. OURS
# stands for our module.
auth() {
    local lines
    lines=$(sed "s|OURS|$world_home/bin/pam_cognito.so|")
    broken "$1" "$2 pam auth" "$3" <<END
cat >/etc/pam.d/sshd <<'LINES'
$lines
account required pam_nologin.so
account required $world_home/bin/pam_cognito.so
account required pam_unix.so
LINES
END
}

@test "broken: PAM, ways in without a proof" {
    auth 'optional, and something that always succeeds' FAIL 'pam_env.so is enough' <<'END'
auth optional OURS
auth required pam_env.so
END
    auth 'sufficient, and nothing behind it that refuses' FAIL 'pam_permit.so is enough' <<'END'
auth sufficient OURS
auth required pam_permit.so
END
    auth 'pam_permit before it' FAIL 'sshd:1: anybody gets in' <<'END'
auth sufficient pam_permit.so
auth required OURS
END
    auth 'a jump over pam_deny by the wrong answer' FAIL 'pam_permit.so is enough' <<'END'
auth [default=1] OURS
auth requisite pam_deny.so
auth required pam_permit.so
END
    auth 'an outage that is ignored' FAIL 'when there are no keys' <<'END'
auth [success=done authinfo_unavail=ignore default=die] OURS
auth required pam_permit.so
END
    auth 'a broken configuration that is ignored' FAIL 'when the configuration is refused' <<'END'
auth [success=ok service_err=ignore default=die] OURS
auth optional pam_faildelay.so
END
    auth 'a missing module that is ignored' FAIL 'when the module is missing' <<'END'
auth [success=ok module_unknown=2 default=die] OURS
auth required pam_warn.so
auth required pam_deny.so
auth required pam_permit.so
END
    auth 'a name that opens' FAIL 'pam_succeed_if.so is enough' <<'END'
auth sufficient pam_succeed_if.so user ingroup staff
auth required OURS
END
    auth 'a reset that forgets the refusal' FAIL 'pam_permit.so is enough' <<'END'
auth required OURS
auth [success=ok default=reset] pam_succeed_if.so quiet uid eq 0
auth [default=reset] pam_listfile.so
auth sufficient pam_permit.so
END
    auth 'a way around us for those who fit a rule' FAIL 'pam_permit.so is enough' <<'END'
auth [success=ignore default=1] pam_succeed_if.so quiet uid >= 1000
auth requisite OURS
auth required pam_permit.so
END
    broken 'a hole in a substack' 'FAIL pam auth' '/etc/pam.d/inner:1: anybody gets in' <<'END'
printf 'auth sufficient pam_permit.so\nauth required pam_deny.so\n' >/etc/pam.d/inner
sed -i 's/^auth *required/auth substack inner\nauth optional/' /etc/pam.d/sshd
END
    [ "$count" = 11 ]
}

@test "broken: PAM, what was open before us" {
    auth 'a group without a password' WARN \
        'sshd:3: open already without pam_cognito: pam_succeed_if.so lets people in' <<'END'
auth requisite pam_nologin.so
auth required pam_succeed_if.so user != root quiet_success
auth sufficient pam_succeed_if.so user ingroup nopasswdlogin
auth sufficient OURS
@include common-auth
END
    auth 'a hole of ours beside it' FAIL 'sshd:4: anybody gets in after a refused token, because pam_permit.so' <<'END'
auth sufficient pam_succeed_if.so user ingroup nopasswdlogin
auth [success=1 default=1] OURS
auth requisite pam_unix.so
auth required pam_permit.so
END
    auth 'what follows the opener is not blamed' FAIL 'sshd:2: anybody gets in' <<'END'
auth sufficient OURS
auth required pam_permit.so
auth optional pam_faildelay.so
END
    [ "$count" = 3 ]
}

@test "broken: PAM, what a token bypasses" {
    auth 'a list of accounts' WARN 'sshd:2: a token bypasses pam_listfile.so (required)' <<'END'
auth sufficient OURS
auth required pam_listfile.so item=user sense=deny file=/etc/security/no-ssh
@include common-auth
END
    auth 'pam_access, whose refusal is another' WARN 'bypasses pam_access.so (requisite)' <<'END'
auth sufficient OURS
auth requisite pam_access.so
auth required pam_unix.so
END
    auth 'a second factor behind the password' WARN \
        'sshd:3: a token bypasses pam_exec.so (required)' <<'END'
auth sufficient OURS
auth required pam_unix.so
auth required pam_exec.so /usr/sbin/second-factor
END
    auth 'a second factor for a group' WARN 'sshd:4: a token bypasses pam_exec.so' <<'END'
auth sufficient OURS
auth required pam_unix.so
auth [success=1 default=ignore] pam_succeed_if.so user notingroup mfa
auth required pam_exec.so /usr/sbin/second-factor
END
    auth 'a second password' WARN 'sshd:3: a token bypasses pam_userdb.so' <<'END'
auth sufficient OURS
auth required pam_unix.so
auth required pam_userdb.so db=/etc/security/more
END
    auth 'an account that is locked, once' WARN 'sshd:2: a token bypasses pam_faillock.so (required)' <<'END'
auth sufficient OURS
auth required pam_faillock.so preauth
auth sufficient pam_unix.so
auth [default=die] pam_faillock.so authfail
auth required pam_deny.so
END
    auth 'an account that only authsucc locks' WARN 'sshd:3: a token bypasses pam_faillock.so' <<'END'
auth sufficient OURS
auth [success=1 default=bad] pam_unix.so
auth [default=die] pam_faillock.so authfail
auth sufficient pam_faillock.so authsucc
auth required pam_deny.so
END
    broken 'in a file that is included' 'WARN pam auth' '/etc/pam.d/inner:1: a token bypasses' <<'END'
printf 'auth required pam_time.so\nauth required pam_unix.so\n' >/etc/pam.d/inner
sed -i 's/^auth *required\(.*\)/auth sufficient\1\n@include inner/' /etc/pam.d/sshd
END
    [ "$count" = 8 ]
}

@test "healthy: PAM, what a token does not bypass" {
    local lines others
    others=$(inside root grep -v '^auth' /etc/pam.d/sshd)
    for lines in \
        'auth required pam_listfile.so|auth sufficient OURS|auth required pam_unix.so' \
        'auth required pam_faillock.so preauth|auth sufficient OURS|auth [success=1 default=bad] pam_unix.so|auth [default=die] pam_faillock.so authfail|auth sufficient pam_faillock.so authsucc|auth required pam_deny.so' \
        'auth sufficient OURS|auth required pam_env.so|auth required pam_unix.so|auth optional pam_group.so' \
        'auth sufficient OURS|auth required pam_env.so|auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular|auth [default=1 ignore=ignore success=ok] pam_localuser.so|auth sufficient pam_unix.so|auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular|auth sufficient pam_userdb.so|auth required pam_deny.so' \
        'auth [success=2 default=ignore] OURS|auth [success=1 default=ignore] pam_unix.so|auth requisite pam_deny.so|auth required pam_permit.so|auth required pam_shells.so'; do
        tr '|' '\n' <<<"$lines|$others" | sed "s|OURS|$world_home/bin/pam_cognito.so|" |
            write_inside root 644 /etc/pam.d/sshd
        is_healthy sshd
        make_healthy
    done
}

@test "broken: options on lines where they mean nothing" {
    broken 'account' 'FAIL pam' '/etc/pam.d/sshd:' \
        <<<'sed -i "s/^\(account.*pam_cognito.so\)$/\1 conf=\/etc\/security\/pam_cognito.conf require_group=admins/" /etc/pam.d/sshd'
    broken 'account, by its name' 'FAIL pam' 'require_group' \
        <<<'sed -i "s/^\(account.*pam_cognito.so\)$/\1 require_group=admins debug/" /etc/pam.d/sshd'
    broken 'session' 'FAIL pam' 'max_token_age' \
        <<<'echo "session optional $MODULE max_token_age=1s" >>/etc/pam.d/sshd'
    [ "$count" = 3 ]
    inside root sh -c "sed -i 's/^\(account.*pam_cognito.so\)\$/\1 debug/' /etc/pam.d/sshd"
    inside root grep -q '^account.*pam_cognito.so debug' /etc/pam.d/sshd
    is_healthy sshd
    make_healthy
}

@test "broken: PAM, tokens that do not open" {
    broken 'no line of ours' 'FAIL pam auth' 'no auth line' \
        <<<'sed -i "s|^auth.*pam_cognito.so|auth required pam_unix.so|" /etc/pam.d/sshd'
    auth 'never reached' FAIL 'never reached' <<'END'
auth requisite pam_deny.so
auth required OURS
END
    auth 'a jump over it' FAIL 'never reached' <<'END'
auth [default=1] pam_env.so
auth required OURS
auth required pam_unix.so
END
    auth 'pam_deny behind it' FAIL 'does not open' <<'END'
auth required OURS
auth required pam_deny.so
END
    auth 'a line that decides nothing' FAIL 'decides nothing' <<'END'
auth optional OURS
auth required pam_unix.so
END
    auth 'a password as well' WARN 'another module has to agree' <<'END'
auth required OURS
auth required pam_unix.so
END
    auth 'a password is asked for first' WARN 'sshd:1: pam_unix.so asks for a password' <<'END'
auth sufficient pam_unix.so
auth required OURS
END
    auth 'a jump too far' FAIL 'does not open' <<'END'
auth [success=3 default=die] OURS
auth required pam_deny.so
END
    broken 'a file that others can write to' 'FAIL pam' '/etc/pam.d/sshd' <<<'chmod 666 /etc/pam.d/sshd'
    broken 'a file that is included and missing' 'FAIL pam' 'common-token' \
        <<<'echo "@include common-token" >>/etc/pam.d/sshd'
    broken 'a control that libpam does not understand' 'FAIL pam' 'sshd:3: libpam does not understand' \
        <<<'sed -i "s/^auth *required/auth suficient/" /etc/pam.d/sshd'
    [ "$count" = 11 ]
}

@test "broken: PAM, who may use an account" {
    broken 'no line of ours' 'WARN pam account' 'not judged again' \
        <<<'sed -i "/^account.*pam_cognito/d" /etc/pam.d/sshd'
    broken 'only ours' 'FAIL pam account' 'by a key' \
        <<<'sed -i "/^account.*nologin/d; s/^@include common-account//" /etc/pam.d/sshd'
    broken 'sufficient before pam_unix' 'FAIL pam account' 'expired account' \
        <<<'sed -i "s/^account *required *\(.*pam_cognito\)/account sufficient \1/" /etc/pam.d/sshd'
    broken 'optional' 'WARN pam account' 'let in all the same' \
        <<<'sed -i "s/^account *required *\(.*pam_cognito\)/account optional \1/" /etc/pam.d/sshd'
    broken 'pam_deny' 'FAIL pam account' 'by a key' \
        <<<'echo "account required pam_deny.so" >>/etc/pam.d/sshd'
    [ "$count" = 5 ]
}

# What check says of SERVICE, and what libpam does with alice's token and with none:
# opens_for_a_token SERVICE
opens_for_a_token() {
    run check --service "$1"
    echo "$output"
    [[ $status = 0 && $output == *'OK    pam auth'*'OK    pam account'* ]]
    run inside root "$world_home/bin/pam-transaction" "$1" alice @/home/alice/token
    echo "$output"
    [[ $output == *'authenticate SUCCESS'*'account SUCCESS'* ]]
    run inside root "$world_home/bin/pam-transaction" "$1" alice no no
    [[ $output == *'authenticate AUTH_ERR'* ]]
}

@test "PAM files as distributions lay them out: check and libpam find the same" {
    give_token alice /home/alice/token id --user alice --set 'cognito:groups=["staff"]'
    for layout in amazon_linux_2023 authselect links_of_links debian ubuntu; do
        echo "$layout"
        "layout_$layout"
        opens_for_a_token sshd
        # Where it is wrong, the line is named by where libpam finds it.
        inside root sh -c 'for name in password-auth common-account; do
            [ ! -e /etc/pam.d/$name ] || echo "account required pam_deny.so" >>/etc/pam.d/$name; done'
        run check
        echo "$output"
        [[ $status = 1 && $output == *'FAIL  pam account'* ]]
        run inside root "$world_home/bin/pam-transaction" sshd alice @/home/alice/token
        [[ $output != *'account SUCCESS'* ]]
        inside root rm -rf /etc/authselect /etc/store /etc/static
        make_healthy
    done
}

# Whether check lets alice in by a token as libpam does: agrees_with_libpam SERVICE
agrees_with_libpam() {
    local did
    run check --service "$1"
    did=$(inside root "$world_home/bin/pam-transaction" "$1" alice @/home/alice/token) || true
    printf '%s\n' "$output" "$did"
    [ "$status" = "$([[ $did == *'account SUCCESS'* ]] && echo 0 || echo 1)" ]
}

@test "a service that only its vendor has, until /etc/pam.d has one" {
    give_token alice /home/alice/token id --user alice --set 'cognito:groups=["staff"]'
    inside root mount -t tmpfs -o mode=755 vendor /usr/lib/pam.d
    printf '%s required pam_unix.so\n' auth account | with_our_lines /usr/lib/pam.d/polkit-1
    opens_for_a_token polkit-1
    [[ $(check --service polkit-1) == *'/usr/lib/pam.d/polkit-1:1: a token opens'* ]]
    # A link that leads nowhere is no file; libpam goes on to the vendor's.
    inside root ln -s nowhere /etc/pam.d/polkit-1
    opens_for_a_token polkit-1
    inside root rm /etc/pam.d/polkit-1
    # Whether the vendor's files are included as well depends on the libpam.
    printf '%s include shared\n' auth account | with_our_lines /usr/lib/pam.d/polkit-1
    printf '%s required pam_unix.so\n' auth account | write_inside root 644 /usr/lib/pam.d/shared
    agrees_with_libpam polkit-1
    inside root cp /usr/lib/pam.d/shared /etc/pam.d/shared
    opens_for_a_token polkit-1
    # What stands in /etc/pam.d wins.
    printf '%s required pam_deny.so\n' auth account | write_inside root 644 /etc/pam.d/shared
    agrees_with_libpam polkit-1
    [ "$status" = 1 ]
    printf '%s required pam_deny.so\n' auth account | write_inside root 644 /etc/pam.d/polkit-1
    agrees_with_libpam polkit-1
    [[ $status = 1 && $output == *'FAIL  pam auth      the service polkit-1 has no auth line'* ]]
    run check --service in-no-folder
    [[ $status = 1 && $output == *'FAIL  pam           /etc/pam.d/in-no-folder: No such file'* ]]
    inside root umount /usr/lib/pam.d
    make_healthy
}

@test "broken: PAM, links that others could change" {
    links='mkdir -p /etc/authselect; cp /etc/pam.d/common-account /etc/authselect/
        ln -sf /etc/authselect/common-account /etc/pam.d/common-account'
    broken 'a target that others can write to' 'FAIL pam' '/etc/authselect/common-account: this file' \
        <<<"$links; chmod 666 /etc/authselect/common-account"
    broken 'a target of somebody else' 'FAIL pam' '/etc/authselect/common-account: this file belongs' \
        <<<"$links; chown alice /etc/authselect/common-account"
    broken 'a folder of the target that others can write to' 'FAIL pam' '/etc/authselect: this folder' \
        <<<"$links; chmod 777 /etc/authselect"
    inside root chmod 755 /etc/authselect
    broken 'a link on the way that somebody else can replace' 'FAIL pam' '/home/alice: this folder belongs' \
        <<<"$links; ln -s /etc/authselect/common-account /home/alice/way
ln -sf /home/alice/way /etc/pam.d/common-account"
    inside root rm /home/alice/way
    broken 'links in a circle' 'FAIL pam' 'too many symbolic links' \
        <<<'ln -sf common-account /etc/pam.d/circle; ln -sf circle /etc/pam.d/common-account'
    broken 'a link that leads nowhere' 'FAIL pam' '/etc/pam.d/nothing: No such file' \
        <<<'ln -sf nothing /etc/pam.d/common-account'
    [ "$count" = 6 ]
    inside root rm -r /etc/authselect
}

@test "broken: the modules' files" {
    broken 'ours is not where libpam looks' 'FAIL module' '/security/pam_cognito.so' \
        <<<'sed -i "s|/srv/pam_cognito/bin/||" /etc/pam.d/sshd'
    broken 'another one is missing' 'FAIL module' 'pam_duo.so' \
        <<<'echo "account optional pam_duo.so" >>/etc/pam.d/sshd'
    broken 'ours can be written to by others' 'FAIL module' 'pam_cognito.so' \
        <<<'cp $MODULE /etc/security/pam_cognito.so; chmod 666 /etc/security/pam_cognito.so
sed -i "s|/srv/pam_cognito/bin|/etc/security|" /etc/pam.d/sshd'
    broken 'ours is no shared object' 'FAIL module' '/etc/security/pam_cognito.so' \
        <<<'echo no >/etc/security/pam_cognito.so
sed -i "s|/srv/pam_cognito/bin|/etc/security|" /etc/pam.d/sshd'
    [ "$count" = 4 ]
}

@test "with modules of two architectures those that libpam can load are looked at" {
    # One that comes first by its name, for processors of 32 bits by its ELF header.
    inside root sh -eu -c 'mkdir -p /srv/lib/a-linux-gnu/security
        cp /usr/lib/*-linux-gnu/security/pam_permit.so /srv/lib/a-linux-gnu/security/
        printf "\001" | dd of=/srv/lib/a-linux-gnu/security/pam_permit.so bs=1 seek=4 conv=notrunc status=none
        mount -t overlay -o lowerdir=/srv/lib:/usr/lib lib /usr/lib
        test -f /usr/lib/a-linux-gnu/security/pam_permit.so'
    run check
    inside root umount --lazy /usr/lib
    echo "$output"
    [ "$status" = 0 ]
    [ "$(grep -vc '^OK ' <<<"$output")" = 0 ]
}

@test "broken: sshd" {
    first=/etc/ssh/sshd_config.d/00-pam_cognito.conf
    broken 'no keyboard-interactive' 'FAIL sshd' \
        'KbdInteractiveAuthentication is no (/etc/ssh/sshd_config:6): nothing asks' \
        <<<"sed -i s/^KbdInteractive.*// $first"
    broken 'passwords' 'WARN sshd' 'PasswordAuthentication is yes' \
        <<<"sed -i 's/^PasswordAuthentication.*//' $first"
    broken 'no PAM' 'FAIL sshd' 'UsePAM is no' <<<"sed -i 's/^UsePAM.*/UsePAM no/' $first"
    broken 'other methods only' 'FAIL sshd' 'AuthenticationMethods is publickey' \
        <<<"echo 'AuthenticationMethods publickey' >>$first; sed -i /^Pubkey/d /etc/ssh/sshd_config"
    broken 'another device than PAM' 'FAIL sshd' \
        'AuthenticationMethods is publickey keyboard-interactive:bsdauth' <<END
echo 'AuthenticationMethods publickey keyboard-interactive:bsdauth' >>$first
sed -i /^Pubkey/d /etc/ssh/sshd_config
END
    broken 'no time' 'WARN sshd' 'LoginGraceTime is 5 s' <<<"echo 'LoginGraceTime 5' >>$first"
    broken 'one attempt' 'WARN sshd' 'MaxAuthTries is 1' <<<"echo 'MaxAuthTries 1' >>$first"
    broken 'a configuration that sshd refuses' 'FAIL sshd' 'Bad configuration option' \
        <<<'echo "Kbd yes" >>/etc/ssh/sshd_config'
    broken 'a setting in a file that a link leads to' 'FAIL sshd' 'UsePAM is no' <<'END'
mkdir -p /etc/crypto-policies/back-ends
echo 'UsePAM no' >/srv/policy
chmod 666 /srv/policy
ln -sf /srv/policy /etc/crypto-policies/back-ends/opensshserver.config
sed -i '1i Include /etc/crypto-policies/back-ends/opensshserver.config' /etc/ssh/sshd_config
END
    [ "$count" = 9 ]
    for setting in 'LoginGraceTime 0' 'LoginGraceTime 30' 'MaxAuthTries 2' \
        'AuthenticationMethods keyboard-interactive:pam' \
        'AuthenticationMethods publickey,keyboard-interactive'; do
        inside root sh -c "sed -i /^Pubkey/d /etc/ssh/sshd_config; echo '$setting' >>$first"
        is_healthy sshd
        make_healthy
    done
}

@test "the file for sshd wins over what distributions ship, by its name" {
    write_inside root 644 /etc/ssh/sshd_config.d/50-redhat.conf <<'END'
SyslogFacility AUTHPRIV
ChallengeResponseAuthentication no
GSSAPIAuthentication yes
UsePAM yes
X11Forwarding yes
PrintMotd no
END
    write_inside root 600 /etc/ssh/sshd_config.d/50-cloud-init.conf <<<'PasswordAuthentication yes'
    is_healthy sshd
    inside root /usr/sbin/sshd -T >"$BATS_TEST_TMPDIR/settings"
    for setting in 'usepam yes' 'kbdinteractiveauthentication yes' 'passwordauthentication no'; do
        grep -qx "$setting" "$BATS_TEST_TMPDIR/settings"
    done
    # Under a name without a number it loses.
    inside root mv /etc/ssh/sshd_config.d/00-pam_cognito.conf /etc/ssh/sshd_config.d/pam_cognito.conf
    run check
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'KbdInteractiveAuthentication is no'* ]]
    [[ $output == *'PasswordAuthentication is yes (/etc/ssh/sshd_config.d/50-cloud-init.conf:1)'* ]]
    make_healthy
}

@test "sshd without its directory, before the first connection to its socket" {
    inside root rmdir /run/sshd
    broken 'an older sshd' 'WARN sshd' 'Missing privilege separation directory: /run/sshd' <<<true
    run check
    [[ $output == *'; sshd'"'"'s unit makes it when it starts; until then: install -d -m 755 /run/sshd' ]]
    # OpenSSH 9.3 and later tell their settings all the same, by -G.
    inside root sh -c 'cp /usr/sbin/sshd /srv/sshd && mount --bind /srv/sshd /usr/sbin/sshd'
    write_inside root 755 /srv/newer-sshd <<'END'
#!/bin/sh
[ "$1" = -G ] || exec /srv/sshd "$@"
shift
install -d -m 755 /run/sshd
/srv/sshd -T "$@"
status=$?
rmdir /run/sshd
exit $status
END
    inside root sh -c 'umount /usr/sbin/sshd && mount --bind /srv/newer-sshd /usr/sbin/sshd'
    run check
    inside root sed -i '/^KbdInter/d' /etc/ssh/sshd_config.d/00-pam_cognito.conf
    silenced=$(check) || true
    inside root sh -c 'umount /usr/sbin/sshd; install -d -m 755 /run/sshd'
    make_healthy
    printf '%s\n' "$output" "$silenced"
    [ "$status" = 0 ]
    [[ $output == *'WARN  sshd '*'/run/sshd'*'OK    sshd          it asks through PAM'* ]]
    [[ $silenced == *'WARN  sshd '*'FAIL  sshd          KbdInteractiveAuthentication is no'* ]]
}

# block CRITERIA SETTING...: a Match block at the end of sshd's configuration.
block() {
    printf '%s\n' "Match $1" "${@:2}" |
        sed 's/.*/echo "&" >>\/etc\/ssh\/sshd_config/'
}

@test "Match blocks are mentioned, and looked at for a user" {
    kbd='KbdInteractiveAuthentication no'
    inside root sh -eu -c "$(block 'User alice' "$kbd"; block 'LocalPort 2222' "$kbd")"
    is_healthy sshd
    [[ $output == *'the first is `Match User alice'"'"': ask for a user with --user'* ]]
    options=(--user bob)
    is_healthy sshd
    make_healthy
    is_healthy sshd
    [[ $output != *'Match'* ]]
    options=()
    is_healthy sshd
    [[ $output != *'Match'* ]]
    inside root sh -eu -c "echo 'Match Address 10.*' >/etc/ssh/sshd_config.d/50-site.conf"
    is_healthy sshd
    [[ $output == *'the first is `Match Address 10.*'* ]]
    make_healthy
    options=(--user alice)
    broken 'for the user' 'FAIL sshd' 'KbdInteractiveAuthentication is no (in a Match block)' \
        < <(block 'User alice' "$kbd")
    broken 'for a group' 'FAIL sshd' 'KbdInteractiveAuthentication is no' < <(block 'Group al*' "$kbd")
    broken 'UsePAM, which cannot stand there' 'FAIL sshd' "'UsePAM' is not allowed within a Match" \
        < <(block 'User alice' 'UsePAM no')
    options=(--user alice --addr 10.1.2.3)
    broken 'for a network' 'FAIL sshd' 'AuthenticationMethods is publickey' <<END
sed -i /^Pubkey/d /etc/ssh/sshd_config
$(block 'Address 10.0.0.0/8' 'AuthenticationMethods publickey')
END
    options=(--user alice --addr 10.1.2.3 --host desk.example.com)
    broken 'for hosts' 'WARN sshd' 'PasswordAuthentication is yes' \
        < <(block 'Host *.example.com' 'PasswordAuthentication yes')
    [ "$count" = 5 ]
}

@test "root is let in by a token only if sshd lets root in" {
    inside root sh -eu -c "echo 'map_file = /etc/security/pam_cognito.map' >>/etc/security/pam_cognito.conf
        echo 'allow_root = yes' >>/etc/security/pam_cognito.conf
        echo 'root user:alice' >/etc/security/pam_cognito.map"
    run check --user root
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAIL  sshd          PermitRootLogin is without-password: sshd lets no token'* ]]
    inside root sed -i '1i PermitRootLogin yes' /etc/ssh/sshd_config.d/00-pam_cognito.conf
    options=(--user root)
    is_healthy sshd
    make_healthy
}

# Sets sshd up with a line, or two with a \n between them, and says whether check lets alice in from
# 127.0.0.1; then the same of a second sshd with that configuration: agrees LINES yes|no
agrees() {
    local said=yes did=yes
    inside root sh -eu -c "printf '$1\n' >>/etc/ssh/sshd_config"
    check --user alice --addr 127.0.0.1 >"$BATS_TEST_TMPDIR/said" || said=no
    inside root /usr/sbin/sshd -p 2222 -o PidFile=/run/second.pid
    with_token token ssh -p 2222 -o NumberOfPasswordPrompts=1 -o HostKeyAlias=bastion alice@bastion true \
        >"$BATS_TEST_TMPDIR/did" 2>&1 || did=no
    inside root sh -c 'kill $(cat /run/second.pid) && rm -f /run/second.pid'
    make_healthy
    [ "$said:$did" = "$2:$2" ] || {
        echo "$1: check says $said, sshd $did"
        cat "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/did"
        return 1
    }
}

@test "check --user says of the lists of users and groups what sshd does" {
    give_token laptop /home/laptop/token id --user alice --set 'cognito:groups=["staff"]'
    agrees 'AllowUsers bob alice' yes
    agrees 'AllowUsers bob carol' no
    agrees 'AllowUsers bob\nAllowUsers al*@127.0.0.0/8' yes
    agrees 'AllowUsers alice@127.0.0.0/9,10.* bob' yes
    agrees 'AllowUsers alice@10.0.0.0/8 *@192.0.2.?' no
    agrees 'DenyUsers al?ce' no
    agrees 'DenyUsers *@!127.0.0.1,*' yes
    agrees 'DenyUsers alice@localhost' yes
    agrees 'AllowGroups wheel a*' yes
    agrees 'AllowGroups wheel' no
    agrees 'DenyGroups alice' no
    agrees 'Match User alice\nDenyUsers alice' no
}

@test "broken: one user" {
    options=(--user alice)
    is_healthy sshd
    [[ $output == *'OK    account       alice exists, with a shell; its password is locked'* ]]
    [[ $output == *'OK    sshd          it asks through PAM, for user=alice'* ]]
    broken 'a list without her' 'FAIL sshd' 'no pattern of AllowUsers (/etc/ssh/sshd_config:8) matches alice' \
        <<<'echo "AllowUsers bob" >>/etc/ssh/sshd_config'
    broken 'a list against her' 'FAIL sshd' 'DenyGroups al* (/etc/ssh/sshd_config:8) matches alice' \
        <<<'echo "DenyGroups al*" >>/etc/ssh/sshd_config'
    broken 'a list that depends on where from' 'WARN sshd' 'AllowUsers alice@10.* (/etc' \
        <<<'echo "AllowUsers alice@10.*" >>/etc/ssh/sshd_config'
    broken 'no shell' 'FAIL account' 'there is no shell /bin/none' \
        <<<'sed -i "/^alice:/s|/bin/bash|/bin/none|" /etc/passwd'
    broken 'a shell that ends' 'FAIL account' 'the shell is /usr/sbin/nologin' \
        <<<'sed -i "/^alice:/s|/bin/bash|/usr/sbin/nologin|" /etc/passwd'
    broken 'a shell that is not listed' 'WARN account' 'not in /etc/shells' <<'END'
cp /bin/bash /etc/security/shell
sed -i "/^alice:/s|/bin/bash|/etc/security/shell|" /etc/passwd
END
    broken 'an account that has expired' 'FAIL account' 'has expired' \
        <<<'sed -i "/^alice:/s|:7::.*|:7::19000:|" /etc/shadow'
    broken 'no line in the map' 'FAIL account' 'no line of /etc/security/pam_cognito.map is about' <<'END'
echo "map_file = /etc/security/pam_cognito.map" >>$CONF
echo 'bob user:alice' >/etc/security/pam_cognito.map
END
    options=(--user daemon)
    broken 'a system account' 'FAIL account' 'uid_min' sudo <<<true
    options=(--user mallory)
    broken 'no account' 'FAIL account' 'mallory' sudo <<<true
    [ "$count" = 10 ]
}

@test "broken: sudo" {
    broken 'our prompts are replaced' 'FAIL sudo' "passprompt_override replaces" sudo \
        <<<'sed -i "s/lecture=never/passprompt_override, &/" /etc/sudoers'
    broken 'in a file of sudoers.d, over two lines' 'FAIL sudo' 'passprompt_override replaces' sudo \
        <<<"printf 'Defaults \\\\\n  passprompt_override\n' >/etc/sudoers.d/site"
    broken 'another PAM service' 'FAIL sudo' 'pam_service is sudo-site' sudo \
        <<<'echo "Defaults pam_service=\"sudo-site\"" >/etc/sudoers.d/site'
    broken 'another PAM service for a login shell' 'FAIL sudo' 'pam_login_service is sudo' sudo-i \
        <<<'echo "Defaults pam_login_service=sudo" >/etc/sudoers.d/site'
    broken 'a file that is missing' 'WARN sudo' '/etc/sudoers.site' sudo \
        <<<'echo "#include /etc/sudoers.site" >>/etc/sudoers'
    broken 'a file that others can write to' 'WARN sudo' '/etc/sudoers.d/site' sudo \
        <<<'install -m 666 /dev/null /etc/sudoers.d/site'
    broken 'a line that sudo does not understand' 'WARN sudo' 'syntax error' sudo \
        <<<'echo "Defaults ((" >/etc/sudoers.d/site'
    broken 'nothing that sudo would read' 'FAIL sudo' '/etc/sudoers is world writable' sudo \
        <<<'chmod 666 /etc/sudoers'
    [ "$count" = 8 ]
}

@test "what sudoers.d does not read does not count, and the last word does" {
    inside root sh -c 'echo "Defaults passprompt_override" >/etc/sudoers.d/old.bak
        echo "Defaults passprompt_override" >/etc/sudoers.d/10-site
        echo "Defaults !passprompt_override, pam_askpass_service=sudo-cognito" >/etc/sudoers.d/20-ours'
    is_healthy sudo
    [[ $output == *'--service sudo-cognito'* ]]
    make_healthy
}

@test "sudo itself reads sudoers: commas in quotes, Defaults of one user, a language" {
    inside root sh -c 'echo "Defaults badpass_message=\"no, passprompt_override, sorry\"
Defaults:alice passprompt_override, pam_service=other" >/etc/sudoers.d/site'
    is_healthy sudo
    make_healthy
    inside root sh -c 'echo "Defaults passprompt_override" >/etc/sudoers.d/site'
    run inside root LANGUAGE=de "$world_home/bin/pam-cognito" check --service sudo
    make_healthy
    echo "$output"
    [[ $status = 1 && $output == *'FAIL  sudo '*'passprompt_override replaces'* ]]
}

@test "--show prints the settings of a service, and where each is from" {
    write_inside root 644 /etc/security/pam_cognito.conf <<'END'
# ours
user_pool = eu-central-1_ExAmPlE01
client_id = 1example23456789abcdefghij
client_id = 2example23456789abcdefghij
proxy = http://proxy.example.com:3128
max_stale = 90m
max_token_age = 100

[service sudo sudo-i]
max_token_age = 1h
single_use

[service su]
uid_min = 500
END
    inside root sed -i 's/pam_cognito.so$/& require_group=admins debug/' /etc/pam.d/sudo
    run check --show --service sudo
    echo "$output"
    [ "$status" = 0 ]
    for line in 'conf = /etc/security/pam_cognito.conf  # default' \
        'user_pool = eu-central-1_ExAmPlE01  # /etc/security/pam_cognito.conf:2' \
        'client_id = 1example23456789abcdefghij 2example23456789abcdefghij  # /etc/security/pam_cognito.conf:3' \
        'proxy = http://proxy.example.com:3128  # /etc/security/pam_cognito.conf:5' \
        'max_stale = 90m  # /etc/security/pam_cognito.conf:6' \
        'max_token_age = 1h  # /etc/security/pam_cognito.conf:10 [service sudo]' \
        'single_use = yes  # /etc/security/pam_cognito.conf:11 [service sudo]' \
        'require_group = admins  # argument' 'debug = yes  # argument' \
        'uid_min = 1000  # default' 'refresh_interval = 1h  # default' 'map_file = none  # default' \
        'max_auth_age = none  # default' 'clock_skew = 10s  # default' \
        'username_claim = cognito:username  # default'; do
        grep -Fqx -- "$line" <<<"$output" || { echo "not there: $line"; return 1; }
    done
    [[ $output != *hunter2* ]]
    # Each option of pam_cognito.conf(5), once.
    cut -d' ' -f1 <<<"$output" | sort >"$BATS_TEST_TMPDIR/shown"
    sed -n 's/^    {"\([a-z_]*\)", OPTION.*/\1/p' "$BATS_TEST_DIRNAME/../../src/host/config.c" |
        sort | diff "$BATS_TEST_TMPDIR/shown" -
    run check --show
    [[ $status = 0 && $output == *'max_token_age = 100s  # /etc/security/pam_cognito.conf:7'* ]]
    [[ $output == *'single_use = no  # default'* && $output == *'require_group = none  # default'* ]]
    inside root sh -c 'sed s/_ExAmPlE01/_ExAmPlE02/ /etc/security/pam_cognito.conf >/etc/security/two.conf'
    run check --show --config /etc/security/pam_cognito.conf --config /etc/security/two.conf
    echo "$output"
    [ "$status" = 0 ]
    [ "$(grep -n '^conf = \|^user_pool\|^$' <<<"$output" | sed 's/.*conf = //' | cut -d: -f2-)" = \
        '/etc/security/pam_cognito.conf  # argument
user_pool = eu-central-1_ExAmPlE01  # /etc/security/pam_cognito.conf:2

/etc/security/two.conf  # argument
user_pool = eu-central-1_ExAmPlE02  # /etc/security/two.conf:2' ]
    run check --show --service no-such-service
    [[ $status = 2 && $output == *'/etc/pam.d/no-such-service: No such file'* ]]
    inside root sh -c 'echo colour = red >>/etc/security/pam_cognito.conf'
    run check --show
    [[ $status = 2 && $output == *'pam_cognito.conf:15: colour: no such option'* ]]
    make_healthy
}

@test "root reads the token file of the person who called sudo" {
    give_token alice /home/alice/token.txt id --user alice --set 'cognito:groups=["staff"]'
    run inside root "$world_home/bin/pam-cognito" verify --user alice /home/alice/token.txt
    echo "$output"
    [[ $status = 0 && $output == 'accepted '* ]]
    inside alice ln -s token.txt link
    run inside root "$world_home/bin/pam-cognito" inspect /home/alice/link
    [ "$status" = 0 ]
}

@test "--json tells what is broken, with its remedy, and exit code 1" {
    inside root sh -c 'echo "colour = red" >>/etc/security/pam_cognito.conf'
    run check --json
    [ "$status" = 1 ]
    /usr/bin/python3 -c 'import json, sys
bad = [f for f in json.load(sys.stdin) if f["level"] != "OK"]
assert len(bad) == 1 and bad[0]["subject"] == "configuration", bad
assert "colour" in bad[0]["finding"] and bad[0]["remedy"], bad' <<<"$output"
    make_healthy
}

@test "as somebody else, check says what only root can see, and changes nothing" {
    run inside alice "$world_home/bin/pam-cognito" check
    echo "$output"
    [[ $output == *'WARN  sshd '*'run this as root'* ]]
}

@test "what is wrong on the command line is said, with exit code 2" {
    for arguments in '--colour' '--service ../passwd' 'sshd' '--service' '--host desk' '--addr 10.0.0.1' \
        '--user a,addr=127.0.0.1' '--user alice --host a,b' '--show --json' '--show --user alice'; do
        # shellcheck disable=SC2086 # words
        run check $arguments
        echo "$output"
        [ "$status" = 2 ]
    done
}
