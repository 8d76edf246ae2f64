#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The fail2ban filter against lines as they are logged, by fail2ban's own tool.

# shellcheck source-path=SCRIPTDIR source=../e2e/steps.bash
. "$BATS_TEST_DIRNAME/../e2e/steps.bash"

filter=$BATS_TEST_DIRNAME/../../conf/fail2ban/filter.d/pam-cognito.conf

setup_file() {
    enter_world_with_pool
}

setup() {
    command -v fail2ban-regex >/dev/null || skip "fail2ban is not installed"
}

# The addresses that the filter finds in the lines on standard input.
found_in() {
    sed 's/^/Nov 22 21:03:04 bastion /' >"$BATS_TEST_TMPDIR/log"
    # Its own folder has common.conf, which filters include.
    mkdir -p "$BATS_TEST_TMPDIR/f2b"
    cp -R /etc/fail2ban/. "$BATS_TEST_TMPDIR/f2b"
    cp "$filter" "$BATS_TEST_TMPDIR/f2b/filter.d/"
    fail2ban-regex -c "$BATS_TEST_TMPDIR/f2b" -o ip "$BATS_TEST_TMPDIR/log" \
        "$BATS_TEST_TMPDIR/f2b/filter.d/pam-cognito.conf"
}

# refused REASON [USER]: the line of sshd for a stranger at 192.0.2.7.
refused() {
    echo "sshd[4711]: pam_cognito(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh" \
        "ruser= rhost=192.0.2.7 user=${2:-alice} reason=$1 ref=0a5b2c19: words (more); a remedy"
}

@test "each refusal counts, with the address that it came from" {
    local reason count=0
    while read -r reason; do
        run found_in < <(refused "$reason")
        echo "$reason: $output"
        [ "$output" = 192.0.2.7 ]
        count=$((count + 1))
    done < <(sed -n 's/^ *X([A-Z_]*, "\([a-z]*\.[a-z_]*\)", KIND_REFUSED,.*/\1/p' \
        "$BATS_TEST_DIRNAME/../../src/base/status.h" | grep -v '^token.empty$')
    [ "$count" -ge 25 ]
}

@test "outages, empty answers, acceptances and words of strangers do not count" {
    local line
    while read -r line; do
        run found_in <<<"$line"
        echo "$line: $output"
        [ -z "$output" ]
    done <<END
$(refused system.config)
$(refused system.clock)
$(refused key.none)
$(refused key.stale)
$(refused token.empty)
sshd[4711]: pam_cognito(sshd:auth): accepted; user=alice sub=x kid=y jti=z exp=1 rhost=192.0.2.7 ref=0a5b2c19
sshd[4711]: pam_cognito(sshd:account): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 user=alice reason=claim.expired ref=0a5b2c19: words
sshd[4711]: pam_cognito(sshd:auth): handed on to the next module; user=alice rhost=192.0.2.7 reason=token.malformed ref=0a5b2c19
sshd[4711]: Invalid user pam_cognito(sshd:auth): authentication failure; rhost=192.0.2.7 from 198.51.100.1 port 1
END
    run found_in < <(refused claim.expired 'rhost=198.51.100.1\x20user=bob')
    [ "$output" = 192.0.2.7 ]
}

@test "a line that was really logged counts" {
    [ -z "$WORLD_SKIP" ] || skip "$WORLD_SKIP"
    log_mark
    refused_login expired
    line=$(await_log 'reason=claim.expired')
    run found_in <<<"${line#* }"
    echo "$line: $output"
    [ "$output" = 127.0.0.1 ]
}

@test "with forward_pass, a right password does not count, and a refused token does" {
    [ -z "$WORLD_SKIP" ] || skip "$WORLD_SKIP"
    inside root usermod -p "$(openssl passwd -6 'password of alice')" alice
    sed "s|pam_cognito[.]so|$world_home/bin/&|" \
        "$BATS_TEST_DIRNAME/../../conf/pam.d/sshd-token-or-password" |
        write_inside root 644 /etc/pam.d/sshd
    write_inside laptop 600 /home/laptop/password <<<'password of alice'
    log_mark
    run with_unjudged_token password ssh -o NumberOfPasswordPrompts=1 alice@bastion id -un
    echo "$output"
    [[ $status = 0 && $output == *alice* ]]
    await_log 'pam_cognito\(sshd:auth\): handed on to the next module; user=alice rhost=127\.0\.0\.1 reason=token\.malformed ref=[0-9a-f]{8}$'
    logged=$(log_since | cut -d ' ' -f 2-)
    run found_in <<<"$logged"
    [ -z "$output" ]
    log_mark
    refused_login expired
    await_log 'reason=claim.expired'
    logged=$(log_since | cut -d ' ' -f 2-)
    run found_in <<<"$logged"
    [ "$output" = 127.0.0.1 ]
}
