#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What is installed for systemd: the unit is confined, and says what the program needs.
#
# shellcheck disable=SC2016 # expressions for another shell
# shellcheck disable=SC2030,SC2031 # bats has each test in a shell of its own

bats_require_minimum_version 1.5.0

# shellcheck source-path=SCRIPTDIR source=server.bash
. "$BATS_TEST_DIRNAME/server.bash"

UNIT=./conf/systemd/cognito-refresh.service
TMPFILES=./conf/tmpfiles.d/pam_cognito.conf
CONF=$BATS_TEST_DIRNAME/../../conf

teardown() {
    stop_server
}

@test "systemd rates the exposure of the unit at 1.5 or better" {
    command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed"
    run -0 systemd-analyze security --offline=true --threshold=15 "$UNIT"
    echo "$output"
    [[ ${lines[-1]} =~ :\ [01]\.[0-9]\ OK ]]
}

@test "the unit has no line that systemd does not know" {
    command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed"
    sed 's|^ExecStart=.*|ExecStart=/bin/true|; s|^ExecPaths=[^ ]*|ExecPaths=/bin/true|
        /^Documentation=/d' "$UNIT" > "$BATS_TEST_TMPDIR/cognito-refresh.service"
    run -0 systemd-analyze verify "$BATS_TEST_TMPDIR/cognito-refresh.service"
    [ -z "$output" ]
}

@test "the unit starts what was built, as the user whom sysusers.d makes" {
    grep -q '^ExecStart=/.*/cognito-refresh --watch$' "$UNIT"
    grep -q '^User=pam-cognito$' "$UNIT"
    grep -q '^u pam-cognito ' "$CONF/sysusers.d/pam_cognito.conf"
    grep -q '^d /run/pam_cognito .* pam-cognito ' "$TMPFILES"
    grep -q '^d /var/cache/pam_cognito .* pam-cognito ' "$TMPFILES"
}

@test "the unit can be enabled as README says, and would start with the host" {
    command -v systemctl > /dev/null || skip "systemctl is not installed"
    local command root=$BATS_TEST_TMPDIR/root unit=usr/lib/systemd/system
    command=$(grep -o 'sudo systemctl enable --now [a-z-]*' "$CONF/../README.md")
    [ "${command##* }" = cognito-refresh ]
    grep -q "^[.]Dl # ${command#sudo }.service$" "$CONF/../man/cognito-refresh.8"
    mkdir -p "$root/$unit"
    cp "$UNIT" "$root/$unit"
    # Without --now: nothing runs below this root.
    run -0 systemctl --root="$root" enable "${command##* }"
    [ -e "$root/$unit/cognito-refresh.service" ]
    [ -L "$root/etc/systemd/system/multi-user.target.wants/cognito-refresh.service" ]
}

# starts_with NAME...: whether the unit's conditions let it start where /etc/security has these files.
starts_with() {
    local conditions
    mapfile -t conditions < <(grep '^Condition' "$UNIT")
    unshare -m bash -c 'mount -t tmpfs none /etc/security && cd /etc/security && count=$1 && shift &&
        touch "${@:1:count}" && exec systemd-analyze condition "${@:count + 1}"' - \
        $# "$@" "${conditions[@]}"
}

@test "the unit starts with any configuration of ours, and without one it does not" {
    command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed"
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    unshare -m true 2> /dev/null || skip "mount namespaces cannot be made here"
    run -0 starts_with pam_cognito.conf
    run -0 starts_with pam_cognito.staff.conf
    run -0 starts_with pam_cognito-a.conf pam_cognito-b.conf limits.conf
    run -1 starts_with pam_cognito.map limits.conf
    echo "$output"
    [[ $output == *'ConditionPathExistsGlob'*failed* ]]
}

@test "systemd takes the entries for users and folders" {
    command -v systemd-sysusers systemd-tmpfiles > /dev/null || skip "systemd is not installed"
    local root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root/etc" "$root/run" "$root/var/cache" "$root/var/lib"
    run -0 systemd-sysusers --root="$root" "$(realpath "$CONF/sysusers.d/pam_cognito.conf")"
    grep -q '^pam-cognito:.*:/usr/sbin/nologin$' "$root/etc/passwd"
    [ "$(id -u)" -eq 0 ] || skip "folders of another user need root"
    run -0 systemd-tmpfiles --root="$root" --create \
        "$(realpath "$TMPFILES")"
    [ "$(stat -c '%a %u' "$root/var/cache/pam_cognito")" = \
        "755 $(sed -n 's/^pam-cognito:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/passwd")" ]
    [ "$(stat -c '%a %u' "$root/var/lib/pam_cognito/used")" = '700 0' ]
}

@test "every system call of the program is one that the unit allows" {
    command -v systemd-analyze strace > /dev/null || skip "systemd-analyze and strace are needed"
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    ldd ./cognito-refresh | grep -q libasan && skip "the sanitizer makes calls of its own"
    start_server
    trace_one_fetch
    python3 - "$WORK/trace" <<-'END'
	import re, subprocess, sys
	def members(name):
	    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name],
	                          capture_output=True, text=True, check=True).stdout
	    words = [line.strip() for line in text.splitlines()[1:]]
	    found = {word for word in words if word and word[0] not in "#@"}
	    return found.union(*(members(word) for word in words if word.startswith("@")))
	allowed = members("@system-service") - members("@privileged") - members("@resources")
	allowed |= members("@default")
	allowed |= {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
	used = set(re.findall(r"^\d+ +(\w+)\(", open(sys.argv[1]).read(), re.M))
	# strace and the shell before it execute the program; systemd does so without a filter.
	print(len(used), "calls; not allowed:", sorted(used - allowed))
	sys.exit(not used or bool(used - allowed))
	END
}

# One fetch by a watcher that is nobody from the start, as under systemd, in $WORK/trace.
trace_one_fetch() {
    local round watcher
    OWNER=nobody CACHE=$WORK/cache
    configure "$WORK/conf" "jwks_uri = $(uri good)"
    mkdir "$CACHE" "$WORK/run" "$WORK/run/pam_cognito"
    touch "$WORK/trace"
    chown nobody: "$CACHE" "$WORK/run/pam_cognito" "$WORK/trace"
    unshare -m bash -c 'mount --bind "$1/run" /run && exec setpriv --reuid nobody --regid nogroup \
        --clear-groups strace -f -o "$1/trace" "$2" --watch "$1/conf"' - "$WORK" \
        "$(realpath ./cognito-refresh)" > "$WORK/out" 2>&1 3>&- &
    watcher=$!
    for ((round = 0; round < 500; round++)); do
        [ ! -s "$WORK/out" ] || break
        sleep 0.02
    done
    cat "$WORK/out"
    kill "$(pgrep -P "$watcher" cognito-refresh)"
    wait "$watcher" || true
    grep -q '2 keys' "$WORK/out"
}
