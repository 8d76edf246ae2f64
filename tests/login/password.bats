#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Signing in with a password: src/client/password.c, through the program sign-in, against a pool
# that does the server's side of SRP (srp-pool.py), and against the emulator cognito-local from npm.
# SIGN_IN is the program.
#
# Answers are lines of standard input; "hidden" on standard error stands for a question without echo.

PASSWORD=Correct-Horse-7

setup_file() {
    HERE=$(cd "$BATS_TEST_DIRNAME" && pwd)
    PROGRAM=$(realpath "${SIGN_IN:-${BUILD:-$PWD}/sign-in}")
    [ -x "$PROGRAM" ]
    export HERE PROGRAM
    unset http_proxy https_proxy all_proxy ALL_PROXY HTTPS_PROXY
    TLS=$BATS_FILE_TMPDIR/tls
    CA_FILE=$TLS/ca.pem
    "$HERE/../tools/tls.py" local "$TLS"
    export TLS CA_FILE
    mkfifo "$BATS_FILE_TMPDIR/ready"
    python3 "$HERE/srp-pool.py" "$BATS_FILE_TMPDIR/requests" "$TLS/server" \
        >"$BATS_FILE_TMPDIR/ready" 2>"$BATS_FILE_TMPDIR/pool.err" 3>&- &
    POOL_PID=$!
    read -r -t 60 PORT <"$BATS_FILE_TMPDIR/ready"
    export POOL_PID PORT
}

teardown_file() {
    [ -z "${POOL_PID-}" ] || kill "$POOL_PID" || true
    for name in emulator late; do
        [ ! -f "$BATS_FILE_TMPDIR/$name.pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/$name.pid")" || true
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    requests=$BATS_FILE_TMPDIR/requests
    : >"$requests"
}

# signs_in FLOW CLIENT USER ANSWER...: out and err are what it says.
signs_in() {
    local flow=$1 client=$2 user=$3
    shift 3
    printf '%s\n' "$@" | "$PROGRAM" "$flow" "${URL:-https://127.0.0.1:$PORT/}" \
        "${POOL_ID:-us-east-1_AbCdEf123}" "$client" ${user:+"$user"} >out 2>err || {
        echo "exit $?: $(cat err)"
        return 1
    }
    grep -qE '^id [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$' out
    ! grep -q -e "$PASSWORD" -e '^sign-in:' err || { cat err; return 1; }
}

# is_refused WORDS FLOW CLIENT USER ANSWER...: exit 1, WORDS on standard error, no token, and no
# password in any word.
is_refused() {
    local words=$1 flow=$2 client=$3 user=$4 status=0
    shift 4
    printf '%s\n' "$@" | "$PROGRAM" "$flow" "${URL:-https://127.0.0.1:$PORT/}" \
        "${POOL_ID:-us-east-1_AbCdEf123}" "$client" ${user:+"$user"} >out 2>err || status=$?
    [ "$status" -eq 1 ] || { echo "exit $status, not 1: $(cat err)"; return 1; }
    [ ! -s out ] || { echo "standard output: $(cat out)"; return 1; }
    grep '^sign-in: ' err | grep -qF -- "$words" || { echo "\"$words\" is not in: $(cat err)"; return 1; }
    [ -z "${1-}" ] || ! grep -qF -- "$PASSWORD" err || { echo "the password: $(cat err)"; return 1; }
}

# sent PYTHON: whether the expression is true of the requests, a list of {target, body}.
sent() {
    python3 - "$requests" "$1" <<'PYTHON'
import json, sys
requests = [json.loads(line) for line in open(sys.argv[1])]
bodies = [request["body"] for request in requests]
calls = [request["target"].split(".")[-1] for request in requests]
if not eval(sys.argv[2]):
    sys.exit("not so: %s\n%s" % (sys.argv[2], json.dumps(requests, indent=1)))
PYTHON
}

asked() { [ "$(grep -v '^sign-in: ' err)" = "$1" ] || { echo "asked: $(cat err)"; return 1; }; }

# ---- the proof ----

@test "SRP: the right password signs in, and is never sent" {
    signs_in srp srp alice "$PASSWORD"
    asked 'hidden: Password: '
    grep -q '^refresh refresh\.' out
    sent 'calls == ["InitiateAuth", "RespondToAuthChallenge"]'
    sent '"'"$PASSWORD"'" not in json.dumps(bodies)'
    sent 'sorted(bodies[0]["AuthParameters"]) == ["SRP_A", "USERNAME"]'
    sent 'sorted(bodies[1]["ChallengeResponses"]) == ["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "USERNAME"]'
}

@test "SRP: twenty sign-ins in a row succeed, each with an A of its own" {
    for _ in $(seq 20); do
        signs_in srp public alice "$PASSWORD"
    done
    sent 'len({body["AuthParameters"]["SRP_A"] for body in bodies[::2]}) == 20'
}

@test "SRP: a wrong password is refused" {
    for wrong in correct-Horse-7 "$PASSWORD " x; do
        is_refused 'the user name or the password is not right' srp public alice "$wrong"
    done
    sent 'calls == ["InitiateAuth", "RespondToAuthChallenge"] * 3'
}

@test "SRP: an alias is answered for under the name that the pool knows" {
    signs_in srp public carol@example "$PASSWORD"
    sent 'bodies[0]["AuthParameters"]["USERNAME"] == "carol@example"'
    sent 'bodies[1]["ChallengeResponses"]["USERNAME"].startswith("f2a1c0de-")'
}

@test "without a user the person is asked for the name" {
    signs_in srp public '' alice "$PASSWORD"
    asked $'shown: User name: \nhidden: Password: '
    is_refused 'no user name was entered' srp public '' ''
}

@test "nothing, or nobody, at the question for the password" {
    is_refused 'no password was entered' srp public alice ''
    sent 'calls == ["InitiateAuth"]'
    status=0
    "$PROGRAM" srp "https://127.0.0.1:$PORT/" us-east-1_AbCdEf123 public alice </dev/null >out 2>err ||
        status=$?
    [ "$status" -eq 1 ]
    grep -q '^sign-in: no answer' err
}

@test "what no honest pool sends for the proof is refused, and nothing is answered" {
    for spoiled in zero prime beyond nob; do
        is_refused "the pool's SRP_B is not a number" srp public "$spoiled" "$PASSWORD"
    done
    is_refused "the pool's SALT is not" srp public nosalt "$PASSWORD"
    is_refused "the pool's SECRET_BLOCK is not base64" srp public noblock "$PASSWORD"
    is_refused 'asks for a proof by SRP, but not as it should' srp public nouser "$PASSWORD"
    sent 'set(calls) == {"InitiateAuth"}'
}

# ---- flows ----

@test "the plain flow sends the password, and asks for nothing else" {
    signs_in plain plain alice "$PASSWORD"
    asked 'hidden: Password: '
    sent '[body["AuthFlow"] for body in bodies] == ["USER_PASSWORD_AUTH"]'
    sent 'bodies[0]["AuthParameters"] == {"USERNAME": "alice", "PASSWORD": "'"$PASSWORD"'"}'
    is_refused 'the user name or the password is not right' plain plain alice wrong
    is_refused 'ALLOW_USER_PASSWORD_AUTH' plain srp alice "$PASSWORD"
}

@test "a client that allows only USER_PASSWORD_AUTH is not sent the password where SRP is meant" {
    is_refused 'does not allow to sign in with a password' srp plain alice "$PASSWORD"
    sent '"'"$PASSWORD"'" not in json.dumps(bodies) and len(bodies) == 1'
}

@test "a client that allows neither: one that says so, before the password is typed for SRP" {
    is_refused 'the app client none does not allow to sign in with a password' srp none alice "$PASSWORD"
    is_refused 'ALLOW_USER_SRP_AUTH' srp none alice ''
}

# ---- challenges ----

@test "a code by SMS, by e-mail, of the app: asked for with where it went" {
    signs_in srp public sms "$PASSWORD" 123456
    asked $'hidden: Password: \nshown: Code sent by SMS to +*******1234: '
    signs_in srp public email "$PASSWORD" '123 456'
    asked $'hidden: Password: \nshown: Code sent by e-mail to a***@e***\\x1b[31m: '
    signs_in srp public app "$PASSWORD" ' 123456 '
    asked $'hidden: Password: \nshown: Code of the authenticator app on phone: '
    signs_in srp public bareapp "$PASSWORD" 123456
    asked $'hidden: Password: \nshown: Code of the authenticator app: '
}

@test "two factors one after the other, in the plain flow too" {
    signs_in srp public sms+app "$PASSWORD" 123456 123456
    signs_in plain public sms+app "$PASSWORD" 123456 123456
    sent 'len(bodies) == 7'
}

@test "a wrong code: two more chances with the same session, and no more" {
    signs_in srp public app "$PASSWORD" 111111 222222 123456
    [ "$(grep -c '^tell: The code is not right' err)" -eq 2 ]
    sent 'len({body["Session"] for body in bodies[2:]}) == 1'
    is_refused 'the code is not right' srp public app "$PASSWORD" 1 2 3 123456
}

@test "no code is no answer" {
    is_refused 'nothing was entered' srp public app "$PASSWORD" '' '' ''
    is_refused 'nothing was entered' srp public app "$PASSWORD" '  '
}

@test "an expired code ends the sign-in" {
    is_refused 'the code has expired' srp public expired "$PASSWORD" 123456
}

@test "the person chooses the second factor, among those that this program knows" {
    signs_in srp public choose "$PASSWORD" 2 123456
    grep -q '^choice: a code by SMS' err
    [ "$(grep -c '^choice:' err)" -eq 3 ]
    sent 'bodies[2]["ChallengeResponses"] == {"USERNAME": "choose", "ANSWER": "SMS_MFA"}'
    is_refused 'no second factor was chosen' srp public choose "$PASSWORD" 4
    signs_in srp public chooseone "$PASSWORD" 123456
    [ "$(grep -c '^choose:' err)" -eq 0 ]
    is_refused 'no second factor that this program knows' srp public choosenone "$PASSWORD"
    is_refused 'no second factor that this program knows' srp public choosebad "$PASSWORD"
}

@test "a new password: entered twice, with the attributes that the pool asks for" {
    signs_in srp public new "$PASSWORD" New-Horse-88 New-Horse-88 Alice
    sent 'bodies[2]["ChallengeResponses"] == {"USERNAME": "new", "NEW_PASSWORD": "New-Horse-88", "userAttributes.given_name": "Alice"}'
    [ "$(grep -c '^hidden:' err)" -eq 3 ]
    grep -q '^shown: The pool wants to know your given_name: ' err
}

@test "a new password that differs, or that the pool does not take: again" {
    signs_in srp public new "$PASSWORD" New-Horse-88 New-Horse-89 New-Horse-88 New-Horse-88 Alice
    grep -q '^tell: The two are not the same' err
    signs_in srp public new "$PASSWORD" short short Alice New-Horse-88 New-Horse-88 Alice
    grep -q '^tell: The pool does not take it: Password did not conform with policy' err
    is_refused 'entered twice the same' srp public new "$PASSWORD" a b c d e f
    is_refused 'the pool does not take the password: Password did not conform' srp public new \
        "$PASSWORD" s s A s s A s s A
}

@test "a new password may have any characters that are UTF-8" {
    signs_in srp public new "$PASSWORD" $'\u03c0 "\\\u20ac\U1f511/x' $'\u03c0 "\\\u20ac\U1f511/x' Alice
    sent 'bodies[2]["ChallengeResponses"]["NEW_PASSWORD"] == "\u03c0 \"\\\u20ac\U0001f511/x"'
    is_refused 'not UTF-8' srp public new "$PASSWORD" $'12345678\xff' $'12345678\xff' Alice
}

@test "an attribute may not stand for something else" {
    is_refused 'an attribute of no such name' srp public newbad "$PASSWORD" New-Horse-88 New-Horse-88
}

@test "challenges that cannot be answered here point to the browser" {
    is_refused 'asks for CUSTOM_CHALLENGE, which this program cannot answer; sign in with the browser' \
        srp public custom "$PASSWORD"
    is_refused 'wants a second factor to be set up first' srp public setup "$PASSWORD"
}

@test "a pool that asks for ever comes to an end" {
    is_refused 'the pool asks on and on' srp public forever "$PASSWORD" 1 2 3 4 5 6 7 8 9 10 11 12 13 14
    sent 'len(bodies) == 12'
}

# ---- refusals ----

@test "each fault has a sentence of its own" {
    is_refused 'the app client secret has a secret' srp secret alice "$PASSWORD"
    is_refused 'there is no such pool or app client' srp missing alice "$PASSWORD"
    is_refused 'the sign-in took too long' srp public session "$PASSWORD"
    is_refused 'the account is disabled' srp public disabled "$PASSWORD"
    is_refused 'too many wrong passwords' srp public attempts "$PASSWORD"
    is_refused 'the temporary password has expired' srp public temporary "$PASSWORD"
    is_refused 'knows no such user' srp public unknown "$PASSWORD"
    is_refused 'has to be reset first' srp public reset "$PASSWORD"
    is_refused 'not confirmed yet' srp public unconfirmed "$PASSWORD"
    is_refused 'too many requests' srp public requests "$PASSWORD"
    is_refused 'too many attempts' srp public limit "$PASSWORD"
    is_refused 'web ACL' srp public waf "$PASSWORD"
    is_refused 'UserLambdaValidationException: PreAuthentication failed with error Not today.?' \
        srp public trigger "$PASSWORD"
    is_refused 'the pool refuses: StrangeException: HTTP 400' srp public strange "$PASSWORD"
    is_refused 'the pool refuses: unnamed: HTTP 400' srp public emptyfault "$PASSWORD"
    # None of these needed a password.
    sent 'set(calls) == {"InitiateAuth"} and "PASSWORD\"" not in json.dumps(bodies)'
}

@test "an answer that makes no sense is no sign-in" {
    is_refused 'HTTP 502, and not an answer of a user pool' srp public html
    for raw in notjson list nothing twice; do
        is_refused 'HTTP 200, and not an answer of a user pool' srp public "$raw"
    done
    for raw in empty null notobject number lower; do
        is_refused 'holds neither tokens nor a question' srp public "$raw"
    done
    for raw in noid notoken; do
        is_refused 'the answer has no ID token' srp public "$raw"
    done
    for raw in spacedrefresh longrefresh; do
        is_refused 'has a refresh token that cannot be used' srp public "$raw"
    done
    is_refused 'a session of more than 8192' srp public longsession
    is_refused 'are no object' srp public badparameters
}

@test "tokens beside a question are no sign-in" {
    is_refused 'CUSTOM_CHALLENGE' srp public both
}

@test "a pool that tracks devices: said that refreshing will fail, and what to do" {
    signs_in srp public device "$PASSWORD"
    [ "$(grep -c '^tell:' err)" -eq 1 ]
    grep -q '^tell: The pool tracks devices, .* have device tracking turned off in the pool' err
    signs_in srp public nodevice
    asked ''
}

@test "an ID token without a refresh token is one, and so is one with an escape" {
    signs_in srp public escaped
    grep -qx 'id a.b.c' out
    signs_in srp public norefresh
    grep -qx 'id a.b.c' out
    grep -qx 'refresh ' out
}

@test "nobody there: said so, before anything is asked" {
    URL=https://127.0.0.1:1/ is_refused 'cannot be reached' srp public alice
    asked ''
    URL=http://127.0.0.1:$PORT/ is_refused 'must begin with https://' srp public alice
    asked ''
}

@test "a clock that is off is named along with the refusal" {
    mkfifo ready
    AHEAD=-7200 python3 "$HERE/srp-pool.py" "$requests" "$TLS/server" >ready 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/late.pid"
    read -r -t 60 port <ready
    URL=https://127.0.0.1:$port/ is_refused 'clock of this machine is 120 minutes fast' srp public alice x
}

# ---- the terminal ----

@test "at a terminal: the password is not echoed, the code and the choice are" {
    printf '%s\n' "User name: |choose" "Password: |$PASSWORD" 'Number (1 to 3): |9' \
        'Number (1 to 3): |1' 'phone: |123456' |
        PERSON=terminal python3 "$HERE/password-terminal.py" screen "$PROGRAM" srp \
            "https://127.0.0.1:$PORT/" us-east-1_AbCdEf123 public >out
    grep -q '^id ' out
    tr -d '\r' <screen >shown
    cat shown
    ! grep -qF "$PASSWORD" shown || return 1
    grep -qx 'Password: ' shown
    grep -qx '  2  a code by SMS' shown
    grep -qx 'Number (1 to 3): 1' shown
    grep -qx 'Code of the authenticator app on phone: 123456' shown
}

@test "without a terminal: said so" {
    status=0
    PERSON=terminal setsid -w "$PROGRAM" srp "https://127.0.0.1:$PORT/" us-east-1_AbCdEf123 public \
        alice >out 2>err </dev/null || status=$?
    [ "$status" -eq 1 ]
    grep -q '^sign-in: there is no terminal to ask at; sign in with the browser' err
}

# ---- an emulator that others wrote ----

# Once for all tests; it does not know SRP.
emulator() {
    [ ! -f "$BATS_FILE_TMPDIR/obstacle" ] || skip "$(cat "$BATS_FILE_TMPDIR/obstacle")"
    if [ ! -f "$BATS_FILE_TMPDIR/emulator.url" ]; then
        local modules=${BUILD:-$PWD}/tests/pool
        "$HERE/../pool/install" "$modules" >"$BATS_FILE_TMPDIR/obstacle" || {
            [ -z "${CI:-}" ] || { cat "$BATS_FILE_TMPDIR/obstacle"; return 1; }
            skip "$(cat "$BATS_FILE_TMPDIR/obstacle")"
        }
        rm "$BATS_FILE_TMPDIR/obstacle"
        start_emulator "$modules/node_modules"
    fi
    URL=$(cat "$BATS_FILE_TMPDIR/emulator.url")
    POOL_ID=$(cat "$BATS_FILE_TMPDIR/pool_id")
    client=$(cat "$BATS_FILE_TMPDIR/client_id")
}

start_emulator() {
    local folder=$BATS_FILE_TMPDIR/emulator port
    mkdir -p "$folder/.cognito"
    cp "$TLS"/server.{key,pem} "$folder/"
    port=$(python3 "$HERE/password-emulator.py" port)
    cat >"$folder/.cognito/config.json" <<-END
	{"UserPoolDefaults": {"UsernameAttributes": []},
	 "TokenConfig": {"IssuerDomain": "https://127.0.0.1:$port"},
	 "ServerConfig": {"https": true, "key": "server.key", "cert": "server.pem"}}
	END
    (
        cd "$folder" || exit 1
        HOST=127.0.0.1 PORT=$port exec node "$1/cognito-local/lib/bin/start.js" >log 2>&1 3>&-
    ) &
    echo $! >"$BATS_FILE_TMPDIR/emulator.pid"
    python3 "$HERE/password-emulator.py" people "https://127.0.0.1:$port/" "$CA_FILE" \
        "$BATS_FILE_TMPDIR" || {
        cat "$folder/log"
        return 1
    }
    echo "https://127.0.0.1:$port/" >"$BATS_FILE_TMPDIR/emulator.url"
}

code_of() { python3 "$HERE/password-emulator.py" code "$(cat "$BATS_FILE_TMPDIR/$1")"; }

@test "cognito-local: a password signs in, a wrong one and an unknown user do not" {
    emulator
    signs_in plain "$client" alice "$PASSWORD"
    is_refused 'the pool does not take the password' plain "$client" alice wrong
    is_refused 'the user name or the password is not right' plain "$client" mallory "$PASSWORD"
    is_refused 'there is no such pool or app client' plain missing alice "$PASSWORD"
}

@test "cognito-local: the authenticator app; a wrong code first" {
    emulator
    signs_in plain "$client" tom "$PASSWORD" 000000 "$(code_of secret)"
    grep -q '^tell: The code is not right' err
    grep -q '^shown: Code of the authenticator app on phone: ' err
}

@test "cognito-local: the choice between two factors" {
    emulator
    signs_in plain "$client" sue "$PASSWORD" 1 "$(code_of secret_of_sue)"
    [ "$(grep -c '^choice:' err)" -eq 2 ]
}

@test "cognito-local: a new password, which then is the password" {
    emulator
    signs_in plain "$client" nora "$PASSWORD" New-Horse-88 New-Horse-88
    signs_in plain "$client" nora New-Horse-88
    is_refused 'the pool does not take the password' plain "$client" nora "$PASSWORD"
}

# ---- cognito-login ----

write_profile() {
    mkdir -p home/.config/cognito-login run
    chmod 700 home run
    cat >home/.config/cognito-login/config <<-END
	user_pool = $POOL_ID
	client_id = $client
	endpoint = $URL
	issuer = ${URL}$POOL_ID
	jwks_uri = ${URL}$POOL_ID/.well-known/jwks.json
	ca_file = $CA_FILE
	password_flow = plain
	END
}

# login_as USER PASSWORD: cognito-login at a terminal.
login_as() {
    printf '%s\n' "User name: |$1" "Password: |$2" |
        env -u XDG_CONFIG_HOME -u XDG_STATE_HOME HOME="$PWD/home" XDG_RUNTIME_DIR="$PWD/run" \
            python3 "$HERE/password-terminal.py" screen "$(dirname "$PROGRAM")/cognito-login" --password --json
}

@test "cognito-login --password signs in at cognito-local, and keeps the tokens" {
    emulator
    write_profile
    login_as alice "$PASSWORD" >out || { cat screen; return 1; }
    grep -q '"username": "alice"' out
    env -u XDG_CONFIG_HOME -u XDG_STATE_HOME HOME="$PWD/home" XDG_RUNTIME_DIR="$PWD/run" \
        "$(dirname "$PROGRAM")/cognito-login" token >kept
    grep -qE '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$' kept
    ! grep -qF "$PASSWORD" screen || return 1
}

@test "cognito-login --password with a wrong password keeps nothing" {
    emulator
    write_profile
    status=0
    login_as alice wrong >out || status=$?
    [ "$status" -eq 1 ]
    [ ! -s out ]
    grep -q 'cognito-login: the pool does not take the password' screen
    [ -z "$(find home run -type f ! -name config ! -name '*lock*' -size +0)" ]
}
