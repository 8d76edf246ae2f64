#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# cognito-askpass as ssh and sudo start it. Needs neither root nor sshd. ASKPASS is the program.
# Each test runs in a shell of its own (SC2030, SC2031); what is in single quotes is for another
# shell (SC2016).
# shellcheck disable=SC2016,SC2030,SC2031

ID='Password (Cognito ID token): '
SSH="(alice@bastion.example) $ID"

next() { printf '%sPassword (Cognito ID token, continue after character %s): ' "$1" "$2"; }
ssh_next() { next '(alice@bastion.example) ' "$1"; }

setup() {
    here=$(cd "$BATS_TEST_DIRNAME" && pwd)
    : "${ASKPASS:=$PWD/cognito-askpass}"
    [ -x "$ASKPASS" ] || { echo "no program at $ASKPASS: make cognito-askpass" >&2; return 1; }
    unset COGNITO_TOKEN_FILE COGNITO_TOKEN_COMMAND COGNITO_ASKPASS_HOSTS COGNITO_ASKPASS_SUDO \
        COGNITO_ASKPASS_FALLBACK SSH_ASKPASS_PROMPT TMPDIR
    cd "$BATS_TEST_TMPDIR" || return 1
    chmod 700 .
    umask 022
    export XDG_RUNTIME_DIR=$PWD/run
    mkdir -m 700 run
    pins=$XDG_RUNTIME_DIR/cognito-askpass
    mint >token
    chmod 600 token
    export COGNITO_TOKEN_FILE=$PWD/token COGNITO_ASKPASS_HOSTS='*.example'
}

mint() { python3 "$here/askpass.py" mint "$@"; }
converse() { python3 "$here/askpass.py" converse "$ASKPASS" "$@"; }
module() { python3 "$here/askpass.py" module "$ASKPASS" "$@"; }
terminal() { python3 "$here/askpass.py" terminal "$ASKPASS" "$@"; }

# must_fail STATUS WORDS COMMAND...: it ends with STATUS, says WORDS on stderr and nothing else
# anywhere: no 12 bytes of the token.
must_fail() {
    local status=0 expected=$1 words=$2
    shift 2
    "$@" >out 2>err || status=$?
    [ "$status" -eq "$expected" ] || { echo "exit $status, not $expected: $(cat err)"; return 1; }
    [ ! -s out ] || { echo "standard output: $(head -c 100 out)"; return 1; }
    grep -qF -- "$words" err || { echo "\"$words\" is not in: $(cat err)"; return 1; }
    holds_no_token err
}

holds_no_token() {
    python3 - "$1" "${TOKEN:-token}" <<'PYTHON'
import sys
said, token = open(sys.argv[1], "rb").read(), open(sys.argv[2], "rb").read().strip()
sys.exit(any(token[i:i + 12] in said for i in range(max(0, len(token) - 11))))
PYTHON
}

is_empty() { [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ]; }

# ---- the prompt ----

@test "usage: no argument, two arguments" {
    must_fail 2 'usage: cognito-askpass PROMPT' "$ASKPASS"
    must_fail 2 'usage: cognito-askpass PROMPT' "$ASKPASS" "$SSH" x
}

@test "--help and --version are answered by words about the program, and never by a token" {
    export COGNITO_ASKPASS_SUDO=yes
    "$ASKPASS" --help >out 2>err
    grep -qx 'usage: cognito-askpass PROMPT' out
    "$ASKPASS" --version >version 2>>err
    grep -q '^cognito-askpass [0-9]' version
    [ "$(wc -l <version)" -eq 1 ]
    [ ! -s err ]
    holds_no_token out
    must_fail 2 'usage: cognito-askpass PROMPT' "$ASKPASS" --help x
    COGNITO_ASKPASS_FALLBACK=/nonexistent must_fail 1 'FALLBACK cannot be run' "$ASKPASS" '--help '
    must_fail 1 'standard output: ' sh -c 'exec "$0" --help >/dev/full' "$ASKPASS"
}

@test "the first prompt gets the first 1020 characters and a line end" {
    "$ASKPASS" "$SSH" >out
    head -c 1020 token >expected
    echo >>expected
    cmp out expected
}

@test "a whole conversation gives the whole token, in parts of 1020" {
    for length in 970 1019 1020 1021 1650 2040 3061 16001; do
        mint --length "$length" >token
        module '(alice@bastion.example) ' 1020 >out
        cmp out token
        is_empty "$pins"
    done
}

@test "a continuation begins where it is asked to, and may be repeated before the last part" {
    mint --length 2500 >token
    converse "$SSH" "$(ssh_next 7)" "$(ssh_next 7)" "$(ssh_next 1020)" "$(ssh_next 2040)" >out
    for from in 1 8 8 1021 2041; do
        tail -c "+$from" token | tr -d '\n' | head -c 1020
        echo
    done >expected
    cmp out expected
}

@test "an empty line if N is the length; an error beyond" {
    mint --length 2040 >token
    converse "$SSH" "$(ssh_next 2040)" >out
    [ "$(tail -n 1 out)" = "" ]
    [ "$(wc -l <out)" -eq 2 ]
    status=0
    converse "$SSH" "$(ssh_next 2041)" >out 2>err || status=$?
    [ "$status" -eq 1 ]
    [ "$(wc -l <out)" -eq 1 ]
    grep -q 'follows character 2041 of a token of 2040' err
}

@test "a prompt that is not whole is somebody else's: it goes to the fallback" {
    printf '#!/bin/sh\nprintf "fallback:%%s\\n" "$1"\n' >fallback
    chmod 755 fallback
    export COGNITO_ASKPASS_FALLBACK=$PWD/fallback COGNITO_ASKPASS_SUDO=yes
    for prompt in 'Password: ' "$ID " "x$ID" "(alice@bastion.example)$ID" "(@bastion.example) $ID" \
        "(alice@) $ID" "(al ice@bastion.example) $ID" "(a(b@bastion.example) $ID" "(alice) $ID" \
        "$(ssh_next 0)" "$(ssh_next 010)" "$(ssh_next -1)" "$(ssh_next '')" ''; do
        [ "$("$ASKPASS" "$prompt")" = "fallback:$prompt" ]
    done
    is_empty run
}

@test "user and host are split at the last @" {
    local prompt="(alice@corp.example@bastion.example) $ID"
    COGNITO_ASKPASS_HOSTS='bastion.example' "$ASKPASS" "$prompt" >out
    [ "$(wc -c <out)" -eq 1021 ]
    COGNITO_ASKPASS_HOSTS='corp.example*' must_fail 1 'COGNITO_ASKPASS_HOSTS' "$ASKPASS" "$prompt"
}

# ---- who may have it ----

@test "no patterns: nobody gets it" {
    unset COGNITO_ASKPASS_HOSTS
    must_fail 1 'add it to COGNITO_ASKPASS_HOSTS' "$ASKPASS" "$SSH"
    COGNITO_ASKPASS_HOSTS='' must_fail 1 'COGNITO_ASKPASS_HOSTS' "$ASKPASS" "$SSH"
    is_empty run
}

@test "hosts that are empty count as not set: those of the profile, or nobody" {
    export HOME=$PWD COGNITO_ASKPASS_HOSTS='' COGNITO_LOGIN_PROFILE=''
    unset XDG_CONFIG_HOME
    mkdir -p .config/cognito-login
    printf '%s\n' 'user_pool = eu-central-1_ExAmPlE01' 'client_id = 1example23456789abcdefghij' \
        >.config/cognito-login/config
    must_fail 1 'add it to hosts in the profile default' "$ASKPASS" "$SSH"
    echo 'hosts = *.example' >>.config/cognito-login/config
    "$ASKPASS" "$SSH" >out
    [ "$(wc -c <out)" -eq 1021 ]
    must_fail 1 'the host evil.test may not have the token' "$ASKPASS" "(alice@evil.test) $ID"
}

@test "a host that no pattern matches gets nothing, not even a continuation" {
    must_fail 1 'the host evil.test may not have the token' "$ASKPASS" "(alice@evil.test) $ID"
    status=0
    converse "$SSH" "$(next '(alice@evil.test) ' 1020)" >out 2>err || status=$?
    [ "$status" -eq 1 ]
    [ "$(wc -l <out)" -eq 1 ]
    grep -q 'the host evil.test may not have the token' err
    COGNITO_ASKPASS_HOSTS='*,!evil.test' must_fail 1 "has a '!' in it" "$ASKPASS" "$SSH"
}

@test "patterns: spaces or commas between, * and ?" {
    for patterns in 'other bastion.example' 'other,bastion.example' 'b*.example' 'bastion?example' \
        '*'; do
        COGNITO_ASKPASS_HOSTS=$patterns "$ASKPASS" "$SSH" >out
        [ "$(wc -c <out)" -eq 1021 ]
    done
}

@test "the bare form only with COGNITO_ASKPASS_SUDO=yes" {
    export COGNITO_ASKPASS_HOSTS='*'
    must_fail 1 'set COGNITO_ASKPASS_SUDO=yes' "$ASKPASS" "$ID"
    for value in '' no 1 YES 'yes '; do
        COGNITO_ASKPASS_SUDO=$value must_fail 1 'set COGNITO_ASKPASS_SUDO=yes' "$ASKPASS" "$ID"
    done
    must_fail 1 'set COGNITO_ASKPASS_SUDO=yes' "$ASKPASS" "$(next '' 500)"
    is_empty run
}

@test "the bare form is answered in parts of 500, whatever the host patterns" {
    export COGNITO_ASKPASS_SUDO=yes
    unset COGNITO_ASKPASS_HOSTS
    for length in 499 500 501 1650 2000; do
        mint --length "$length" >token
        module '' 500 >out
        cmp out token
    done
    must_fail 1 'COGNITO_ASKPASS_HOSTS' "$ASKPASS" "$SSH"
}

# ---- where the token comes from ----

@test "neither file nor command: says what to set" {
    unset COGNITO_TOKEN_FILE
    must_fail 1 'set COGNITO_TOKEN_FILE to its file, or COGNITO_TOKEN_COMMAND' "$ASKPASS" "$SSH"
    COGNITO_TOKEN_FILE='' COGNITO_TOKEN_COMMAND='' must_fail 1 'COGNITO_TOKEN_FILE' \
        "$ASKPASS" "$SSH"
}

@test "a relative path starts at the working directory" {
    mkdir -p sub
    cd sub
    COGNITO_TOKEN_FILE=../token "$ASKPASS" "$SSH" >out
    [ "$(head -c 1020 out)" = "$(head -c 1020 ../token)" ]
    TOKEN=../token COGNITO_TOKEN_FILE=token must_fail 1 "$PWD/token: No such file" "$ASKPASS" "$SSH"
}

@test "a token file that others can read or write, or that is no file, is refused" {
    chmod 640 token
    must_fail 1 'can be read by its group or by others' "$ASKPASS" "$SSH"
    chmod 602 token
    must_fail 1 'can be written to by its group or by others' "$ASKPASS" "$SSH"
    chmod 600 token
    ln -s token link
    COGNITO_TOKEN_FILE=./link must_fail 1 'symbolic link' "$ASKPASS" "$SSH"
    COGNITO_TOKEN_FILE=. must_fail 1 'COGNITO_TOKEN_FILE' "$ASKPASS" "$SSH"
    mkfifo -m 600 fifo
    COGNITO_TOKEN_FILE=./fifo must_fail 1 'not a regular file' timeout 20 "$ASKPASS" "$SSH"
    is_empty run
}

@test "one line end is dropped: none, LF, CRLF, CR" {
    tr -d '\n' <token >bare
    chmod 600 bare
    for end in '' '\n' '\r\n' '\r'; do
        # shellcheck disable=SC2059 # the end is a format
        { cat bare; printf "$end"; } >token
        module '(alice@bastion.example) ' 1020 | tr -d '\n' | cmp - bare
    done
    for end in '\n\n' ' \n' '\n\r' '\r\n\r\n'; do
        # shellcheck disable=SC2059
        { cat bare; printf "$end"; } >token
        must_fail 1 'there is white space at character 1651' "$ASKPASS" "$SSH"
    done
}

@test "what is no token is refused with its kind and never shown" {
    for row in 'it has 2 parts:a.b' 'there is padding:a.b=.c' 'there is white space:a.b.c d' \
        'encrypted token:a.b.c.d.e' 'parts is empty:a..c' 'no token has:Bearer+a.b.c' \
        'is empty:'; do
        printf '%s' "${row#*:}" >token
        TOKEN=/dev/null must_fail 1 "${row%%:*}" "$ASKPASS" "$SSH"
    done
    head -c 262147 /dev/zero | tr '\0' a >token
    must_fail 1 'larger than 262146 bytes' "$ASKPASS" "$SSH"
    head -c 262145 /dev/zero | tr '\0' a >token
    must_fail 1 'longer than 262144' "$ASKPASS" "$SSH"
    is_empty "$pins"
}

@test "an expired token is not sent" {
    mint --in -305 >token
    must_fail 1 'the token of COGNITO_TOKEN_FILE expired 5 minutes ago' "$ASKPASS" "$SSH"
    mint --in 0 >token
    must_fail 1 'expired' "$ASKPASS" "$SSH"
    is_empty "$pins"
}

@test "a token without a readable exp is refused" {
    for payload in '{}' '{"exp":"1"}' '{"exp":null}' '{"exp":-1}' '{"exp":9999999999999}' '[1]' \
        '{"exp":4000000000,"exp":1}' '{"exp":4000000000} ' x; do
        mint --payload "$payload" >token
        if [ "$payload" = '{"exp":4000000000} ' ]; then
            "$ASKPASS" "$SSH" >out # white space behind the object is JSON
        else
            must_fail 1 'the token of COGNITO_TOKEN_FILE' "$ASKPASS" "$SSH"
        fi
    done
}

@test "a command gives the token, once for each conversation" {
    unset COGNITO_TOKEN_FILE
    export COGNITO_TOKEN_COMMAND="echo run >>'$PWD/runs'; cat '$PWD/token'"
    module '(alice@bastion.example) ' 1020 >out
    cmp out token
    [ "$(wc -l <runs)" -eq 1 ]
}

@test "a command's standard input is not ours" {
    unset COGNITO_TOKEN_FILE
    export COGNITO_TOKEN_COMMAND="cat >'$PWD/taken'; cat '$PWD/token'"
    { echo data; } | { "$ASKPASS" "$SSH" >out; cat >left; }
    [ "$(cat left)" = data ]
    [ ! -s taken ]
    [ "$(wc -c <out)" -eq 1021 ]
}

@test "a command that fails gives no token, whatever it printed; its text is not shown" {
    unset COGNITO_TOKEN_FILE
    COGNITO_TOKEN_COMMAND='cat token; : hush; exit 3' must_fail 1 \
        'COGNITO_TOKEN_COMMAND failed with exit status 3' "$ASKPASS" "$SSH"
    [ "$(grep -c hush err)" -eq 0 ]
    COGNITO_TOKEN_COMMAND='kill -TERM $$' must_fail 1 'ended by signal 15' "$ASKPASS" "$SSH"
    COGNITO_TOKEN_COMMAND='exec yes' must_fail 1 'more than 262146 bytes' \
        timeout 60 "$ASKPASS" "$SSH"
    COGNITO_TOKEN_COMMAND=':' must_fail 1 'the token of COGNITO_TOKEN_COMMAND is empty' \
        "$ASKPASS" "$SSH"
    is_empty "$pins"
}

@test "with both set the file is read and no command is run" {
    export COGNITO_TOKEN_COMMAND="touch '$PWD/ran'"
    "$ASKPASS" "$SSH" >out
    [ "$(wc -c <out)" -eq 1021 ]
    [ ! -e ran ]
}

# ---- the pin ----

@test "the pin is 0600 in a folder 0700, named by the parent's pid and start" {
    for mask in 000 022 077 777; do
        rm -rf "$pins"
        (umask "$mask" && converse "$SSH" '!stat -c "%a %F" "$XDG_RUNTIME_DIR/cognito-askpass"
            stat -c "%a %F" "$XDG_RUNTIME_DIR"/cognito-askpass/*
            ls "$XDG_RUNTIME_DIR/cognito-askpass"
            echo "$PARENT-$(sed "s/.*) //" "/proc/$PARENT/stat" | cut -d " " -f 20)"' \
            "$(ssh_next 1020)") >out
        [ "$(sed -n 2p out)" = '700 directory' ]
        [ "$(sed -n 3p out)" = '600 regular file' ]
        [ "$(sed -n 4p out)" = "$(sed -n 5p out)" ]
        [ "$(sed -n 6p out)" = "$(tail -c +1021 token)" ]
    done
}

@test "parts of two tokens never mix: a continuation reads the pin alone" {
    cp token first
    mint --length 3000 --in 700 >other
    converse "$SSH" '!cat other >token' "$(ssh_next 1020)" >out
    tr -d '\n' <out | cmp - <(tr -d '\n' <first)
    cat first >token
    export COGNITO_TOKEN_COMMAND=false
    converse "$SSH" '!rm token' "$(ssh_next 1020)" >out
    tr -d '\n' <out | cmp - <(tr -d '\n' <first)
}

@test "the first prompt pins anew" {
    mint --length 3000 --in 700 >other
    converse "$SSH" '!cat other >token' "$SSH" "$(ssh_next 1020)" >out
    [ "$(sed -n 2,3p out | tr -d '\n')" = "$(head -c 2040 other)" ]
}

@test "a continuation without a pin: an error that says so" {
    must_fail 1 'no token is pinned for this conversation' "$ASKPASS" "$(ssh_next 1020)"
}

@test "another parent has another pin" {
    status=0
    converse "$SSH" "!'$ASKPASS' '$(ssh_next 1020)'; exit" >out 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q 'no token is pinned' err
}

@test "a reused pid with another start time finds nothing" {
    status=0
    converse "$SSH" '!cd "$XDG_RUNTIME_DIR/cognito-askpass" && mv "$PARENT"-* "$PARENT-1"' \
        "$(ssh_next 1020)" >out 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q 'no token is pinned' err
}

@test "an old pin: an error that says so, and it is removed" {
    for age in '-125 seconds' '+60 seconds'; do
        status=0
        converse "$SSH" "!touch -d '$age' \"\$XDG_RUNTIME_DIR\"/cognito-askpass/*" \
            "$(ssh_next 1020)" >out 2>err || status=$?
        [ "$status" -eq 1 ]
        grep -q 'more than 120 seconds old' err
        is_empty "$pins"
    done
    converse "$SSH" '!touch -d "-100 seconds" "$XDG_RUNTIME_DIR"/cognito-askpass/*' \
        "$(ssh_next 1020)" >out
    [ "$(sed -n 2p out)" = "$(tail -c +1021 token)" ]
}

@test "old pins of others that asked are removed and wiped, young ones stay" {
    mkdir -m 700 "$pins"
    printf 'old secret' >"$pins/1-1"
    ln "$pins/1-1" kept
    touch -d '-125 seconds' "$pins/1-1"
    printf 'young' >"$pins/2-2"
    "$ASKPASS" "$SSH" >out
    [ ! -e "$pins/1-1" ]
    [ "$(tr -d '\0' <kept)" = '' ]
    [ "$(wc -c <kept)" -eq 10 ]
    [ "$(cat "$pins/2-2")" = young ]
}

@test "the pin goes with the last part, wiped; and what a renewed one replaces is wiped" {
    converse "$SSH" '!ln "$XDG_RUNTIME_DIR"/cognito-askpass/* kept' "$SSH" \
        '!ln "$XDG_RUNTIME_DIR"/cognito-askpass/* kept2' "$(ssh_next 1020)" >out
    [ -s kept ]
    [ "$(tr -d '\0' <kept)" = '' ]
    [ -s kept2 ]
    [ "$(tr -d '\0' <kept2)" = '' ]
    is_empty "$pins"
}

@test "a pin is for one user and host" {
    status=0
    converse "$SSH" "$(next '(alice@other.example) ' 1020)" >out 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q 'for another host or user' err
    COGNITO_ASKPASS_SUDO=yes converse "$SSH" "$(next '' 1020)" >out 2>err || status=2
    [ "$status" -eq 2 ]
    grep -q 'for another host or user' err
}

@test "a pin that was changed is refused: a link, open to others, not a token" {
    for change in 'mv "$p" x; ln -s ../../x "$p"' 'chmod 644 "$p"' ': >"$p"' \
        'printf "alice@bastion.example\na.b c.d" >"$p"' 'truncate -s 100 "$p"' \
        'dd if=/dev/zero of="$p" bs=1 seek=900 count=9 conv=notrunc 2>/dev/null'; do
        status=0
        converse "$SSH" "!p=\$(echo \"\$XDG_RUNTIME_DIR\"/cognito-askpass/*); $change" \
            "$(ssh_next 1020)" >out 2>err || status=$?
        [ "$status" -eq 1 ]
        [ "$(wc -l <out)" -eq 1 ]
        holds_no_token err
        rm -rf "$pins" x
    done
}

@test "two conversations at once keep apart" {
    for i in 1 2 3 4; do
        mint --length $((1500 + i)) --in $((500 + i)) >"token$i"
        chmod 600 "token$i"
        (COGNITO_TOKEN_FILE=$PWD/token$i module '(alice@bastion.example) ' 1020 >"out$i") &
    done
    wait
    for i in 1 2 3 4; do cmp "token$i" "out$i"; done
    is_empty "$pins"
}

@test "the folder is refused if it is a link, a file or open to others" {
    mkdir -m 700 elsewhere
    ln -s ../elsewhere "$pins"
    must_fail 1 "$pins: " "$ASKPASS" "$SSH"
    is_empty elsewhere
    rm "$pins"
    touch "$pins"
    must_fail 1 "$pins: " "$ASKPASS" "$SSH"
    rm "$pins"
    for mode in 750 705 701; do
        mkdir -m "$mode" "$pins"
        must_fail 1 'this folder is open to others' "$ASKPASS" "$SSH"
        rmdir "$pins"
    done
}

@test "without XDG_RUNTIME_DIR: a folder named by uid under TMPDIR" {
    mkdir -m 700 tmp
    export TMPDIR=$PWD/tmp
    for runtime in '' relative "$PWD/missing" "$PWD/token"; do
        XDG_RUNTIME_DIR=$runtime module '(alice@bastion.example) ' 1020 >out
        cmp out token
        [ "$(stat -c %a "tmp/cognito-askpass-$(id -u)")" = 700 ]
        rmdir tmp/*
    done
    unset XDG_RUNTIME_DIR
    ln -s "$PWD/run" "tmp/cognito-askpass-$(id -u)"
    must_fail 1 "cognito-askpass-$(id -u): " "$ASKPASS" "$SSH"
    rm tmp/*
    chmod 777 tmp
    must_fail 1 'not a folder where others cannot replace files' "$ASKPASS" "$SSH"
    chmod 1777 tmp
    "$ASKPASS" "$SSH" >out
}

@test "without TMPDIR either: under /tmp" {
    unset XDG_RUNTIME_DIR
    folder=/tmp/cognito-askpass-$(id -u)
    [ ! -e "$folder" ] || skip "$folder is in use"
    for TMPDIR in '' relative; do
        export TMPDIR
        status=0
        converse "$SSH" '!stat -c %a "/tmp/cognito-askpass-$(id -u)"' "$(ssh_next 1020)" >out ||
            status=$?
        rmdir "$folder"
        [ "$status" -eq 0 ]
        [ "$(sed -n 2p out)" = 700 ]
    done
}

@test "a folder that another user planted is refused" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can make a folder of somebody else'
    mkdir -m 700 "$pins"
    chown nobody "$pins"
    must_fail 1 'this folder belongs to somebody else' "$ASKPASS" "$SSH"
    is_empty "$pins"
    rmdir "$pins"
    mkdir -m 700 tmp
    chown nobody run
    TMPDIR=$PWD/tmp "$ASKPASS" "$SSH" >out # a runtime folder that su left behind
    [ -d "tmp/cognito-askpass-0" ]
    is_empty run
}

@test "a pin that another user owns is refused" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can make a file of somebody else'
    status=0
    converse "$SSH" '!chown nobody "$XDG_RUNTIME_DIR"/cognito-askpass/*' "$(ssh_next 1020)" \
        >out 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q 'belongs to a user who is not trusted' err
}

# ---- what is inherited ----

@test "a file size limit: an error, no cut pin, nothing sent" {
    must_fail 1 'File too large' bash -c 'ulimit -f 1; exec "$0" "$1" > >(cat)' "$ASKPASS" "$SSH"
    is_empty "$pins"
}

@test "standard output that is full, closed or gone: an error" {
    "$ASKPASS" "$SSH" >/dev/full 2>err && return 1
    grep -q 'standard output: No space left' err
    must_fail 1 'cognito-askpass: standard output: ' sh -c 'exec "$0" "$1" >&-' "$ASKPASS" "$SSH"
    python3 - "$ASKPASS" "$SSH" 2>err <<'PYTHON'
import os, signal, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
for disposition in (signal.SIG_DFL, signal.SIG_IGN):
    done = subprocess.run(sys.argv[1:], stdout=writer, stderr=subprocess.PIPE,
                          preexec_fn=lambda: signal.signal(signal.SIGPIPE, disposition))
    assert done.returncode == 1, done
    assert b"standard output: Broken pipe" in done.stderr, done
PYTHON
    holds_no_token err
}

@test "closed descriptors 0 to 2: no file of ours takes their numbers" {
    sh -c 'exec "$0" "$1" <&- 2>&-' "$ASKPASS" "$SSH" >out
    [ "$(wc -c <out)" -eq 1021 ]
    status=0
    sh -c 'exec "$0" "$1" <&- >&- 2>&-' "$ASKPASS" "$SSH" || status=$?
    [ "$status" -eq 1 ]
    cp token before
    status=0
    sh -c 'exec "$0" "$1" 2>&-' "$ASKPASS" "(alice@evil.test) $ID" >out || status=$?
    [ "$status" -eq 1 ]
    [ ! -s out ]
    cmp token before
    unset COGNITO_TOKEN_FILE
    export COGNITO_TOKEN_COMMAND='cat token'
    sh -c 'exec "$0" "$1" <&- 2>&-' "$ASKPASS" "$SSH" >out
    [ "$(wc -c <out)" -eq 1021 ]
    # The command got its output through: only ours is closed.
    must_fail 1 'cognito-askpass: standard output: ' sh -c 'exec "$0" "$1" <&- >&-' \
        "$ASKPASS" "$SSH"
}

# ---- other prompts ----

@test "the fallback gets the prompt and the environment, and its status is ours" {
    printf '#!/bin/sh\nprintf "%%s|%%s|%%s\\n" "$#" "$1" "$SSH_ASKPASS_PROMPT"\nexit 7\n' >fallback
    chmod 755 fallback
    status=0
    COGNITO_ASKPASS_FALLBACK=$PWD/fallback SSH_ASKPASS_PROMPT=confirm \
        "$ASKPASS" 'Allow? ' >out || status=$?
    [ "$status" -eq 7 ]
    [ "$(cat out)" = '1|Allow? |confirm' ]
    PATH=$PWD:$PATH COGNITO_ASKPASS_FALLBACK=fallback "$ASKPASS" x >out || status=$?
    [ "$(cat out)" = '1|x|' ]
}

@test "a fallback that cannot be run: an error" {
    COGNITO_ASKPASS_FALLBACK=$PWD/missing must_fail 1 \
        'COGNITO_ASKPASS_FALLBACK cannot be run: No such file' "$ASKPASS" 'x: '
}

@test "a fallback that is cognito-askpass itself ends" {
    COGNITO_ASKPASS_FALLBACK=$ASKPASS must_fail 1 'there is no terminal' \
        timeout 20 setsid -w "$ASKPASS" 'x: '
}

@test "without a terminal: an error that names the variable" {
    must_fail 1 'COGNITO_ASKPASS_FALLBACK' setsid -w "$ASKPASS" 'x: '
    SSH_ASKPASS_PROMPT=none must_fail 1 'COGNITO_ASKPASS_FALLBACK' setsid -w "$ASKPASS" 'x: '
}

@test "a passphrase is asked for without echo" {
    terminal "Enter passphrase for key 'k': " 'open sesame\n' >out
    grep -qx "output: 'open sesame\\\\n'" out
    grep -qx 'status: 0' out
    grep -qx 'echo while asking: False' out
    grep -qx 'echo restored: True' out
    [ "$(grep -c '^shown: .*sesame' out)" -eq 0 ]
}

@test "a yes/no question is asked with echo" {
    terminal 'Are you sure (yes/no/[fingerprint])? ' 'yes\n' >out
    grep -qx "output: 'yes\\\\n'" out
    grep -qx 'status: 0' out
    grep -qx 'echo while asking: True' out
}

@test "git asks for a user name with echo, and for a password without" {
    terminal "Username for 'https://git.example': " 'alice\n' >out
    grep -qx "output: 'alice\\\\n'" out
    grep -qx 'echo while asking: True' out
    terminal "Password for 'https://alice@git.example': " 'open sesame\n' >out
    grep -qx "output: 'open sesame\\\\n'" out
    grep -qx 'echo while asking: False' out
    [ "$(grep -c '^shown: .*sesame' out)" -eq 0 ]
}

@test "an empty line is an answer, an end of input is none" {
    terminal 'PIN: ' '\n' >out
    grep -qx "output: '\\\\n'" out
    grep -qx 'status: 0' out
    terminal 'PIN: ' '\x04' >out 2>err
    grep -qx "output: ''" out
    grep -qx 'status: 1' out
    grep -q 'nothing was answered' err
}

@test "SSH_ASKPASS_PROMPT=confirm wants a yes" {
    SSH_ASKPASS_PROMPT=confirm terminal 'Allow use of key?' 'yes\n' >out
    grep -qx "output: 'yes\\\\n'" out
    grep -qx 'status: 0' out
    grep -qx 'echo while asking: True' out
    for answer in 'no\n' '\n' 'YES\n' 'yes please\n'; do
        SSH_ASKPASS_PROMPT=confirm terminal 'Allow use of key?' "$answer" >out 2>err
        grep -qx "output: ''" out
        grep -qx 'status: 1' out
    done
}

@test "SSH_ASKPASS_PROMPT=none is shown and not asked" {
    SSH_ASKPASS_PROMPT=none terminal 'Confirm user presence' '' >out
    grep -qx "output: ''" out
    grep -qx 'status: 0' out
    grep -q '^shown: .*Confirm user presence' out
}

@test "the terminal is restored on signals: interrupt, quit, hangup" {
    for row in '\x03:-2:' '\x1c:-3:' ':-1:hangup'; do
        IFS=: read -r key status event <<<"$row"
        terminal 'PIN: ' "$key" "$event" >out
        grep -qx "status: $status" out
        grep -qx "output: ''" out
        grep -qx 'echo while asking: False' out
        grep -qx 'echo restored: True' out
    done
}

@test "the terminal is restored while we are stopped; then the question is asked again" {
    terminal 'PIN: ' '1234\n' stop >out
    grep -qx 'stopped: True echo: True' out
    grep -qx "output: '1234\\\\n'" out
    grep -qx 'status: 0' out
    grep -qx 'echo while asking: False' out
    grep -qx 'echo restored: True' out
}

@test "a prompt cannot command the terminal" {
    SHOWN_AS='PIN \x1b[2J \x9b2J \xe2\x80\xae: ' terminal "$(printf 'PIN \033[2J \2332J \342\200\256: ')" '1\n' >out
    grep -qx 'status: 0' out
}

# ---- what it is made of ----

@test "it needs libc and nothing else" {
    program=$ASKPASS
    command -v readelf >/dev/null || skip 'no readelf'
    readelf -d "$program" | grep -q NEEDED || skip "$program is not the program itself"
    [ "$(grep -c __asan_init "$program")" -eq 0 ] || skip 'a build with sanitizers'
    [ "$(readelf -d "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')" = libc.so.6 ]
}
