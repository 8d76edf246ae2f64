# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Enters a root that make-root made (README.md), runs commands in it, and leaves it without a trace.

root_here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
root_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
root_unshare=(unshare --mount --pid --fork --kill-child --mount-proc --net --uts --ipc --)

# Why no root can be entered here, on standard output; fails if one can be.
root_obstacle() {
    local program
    if [ "$(id -u)" != 0 ]; then
        echo "needs root"
        return 0
    fi
    for program in unshare nsenter ip openssl /usr/bin/python3; do
        if ! command -v "$program" >/dev/null; then
            echo "$program is not installed"
            return 0
        fi
    done
    if ! "${root_unshare[@]}" true 2>/dev/null; then
        echo "namespaces cannot be made here (in a container it has to be privileged)"
        return 0
    fi
    return 1
}

# Enters FOLDER. It is left with root_stop, or when this shell ends.
root_start() {
    local folder line=''
    folder=$(cd "$1" && pwd)
    coproc ROOT_LIFE {
        exec "${root_unshare[@]}" "$root_here/root-init" "$folder" "$root_here/../e2e" 3>&-
    }
    read -r -t 60 line <&"${ROOT_LIFE[0]}" || true
    if [ "$line" != ready ]; then
        echo "the root $folder could not be entered" >&2
        return 1
    fi
    # shellcheck disable=SC2153 # coproc sets it
    ROOT_OUTER=$ROOT_LIFE_PID
    ROOT_INIT=$(ps -o pid= --ppid "$ROOT_OUTER" | tr -d ' ')
    export ROOT_INIT ROOT_OUTER
}

# Leaves it, and waits until nothing of it is there any more.
root_stop() {
    [ -n "${ROOT_OUTER:-}" ] || return 0
    local input=${ROOT_LIFE[1]} outer=$ROOT_OUTER
    exec {input}>&-
    wait "$outer"
    unset ROOT_INIT ROOT_OUTER
}

# Runs a command with the network and the processes of the root, but with the files of this host; those
# of the root are in /run/root.
beside() {
    nsenter --target "$ROOT_INIT" --mount --pid --net --uts --ipc -- "$@"
}

# Runs a command in the root, in the home folder of USER: inside USER [NAME=VALUE]... COMMAND [ARGUMENT]...
inside() {
    local user=$1 home=/home/$1 be=()
    shift
    if [ "$user" = root ]; then
        home=/root
    else
        be=(setpriv --reuid "$user" --regid "$user" --init-groups)
    fi
    # shellcheck disable=SC2016 # the shell inside expands it
    beside chroot /run/root env -i PATH="$root_path" HOME="$home" USER="$user" LOGNAME="$user" \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        "${be[@]}" sh -c 'cd "$HOME" && exec env "$@"' sh "$@"
}

# Writes standard input to a file of the root: write_inside USER MODE PATH
write_inside() {
    inside root install -m "$2" -o "$1" -g "$1" /dev/stdin "$3"
}

# Copies files of this host to a folder of the root: bring FOLDER FILE...
bring() {
    local folder=$1
    shift
    inside root mkdir -p "$folder"
    tar -c --transform='s|.*/||' -f - -P "$@" | inside root tar -x -C "$folder" --no-same-owner -f -
}

# What the syslog of the root has received so far.
root_log() {
    beside sh -c 'cat /run/log/syslog 2>/dev/null || true'
}
