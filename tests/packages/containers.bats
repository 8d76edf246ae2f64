#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The images of conf/containers, made by the steps of their Containerfiles in a fresh system, and run.
# What a person changes is changed: the pool, and the names of the people.

# shellcheck disable=SC2016 # the shell inside expands it

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# shellcheck disable=SC2154 # steps.bash sets it
conf_folder=$tests/../conf

setup_file() {
    ! skipped || return 0
    root_start "$PACKAGES_ROOT"
    inside root useradd --create-home --shell /bin/bash laptop
    inside root install -d -m 700 -o laptop -g laptop /run/user/laptop
    make_pool
    give_token token
    # Of the laptop, which is the same system here.
    bring /srv "$PACKAGES"/now/cognito-askpass_*.deb
    inside root sh -c 'dpkg --install /srv/cognito-askpass_*.deb' >/dev/null
}

teardown_file() {
    root_stop
}

# The file that COPY means; the packages and the pool are a person's own.
context() {
    case $1 in
    */libpam-cognito.deb) cat "$PACKAGES"/now/libpam-cognito_*.deb ;;
    */pam_cognito.conf)
        sed "s/us-east-1_AbCdEf123/$pool/; s/^client_id = .*/client_id = $client/" "$conf_folder/$1"
        ;;
    *) cat "$conf_folder/$1" ;;
    esac
}

# copy SOURCE TARGET
copy() {
    local target=$2 mode=644
    [[ $target != */ ]] || target+=${1##*/}
    [ ! -x "$conf_folder/$1" ] || mode=755
    context "$1" | inside root install -D -m "$mode" /dev/stdin "$target"
}

# build NAME: follows the Containerfile; what its container is started by is in $BATS_FILE_TMPDIR/NAME.
build() {
    local instruction rest steps=0 file=$conf_folder/containers/$1/Containerfile
    while read -r instruction rest <&3; do
        case $instruction in
        '#'* | '') continue ;;
        FROM | EXPOSE) ;;
        COPY)
            # shellcheck disable=SC2086 # SOURCE TARGET
            copy $rest
            ;;
        RUN) inside root sh -e -c "$rest" ;;
        VOLUME) inside root mkdir -p "$rest" ;;
        HEALTHCHECK) echo "${rest#CMD }" >"$BATS_FILE_TMPDIR/$1.health" ;;
        CMD) echo "$rest" >"$BATS_FILE_TMPDIR/$1.command" ;;
        *)
            echo "$file: $instruction is not known here"
            return 1
            ;;
        esac
        steps=$((steps + 1))
    done 3<"$file"
    [ "$steps" -gt 8 ]
}

# Waits, at most 30 seconds, until the container NAME says that it is well.
await_health() {
    local round health
    health=$(cat "$BATS_FILE_TMPDIR/$1.health")
    for ((round = 0; round < 300; round++)); do
        if inside root sh -c "$health" >"$BATS_TEST_TMPDIR/health" 2>&1; then return 0; fi
        sleep 0.1
    done
    cat "$BATS_TEST_TMPDIR/health"
    return 1
}

await_sshd() {
    local round
    for ((round = 0; round < 200; round++)); do
        if beside bash -c ': <>/dev/tcp/127.0.0.1/22' 2>/dev/null; then return 0; fi
        sleep 0.05
    done
    return 1
}

@test "a bastion is made by the steps of its Containerfile" {
    build bastion
}

@test "the bastion: a token opens it, its log is on standard output, and it ends when it is told to" {
    local command container status=0
    command=$(cat "$BATS_FILE_TMPDIR/bastion.command")
    # The socket of the log is the container's own.
    beside rm -f /run/root/dev/log
    inside root sh -c "exec $command" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    container=$!
    await_sshd
    await_health bastion
    inside root sh -c 'echo "bastion $(cut -d" " -f1,2 /etc/ssh/keys/ed25519.pub)" >/etc/ssh/ssh_known_hosts'
    opens_by_token token
    grep -E 'pam_cognito\(sshd:auth\): accepted; user=alice' "$BATS_TEST_TMPDIR/log"
    beside pkill -TERM -x sshd --oldest
    wait "$container" || status=$?
    echo "it ended with $status"
    [ "$status" = 0 ] || [ "$status" = 255 ]
}

@test "a kiosk is made by the steps of its Containerfile" {
    inside root userdel --remove alice # the bastion's; each container would have its own
    build kiosk
}

# The person at the kiosk: a token, a command, exit; then the next one is asked. script makes a terminal
# of the container's own, as podman does.
@test "the kiosk: a token opens the account that it names, and then the next person is asked" {
    beside rm -f /run/root/dev/log
    beside cat /run/tokens/token >"$BATS_TEST_TMPDIR/token"
    PATH_INSIDE=$enclosure_path INIT=$ENCLOSURE COMMAND=$(cat "$BATS_FILE_TMPDIR/kiosk.command") \
        TOKEN_FILE=$BATS_TEST_TMPDIR/token expect -f - <<'END' 3>&-
set timeout 30
set file [open $env(TOKEN_FILE)]
set token [string trimright [read $file] "\n"]
close $file
spawn -noecho nsenter --target $env(INIT) --mount --pid --net --uts --ipc -- chroot /run/root \
    env -i PATH=$env(PATH_INSIDE) HOME=/root TERM=dumb \
    script --quiet --command $env(COMMAND) /dev/null
proc await {what} {
    expect {
        -re $what {}
        timeout { puts "nothing came"; exit 3 }
        eof { puts "it ended"; exit 4 }
    }
}
await {Password \(Cognito ID token\): $}
send -- "$token\r"
await {[$] $}
send "id -un\r"
await {alice\r\n}
send "exit\r"
await {Password \(Cognito ID token\): $}
END
    inside root grep -E 'pam_cognito\(login:auth\): accepted; user=alice' /var/log/messages
}

@test "no part of a token was logged" {
    beside cat /run/tokens/token >"$BATS_TEST_TMPDIR/token"
    inside root cat /var/log/messages | "$tests/tools/leaks" "$BATS_TEST_TMPDIR/token"
}
