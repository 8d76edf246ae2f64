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

# Waits until a token opens ssh, at most ten seconds: sshd starts itself anew.
opens_by_token() {
    local round
    for ((round = 0; round < 100; round++)); do
        run with_token token ssh alice@bastion id -un
        [ "$status" != 0 ] || break
        sleep 0.1
    done
    [ "$output" = alice ]
}

@test "--apply: a token opens ssh, a password does so still, an expired token does not; --undo leaves no trace" {
    inside root "$tool" setup --apply
    opens_by_token
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
    [[ $output != *'WARN  pam'* ]]
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
    [[ $output != *'WARN  pam'* ]]
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
    [[ $output == *'there was nothing to undo'*'has lines that setup put in'* ]]
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

# A library that kills pam-cognito before its Nth call that changes a file, or has the call do
# something else: KILL_AT=N. make_killer [STATEMENT NAME]
make_killer() {
    "${CC:-cc}" -shared -fPIC -DTHEN="${1:-raise(SIGKILL)}" -o "$BATS_TEST_TMPDIR/killer.so" -x c - <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int steps;

static int is_it(void)
{
    const char *at = getenv("KILL_AT");
    if (strcmp(program_invocation_short_name, "pam-cognito") != 0 || at == NULL ||
        ++steps != atoi(at))
        return 0;
    close(REAL(open)("/srv/spoiled", O_WRONLY | O_CREAT, 0600));
    return 1;
}

#define step()                                                                                     \
    do {                                                                                           \
        if (is_it())                                                                               \
            THEN;                                                                                  \
    } while (0)

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
int mkdir(const char *path, mode_t mode) { step(); return REAL(mkdir)(path, mode); }
int rmdir(const char *path) { step(); return REAL(rmdir)(path); }
END
    write_inside root 755 "/srv/${2:-killer}.so" <"$BATS_TEST_TMPDIR/killer.so"
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

# ---- the whole host ----

# A host on which nobody has heard of us: no configuration, no cache, no service that names the module.
# /usr can be written to, for programs that stand in for others.
fresh_host() {
    inside root sh -c '
        rm -rf /etc/security/pam_cognito* /var/cache/pam_cognito /var/lib/pam_cognito
        rm -f /etc/ssh/sshd_config.d/* /etc/pam.d/su /etc/pam.d/sudo-*
        if [ ! -d /srv/upper ]; then
            mkdir /srv/upper /srv/work
            mount -t overlay -o lowerdir=/usr,upperdir=/srv/upper,workdir=/srv/work usr /usr
        fi'
    host_state >"$BATS_TEST_TMPDIR/host"
}

# The files of the host: their content, owners, modes, inodes and times, and the names of all else.
host_state() {
    inside root sh -c 'cd / && for folder in etc var/cache var/lib; do
            find $folder -xdev -type f -printf "%p %m %u %g %s %i %T@\n" -o -printf "%p %y %m %u %g %l\n"
        done | sort
        find etc/pam.d etc/ssh etc/security -type f -exec sha256sum {} + | sort'
}

is_as_it_was() {
    host_state | diff "$BATS_TEST_TMPDIR/host" -
}

both=(--service sshd --service sudo)

@test "one command: ssh and sudo by token, a second run changes nothing, and --undo leaves no trace" {
    fresh_host
    run inside root "$tool" setup --apply "${new_pool[@]}" "${both[@]}"
    echo "$output"
    [ "$status" = 0 ]
    local words
    for words in 'fetch the keys and write /etc/security/pam_cognito.conf … done' \
        'put our lines into /etc/pam.d/sshd … done' 'put our lines into /etc/pam.d/sudo … done' \
        'write /etc/ssh/sshd_config.d/00-pam_cognito.conf … done' 'reload sshd … done' \
        "test sshd's configuration by sshd -t … done" 'check --service sudo … done' \
        'enable and start cognito-refresh … not done: systemd does not run here' \
        'user_pool = eu-central-1_ExAmPlE01' 'hosts = bastion'; do
        grep -qF "$words" <<<"$output"
    done
    inside root /usr/sbin/sshd -t
    [ "$(inside root /usr/sbin/sshd -T | grep -cxE 'passwordauthentication no|kbdinteractiveauthentication yes|usepam yes')" = 3 ]
    [ "$(inside root stat -c '%U %a' /var/lib/pam_cognito/setup)" = 'root 600' ]
    opens_by_token
    give_token alice /home/alice/token id --user alice
    run inside alice sh -c 'fold -w 500 token | sudo -S id -u 2>/dev/null'
    [ "$status:$output" = 0:0 ]
    inside root sh -c 'find /etc /var/lib -type f -printf "%p %i %T@\n" | sort' >"$BATS_TEST_TMPDIR/once"
    run inside root "$tool" setup --apply "${new_pool[@]}" "${both[@]}"
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'Nothing was changed'* ]]
    inside root sh -c 'find /etc /var/lib -type f -printf "%p %i %T@\n" | sort' | diff "$BATS_TEST_TMPDIR/once" -
    inside root mv /srv/pam_cognito/bin/pam_cognito.so /srv/away # --undo does without
    run inside root "$tool" setup --undo
    inside root mv /srv/away /srv/pam_cognito/bin/pam_cognito.so
    echo "$output"
    [ "$status" = 0 ]
    inside root rm -rf /var/lib/sudo/lectured /var/lib/sudo/ts
    is_as_it_was
    run inside root "$tool" setup --undo
    [ "$status" = 1 ]
    [[ $output == *'there was nothing to undo'* ]]
    is_as_it_was
}

@test "--dry-run names every step, and changes nothing" {
    fresh_host
    run inside root "$tool" setup --apply --dry-run "${new_pool[@]}" "${both[@]}"
    echo "$output"
    [ "$status" = 0 ]
    [ "${#lines[@]}" = 11 ]
    [ "$(grep -c ' … not done: --dry-run$' <<<"$output")" = 11 ]
    is_as_it_was
    run inside root "$tool" setup --dry-run "${new_pool[@]}"
    [ "$status" = 2 ]
    [[ $output == *'--dry-run goes with --apply'* ]]
}

# apply_fails WORDS: the whole command fails, says so, and the host is what it was.
apply_fails() {
    run inside root "$tool" setup --apply "${new_pool[@]}" "${both[@]}"
    echo "$output"
    [ "$status" != 0 ]
    [[ $output == *"$1"* ]]
    is_as_it_was
}

@test "a file of sshd's that would not count, or says something else, stops it before anything is changed" {
    fresh_host
    inside root sed -i.kept 's/^Include/#Include/' /etc/ssh/sshd_config
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails '/etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d/00-pam_cognito.conf: put `Include'
    [[ $output == *'nothing was changed'* && $output != *' … '* ]]
    inside root sh -c 'printf "Match all\nInclude /etc/ssh/sshd_config.d/*.conf\n" >>/etc/ssh/sshd_config'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails 'does not include'
    inside root mv /etc/ssh/sshd_config.kept /etc/ssh/sshd_config
    write_inside root 644 /etc/ssh/sshd_config.d/00-pam_cognito.conf <<<'UsePAM no'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails 'says something else'
    # Without sshd among the services none of this matters.
    inside root "$tool" setup --apply "${new_pool[@]}" --service sudo
    inside root "$tool" setup --undo
    is_as_it_was
    inside root rm /etc/ssh/sshd_config.d/00-pam_cognito.conf
}

@test "a step that fails takes back those before it: keys, PAM, sshd -t, check" {
    fresh_host
    run inside root "$tool" setup --apply --user-pool eu-central-1_NoNe00000 --client-id x
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'HTTP 404'*'write /etc/security/pam_cognito.conf … failed'*'remove /var/lib/pam_cognito/setup … done'* ]]
    is_as_it_was
    # PAM: sudo would have a hole, when sshd is done already.
    inside root cp -p /etc/pam.d/sudo /srv/sudo
    write_inside root 644 /etc/pam.d/sudo <<<$'auth required pam_env.so\naccount required pam_unix.so'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails 'put our lines into /etc/pam.d/sudo … failed'
    [[ $output == *'put our lines into /etc/pam.d/sshd … done'*'take our lines out of /etc/pam.d/sshd … done'* ]]
    inside root cp -p /srv/sudo /etc/pam.d/sudo
    # sshd -t: only once the file is there.
    host_state >"$BATS_TEST_TMPDIR/host"
    write_inside root 755 /srv/fake-sshd <<'END'
#!/bin/sh
if [ "$1" = -t ] && [ -e /etc/ssh/sshd_config.d/00-pam_cognito.conf ]; then
    echo 'line 1: Bad configuration' >&2
    exit 255
fi
exec /srv/real/sshd "$@"
END
    inside root sh -c 'mkdir /srv/real && cp -p /usr/sbin/sshd /srv/real/ && cp /srv/fake-sshd /usr/sbin/sshd.new &&
        mv /usr/sbin/sshd.new /usr/sbin/sshd'
    apply_fails 'sshd -t: line 1: Bad configuration'
    inside root sh -c 'cp -p /srv/real/sshd /usr/sbin/sshd.new && mv /usr/sbin/sshd.new /usr/sbin/sshd'
    # check: nothing asks for a token.
    inside root sh -c 'echo "AuthenticationMethods publickey" >>/etc/ssh/sshd_config
        sed -i "s/^PubkeyAuthentication no/#&/" /etc/ssh/sshd_config'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails 'check --service sshd … failed'
    [[ $output == *'AuthenticationMethods is publickey'*'remove /etc/ssh/sshd_config.d/00-pam_cognito.conf and reload sshd … done'* ]]
    inside root sed -i '/^AuthenticationMethods/d; s/^#Pubkey/Pubkey/' /etc/ssh/sshd_config
}

@test "whichever call fails that changes a file: the host is what it was, or all of it was done" {
    local n
    fresh_host
    make_killer 'return (errno = ENOSPC, -1)' spoiler
    for ((n = 1; ; n++)); do
        inside root rm -f /srv/spoiled
        run inside root LD_PRELOAD=/srv/spoiler.so KILL_AT="$n" "$tool" setup --apply "${new_pool[@]}"
        if [ "$status" = 0 ]; then
            inside root "$tool" setup --undo >/dev/null
        fi
        is_as_it_was || {
            echo "call $n: $output"
            false
        }
        inside root test -e /srv/spoiled || break
    done
    echo "failed at $((n - 1)) calls"
    ((n > 20))
}

@test "killed at any step, the whole command can be called again, and --undo leaves no trace" {
    local n
    fresh_host
    make_killer
    for ((n = 1; ; n++)); do
        killed "$n" --apply "${new_pool[@]}" || break
        inside root "$tool" setup --apply "${new_pool[@]}" >/dev/null
        inside root "$tool" setup --undo >/dev/null
        is_as_it_was
    done
    [ "$status" = 0 ]
    ((n > 20))
    inside root "$tool" setup --undo >/dev/null
    is_as_it_was
}

# A systemctl that writes down what it is asked, and keeps the state of the refresher's unit in two
# files.
make_systemctl() {
    inside root mkdir -p /run/systemd/system
    inside root rm -f /srv/asked /srv/enabled /srv/active
    write_inside root 755 /usr/bin/systemctl <<'END'
#!/bin/sh
echo "$*" >>/srv/asked
if [ "$*" = "$(cat /srv/refused 2>/dev/null)" ]; then
    [ "$1" != enable ] || touch /srv/enabled # it is, and does not start
    echo "Job failed." >&2
    exit 1
fi
case $* in
'is-enabled --quiet cognito-refresh') [ -e /srv/enabled ] ;;
'is-active --quiet cognito-refresh') [ -e /srv/active ] ;;
'enable --now cognito-refresh') touch /srv/enabled /srv/active ;;
'disable --quiet cognito-refresh') rm -f /srv/enabled ;;
'stop cognito-refresh') rm -f /srv/active ;;
'cat --no-pager cognito-refresh' | 'is-active --quiet ssh' | 'reload ssh') ;;
'enable --quiet cognito-refresh' | 'restart cognito-refresh' | 'try-restart cognito-refresh') ;;
*) exit 1 ;;
esac
END
}

@test "where systemd runs, it reloads sshd and starts the refresher, and --undo puts the unit back" {
    fresh_host
    make_systemctl
    run inside root "$tool" setup --apply "${new_pool[@]}"
    echo "$output"
    [ "$status" = 0 ]
    inside root grep -qx 'reload ssh' /srv/asked
    inside root test -e /srv/enabled -a -e /srv/active
    inside root rm /srv/asked
    inside root "$tool" setup --undo
    inside root grep -qx 'reload ssh' /srv/asked
    must_fail 1 inside root test -e /srv/enabled -o -e /srv/active
    is_as_it_was
    # As packages leave it: enabled, and not started.
    inside root touch /srv/enabled
    inside root "$tool" setup --apply "${new_pool[@]}"
    inside root test -e /srv/active
    inside root "$tool" setup --undo
    inside root test -e /srv/enabled
    must_fail 1 inside root test -e /srv/active
    is_as_it_was
    # Without the note of how it was, the unit stays.
    inside root "$tool" setup --apply "${new_pool[@]}"
    inside root rm /var/lib/pam_cognito/setup
    run inside root "$tool" setup --undo
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'put cognito-refresh back to how it was … not done: nothing tells how it was before'* ]]
    inside root test -e /srv/active
    inside root sh -c 'rm -f /srv/enabled /srv/active; rmdir /var/lib/pam_cognito /var/cache/pam_cognito'
    is_as_it_was
    local words
    for words in 'enable --now cognito-refresh' 'reload ssh'; do
        write_inside root 644 /srv/refused <<<"$words"
        run inside root "$tool" setup --apply "${new_pool[@]}"
        echo "$output"
        [ "$status" != 0 ]
        [[ $output == *'Job failed.'* ]]
        inside root rm /srv/refused
        must_fail 1 inside root test -e /srv/active -o -e /srv/enabled
        is_as_it_was
    done
    # It reads a configuration that --force replaces, and the old one that comes back.
    write_inside root 644 "$conf" <<<$'user_pool = eu-central-1_OtHeR0000\nclient_id = x'
    host_state >"$BATS_TEST_TMPDIR/host"
    inside root sh -c 'touch /srv/enabled /srv/active; rm /srv/asked'
    inside root "$tool" setup --apply --force "${new_pool[@]}"
    inside root grep -qx 'restart cognito-refresh' /srv/asked
    inside root rm /srv/asked
    inside root "$tool" setup --undo
    inside root grep -qx 'restart cognito-refresh' /srv/asked
    inside root test -e /srv/enabled -a -e /srv/active
    inside root sh -c 'rm -r /var/cache/pam_cognito' # the keys of both pools may be wanted
    is_as_it_was
    inside root sh -c 'rm -r /run/systemd; rm /usr/bin/systemctl'
}

@test "a service that is a link has the file edited that it leads to; a tool's own is refused" {
    fresh_host
    inside root sh -c 'cp -p /etc/pam.d/sshd /srv/sshd-file && mkdir -p /etc/store &&
        mv /etc/pam.d/sshd /etc/store/ && ln -s ../store/sshd /etc/pam.d/sshd'
    host_state >"$BATS_TEST_TMPDIR/host"
    inside root "$tool" setup --apply "${new_pool[@]}"
    inside root test -L /etc/pam.d/sshd
    inside root grep -q pam_cognito.so /etc/store/sshd
    opens_by_token
    inside root "$tool" setup --undo
    is_as_it_was
    inside root sh -c 'mkdir /etc/authselect && mv /etc/store/sshd /etc/authselect/ && rmdir /etc/store &&
        ln -sf ../authselect/sshd /etc/pam.d/sshd'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails '/etc/authselect/sshd stays as it is: authselect writes it: put the lines into a custom profile'
    [[ $output != *' … '* ]]
    inside root sh -c 'rm -r /etc/authselect && chmod 777 /etc/security/limits.d'
    inside root sh -c 'echo >/etc/security/limits.d/sshd && ln -sf ../security/limits.d/sshd /etc/pam.d/sshd'
    host_state >"$BATS_TEST_TMPDIR/host"
    apply_fails '/etc/security/limits.d'
    inside root sh -c 'rm /etc/security/limits.d/sshd && chmod 755 /etc/security/limits.d &&
        rm /etc/pam.d/sshd && cp -p /srv/sshd-file /etc/pam.d/sshd'
}

@test "--undo keeps what somebody has changed since, and what another service needs" {
    fresh_host
    inside root "$tool" setup --apply "${new_pool[@]}" >/dev/null
    inside root sh -c "echo '# mine' >>$conf; echo 'MaxAuthTries 4' >>/etc/ssh/sshd_config.d/00-pam_cognito.conf"
    run inside root "$tool" setup --undo
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'00-pam_cognito.conf and reload sshd … not done: somebody has changed it'* ]]
    [[ $output == *"remove $conf and the keys … not done: it is not as setup wrote it"* ]]
    inside root grep -qx '# mine' "$conf"
    inside root rm "$conf" /etc/ssh/sshd_config.d/00-pam_cognito.conf
    inside root sh -c 'rm -r /var/cache/pam_cognito; rm -rf /var/lib/pam_cognito'
    is_as_it_was
    # Another service needs the configuration.
    inside root "$tool" setup --apply "${new_pool[@]}" >/dev/null
    write_inside root 644 /etc/pam.d/kiosk <<<'auth required pam_cognito.so'
    run inside root "$tool" setup --undo
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'not done: /etc/pam.d/kiosk still names pam_cognito.so'* ]]
    inside root test -e "$conf"
    inside root rm /etc/pam.d/kiosk
    inside root "$tool" setup --undo
    is_as_it_was
    # The lines of one service alone.
    inside root "$tool" setup --apply "${new_pool[@]}" "${both[@]}" >/dev/null
    inside root "$tool" setup --undo --service sudo
    must_fail 1 inside root grep -q pam_cognito /etc/pam.d/sudo
    inside root grep -q pam_cognito /etc/pam.d/sshd
    inside root test -e /etc/ssh/sshd_config.d/00-pam_cognito.conf -a -e "$conf"
    inside root "$tool" setup --undo
    is_as_it_was
}

@test "profile: what cognito-login on a laptop has to know" {
    fresh_host
    run inside root "$tool" profile
    [ "$status" = 2 ]
    write_inside root 644 /etc/security/other.conf <<<$'user_pool = us-east-1_AbCdEf123\nclient_id = a b'
    run inside alice "$tool" profile --config /etc/security/other.conf
    echo "$output"
    [ "$status" = 0 ]
    grep -qx 'user_pool = us-east-1_AbCdEf123' <<<"$output"
    grep -qx 'client_id = a' <<<"$output"
    grep -qx '#domain = NAME.auth.us-east-1.amazoncognito.com' <<<"$output"
    grep -qx 'hosts = bastion' <<<"$output"
    # The program takes it.
    inside laptop mkdir -p .config/cognito-login
    write_inside laptop 600 /home/laptop/.config/cognito-login/config <<<"$output"
    run inside laptop "$world_home/bin/cognito-login" status
    echo "$output"
    [[ $output != *config:* ]]
    inside root rm /etc/security/other.conf
}
