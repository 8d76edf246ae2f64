#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A newcomer's path: what README.md says under "Set-up in five minutes", from its own text, on the PAM
# and sshd files of a fresh host. Blocks that are to be run have a mark before them:
#
#   <!-- newcomer: root -->          run by root on the host
#   <!-- newcomer: laptop -->        run by the person at the laptop

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

readme=$BATS_TEST_DIRNAME/../../README.md

setup_file() {
    enter_world
    [ -z "$WORLD_SKIP" ] || return 0
    local build folder
    make_pool
    # A host as it is before anybody has heard of us.
    inside root rm /etc/security/pam_cognito.conf /etc/ssh/sshd_config.d/00-pam_cognito.conf
    inside root rmdir /var/cache/pam_cognito
    inside root sh -c 'sed -i "/^pam-cognito:/d; /^alice:/d" /etc/passwd /etc/group /etc/shadow
        rm -r /home/alice; cat /srv/pam_cognito/pool/ca.crt >>/etc/ssl/certs/ca-certificates.crt'
    # shellcheck disable=SC2094 # the first is the host's, the second the world's
    write_inside root 644 /etc/pam.d/sshd </etc/pam.d/sshd
    # Step 1: the build that is tested, installed over a /usr that keeps it to itself.
    build=$(world_build)
    unset MAKEFLAGS MFLAGS MAKELEVEL
    folder=$(dirname "$(ls /usr/lib/*/security/pam_permit.so)")
    make -s -C "$build" install DESTDIR="$BATS_FILE_TMPDIR/root" prefix=/usr pamdir="$folder"
    # shellcheck disable=SC2016 # the shell in the world expands it
    inside root sh -c 'mkdir /srv/upper /srv/work &&
        mount -t overlay -o lowerdir=/usr,upperdir=/srv/upper,workdir=/srv/work usr /usr'
    tar -C "$BATS_FILE_TMPDIR/root" -c usr | inside root tar -C / -x --no-same-owner --no-overwrite-dir
    give_token laptop /home/laptop/token id --user alice
}

# The lines of the blocks with a mark: marked WORDS
marked() {
    awk -v mark="$1" '
        index($0, "<!-- newcomer: " mark) { on = 1; next }
        on == 1 && /^ *$/ { next }
        on == 1 && /^       / { on = 2 }
        on == 2 && /^       / { sub(/^       /, ""); print; next }
        on == 2 { on = 0; print "" }' "$readme"
}

# The pool and client of the README are examples; those of this world are others.
as_here() {
    sed 's/us-east-1_AbCdEf123/eu-central-1_ExAmPlE01/g'
}

@test "README, top to bottom: from nothing to a login" {
    local step
    marked root | as_here >"$BATS_TEST_TMPDIR/steps"
    cat "$BATS_TEST_TMPDIR/steps"
    [ "$(grep -c . "$BATS_TEST_TMPDIR/steps")" = 4 ]
    inside root cp /home/laptop/token /root/token.txt
    while IFS= read -r step; do
        [ -n "$step" ] || continue
        echo "# $step"
        inside root sh -c "cd /root && $step" >"$BATS_TEST_TMPDIR/said" 2>&1 </dev/null || {
            cat "$BATS_TEST_TMPDIR/said"
            return 1
        }
        cat "$BATS_TEST_TMPDIR/said"
    done <"$BATS_TEST_TMPDIR/steps"
    inside root pam-cognito check
    marked laptop >"$BATS_TEST_TMPDIR/laptop"
    [ "$(grep -c . "$BATS_TEST_TMPDIR/laptop")" = 3 ]
    write_inside laptop 644 /home/laptop/steps <"$BATS_TEST_TMPDIR/laptop"
    local round
    for ((round = 0; round < 100; round++)); do
        run inside laptop sh -e steps
        [ "$status" != 0 ] || break
        sleep 0.1 # sshd starts itself anew
    done
    echo "$output"
    [ "$output" = alice ]
    await_log 'pam_cognito\(sshd:auth\): accepted; user=alice'
}

@test "README: every file of conf/ and docs/ that it names is there, and so is every man page" {
    local name count=0
    while read -r name; do
        echo "$name"
        [ -e "$BATS_TEST_DIRNAME/../../$name" ]
        count=$((count + 1))
    done < <(sed 's|https://[^ )]*||g' "$readme" | grep -o -E '\b(conf|docs)/[A-Za-z0-9_./-]*[A-Za-z0-9]' | sort -u)
    [ "$count" -ge 15 ]
    while read -r name; do
        echo "$name"
        [ -f "$BATS_TEST_DIRNAME/../../man/$name" ]
    done < <(grep -o -E '\b(pam|cognito)[a-z_.-]*\([158]\)' "$readme" | sort -u | tr '(' . | tr -d ')')
}

@test "README: the configuration of ssh that it shows is one that ssh takes" {
    awk '/^    Host bastion/ { on = 1 } on && !/^    / { exit } on' "$readme" >"$BATS_TEST_TMPDIR/config"
    run ssh -G -F "$BATS_TEST_TMPDIR/config" alice@db.prod.example.com
    [ "$status" = 0 ]
    for words in 'proxyjump bastion.example.com' 'numberofpasswordprompts 1' 'controlpersist 3600' \
        'preferredauthentications keyboard-interactive'; do
        grep -qx "$words" <<<"$output"
    done
}
