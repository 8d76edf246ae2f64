#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# pam-cognito setup on the PAM files of a fresh host: shown, put in, logged in with, taken out, and
# killed at every step.

# shellcheck disable=SC2016 # the shell in the world expands the scripts
# shellcheck disable=SC2030,SC2031 # each test has a status of its own

# shellcheck source-path=SCRIPTDIR source=../e2e/steps.bash
. "$BATS_TEST_DIRNAME/../e2e/steps.bash"

conf=/etc/security/pam_cognito.conf
tool=/srv/pam_cognito/bin/pam-cognito
new_pool=(--user-pool eu-central-1_ExAmPlE01 --client-id 1example23456789abcdefghij)

setup_file() {
    enter_world
    [ -z "$WORLD_SKIP" ] || return 0
    make_pool
    inside root rm "$conf" /etc/ssh/sshd_config.d/00-pam_cognito.conf
    # The authority of the pool's server is one of the system's, as Amazon's is.
    inside root sh -c 'cat /srv/pam_cognito/pool/ca.crt >>/etc/ssl/certs/ca-certificates.crt'
    local file
    for file in sshd sudo; do
        # shellcheck disable=SC2094 # the first is the host's, the second the world's
        write_inside root 644 "/etc/pam.d/$file" <"/etc/pam.d/$file"
    done
    inside root usermod -p "$(openssl passwd -6 correct-horse)" alice
    give_token laptop /home/laptop/token id --user alice
    give_token laptop /home/laptop/expired id --user alice --now "$(($(date +%s) - 7200))"
    inside root cp -p /etc/pam.d/sshd /srv/sshd
    pam_state >"$BATS_FILE_TMPDIR/pristine"
}

# Everything about /etc/pam.d: content, owners, modes, times.
pam_state() {
    inside root sh -c 'cd /etc/pam.d && sha256sum * && stat -c "%n %i %u %g %a %Y" *'
}

is_pristine() {
    pam_state | diff "$BATS_FILE_TMPDIR/pristine" -
}

@test "setup needs a pool and a client where there is no configuration, and root" {
    run inside root "$tool" setup
    [ "$status" = 2 ]
    [[ $output == *--user-pool* ]]
    run inside alice "$tool" setup "${new_pool[@]}"
    [ "$status" = 2 ]
    [[ $output == *root* ]]
    run inside root "$tool" setup --user-pool nonsense --client-id x
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *user_pool* ]]
    inside root sh -c "! ls $conf*" 2>/dev/null
}

# What setup keeps outside /etc/pam.d.
other_state() {
    inside root sh -c 'ls -lA --time-style=+ /etc/security /var/cache/pam_cognito; sha256sum /etc/security/*.conf'
}

@test "where no keys come, setup says why, and leaves nothing behind" {
    # A pool that is good makes the cache.
    inside root "$tool" setup "${new_pool[@]}"
    inside root rm "$conf"
    other_state >"$BATS_TEST_TMPDIR/before"
    run inside root "$tool" setup --user-pool eu-central-1_NoNe00000 --client-id x --apply
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'HTTP 404'*'neither the configuration nor PAM was changed'* ]]
    is_pristine
    other_state | diff "$BATS_TEST_TMPDIR/before" -
    # The right one is not kept out by the wrong one.
    inside root "$tool" setup "${new_pool[@]}"
    inside root rm "$conf"
}

@test "setup writes the configuration, fetches the keys, shows the lines, and changes no PAM file" {
    run inside root "$tool" setup "${new_pool[@]}"
    echo "$output"
    [ "$status" = 0 ]
    [ "$(inside root stat -c '%U:%G %a' $conf)" = 'root:root 644' ]
    inside root grep -qx 'user_pool = eu-central-1_ExAmPlE01' "$conf"
    [[ $output == *'2 keys, from https://cognito-idp.eu-central-1.amazonaws.com/'* ]]
    [[ $output == *$'\nauth       sufficient   /srv/pam_cognito/bin/pam_cognito.so forward_pass\n'* ]]
    [[ $output == *$'\naccount    required     /srv/pam_cognito/bin/pam_cognito.so\n'* ]]
    [[ $output == *KbdInteractiveAuthentication\ yes* ]]
    is_pristine
}

@test "a configuration that is there stays, and has to be about the same pool and client" {
    inside root sh -c "echo '# mine' >>$conf && cp -p $conf /srv/conf"
    inside root "$tool" setup "${new_pool[@]}"
    inside root "$tool" setup --client-id 1example23456789abcdefghij
    inside root cmp "$conf" /srv/conf
    run inside root "$tool" setup --user-pool eu-central-1_OtHeR0000 --client-id x
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *"$conf"*eu-central-1_ExAmPlE01*eu-central-1_OtHeR0000*--force* ]]
    run inside root "$tool" setup --user-pool eu-central-1_ExAmPlE01 --client-id second0client --apply
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *"$conf"*1example23456789abcdefghij*second0client*client_id*--force* ]]
    is_pristine
    inside root cmp "$conf" /srv/conf
    # As the message says.
    inside root sed -i 's/^client_id.*/& second0client/' "$conf"
    inside root "$tool" setup --user-pool eu-central-1_ExAmPlE01 --client-id second0client
    inside root cp -p /srv/conf "$conf"
}

@test "--force replaces the configuration, if the keys come, and keeps the old one once" {
    inside root test -e "$conf" || inside root "$tool" setup "${new_pool[@]}"
    inside root cp -p "$conf" /srv/conf
    run inside root "$tool" setup --user-pool eu-central-1_NoNe00000 --client-id x --force
    [ "$status" = 1 ]
    run inside root "$tool" setup --client-id second0client --force
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *'--user-pool and --client-id are both needed'* ]]
    inside root cmp "$conf" /srv/conf
    inside root "$tool" setup --user-pool eu-central-1_ExAmPlE01 --client-id second0client --force
    inside root grep -qx 'client_id = second0client' "$conf"
    inside root cmp "$conf.before-setup" /srv/conf
    run inside root "$tool" setup "${new_pool[@]}" --force
    echo "$output"
    [ "$status" = 2 ]
    [[ $output == *"$conf.before-setup"*'move it away'* ]]
    inside root grep -qx 'client_id = second0client' "$conf"
    inside root cmp "$conf.before-setup" /srv/conf
    inside root mv "$conf.before-setup" "$conf"
    run inside root ls "$conf.new"
    [ "$status" = 2 ]
}

@test "--apply: a token opens ssh, a password does so still, an expired token does not; --undo leaves no trace" {
    inside root "$tool" setup --apply >"$BATS_TEST_TMPDIR/said"
    cat "$BATS_TEST_TMPDIR/said"
    # The sshd lines that it shows.
    sed -n '/^UsePAM/,/^Password/p' "$BATS_TEST_TMPDIR/said" |
        write_inside root 644 /etc/ssh/sshd_config.d/00-pam_cognito.conf
    inside root sh -c 'kill -HUP "$(pgrep -o -x sshd)"'
    inside root "$tool" check || true
    local round
    for ((round = 0; round < 100; round++)); do
        run with_token token ssh alice@bastion id -un
        [ "$status" != 0 ] || break
        sleep 0.1 # sshd starts itself anew
    done
    [ "$output" = alice ]
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
    write_inside laptop 755 /home/laptop/say-password <<<$'#!/bin/sh\necho correct-horse'
    run inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=/home/laptop/say-password \
        ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    echo "$output"
    [ "${lines[-1]}" = alice ]
    refused_login expired
    [ "$(inside root stat -c '%U %a' /etc/pam.d/sshd)" = 'root 644' ]
    run inside root "$tool" setup --apply # once is enough
    [ "$status" = 0 ]
    [[ $output == *'stays as it is'* ]]
    inside root "$tool" setup --undo
    is_pristine
}

@test "--apply and --undo for sudo" {
    inside root "$tool" setup --service sudo --apply
    give_token alice /home/alice/token id --user alice
    run inside alice sh -c 'fold -w 500 token | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    run inside alice sh -c 'echo correct-horse | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    inside root "$tool" setup --service sudo --undo
    is_pristine
}

@test "--apply leaves a stack alone that would have a hole, or is none, and says which line" {
    write_inside root 644 /etc/pam.d/site <<<$'auth required pam_env.so\naccount required pam_unix.so'
    inside root cp -p /etc/pam.d/site /srv/site
    run inside root "$tool" setup --service site --apply
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAIL  pam auth'*'/etc/pam.d/site'*'pam_env.so is enough'*'stays as it is'* ]]
    inside root cmp /etc/pam.d/site /srv/site
    inside root rm /etc/pam.d/site
    run inside root "$tool" setup --service nothing --apply
    [ "$status" = 1 ]
    is_pristine
}

# play SERVICE USER ANSWER...: a login by the real libpam.
play() {
    inside root "$world_home/bin/pam-transaction" "$@" || true
}

# service NAME <LINES: a file of /etc/pam.d, which becomes part of what is pristine.
service() {
    write_inside root 644 "/etc/pam.d/$1"
    inside root cp -p "/etc/pam.d/$1" "/srv/$1"
    give_token root /srv/token id --user alice
}

is_as_before() {
    inside root cmp "/etc/pam.d/$1" "/srv/$1"
    inside root rm "/etc/pam.d/$1"
    is_pristine
}

@test "--apply goes behind access control, which holds for a token as before" {
    service gate <<'END'
# the gate
auth required pam_env.so
auth required pam_listfile.so onerr=fail item=user sense=deny \
    file=/etc/security/no-gate
-auth optional pam_missing.so
@include common-auth
account required pam_nologin.so
@include common-account
END
    inside root sed -i '/pam_missing/d' /etc/pam.d/gate /srv/gate
    write_inside root 644 /etc/security/no-gate <<<nobody
    run inside root "$tool" setup --service gate
    [[ $output == *'Put these lines into /etc/pam.d/gate, before line 5,'* ]]
    run inside root "$tool" setup --service gate --apply
    echo "$output"
    [ "$status" = 0 ]
    [[ $output != *WARN* ]]
    inside root sed -n 6p /etc/pam.d/gate | grep -q '^auth .*pam_cognito.so forward_pass$'
    [[ $(play gate alice @/srv/token) == *'authenticate SUCCESS'*'account SUCCESS'* ]]
    [[ $(play gate alice correct-horse) == *'authenticate SUCCESS'* ]]
    write_inside root 644 /etc/security/no-gate <<<alice
    [[ $(play gate alice @/srv/token) == *'authenticate AUTH_ERR'* ]]
    [[ $(play gate alice correct-horse) == *'authenticate AUTH_ERR'* ]]
    inside root "$tool" setup --service gate --undo
    inside root rm /etc/security/no-gate
    is_as_before gate
}

@test "--apply puts the account line before all others, where these come first" {
    service early <<'END'
account sufficient pam_localuser.so
account required pam_unix.so
auth requisite pam_nologin.so
@include common-auth
END
    run inside root "$tool" setup --service early
    [[ $output == *'the auth line before line 4, the account line before line 1,'* ]]
    inside root "$tool" setup --service early --apply
    run inside root grep -v '^#' /etc/pam.d/early
    echo "$output"
    [[ ${lines[0]} == account*pam_cognito.so && ${lines[3]} == 'auth requisite pam_nologin.so' ]]
    [[ ${lines[4]} == auth*pam_cognito.so\ forward_pass && ${lines[5]} == @include* ]]
    inside root "$tool" setup --service early --undo
    is_as_before early
}

@test "--apply refuses to bypass a second factor, names it, and does it with --force" {
    service second <<'END'
@include common-auth
auth required pam_exec.so quiet /bin/false
@include common-account
END
    [[ $(play second alice correct-horse) == *'authenticate '*'ERR'* ]]
    run inside root "$tool" setup --service second --apply
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'WARN  pam auth'*'/etc/pam.d/second:2: a token bypasses pam_exec.so (required)'*'stays as it is'*--force* ]]
    inside root cmp /etc/pam.d/second /srv/second
    run inside root "$tool" setup --service second --apply --force
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'a token bypasses pam_exec.so'* ]]
    [[ $(play second alice @/srv/token) == *'authenticate SUCCESS'* ]]
    inside root "$tool" setup --service second --undo
    is_as_before second
}

@test "--apply goes behind the preauth line of pam_faillock, and a locked account stays locked" {
    service tally <<'END'
auth required pam_faillock.so preauth deny=2 unlock_time=600
auth [success=1 default=bad] pam_unix.so
auth [default=die] pam_faillock.so authfail deny=2 unlock_time=600
auth sufficient pam_faillock.so authsucc deny=2 unlock_time=600
auth required pam_deny.so
@include common-account
END
    run inside root "$tool" setup --service tally --apply
    echo "$output"
    [ "$status" = 0 ]
    [[ $output != *WARN* ]]
    [[ $(play tally alice @/srv/token) == *'authenticate SUCCESS'* ]]
    [[ $(play tally alice wrong) == *'authenticate AUTH_ERR'* ]]
    [[ $(play tally alice wrong) == *'authenticate AUTH_ERR'* ]]
    [[ $(play tally alice @/srv/token) == *'authenticate AUTH_ERR'* ]]
    inside root faillock --user alice --reset
    [[ $(play tally alice @/srv/token) == *'authenticate SUCCESS'* ]]
    inside root "$tool" setup --service tally --undo
    is_as_before tally
}

@test "--apply: a group without a password is a warning, and stops nothing" {
    service desk <<'END'
auth requisite pam_nologin.so
auth required pam_succeed_if.so user != root quiet_success
auth sufficient pam_succeed_if.so quiet user ingroup nopasswdlogin
@include common-auth
auth optional pam_group.so
@include common-account
END
    run inside root "$tool" setup --service desk --apply
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'WARN  pam auth'*'/etc/pam.d/desk:3: open already without pam_cognito: pam_succeed_if.so'* ]]
    [[ $(play desk alice @/srv/token) == *'authenticate SUCCESS'* ]]
    [[ $(play desk root @/srv/token) != *'authenticate SUCCESS'* ]]
    inside root "$tool" setup --service desk --undo
    is_as_before desk
}

@test "--undo takes our lines alone out of a file that was changed since" {
    inside root "$tool" setup --apply
    inside root sh -c 'echo "# mine" >>/etc/pam.d/sshd
        sed -i "1i auth optional pam_faildelay.so" /etc/pam.d/sshd
        sed -i "s/forward_pass$/forward_pass debug/" /etc/pam.d/sshd'
    inside root sed '/pam_cognito\|pam-cognito/d' /etc/pam.d/sshd >"$BATS_TEST_TMPDIR/wanted"
    run inside root "$tool" setup --undo
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'was changed since: our lines are gone'* ]]
    inside root cat /etc/pam.d/sshd | diff "$BATS_TEST_TMPDIR/wanted" -
    run inside root "$tool" setup --undo
    [ "$status" = 1 ]
    [[ $output == *'has no lines that setup put in'* ]]
    # Nothing in the way of the next time.
    inside root "$tool" setup --apply
    run inside root "$tool" setup --undo
    [[ $output == *'is what it was before'* ]]
    inside root cat /etc/pam.d/sshd | diff "$BATS_TEST_TMPDIR/wanted" -
    restore_sshd
}

# The host's own file, with the time that it had.
restore_sshd() {
    inside root cp -p /srv/sshd /etc/pam.d/sshd
    # It has an inode of its own now.
    pam_state >"$BATS_FILE_TMPDIR/pristine"
    [ "$(grep -c pam_cognito "$BATS_FILE_TMPDIR/pristine")" = 0 ]
}

@test "--undo: the module need not be there, nor the backup, and lines of others stay" {
    inside root "$tool" setup --apply
    inside root sh -c 'rm /etc/pam.d/sshd.before-pam_cognito
        echo "auth optional pam_cognito.so debug" >>/etc/pam.d/sshd
        mv /srv/pam_cognito/bin/pam_cognito.so /srv/away'
    run inside root "$tool" setup --undo
    inside root mv /srv/away /srv/pam_cognito/bin/pam_cognito.so
    echo "$output"
    [ "$status" = 0 ]
    local last
    last=$(inside root sh -c 'wc -l </etc/pam.d/sshd')
    [[ $output == *"/etc/pam.d/sshd:$last: still names pam_cognito.so"* ]]
    inside root sh -c 'head -n -1 /etc/pam.d/sshd | cmp - /srv/sshd'
    restore_sshd
    # Byte for byte, and the same inode, where only the module is gone.
    inside root "$tool" setup --apply
    inside root mv /srv/pam_cognito/bin/pam_cognito.so /srv/away
    run inside root "$tool" setup --undo
    inside root mv /srv/away /srv/pam_cognito/bin/pam_cognito.so
    [[ $output == *'is what it was before'* ]]
    is_pristine
    # Our lines went by hand, and the backup did not.
    inside root "$tool" setup --apply
    inside root sh -c '{ cat /srv/sshd; echo "# mine"; } >/etc/pam.d/sshd'
    run inside root "$tool" setup --undo
    [ "$status" = 1 ]
    inside root "$tool" setup --apply
    inside root "$tool" setup --undo
    inside root sh -c '{ cat /srv/sshd; echo "# mine"; } | cmp - /etc/pam.d/sshd'
    # What an earlier version put in.
    inside root sh -c '{
        echo "# These lines are pam_cognito'"'s"'; pam-cognito setup --undo takes them out."
        echo "auth       sufficient   pam_cognito.so forward_pass"
        echo "account    required     pam_cognito.so"
        cat /srv/sshd; } >/etc/pam.d/sshd'
    inside root "$tool" setup --undo
    inside root cmp /etc/pam.d/sshd /srv/sshd
    restore_sshd
}

# A library that kills pam-cognito before its Nth call that changes a file: KILL_AT=N. N is counted
# in /srv/steps when it ends before.
make_killer() {
    "${CC:-cc}" -shared -fPIC -o "$BATS_TEST_TMPDIR/killer.so" -x c - <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int steps;

static void step(void)
{
    const char *at = getenv("KILL_AT");
    if (strcmp(program_invocation_short_name, "pam-cognito") == 0 && at != NULL &&
        ++steps == atoi(at))
        raise(SIGKILL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & O_EXCL) != 0)
        step();
    return REAL(open)(path, flags, mode);
}

ssize_t write(int file, const void *data, size_t size)
{
    if (file > 2)
        step();
    return REAL(write)(file, data, size);
}

int fchown(int file, uid_t user, gid_t group) { step(); return REAL(fchown)(file, user, group); }
int fchmod(int file, mode_t mode) { step(); return REAL(fchmod)(file, mode); }
int fsync(int file) { step(); return REAL(fsync)(file); }
int link(const char *a, const char *b) { step(); return REAL(link)(a, b); }
int rename(const char *a, const char *b) { step(); return REAL(rename)(a, b); }
int unlink(const char *path) { step(); return REAL(unlink)(path); }
END
    write_inside root 755 /srv/killer.so <"$BATS_TEST_TMPDIR/killer.so"
}

# killed N ARGUMENT...: setup, killed at its Nth step; fails when it came to its end before.
killed() {
    run inside root LD_PRELOAD=/srv/killer.so KILL_AT="$1" "$tool" setup "${@:2}"
    [ "$status" = 137 ]
}

# The service has its file, whole, with our lines or without.
is_whole() {
    inside root sh -c 'cmp -s /etc/pam.d/sshd /srv/sshd || cmp -s /etc/pam.d/sshd /srv/applied'
}

@test "killed at any step, --apply and --undo leave a whole file, and can be called again" {
    local n
    make_killer
    inside root "$tool" setup --apply
    inside root cp /etc/pam.d/sshd /srv/applied
    inside root "$tool" setup --undo
    for ((n = 1; ; n++)); do
        killed "$n" --apply || break
        is_whole
        inside root "$tool" setup --apply >/dev/null
        inside root cmp /etc/pam.d/sshd /srv/applied
        inside root "$tool" setup --undo
        is_pristine
        killed "$n" --apply
        inside root "$tool" setup --undo || is_pristine # nothing was put in yet
        is_pristine
    done
    [ "$status" = 0 ]
    ((n > 9))
    echo "killed at $((n - 1)) steps of --apply"
    for ((n = 1; ; n++)); do
        killed "$n" --undo || break
        is_whole
        inside root "$tool" setup --undo || is_pristine # it was done
        is_pristine
        inside root "$tool" setup --apply >/dev/null
    done
    [ "$status" = 0 ]
    ((n > 2))
    is_pristine
}

@test "killed at any step, --undo of a file that was changed since can be called again" {
    local n
    make_killer
    inside root sh -c '{ cat /srv/sshd; echo "# mine"; } >/srv/changed'
    for ((n = 1; ; n++)); do
        inside root "$tool" setup --apply >/dev/null
        inside root sh -c 'echo "# mine" >>/etc/pam.d/sshd'
        killed "$n" --undo || break
        inside root "$tool" setup --undo || inside root cmp /etc/pam.d/sshd /srv/changed
        inside root cmp /etc/pam.d/sshd /srv/changed
        restore_sshd_alone
    done
    [ "$status" = 0 ]
    ((n > 6))
    inside root cmp /etc/pam.d/sshd /srv/changed
    restore_sshd
}

restore_sshd_alone() {
    inside root sh -c 'cp -p /srv/sshd /etc/pam.d/sshd; rm -f /etc/pam.d/sshd.before-pam_cognito'
}

@test "killed at any step, setup leaves a whole configuration or none, and can be called again" {
    local n
    make_killer
    for ((n = 1; ; n++)); do
        inside root sh -c "rm -f $conf $conf.*"
        killed "$n" "${new_pool[@]}" || break
        run inside root "$tool" setup "${new_pool[@]}"
        echo "$output"
        [ "$status" = 0 ]
        inside root grep -qx 'user_pool = eu-central-1_ExAmPlE01' "$conf"
        [ "$(inside root sh -c "ls $conf*")" = "$conf" ]
    done
    [ "$status" = 0 ]
    ((n > 5))
    [ "$(inside root sh -c "ls $conf*")" = "$conf" ]
    inside root cp "$conf" /srv/conf
    for ((n = 1; ; n++)); do
        killed "$n" --user-pool eu-central-1_ExAmPlE01 --client-id second0client --force || break
        inside root "$tool" setup --user-pool eu-central-1_ExAmPlE01 --client-id second0client --force
        inside root grep -qx 'client_id = second0client' "$conf"
        inside root cmp "$conf.before-setup" /srv/conf
        inside root sh -c "cp /srv/conf $conf; rm -f $conf.*"
    done
    [ "$status" = 0 ]
    ((n > 6))
    inside root cp /srv/conf "$conf"
}
