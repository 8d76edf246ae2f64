# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Enters a root that make-root made (README.md), runs commands in it, and leaves it without a trace.

root_here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# shellcheck source-path=SCRIPTDIR source=../tools/enclosure.bash
. "$root_here/../tools/enclosure.bash"

# Why no root can be entered here, on standard output; fails if one can be.
root_obstacle() {
    enclosure_obstacle chroot tar
}

# Enters FOLDER. It is left with root_stop, or when this shell ends.
root_start() {
    local folder
    folder=$(cd "$1" && pwd)
    if ! enclosure_start "$root_here/root-init" "$folder" "$root_here/../e2e"; then
        echo "the root $folder could not be entered" >&2
        return 1
    fi
}

# Leaves it, and waits until nothing of it is there any more.
root_stop() {
    enclosure_stop
}

# Runs a command with the network and the processes of the root, but with the files of this host; those
# of the root are in /run/root.
beside() {
    nsenter --target "$ENCLOSURE" --mount --pid --net --uts --ipc -- "$@"
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
    beside chroot /run/root env -i PATH="$enclosure_path" HOME="$home" USER="$user" LOGNAME="$user" \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        "${be[@]}" sh -c 'cd "$HOME" && exec env "$@"' sh "$@"
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
