#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Real su and sudo, started by somebody who has prepared everything that a process inherits: what a
# login ends with is what it should be, and no file has changed that should not. README.md.
#
# shellcheck disable=SC2016 # expressions for a shell in the world
# shellcheck disable=SC2030,SC2031 # bats has each test in a shell of its own

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=../e2e/steps.bash
. "$BATS_TEST_DIRNAME/../e2e/steps.bash"

bin=/srv/pam_cognito/bin
trap_folder=/home/bob/trap
used=/var/lib/pam_cognito/used

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    give_token bob /home/bob/good id --user alice
    give_token bob /home/bob/bad id --user alice --now "$(($(date +%s) - 7200))"
    give_token alice /home/alice/bad id --user somebody
    write_inside root 755 "$bin/opened-paths" <"$BATS_TEST_DIRNAME/opened-paths"
    lay_the_trap
}

# ---- helpers ----

# Everything below is bob's, and whatever is lured there leaves a mark.
lay_the_trap() {
    inside bob mkdir -p "$trap_folder/folder"
    "${CC:-cc}" -shared -fPIC -o "$BATS_FILE_TMPDIR/trap.so" "$BATS_TEST_DIRNAME/trap.c"
    write_inside bob 755 "$trap_folder/trap.so" <"$BATS_FILE_TMPDIR/trap.so"
    write_inside bob 644 "$trap_folder/openssl.cnf" <<-END
	openssl_conf = start
	[start]
	providers = providers
	[providers]
	trap = trap
	default = default
	[default]
	activate = 1
	[trap]
	module = $trap_folder/trap.so
	activate = 1
	END
    write_inside bob 644 "$trap_folder/file" <<<'nothing of use'
}

# What a process inherits in its environment that libraries read: facts about libcurl, OpenSSL, the
# C library, its loader, sanitizers, counters of coverage, and our own programs. Not those that a
# shell reads, because su starts alice's.
dangerous_variables() {
    local name
    for name in http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY; do
        echo "$name=http://127.0.0.1:9"
    done
    for name in SSLKEYLOGFILE CURL_CA_BUNDLE SSL_CERT_FILE OPENSSL_CONF RANDFILE MALLOC_TRACE NETRC \
        LD_DEBUG_OUTPUT LOCPATH HOSTALIASES RESOLV_HOST_CONF NLSPATH TERMCAP TERMINFO \
        LLVM_PROFILE_FILE COGNITO_TOKEN_FILE; do
        echo "$name=$trap_folder/$([ "$name" = OPENSSL_CONF ] && echo openssl.cnf || echo new-$name)"
    done
    for name in HOME CURL_HOME SSL_CERT_DIR OPENSSL_MODULES OPENSSL_ENGINES TMPDIR GCOV_PREFIX GCONV_PATH \
        LD_LIBRARY_PATH LD_PROFILE_OUTPUT TZDIR XDG_CONFIG_HOME XDG_RUNTIME_DIR XDG_CACHE_HOME \
        GETCONF_DIR NIS_PATH; do
        echo "$name=$trap_folder/folder"
    done
    for name in ASAN UBSAN LSAN TSAN MSAN; do
        echo "${name}_OPTIONS=log_path=$trap_folder/new-$name:verbosity=2"
    done
    printf '%s\n' "LD_PRELOAD=$trap_folder/trap.so" "LD_AUDIT=$trap_folder/trap.so" LD_DEBUG=all \
        LD_BIND_NOW=1 LD_PROFILE=libcrypto.so.3 LD_SHOW_AUXV=1 LD_DYNAMIC_WEAK=1 \
        'NO_PROXY=*' 'no_proxy=*' OPENSSL_ia32cap=0 OPENSSL_TRACE=ALL OPENSSL_MALLOC_FAILURES=1@100 \
        "TZ=:$trap_folder/file" LC_ALL=tr_TR.UTF-8 LANG=../../../home/bob/trap LANGUAGE=../trap \
        CHARSET=../trap OUTPUT_CHARSET=../trap MALLOC_CHECK_=3 MALLOC_PERTURB_=255 MALLOC_ARENA_MAX=1 \
        GLIBC_TUNABLES=glibc.malloc.check=3:glibc.malloc.tcache_count=0 GCOV_PREFIX_STRIP=0 \
        GMON_OUT_PREFIX="$trap_folder/new-gmon" 'RES_OPTIONS=attempts:0' LOCALDOMAIN=example.com \
        POSIXLY_CORRECT=1 COGNITO_ASKPASS_HOSTS='*' COGNITO_ASKPASS_SUDO=yes \
        COGNITO_ASKPASS_FALLBACK="$trap_folder/trap.so" SSH_ASKPASS="$trap_folder/trap.so" \
        SSH_ASKPASS_REQUIRE=force PAM_TTY=x PAM_USER=root USER=root LOGNAME=root JSON_C_DEBUG=1 \
        SYSTEMD_LOG_LEVEL=debug "SYSTEMD_LOG_TARGET=kmsg" NSS_WRAPPER_PASSWD="$trap_folder/file" \
        KRB5_CONFIG="$trap_folder/file" "GODEBUG=x509roots=1" "PYTHONPATH=$trap_folder" \
        "PERL5LIB=$trap_folder"
}

# What could have changed of the world, times of access apart. What a login leaves is listed in the README.
files() {
    inside root find /etc /home /root /run /srv /tmp /var/cache /var/lib /var/log /dev/shm \
        \( -path /srv/pam_cognito/log -o -path /srv/pam_cognito/node_modules -o -path /srv/pam_cognito/tokens \
        -o -path "$used" -o -path /run/sudo -o -path /srv/dev \) -prune -o \
        ! -path /tmp ! -path "/run/user/1001*" ! -path /home/alice ! -path /home/alice/lines ! -name utmp ! -name wtmp ! -name lastlog ! -name btmp -printf '%p %y %m %u %g %s %T@ %C@\n' | sort
}

look() {
    files >"$BATS_TEST_TMPDIR/before"
}

# Nothing has changed since look; nothing was lured.
nothing_changed() {
    files >"$BATS_TEST_TMPDIR/after"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

# su to alice by bob, who has first run PREPARATION in a shell: by_su TOKEN PREPARATION [NAME=VALUE]... What
# came out is in output, the exit code in status.
by_su() {
    local token=$1 preparation=$2
    shift 2
    status=0
    output=$(inside bob bash -c "$preparation"'
        exec env "${@:2}" su alice -c "id -un" <"$1" 2>/dev/null' bash "/home/bob/$token" "$@") || status=$?
}

# The same for alice and sudo -S, whose password comes in lines of 500.
by_sudo() {
    local token=$1 preparation=$2
    shift 2
    inside alice sh -c "fold -w 500 '$token' >lines"
    status=0
    output=$(inside alice bash -c "$preparation"'
        exec env "$@" sudo -S -p "" id -un </home/alice/lines 2>/dev/null' bash "$@") || status=$?
}

accepted() {
    [ "$status:$output" = "0:$1" ] || {
        echo "exit code $status, said: $output"
        return 1
    }
    await_log 'pam_cognito.*: accepted; user=alice' >/dev/null
}

refused() {
    [[ $status != 0 && -z $output ]] || {
        echo "exit code $status, said: $output"
        return 1
    }
    await_log "reason=$1 " >/dev/null
}

# Not accepted, whatever it was that failed.
not_in() {
    [[ $status != 0 && $output != *alice* && $output != *root* ]] || {
        echo "exit code $status, said: $output"
        return 1
    }
}

# ---- environment ----

@test "the trap works: openssl as bob goes into it" {
    inside bob OPENSSL_CONF="$trap_folder/openssl.cnf" openssl list -providers >/dev/null 2>&1 || true
    inside root rm /tmp/trapped
}

@test "su with every dangerous variable: a good token is accepted, a bad one refused, nothing is touched" {
    mapfile -t variables < <(dangerous_variables)
    [ "${#variables[@]}" -gt 80 ]
    look
    by_su good '' "${variables[@]}"
    accepted alice
    by_su bad '' "${variables[@]}"
    refused claim.expired
    nothing_changed
}

@test "sudo with every dangerous variable: a good token is accepted, a bad one refused, nothing is touched" {
    mapfile -t variables < <(dangerous_variables)
    look
    by_sudo token '' "${variables[@]}"
    accepted root
    by_sudo bad '' "${variables[@]}"
    refused policy.user
    nothing_changed
}

@test "su with each dangerous variable alone" {
    mapfile -t variables < <(dangerous_variables)
    look
    run inside bob bash -c 'for variable in "$@"; do
            [ "$(env "$variable" su alice -c "id -un" <good 2>/dev/null)" = alice ] || echo "$variable"
        done' bash "${variables[@]}"
    [ "$status:$output" = 0: ]
    nothing_changed
}

# ---- what is opened, sent and started ----

# opened PROGRAM TOKEN [NAME=VALUE]...: the paths, and whether they are allowed.
opened() {
    local program=$1 token=$2
    shift 2
    inside root rm -f /tmp/trace
    case $program in
    su)
        inside root "$@" strace -f -y -s 400 -o /tmp/trace -u bob su alice -c true \
            < <(inside root cat "$token") >/dev/null 2>&1 || true
        ;;
    sudo)
        inside root "$@" strace -f -y -s 400 -o /tmp/trace -u alice sudo -S true \
            < <(inside root fold -w 500 "$token") >/dev/null 2>&1 || true
        ;;
    esac
    run inside root "$bin/opened-paths" /tmp/trace
    echo "$program: $output"
    inside root rm -f /tmp/trace
    [ "$status" = 0 ]
}

@test "strace: only allowed paths, no network, no process, nothing written but log, nudge and ledger" {
    command -v strace >/dev/null || skip "strace is not installed"
    mapfile -t variables < <(dangerous_variables | grep -v '^LD_')
    opened su /home/bob/good
    opened su /home/bob/good "${variables[@]}"
    opened sudo /home/alice/token
    opened sudo /home/alice/token "${variables[@]}"
    # All that can be configured, and a ledger that has to be made.
    inside root sh -c 'cp /etc/security/pam_cognito.conf /root/conf
        printf "%s\n" "single_use = yes" "map_file = /etc/security/pam_cognito.map" \
            "deny_file = /etc/security/pam_cognito.deny" export_env=yes >>/etc/security/pam_cognito.conf
        echo "alice user:alice" >/etc/security/pam_cognito.map
        echo "user:another" >/etc/security/pam_cognito.deny'
    give_token root /root/once id --user alice
    opened su /root/once
    [[ $output == *"$used"/* ]]
    # Used, so refused; then without keys, with a nudge.
    opened su /root/once
    inside root sh -c 'mv /root/conf /etc/security/pam_cognito.conf; rm -r /var/lib/pam_cognito/used
        mv /var/cache/pam_cognito /var/cache/aside'
    opened su /home/bob/good
    inside root mv /var/cache/aside /var/cache/pam_cognito
}

@test "opened-paths notices each kind of what is not allowed" {
    local start='9 openat(AT_FDCWD, "/etc/security/pam_cognito.conf", O_RDONLY) = 3</etc/security/pam_cognito.conf>'
    local end='9 sendto(4<UNIX-DGRAM:[1]>, "<86>su: pam_cognito(su:auth): accepted", 9, 0, NULL, 0) = 9' line
    judge_trace() {
        printf '%s\n' "$start" "$1" "$end" >"$BATS_TEST_TMPDIR/trace"
        "$BATS_TEST_DIRNAME/opened-paths" "$BATS_TEST_TMPDIR/trace"
    }
    run -0 judge_trace '9 getpid() = 9'
    for line in '9 openat(AT_FDCWD, "/home/bob/x", O_RDONLY) = 5</home/bob/x>' \
        '9 openat(5</home>, "x", O_RDONLY) = 6</home/x>' \
        '9 openat(AT_FDCWD, "/etc/passwd", O_RDWR) = 5</etc/passwd>' \
        '9 openat(AT_FDCWD, "/home/bob/x", O_RDONLY) = -1 ENOENT (No such file or directory)' \
        '8 socket(AF_INET, SOCK_STREAM, 0) = 5' '9 clone(child_stack=NULL) = 10' '9 vfork() = 10' \
        '9 execve("/bin/sh", ["sh"], 0x1) = 0' '9 write(5</tmp/x>, "x", 1) = 1' \
        '9 sendto(5<UNIX-DGRAM:[2]>, "x", 1, 0, {sa_family=AF_UNIX, sun_path="/tmp/x"}, 9) = 1' \
        '9 unlink("/tmp/x") = 0' '9 fchmod(5</tmp/x>, 0600) = 0' '9 ftruncate(5</tmp/x>, 0) = 0'; do
        run -1 judge_trace "$line"
    done
}

# ---- limits ----

# Whatever a limit does to su, a bad token never opens anything; all of them at once, because of the
# delays.
bad_under() { # LIMIT...
    run -0 inside bob bash -c '
        for limit in "$@"; do
            (
                ulimit $limit
                [ -z "$(su alice -c "id -un" <bad)" ] || echo "in: $limit" >>in
            ) 2>/dev/null &
        done
        wait
        [ ! -e in ]' bash "$@"
}

# Where a good one gets in, or is refused as it should be.
good_under() { # LIMIT...
    local limit
    for limit in "$@"; do
        by_su good "ulimit $limit;"
        [ "$status:$output" = 0:alice ] || not_in
        echo "ulimit $limit: $status $output"
    done
}

@test "limits at which su still works: file size, processor time, processes" {
    look
    by_su good 'ulimit -f 0;'
    accepted alice
    by_su good 'ulimit -t 1;'
    accepted alice
    by_su good 'ulimit -c 0; ulimit -l 0; ulimit -q 0; ulimit -i 0;'
    accepted alice
    # The kernel refuses alice's shell; the token was judged before.
    by_su good 'ulimit -u 1;'
    [ "$output" = alice ] || not_in
    await_log 'accepted; user=alice'
    by_su good 'ulimit -s 256;'
    accepted alice
    nothing_changed
}

@test "limits at their smallest: descriptors, memory, stack" {
    look
    local limits=('-f 0' '-t 0' '-u 0' '-c 0') value
    for value in 3 4 5 6 7 8 9 10 12 16; do limits+=("-n $value"); done
    for value in 2000 4000 6000 8000 10000 12000 14000 16000 18000 20000 30000; do limits+=("-v $value"); done
    for value in 8 16 32 64; do limits+=("-s $value"); done
    for value in 100 400 1000 4000; do limits+=("-d $value"); done
    bad_under "${limits[@]}"
    good_under "${limits[@]}"
    good_under '-n 16'
    [ "$output" = alice ]
    nothing_changed
}

@test "single use with a file size limit of nothing: the entry is there, whole, and counts" {
    inside root sh -c 'cp /etc/security/pam_cognito.conf /root/conf; echo "single_use = yes" >>/etc/security/pam_cognito.conf'
    local preparation
    for preparation in 'ulimit -f 0; trap "" XFSZ' 'umask 0' 'umask 0777'; do
        give_token bob /home/bob/once id --user alice
        inside root rm -rf "$used"
        by_su once "$preparation;"
        accepted alice
        by_su once "$preparation;"
        refused policy.used
        [ "$(inside root find "$used" -type f -size 0 | wc -l)" = 1 ]
        [ -z "$(inside root find "$used" -perm /077)" ]
    done
    inside root sh -c 'mv /root/conf /etc/security/pam_cognito.conf; rm -r /var/lib/pam_cognito/used'
}

# ---- descriptors ----

@test "su and sudo with descriptors 0 to 2 closed, in all combinations" {
    look
    local closing
    for closing in '' '2>&-' '1>&-' '1>&- 2>&-'; do
        # Without its descriptor 2, su itself ends with 1 whatever the command did.
        inside bob bash -c "su alice -c 'id -un >/tmp/said' <good $closing" || [[ $closing == *2* ]]
        [ "$(inside root cat /tmp/said)" = alice ]
        inside root rm /tmp/said
    done
    # Without an input nobody can answer.
    inside bob bash -c '
        for closing in "<&-" "<&- 2>&-" "<&- 1>&-" "<&- 1>&- 2>&-"; do
            eval "su alice -c id\ -un\ \>/tmp/said $closing" &
            started+=($!)
        done
        for process in "${started[@]}"; do
            ! wait "$process" || exit 1
        done'
    must_fail 1 inside root test -e /tmp/said
    for closing in '' '2>&-' '1>&-' '1>&- 2>&-' '<&-' '<&- 2>&-' '<&- 1>&-' '<&- 1>&- 2>&-'; do
        inside alice SUDO_ASKPASS="$bin/cognito-askpass" COGNITO_ASKPASS_SUDO=yes \
            COGNITO_TOKEN_FILE=/home/alice/token XDG_RUNTIME_DIR=/run/user/1001 \
            bash -c "sudo -A sh -c 'id -un >/tmp/said' $closing"
        [ "$(inside root cat /tmp/said)" = root ]
        inside root rm /tmp/said
    done
    nothing_changed
}

@test "a host that is not setuid, whose descriptors 0 to 2 nobody opens again, in all combinations" {
    needs_host
    look
    local closed
    for closed in '' 0 1 2 01 02 12 012; do
        inside root "$bin/host" -c "$closed" su alice /home/bob/good
    done
    # 7 is PAM_AUTH_ERR.
    run -0 inside root bash -c '
        for closed in "" 0 1 2 01 02 12 012; do
            "$0" -c "$closed" su bob /home/bob/good &
            started+=($!)
        done
        for process in "${started[@]}"; do
            wait "$process"
            echo -n $?
        done' "$bin/host"
    [ "$output" = 77777777 ]
    nothing_changed
}

# ---- the rest of what is inherited ----

@test "signals ignored, umask 0 and 0777, a working directory that is gone" {
    look
    local preparation
    for preparation in "trap '' CHLD;" "trap '' PIPE;" "trap '' XFSZ;" "trap '' CHLD PIPE XFSZ TERM HUP INT;" \
        'umask 0;' 'umask 0777;' 'mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone;' \
        "cd $trap_folder;"; do
        by_su good "$preparation"
        accepted alice
        by_sudo token "$preparation"
        accepted root
    done
    by_su bad "trap '' CHLD PIPE XFSZ; umask 0; mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; ulimit -f 0;"
    refused claim.expired
    nothing_changed
}

# ---- a host that has OpenSSL and libcurl for itself ----

needs_host() {
    local build
    build=$(world_build)
    [ -x "$build/tests/hosts/host" ] || skip "make tests/hosts/host"
    local built=$build/tests/hosts/.libs/host
    [ -x "$built" ] || built=$build/tests/hosts/host
    write_inside root 755 "$bin/host" <"$built"
}

@test "a host with errors and a mark in OpenSSL's queue, and a connection of libcurl's that goes on" {
    needs_host
    local url=https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01/.well-known/jwks.json
    local authorities=/srv/pam_cognito/pool/ca.crt
    must_fail 0 inside root "$bin/host" -u "$url" -a "$authorities" su alice /home/bob/good
    must_fail 7 inside root "$bin/host" -u "$url" -a "$authorities" su bob /home/bob/good
    inside root mv /var/cache/pam_cognito /var/cache/aside
    must_fail 9 inside root "$bin/host" -u "$url" -a "$authorities" su alice /home/bob/good
    inside root mv /var/cache/aside /var/cache/pam_cognito
    must_fail 101 inside root "$bin/host" -u "$url" -a /dev/null su alice /home/bob/good
}

@test "no twelve bytes of any of these tokens are in any log" {
    token_leaks
}
