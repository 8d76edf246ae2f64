#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Nobody can tell who exists: the prompts, the words and the time of a refusal are those of an
# account that does not exist.

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

rounds=${INDIFFERENCE_ROUNDS:-300}
module=/srv/pam_cognito/bin/pam_cognito.so
at_once=/srv/pam_cognito/bin/pam_at_once.so

# An sshd with a PAM service of its own, whose stack is standard input: stack NAME PORT. sshd takes
# the name of its service from the name it is called by.
stack() {
    write_inside root 644 "/etc/pam.d/sshd-$1"
    inside root ln -s /usr/sbin/sshd "/srv/pam_cognito/bin/sshd-$1"
    inside root "/srv/pam_cognito/bin/sshd-$1" -p "$2" -o MaxAuthTries=1000 -o MaxStartups=100 \
        -o LoginGraceTime=600 -o 'DenyUsers=carol' -o PermitRootLogin=no \
        -o "PidFile=/run/sshd-$1.pid"
}

setup_file() {
    enter_world_with_pool
    [ -z "$WORLD_SKIP" ] || return 0
    /usr/bin/python3 -c 'import paramiko' 2>/dev/null || {
        export WORLD_SKIP='python3-paramiko is not installed'
        return 0
    }
    inside root sh -c 'echo "carol:x:1003:1003::/home/carol:/bin/bash" >>/etc/passwd'
    inside root sh -c 'echo "carol:*:19000:0:99999:7:::" >>/etc/shadow'
    install -m 755 "$(world_build)/.libs/pam_at_once.so" "/proc/$ENCLOSURE/root/srv/pam_cognito/bin/"
    install -m 755 "$BATS_TEST_DIRNAME/measure-refusals" "/proc/$ENCLOSURE/root/srv/pam_cognito/bin/"
    stack ours 2201 <<-END
	auth required $at_once
	auth required $module
	account required pam_permit.so
	END
    stack deny 2202 <<-END
	auth required $at_once
	auth required pam_deny.so
	END
    stack floor 2203 <<-END
	auth required $at_once refuse
	END
    # One length for all: a token whose signature is another's, and a good one of somebody else.
    give_token laptop /home/laptop/bobs id --user bob --length 1850
    give_token laptop /home/laptop/bad id --user alice --length 1850
    # shellcheck disable=SC2016 # the shell inside expands it
    inside laptop sh -c 'printf "%s.%s\n" "$(cut -d. -f1,2 bad)" "$(cut -d. -f3 bobs)" >forged'
}

@test "existing, unknown, root, denied: the same prompts, words and work for a bad and for another's token" {
    local user token known seen
    for token in forged bobs; do
        known=''
        for user in alice nobody-of-that-name root carol; do
            seen=$(must_fail 255 with_unjudged_token "$token" \
                ssh -p 2201 -o NumberOfPasswordPrompts=1 -o StrictHostKeyChecking=no \
                "$user@bastion" id 2>&1 | sed -E "s/ref [0-9a-f]{8}/ref X/; s/$user@/USER@/")
            seen+=$(prompts)
            [[ $seen == *'Token refused (ref X)'* ]]
            [ -z "$known" ] || [ "$seen" = "$known" ] || {
                diff <(echo "$known") <(echo "$seen")
                return 1
            }
            known=$seen
        done
    done
}

@test "the time from the last answer to the refusal tells hardly more than where nothing is judged" {
    inside laptop /srv/pam_cognito/bin/measure-refusals "$rounds" \
        ours=2201 deny=2202 floor=2203 -- \
        unknown=nobody-of-that-name:forged unknown-2=somebody-else:bobs \
        alice-forged=alice:forged alice-others=alice:bobs root=root:forged denied=carol:forged \
        >"$BATS_TEST_TMPDIR/figures" 2>"$BATS_TEST_TMPDIR/medians"
    sed 's/^/# figure: /' "$BATS_TEST_TMPDIR/figures" "$BATS_TEST_TMPDIR/medians" >&3
    # The noise of 300 against 300 samples is about 0.1 at two standard deviations.
    run awk '
        { seen++; if ($4 > most[$1]) most[$1] = $4 }
        END {
            allowed = (most["deny"] > most["floor"] ? most["deny"] : most["floor"]) + 0.15
            if (seen != 18) exit 1
            exit !(most["ours"] <= allowed)
        }' "$BATS_TEST_TMPDIR/figures"
    [ "$status" = 0 ]
}
