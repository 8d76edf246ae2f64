# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Namespaces of their own, which are there as long as the shell that started them: what a world
# (tests/e2e) and a root (tests/roots) have in common. Needs root.

# shellcheck disable=SC2034 # for commands inside
enclosure_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
enclosure_unshare=(unshare --mount --pid --fork --kill-child --mount-proc --net --uts --ipc --)

# Why none can be made here, on standard output; fails if one can be: enclosure_obstacle PROGRAM...
enclosure_obstacle() {
    local program
    if [ "$(id -u)" != 0 ]; then
        echo "needs root"
        return 0
    fi
    for program in unshare nsenter ip openssl /usr/bin/python3 "$@"; do
        if ! command -v "$program" >/dev/null; then
            echo "$program is not installed"
            return 0
        fi
    done
    if ! "${enclosure_unshare[@]}" true 2>/dev/null; then
        echo "namespaces cannot be made here (in a container it has to be privileged)"
        return 0
    fi
    return 1
}

# Starts COMMAND as the first process, which says "ready" when it is and ends when its standard input
# does. ENCLOSURE is its process then.
enclosure_start() {
    local line=''
    coproc ENCLOSURE_LIFE {
        exec "${enclosure_unshare[@]}" "$@" 3>&-
    }
    read -r -t 60 line <&"${ENCLOSURE_LIFE[0]}" || true
    [ "$line" = ready ] || return 1
    # shellcheck disable=SC2153 # coproc sets it
    ENCLOSURE_OUTER=$ENCLOSURE_LIFE_PID
    ENCLOSURE=$(ps -o pid= --ppid "$ENCLOSURE_OUTER" | tr -d ' ')
    export ENCLOSURE ENCLOSURE_OUTER
}

# Ends it, and waits until nothing of it is left.
enclosure_stop() {
    [ -n "${ENCLOSURE_OUTER:-}" ] || return 0
    local input=${ENCLOSURE_LIFE[1]} outer=$ENCLOSURE_OUTER
    exec {input}>&-
    wait "$outer"
    unset ENCLOSURE ENCLOSURE_OUTER
}

# Writes standard input to a file of it: write_inside USER MODE PATH
write_inside() {
    inside root install -m "$2" -o "$1" -g "$1" /dev/stdin "$3"
}
