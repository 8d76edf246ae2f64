# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Broken set-ups for `pam-cognito check`, in a world (tests/e2e/README.md): each is made from the
# healthy one by a small script, and has exactly one finding.

# shellcheck source-path=SCRIPTDIR source=../e2e/steps.bash
. "${BASH_SOURCE[0]%/*}/../e2e/steps.bash"

# What the scripts below find in their environment.
settings=(
    CONF=/etc/security/pam_cognito.conf
    CACHE=/var/cache/pam_cognito
    KEYS=/var/cache/pam_cognito/eu-central-1_ExAmPlE01.jwks
    ATTEMPT=/var/cache/pam_cognito/.eu-central-1_ExAmPlE01.attempt
    URI=https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01/.well-known/jwks.json
    MODULE=/srv/pam_cognito/bin/pam_cognito.so
)

# The state that each set-up begins with. /etc and the cache are the world's own.
kept='etc/pam.d etc/security etc/ssh etc/sudoers etc/sudoers.d etc/passwd etc/group var/cache/pam_cognito'

enter_healthy_world() {
    enter_world
    [ -z "$WORLD_SKIP" ] || return 0
    make_pool
    inside root sh -c 'echo "require_group = staff" >>/etc/security/pam_cognito.conf'
    fetch_keys
    listen_for_nudges
    inside root "${settings[@]}" sh -c "cp \$MODULE /srv/module && tar -C / -cpf /srv/healthy.tar $kept"
}

# Something has the refresher's socket, so that check finds somebody who listens.
listen_for_nudges() {
    inside root install -d -o pam-cognito -g pam-cognito -m 755 /run/pam_cognito
    inside pam-cognito /usr/bin/python3 -c '
import os, socket
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind("/run/pam_cognito/refresh")
if os.fork() == 0:
    os.setsid()
    for descriptor in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
    while listener.recv(1):
        pass
' 3>&-
}

# Further options of check, and what it is run by.
options=()

make_healthy() {
    inside root sh -c "cd / && rm -rf $kept && tar -xpf /srv/healthy.tar"
}

# shellcheck disable=SC2154 # world.bash sets it
check() {
    inside root ${preload:+LD_PRELOAD="$preload"} "$world_home/bin/pam-cognito" check "${options[@]}" "$@"
}

# The only finding that is not OK, with the remedy behind it: broken NAME 'LEVEL SUBJECT' WORDS [SERVICE] <SCRIPT. The set-up is
# healthy again afterwards.
broken() {
    local name=$1 level=${2%% *} subject=${2#* } words=$3 service=${4:-sshd} status=0 said found
    inside root "${settings[@]}" sh -eu -c "$(cat)"
    said=$(check --service "$service") || status=$?
    make_healthy
    found=$(grep -v '^OK ' <<<"$said") || true
    if [[ $found == "$level  $subject "*"$words"*'; '* && $found != *$'\n'* &&
        $status = "$([ "$level" = FAIL ] && echo 1 || echo 0)" ]]; then
        count=$((${count:-0} + 1))
        return 0
    fi
    printf '%s\nexpected: %s %s ...%s\nexit code %s, and check said:\n%s\n' "$name" "$level" \
        "$subject" "$words" "$status" "$said"
    return 1
}
