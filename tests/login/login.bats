#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-login against a pool that can be told what to do wrong. Needs neither root nor a network.
# What is in single quotes is for another shell (SC2016).
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2119

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

bats_require_minimum_version 1.5.0

setup() {
    make_laptop
    start_pool
    configure
}

teardown() {
    stop_pool
}

# ---- the browser ----

@test "login with a browser, then token, status, logout" {
    use_browser
    login >out 2>err
    [ ! -s out ]
    grep -q 'Signed in as alice' err
    await_file "$pool/page"
    grep -q '^200' "$pool/page"
    grep -q 'You are signed in' "$pool/page"
    [ "$(stat -c %a "$state" "$runtime" | sort -u)" = 700 ]
    [ "$(stat -c %a "$state/default.refresh" "$runtime/default.id" | sort -u)" = 600 ]
    login token >token 2>err
    [ ! -s err ]
    [ "$(wc -l <token)" = 1 ]
    [[ $(cat token) == eyJ*.*.* ]]
    [ "$(tail -n 1 "$runtime/default.id")" = "$(cat token)" ]
    login status | grep -qE 'logged in; the ID token lasts (59|60) min'
    [ "$(count_requests 'grant refresh_token')" = 0 ]
    login logout
    nothing_stored
    [ "$(count_requests RevokeToken)" = 1 ]
    must_fail 1 'nobody is logged in; log in: cognito-login' login token
    run -1 login status
    [ "$output" = 'profile default: not logged in' ]
}

@test "--json gives results for programs" {
    use_browser
    login --json 2>err | python3 -c '
import json, sys
found = json.load(sys.stdin)
assert found["profile"] == "default" and found["username"] == "alice", found
assert found["expires_at"] > 1700000000 and len(found["sub"]) == 36, found'
    login status --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
assert found["logged_in"] is True and found["can_refresh"] is True, found
assert 3500 < found["id_token_seconds"] <= 3600, found'
    login token --json | python3 -c '
import json, sys
assert json.load(sys.stdin)["id_token"].count(".") == 2'
}

@test "the page and its address give nothing away" {
    sign_in 2>err
    refute grep -q 'code-\|state=\|eyJ' "$pool/page"
    grep -q '^Cache-Control: no-store' "$pool/page"
    grep -q '^Referrer-Policy: no-referrer' "$pool/page"
    grep -q "^Content-Security-Policy: default-src 'none'" "$pool/page"
}

@test "what the browser is sent to: code, S256, state, nonce, the callback" {
    sign_in 2>err
    for word in response_type=code code_challenge_method=S256 scope=openid \
        client_id=1example23456789abcdefghij \
        "redirect_uri=http%3A%2F%2Flocalhost%3A${ports%% *}%2Fcallback"; do
        grep -qF "$word" "$pool/address"
    done
    for name in state nonce code_challenge; do
        grep -qE "[?&]$name=[A-Za-z0-9_-]{43}(&|$)" "$pool/address"
    done
    # No two sign-ins share anything.
    tr '&' '\n' <"$pool/address" | grep -E '^(state|nonce|code_challenge)=' >first
    sign_in 2>err
    tr '&' '\n' <"$pool/address" | grep -E '^(state|nonce|code_challenge)=' >second
    [ "$(sort first second | uniq -d)" = '' ]
}

@test "the address of the sign-in is on no command line; the page that leads there goes" {
    use_browser stop-there
    in_folder=$XDG_RUNTIME_DIR
    # A name that an address has to have encoded.
    export XDG_RUNTIME_DIR="$PWD/run/a%b \"c&d"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    "$login_build/cognito-login" 2>err >out 3>&- 9>&- &
    signing=$!
    await_file "$pool/end"
    [[ $(cat "$pool/argument") == file://*/cognito-login/default.html ]]
    refute grep -q 'state=\|code_challenge' <(tr '\0' '\n' <"/proc/$signing/cmdline") "$pool/argument"
    grep -q 'state=.*code_challenge=' "$pool/address"
    grep -qF "$(cat "$pool/address")" err
    [ "$(stat -c %a "$XDG_RUNTIME_DIR/cognito-login/default.html")" = 600 ]
    [ ! -s "$pool/blocked" ]
    kill "$signing"
    status=0
    wait "$signing" || status=$?
    [ "$status" = 143 ]
    [ ! -e "$XDG_RUNTIME_DIR/cognito-login/default.html" ]
    export XDG_RUNTIME_DIR=$in_folder
    sign_in 2>err
    [ ! -e "$runtime/default.html" ]
}

@test "strange requests to the listener are answered without a word, and ignored" {
    use_browser favicon wrong-state no-state two-codes post rebound two-hosts other-path garbage \
        long crowd
    login 2>err
    await_file "$pool/page"
    grep -q 'You are signed in' "$pool/page"
    grep -q 'was ignored: its state is not the one of this sign-in' err
    [ "$(grep -c '^HTTP/1.1 404' "$pool/said")" -ge 9 ]
    refute grep -q 'html\|code-\|state=[A-Z]' <(tr -d '\r' <"$pool/said" | grep -v '^Content-Type')
    [ "$(count_requests 'grant authorization_code')" = 1 ]
}

@test "a second request to the listener finds nobody" {
    use_browser again
    login 2>err
    await_file "$pool/page"
    [ "$(cat "$pool/second")" = ConnectionRefusedError ]
    [ "$(count_requests 'grant authorization_code')" = 1 ]
}

@test "the listener is there on ::1 as well" {
    [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6 || skip 'no IPv6 loopback'
    use_browser six
    login 2>err
    await_file "$pool/page"
    grep -q 'You are signed in' "$pool/page"
}

# Listens at the ports until standard input ends.
squat() {
    python3 -c '
import socket, sys
held = []
for port in sys.argv[2:]:
    one = socket.socket(socket.AF_INET6 if sys.argv[1] == "six" else socket.AF_INET)
    one.bind(("::1" if sys.argv[1] == "six" else "127.0.0.1", int(port)))
    one.listen()
    held.append(one)
open("squatting", "w").close()
sys.stdin.read()' "$@"
}

@test "a port that is taken: the next one; all of them: named" {
    mkfifo hold
    # shellcheck disable=SC2086 # words
    squat four $ports <hold 3>&- &
    exec 8>hold
    await_file squatting
    use_browser
    must_fail 1 "every port of the profile is taken (${ports// /, })" login
    exec 8>&-
    wait $!
    rm squatting
    squat six "${ports%% *}" <hold 3>&- &
    exec 8>hold
    await_file squatting
    login 2>err
    await_file "$pool/page"
    ports=${ports#* }
    grep -q "localhost:${ports%% *}/callback" "$pool/end"
    exec 8>&-
}

@test "refused by the person, in the browser" {
    behave denied
    use_browser
    must_fail 1 'the sign-in was refused or cancelled in the browser: No, thanks' login
    await_file "$pool/page"
    grep -q '^400' "$pool/page"
    grep -q 'You are not signed in' "$pool/page"
    nothing_stored
}

@test "no browser: the address is shown, and can be gone to by hand" {
    BROWSER='/nonexistent/browser %s' "$login_build/cognito-login" >out 2>err 3>&- &
    await_text err 'redirect_uri='
    address=$(grep -o 'https://[^ ]*oauth2[^ ]*' err)
    python3 "$login_here/browser.py" "$pool" "$address"
    wait $! || { cat err; false; }
    grep -q 'Signed in as alice' err
}

@test "BROWSER: the address is one word in the place of each %s, in quotes or not, or the last one" {
    cat >record <<END
#!/bin/sh
printf '%s\n' "\$@" >words
for word; do :; done
exec python3 '$login_here/browser.py' '$pool' "\${word#--url=}"
END
    chmod 755 record
    local row
    for row in '2:%s' "2:'%s'" '2:"%s"' "2:--url='%s'" '2:"--url=%s"' "3:it\\'s '%s'" '3:%s "%s"' '2:' \
        "3:'a:b' \"%s\":false" "3:'a b' '%s':false %s" '3:\%s' '3:"\%s"'; do
        rm -f "$pool/page" words
        BROWSER="./record first ${row#*:}" login 2>err
        await_file "$pool/page"
        grep -q '^200' "$pool/page"
        echo "$row"
        cat words
        [ "$(wc -l <words)" = "${row%%:*}" ]
    done
}

await_text() {
    local i
    for ((i = 0; i < 600; i++)); do
        refute grep -q "$2" "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}

# ---- what the pool can do wrong ----

# The first is the behaviour, the second what is said.
refused_sign_in() {
    behave "$1"
    use_browser
    must_fail 1 "$2" login
    nothing_stored
}

@test "a token of another issuer" {
    refused_sign_in 'mint:--set,iss="https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other"' \
        'claim.issuer: the token is of another pool than eu-central-1_ExAmPlE01'
}

@test "a token of another pool's key" {
    "$login_top/tests/tools/mint" pool "$PWD/other"
    refused_sign_in "mint:--key,$PWD/other/id.pem" 'signature.invalid'
}

@test "a token for another client" {
    refused_sign_in 'mint:--set,aud="another"' 'claim.audience'
}

@test "an access token in the place of the ID token" {
    refused_sign_in 'mint:--set,token_use="access"' 'claim.token_use'
}

@test "a token with another sign-in's nonce, and one without any" {
    refused_sign_in 'no-nonce mint:--set,nonce="somebody"' 'its nonce is not the one that was sent'
    refused_sign_in 'no-nonce mint:--set,nonce=7' "the token's nonce is no text"
    refused_sign_in no-nonce 'it has no nonce, and one was sent'
}

@test "a token that has expired; and a clock that is off is named" {
    local past=$(($(date +%s) - 7200))
    refused_sign_in "mint:--now,$past" claim.expired
    refused_sign_in "mint:--now,$past clock:-7200" \
        'claim.expired: the clock of this machine is 720'
    grep -q 'seconds ahead of that of the pool; set it' err
}

@test "a clock that is behind" {
    refused_sign_in "mint:--now,$(($(date +%s) + 7200)) clock:7200" \
        'seconds behind that of the pool; set it'
}

@test "no ID token in the answer" {
    refused_sign_in no-id-token 'the answer has no ID token (id_token)'
}

@test "an answer that is no JSON, one that is huge, one without end" {
    refused_sign_in no-json 'an answer that makes no sense here'
    refused_sign_in huge 'the answer is too long'
    refused_sign_in endless 'the answer is too long'
}

@test "a redirect of the token endpoint is not followed" {
    refused_sign_in redirect 'redirects are not followed'
    [ "$(count_requests evil)" = 0 ]
}

@test "a pool that is slow: the time is bounded" {
    configure 'timeout = 1s' # twice: refused
    must_fail 2 'timeout: set twice' login
    sed -i '$d; s/^timeout = .*/timeout = 1s/' "$config"
    SECONDS=0
    refused_sign_in slow 'no answer in time'
    [ "$SECONDS" -lt 20 ]
}

@test "a pool that is out of order" {
    refused_sign_in unavailable 'HTTP 503'
}

@test "a client with a secret" {
    refused_sign_in secret 'has a secret'
    grep -q 'cognito-login needs a client without a secret' err
}

@test "a client that managed login does not know" {
    sed -i 's/^client_id.*/client_id = another/' "$config"
    use_browser
    must_fail 1 'does not know the app client another' login
    [ ! -e "$pool/address" ]
    nothing_stored
}

@test "a callback that is not registered is named before the browser opens" {
    refused_sign_in unregistered \
        "the callback http://localhost:${ports%% *}/callback is not registered with the app client"
    [ ! -e "$pool/address" ]
}

@test "an error page of managed login that says something else" {
    refused_sign_in 'error-page:Something+went+wrong' 'refuses (Something went wrong): see domain'
    [ ! -e "$pool/address" ]
}

@test "a firewall that does not let programs pass is no obstacle to a browser" {
    local status
    for status in 403 405 503; do
        behave "firewall:$status"
        sign_in 2>err
        grep -q "answers HTTP $status, which may be meant for programs alone" err
        grep -q 'Signed in as alice' err
    done
    behave captcha
    sign_in 2>err
    refute grep -q HTTP err
}

@test "the sign-in page behind a redirect is no error" {
    behave login-page
    use_browser stop-there
    "$login_build/cognito-login" 2>err >out 3>&- &
    await_file "$pool/end"
    [ "$(cat "$pool/end")" = '/login?client_id=x' ]
    kill $!
    wait $! || true
    nothing_stored
}

@test "no network, a host that does not exist" {
    sed -i 's|^domain.*|domain = nowhere.invalid|' "$config"
    use_browser
    must_fail 1 'https://nowhere.invalid cannot be reached' login
    sed -i "s|^domain.*|domain = https://127.0.0.1:$(free_ports 1)|" "$config"
    must_fail 1 'cannot be reached' login
    nothing_stored
}

# ---- with a password ----

# Signs in as alice at a terminal; "screen" is what it shows.
sign_in_by_password() {
    printf '%s\n' 'User name: |alice' ${1:+"Password: |$1"} |
        python3 "$login_here/password-terminal.py" screen "$login_build/cognito-login" --password
}

@test "--password: a pool that refuses SRP is not sent the password" {
    local status=0
    sign_in_by_password || status=$?
    [ "$status" = 1 ]
    grep -q 'does not allow to sign in with a password here' screen
    refute grep -q 'Password:' screen
    [ "$(count_requests '^password')" = 0 ]
    nothing_stored
}

@test "--password: only password_flow = plain sends it" {
    configure 'password_flow = plain'
    sign_in_by_password Correct-Horse-7
    grep -q 'Signed in as alice' screen
    [ "$(count_requests '^password Correct-Horse-7')" = 1 ]
    login token >token
    sed -i 's/^password_flow.*/password_flow = any/' "$config"
    must_fail 2 "$config:$(grep -n '^password_flow' "$config" | cut -d: -f1): password_flow: srp or plain" login
}

# ---- pasting ----

# Starts a sign-in without a browser; the address to go to is in $address then.
begin_pasting() {
    [ -p line ] || mkfifo line
    : >err # what an earlier one said is not awaited
    "$login_build/cognito-login" --no-browser <line >out 2>>err 3>&- &
    pasting=$!
    exec 7>line
    await_text err 'paste it here'
    address=$(grep -o 'https://[^ ]*oauth2/authorize[^ ]*' err)
}

# Pastes its argument, and gives the exit status of the sign-in.
paste_address() {
    printf '%s\n' "$1" >&7
    exec 7>&-
    wait "$pasting"
}

ended_at() {
    printf 'stop-there\n' >"$pool/browser"
    python3 "$login_here/browser.py" "$pool" "$address"
    cat "$pool/end"
}

@test "--no-browser takes the address that the browser ended at" {
    begin_pasting
    paste_address "$(ended_at)"
    grep -q 'Signed in as alice' err
    login token >token
    [ ! -s out ]
}

refused_paste() { # ADDRESS WORDS
    local status=0
    paste_address "$1" || status=$?
    [ "$status" = 1 ]
    grep -qF "$2" err
    nothing_stored
}

@test "--no-browser refuses another address: evil redirect, wrong state, nothing" {
    begin_pasting
    refused_paste "$(ended_at | sed 's|http://localhost:[0-9]*|https://evil.example|')" \
        'this is not the address that the browser ends at'
    begin_pasting
    refused_paste "$(ended_at | sed 's|/callback?|/callback.evil?|')" \
        'this is not the address that the browser ends at'
    behave wrong-state
    begin_pasting
    refused_paste "$(ended_at)" 'its state is not the one of this sign-in'
    rm "$pool/behaviour"
    begin_pasting
    refused_paste '' 'no address was pasted'
    begin_pasting
    refused_paste "$(head -c 20000 /dev/zero | tr '\0' x)" 'the address is too long'
    [ "$(count_requests 'grant authorization_code')" = 0 ]
}

@test "--no-browser: a browser on this machine comes back by itself, and is told so" {
    begin_pasting
    rm -f "$pool/browser"
    python3 "$login_here/browser.py" "$pool" "$address"
    wait "$pasting"
    exec 7>&-
    grep -q 'Signed in as alice' err
    grep -q '^200' "$pool/page"
}

# A browser that only notes that it was started.
use_opener() {
    mkdir bin
    printf '#!/bin/sh\necho "$1" >"%s/opened"\n' "$PWD" >bin/xdg-open
    chmod 755 bin/xdg-open
    PATH=$PWD/bin:$PATH
}

# Signs in at a terminal without a browser, where what COMMAND prints is pasted: by_hand COMMAND
by_hand() {
    printf 'stop-there\n' >"$pool/browser"
    python3 "$login_here/pasting.py" screen \
        "python3 '$login_here/browser.py' '$pool' \"\$1\"; $1" "$login_build/cognito-login"
}

@test "no display: said at once, no browser is started, and the address can be pasted" {
    use_opener
    by_hand "cat '$pool/end'; echo"
    grep -q 'No browser is opened: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' screen
    grep -q 'Signed in as alice' screen
    [ ! -e opened ]
    # One that is wrong is named, and another one taken.
    by_hand "echo http://localhost:1/callback?code=x; sed s/state=./state=!/ '$pool/end'; echo; cat '$pool/end'; echo"
    grep -q 'this is not the address that the browser ends at' screen
    grep -q 'this address is not of this sign-in: its state is not the one' screen
    grep -q 'Signed in as alice' screen
    [ ! -e opened ]
    # The end of what is typed ends the sign-in.
    run -1 by_hand "printf '\\004'"
    grep -q 'no address was pasted' screen
}

@test "no display and no terminal: the browser can still come back by itself" {
    use_opener
    setsid -w "$login_build/cognito-login" >out 2>err </dev/null 3>&- &
    await_text err 'redirect_uri='
    refute grep -q 'paste it here' err
    python3 "$login_here/browser.py" "$pool" "$(grep -o 'https://[^ ]*oauth2[^ ]*' err)"
    wait $!
    grep -q 'Signed in as alice' err
    [ ! -e opened ]
}

@test "an SSH session opens no browser, whatever the display; BROWSER does" {
    use_opener
    export DISPLAY=:0
    SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22' by_hand "cat '$pool/end'; echo"
    grep -q 'No browser is opened: this is an SSH session (SSH_CONNECTION is set)' screen
    [ ! -e opened ]
    rm "$pool/browser"
    use_browser
    SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22' login 2>err
    refute grep -q 'No browser is opened' err
    grep -q 'Signed in as alice' err
    # With a display alone the system's browser is started.
    unset BROWSER
    "$login_build/cognito-login" >out 2>err </dev/null 3>&- 9>&- &
    await_file opened
    kill $!
    wait $! || [ $? = 143 ]
    refute grep -q 'No browser is opened' err
}

@test "a code that was used before, and one of another sign-in" {
    begin_pasting
    used=$(ended_at)
    paste_address "$used"
    login logout
    begin_pasting
    state=$(grep -oE 'state=[^&]*' <<<"$address")
    replayed=$(sed -E "s/state=[^&]*/$state/" <<<"$used")
    refused_paste "$replayed" 'the code was used before, is too old, or is of another sign-in'
    # A code that is good, but for the challenge of another sign-in.
    begin_pasting
    stolen=$(ended_at)
    kill "$pasting"
    wait "$pasting" || true
    exec 7>&-
    begin_pasting
    state=$(grep -oE 'state=[^&]*' <<<"$address")
    refused_paste "$(sed -E "s/state=[^&]*/$state/" <<<"$stolen")" 'invalid_grant'
}
