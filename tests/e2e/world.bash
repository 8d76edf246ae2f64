# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Starts and stops a world (README.md) and runs commands in it; sourced by demo and by the bats
# files. Needs root.

world_here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# shellcheck source-path=SCRIPTDIR source=../tools/enclosure.bash
. "$world_here/../tools/enclosure.bash"
world_home=/srv/pam_cognito # where the world keeps what is ours

# Why no world can be made here, on standard output; fails if one can be.
world_obstacle() {
    enclosure_obstacle setpriv ssh ssh-keygen sudo /usr/sbin/sshd
}

# The build whose programs are tested: BUILD, or the usual places.
world_build() {
    local folder
    for folder in ${BUILD:+"$BUILD"} "$world_here/../../build" "$world_here/../.."; do
        if [ -f "$folder/config.status" ]; then
            (cd "$folder" && pwd)
            return 0
        fi
    done
    echo "there is no build; say where: BUILD=FOLDER" >&2
    return 1
}

# Makes a world from the programs in BUILD. It ends with world_stop or with this shell.
world_start() {
    if ! enclosure_start "$world_here/world-init" "$world_here/../.." "$1"; then
        echo "the world did not start" >&2
        return 1
    fi
}

# Ends the world and waits until nothing of it is left.
world_stop() {
    enclosure_stop
}

# Runs a command in the world, in the home folder of USER: inside USER [NAME=VALUE]... COMMAND [ARGUMENT]...
inside() {
    local user=$1 folder=/home/$1
    shift
    case $user in
    root | pam-cognito) folder=/ ;;
    esac
    nsenter --target "$ENCLOSURE" --mount --root --pid --net --uts --ipc --wdns="$folder" -- \
        env -i PATH="$enclosure_path" HOME="$folder" USER="$user" LOGNAME="$user" LC_ALL=C.UTF-8 \
        setpriv --reuid "$user" --regid "$user" --init-groups \
        env "$@"
}

# ---- the pool ----

# Makes a user pool as Cognito has them, served over HTTPS under its real name, by a certificate
# of its own; and the configuration of the bastion for it. The keys are not fetched yet.
make_pool() {
    inside root "$world_home/bin/make-pool" "$world_home/pool"
    inside root install -d -o pam-cognito -g pam-cognito -m 755 /var/cache/pam_cognito
    write_inside root 644 /etc/security/pam_cognito.conf <<-'END'
	user_pool = eu-central-1_ExAmPlE01
	client_id = 1example23456789abcdefghij
	ca_file = /srv/pam_cognito/pool/ca.crt
	END
}

# Fetches the key set as the host does, as the user pam-cognito.
fetch_keys() {
    inside pam-cognito "$world_home/bin/cognito-refresh"
}

# Mints a token of the pool on standard output: mint id|access [OPTION]...
mint() {
    local use=$1
    shift
    inside root "$world_home/bin/mint" "$use" "$world_home/pool" "$@"
}

# Gives a user of the world a new token in a file only he can read: give_token USER FILE OPTION...
# A copy is kept for token_leaks.
give_token() {
    local user=$1 file=$2 copy=$world_home/tokens/${2##*/}-$RANDOM
    shift 2
    local token
    token=$(mint "$@") || return 1
    inside root install -d -m 700 "$world_home/tokens"
    write_inside root 600 "$copy" <<<"$token"
    inside root install -m 600 -o "$user" -g "$user" "$copy" "$file"
}

# Fails if twelve bytes of any token given so far stand in what the world logged.
token_leaks() {
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root bash -c 'cat "$0"/log/* | "$0/bin/leaks" "$0"/tokens/*' "$world_home"
}

# ---- the person at the laptop ----

# Runs a command (ssh, scp ...) whose password is the token in FILE: with_token FILE [NAME=VALUE]...
# COMMAND [ARGUMENT]...
with_token() {
    local file=$1
    shift
    inside laptop XDG_RUNTIME_DIR=/run/user/1010 SSH_ASKPASS_REQUIRE=force \
        SSH_ASKPASS="$world_home/bin/cognito-askpass" COGNITO_ASKPASS_HOSTS=bastion \
        COGNITO_TOKEN_FILE="/home/laptop/$file" "$@"
}

# The same, but the token is sent without a judgement, for those that the host has to refuse. Each
# prompt that was seen is in the file prompts.
with_unjudged_token() {
    local file=$1
    shift
    inside laptop rm -f prompts
    inside laptop SSH_ASKPASS_REQUIRE=force SSH_ASKPASS="$world_home/bin/given-askpass" \
        GIVEN_TOKEN_FILE="/home/laptop/$file" GIVEN_LOG=/home/laptop/prompts "$@"
}

# The same for one word, a command for the shell, with a terminal of its own as a person has. Without
# one, the ssh client of OpenSSH 9.6 does not show the message of a refusal.
at_terminal_with_unjudged_token() {
    with_unjudged_token "${@:1:$#-1}" script -q -e -c "${*: -1}" /dev/null </dev/null
}

# ---- the log ----

# From now on, look only at what is logged from here on.
log_mark() {
    log_from=$(($(world_log | wc -l) + 1))
}

log_since() {
    world_log | tail -n "+${log_from:-1}"
}

# Waits until a line that fits an extended regular expression is logged, at most ten seconds, and
# prints it. What is logged arrives a moment after the program went on.
await_log() {
    local round lines
    for ((round = 0; round < 100; round++)); do
        # Not -m 1: who writes to a grep that has left fails, and with pipefail all of it.
        if lines=$(log_since | grep -E -- "$1"); then
            printf '%s\n' "${lines%%$'\n'*}"
            return 0
        fi
        sleep 0.1
    done
    echo "nothing was logged that fits: $1" >&2
    log_since >&2
    return 1
}

# What the world's syslog has received so far.
world_log() {
    inside root cat "$world_home/log/syslog"
}

# What of the host a login, a service or a careless test would change.
world_host_snapshot() {
    echo "mounts:"
    cut -d' ' -f5- /proc/self/mountinfo
    echo "files:"
    find /etc /run/sshd /run/sudo /run/user /var/cache/pam_cognito /usr/lib/*/security /dev/log \
        -xdev -printf '%p %y %m %u %s %T@\n' 2>/dev/null | sort
}

# The processes of a process namespace, as /proc/PID/ns/pid names it.
world_processes() {
    local link
    for link in /proc/[0-9]*/ns/pid; do
        [ "$(readlink "$link")" != "$1" ] || echo "$link"
    done
}
