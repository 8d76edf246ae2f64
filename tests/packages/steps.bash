# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the bats files here have in common. tests/packages/check says by the environment what is tested:
# PACKAGES_RELEASE; PACKAGES_ROOT, a host, and PACKAGES_BUILD_ROOT, what packages are built in; PACKAGES,
# the folder of what was built (now, again, before); or PACKAGES_SKIP, why there is none of it.

# shellcheck disable=SC2034 # bats files use what is set here

# shellcheck source-path=SCRIPTDIR source=../roots/root.bash
. "${BASH_SOURCE[0]%/*}/../roots/root.bash"

tests=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
conf=/etc/security/pam_cognito.conf
pool=eu-central-1_ExAmPlE01
pool_host=cognito-idp.eu-central-1.amazonaws.com
client=1example23456789abcdefghij
password=correct-horse

skipped() {
    [ -z "${PACKAGES:-}" ] || [ -n "${PACKAGES_SKIP:-}" ]
}

setup() {
    [ -n "${PACKAGES:-}" ] || skip 'sudo ./bootstrap check-packages runs this'
    [ -z "${PACKAGES_SKIP:-}" ] || skip "$PACKAGES_RELEASE: $PACKAGES_SKIP"
}

# must_fail STATUS COMMAND...
must_fail() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" = "$expected" ] || {
        echo "exit code $status instead of $expected: $*"
        return 1
    }
}

# ---- the host, as an administrator has it before anybody has heard of us ----

# alice has an account and a password, and may use sudo; laptop is the person at the other end of ssh.
make_people() {
    inside root useradd --create-home --shell /bin/bash --groups sudo alice
    inside root useradd --create-home --shell /bin/bash laptop
    inside root chpasswd <<<"alice:$password"
    write_inside laptop 755 /home/laptop/say-password <<<$'#!/bin/sh\necho '"$password"
    inside root install -d -m 700 -o laptop -g laptop /run/user/laptop
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root sh -c 'echo "bastion $(cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" \
        >/etc/ssh/ssh_known_hosts'
}

# A user pool, served under its real name, by an authority that the host trusts as it does Amazon's.
make_pool() {
    beside mkdir /run/tools /run/tokens
    beside cp "$tests/tools/mint" "$tests/tools/tls.py" "$tests/e2e/make-pool" "$tests/e2e/key-server" /run/tools
    beside /run/tools/make-pool /run/pool
    beside sh -c 'cat /run/pool/ca.crt' |
        write_inside root 644 /usr/local/share/ca-certificates/pool.crt
    inside root update-ca-certificates >/dev/null
    inside root sh -c "echo '127.0.0.1 $pool_host' >>/etc/hosts"
}

# Gives the person at the laptop a new token of alice: give_token FILE [OPTION OF mint]...
give_token() {
    local file=$1
    shift
    # shellcheck disable=SC2016 # the shell inside expands it
    beside sh -c 'file=$1; shift; /run/tools/mint id /run/pool --user alice "$@" >"/run/tokens/$file"' sh "$file" "$@"
    beside cat "/run/tokens/$file" | write_inside laptop 600 "/home/laptop/$file"
}

# Starts the packaged sshd, or starts it anew, and waits until it answers, at most ten seconds.
start_sshd() {
    local round
    # shellcheck disable=SC2016 # the shell inside expands it
    inside root sh -c '[ ! -e /run/sshd.pid ] || kill "$(cat /run/sshd.pid)"
        while [ -e /run/sshd.pid ]; do sleep 0.05; done; /usr/sbin/sshd'
    for ((round = 0; round < 200; round++)); do
        if beside bash -c ': <>/dev/tcp/127.0.0.1/22' 2>/dev/null; then return 0; fi
        sleep 0.05
    done
    return 1
}

# ---- who gets in ----

# One attempt by ssh from the laptop; the words before the command go into its environment.
ssh_by() {
    inside laptop SSH_ASKPASS_REQUIRE=force XDG_RUNTIME_DIR=/run/user/laptop "$@" \
        ssh -o NumberOfPasswordPrompts=1 -o ConnectTimeout=10 alice@bastion id -un
}

opens_by_password() {
    [ "$(ssh_by SSH_ASKPASS=/home/laptop/say-password)" = alice ] &&
        [ "$(inside alice sudo -S -k -p '' id -un <<<"$password")" = root ]
}

# By the packaged cognito-askpass: opens_by_token FILE
opens_by_token() {
    [ "$(ssh_by SSH_ASKPASS=/usr/bin/cognito-askpass COGNITO_ASKPASS_HOSTS=bastion \
        COGNITO_TOKEN_FILE="/home/laptop/$1")" = alice ]
}

# ---- what is there ----

# Every file with its kind, mode, owner and target; what dpkg, apt and their triggers write about
# themselves is left out.
files() {
    inside root find / -xdev \( -path /tmp -o -path /var/log -o -path /var/cache/apt \
        -o -path /var/cache/debconf -o -path '/var/lib/dpkg/*-old' \) -prune \
        -o -printf '%p %y %m %u:%g %l\n' | LC_ALL=C sort
}

# What is in the files of these folders: contents FOLDER...
contents() {
    inside root find "$@" -xdev -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
}

# Everything about /etc/pam.d, but the times of its files.
pam_state() {
    contents /etc/pam.d
    inside root find /etc/pam.d -printf '%p %y %m %u:%g %l\n' | LC_ALL=C sort
}
