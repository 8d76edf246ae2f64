#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# cognito-refresh against a real TLS server on loopback that can misbehave (server.py). Whatever it
# does, the old key set is byte for byte in place, nothing else is left, the exit status is 1 and
# the cause is named.
#
# shellcheck disable=SC2016 # expressions for another shell
# shellcheck disable=SC2154 # run sets stderr_lines
#
# COGNITO_REFRESH is the program (./cognito-refresh). As root the tests give the cache to nobody and
# let the program become that user; as anybody else it stays that user.

bats_require_minimum_version 1.5.0

POOL=us-east-1_AbCdEf123

setup_file() {
    command -v python3 openssl > /dev/null || skip "python3 and openssl are needed"
    PROGRAM=$(realpath "${COGNITO_REFRESH:-./cognito-refresh}")
    [ -x "$PROGRAM" ]
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/cognito-refresh.XXXXXX")
    chmod 0755 "$WORK"
    # A process that cannot be traced cannot be checked for leaks by the sanitizer either.
    export ASAN_OPTIONS=detect_leaks=0
    if [ "$(id -u)" -eq 0 ]; then
        OWNER=nobody
    else
        OWNER=$(id -un)
    fi
    mkdir "$WORK/server"
    mkfifo "$WORK/ready"
    python3 -W ignore "$BATS_TEST_DIRNAME/server.py" "$WORK/server" > "$WORK/ready" \
        2> "$WORK/server.err" 3>&- &
    SERVER_PID=$!
    read -r -t 60 PORTS < "$WORK/ready"
    export PROGRAM WORK OWNER SERVER_PID PORTS
}

teardown_file() {
    if [ -n "${SERVER_PID-}" ]; then
        kill "$SERVER_PID" || true
    fi
    chmod -R u+rwX "${WORK:?}"
    rm -rf "$WORK"
}

setup() {
    SERVER=$WORK/server
    OLD=$SERVER/old.jwks
    HERE=$WORK/$BATS_TEST_NUMBER
    CACHE=$HERE/cache
    CACHED=$CACHE/$POOL.jwks
    CONF=$HERE/conf
    mkdir "$HERE"
    new_cache "$CACHE"
    place_old
}

# ---- helpers ----

is_root() {
    [ "$(id -u)" -eq 0 ]
}

needs_root() {
    is_root || skip "needs root"
}

give() { # PATH: to the user who refreshes
    if is_root; then
        chown -h "$OWNER:" "$1"
    fi
}

new_cache() { # PATH
    mkdir -m 0755 "$1"
    give "$1"
}

place_old() {
    rm -f "$CACHED"
    cp "$OLD" "$CACHED"
    chmod 0644 "$CACHED"
    touch -d '3 hours ago' "$CACHED"
    give "$CACHED"
}

port() { # NAME of a listener
    local pair
    for pair in $PORTS; do
        if [ "${pair%%=*}" = "$1" ]; then
            printf '%s' "${pair#*=}"
            return 0
        fi
    done
    return 1
}

https() { # LISTENER PATH
    printf 'https://127.0.0.1:%s/%s' "$(port "$1")" "$2"
}

good() {
    https good good
}

# Writes a configuration: what every test needs, then its own lines.
configure() { # LINE...
    configure_without_ca "ca_file = $SERVER/ca.pem" "$@"
}

configure_without_ca() { # LINE...
    rm -f "$CONF"
    printf '%s\n' "user_pool = $POOL" 'client_id = 1example23456789abcdefghij' \
        "cache_dir = $CACHE" "refresh_user = $OWNER" "$@" > "$CONF"
    chmod 0644 "$CONF"
}

# Whether TEXT holds PART; says so if not.
has() { # TEXT PART
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf 'not in the text: %s\ntext: %s\n' "$2" "$1"
    return 1
}

lacks() { # TEXT PART
    case $1 in
    *"$2"*)
        printf 'in the text: %s\ntext: %s\n' "$2" "$1"
        return 1
        ;;
    esac
}

# What is in the cache, but for the lock, which stays, and for how the last attempt went.
cached_files() {
    ls -A --ignore=".$POOL.lock" --ignore=".$POOL.attempt" "$CACHE"
}

# The only file in the cache is a set, and this one.
cache_is() { # SET
    cmp "$1" "$CACHED"
    [ "$(cached_files)" = "$POOL.jwks" ]
}

refused() { # CAUSE: what the last run left
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    has "$stderr" "$POOL: "
    has "$stderr" "$1"
    has "$stderr" '; the old set is kept, fetched 3 h ago'
    [ "${#stderr_lines[@]}" -eq 1 ]
    cache_is "$OLD"
}

must_keep() { # URL CAUSE
    configure "jwks_uri = $1"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused "$2"
    has "$stderr" "$1"
}

must_work() {
    run -0 --separate-stderr "$PROGRAM" "$CONF"
    [ -z "$stderr" ]
    cache_is "$SERVER/good.jwks"
}

# Refused before anything is fetched, with exit status 2.
must_refuse() { # CAUSE ARGUMENT...
    local cause=$1
    shift
    run -2 --separate-stderr "$PROGRAM" "$@"
    [ -z "$output" ]
    has "$stderr" "$cause"
}

requests() { # the number of requests that hold TEXT
    grep -cF -- "$1" "$SERVER/requests" || true
}

# ---- what it is for ----

@test "a first set is fetched" {
    configure "jwks_uri = $(good)"
    rm "$CACHED"
    must_work
    [ "$output" = "$POOL: 2 keys, from $(good)" ]
    [ "$(stat -c '%a %U' "$CACHED")" = "644 $OWNER" ]
}

@test "an old set is replaced, and its time is now" {
    configure "jwks_uri = $(good)"
    must_work
    [ "$CACHED" -nt "$CONF" ]
}

@test "a failure without an old set says so" {
    configure "jwks_uri = $(https good 404)"
    rm "$CACHED"
    run -1 --separate-stderr "$PROGRAM" "$CONF"
    [ "$stderr" = "$POOL: HTTP 404 from $(https good 404); there is no old set" ]
    [ -z "$(cached_files)" ]
}

@test "http is refused, from a loopback address as well, and nobody is asked" {
    configure "jwks_uri = http://127.0.0.1:$(port plain)/good"
    must_refuse "conf:6: jwks_uri: must begin with https://" "$CONF"
    [ "$(requests 'plain uid=')" -eq 0 ]
    cache_is "$OLD"
}

@test "what goes over the wire: a plain GET, with our name, nothing else" {
    configure "jwks_uri = $(good)?wire"
    must_work
    run -0 grep -F 'GET /good?wire HTTP/1.1' "$SERVER/requests"
    [ "${#lines[@]}" -eq 1 ]
    [ "${output#*uid=* }" = "GET /good?wire HTTP/1.1 | Host: 127.0.0.1:$(port good) | User-Agent: cognito-refresh/$("$PROGRAM" --version | cut -d' ' -f2) | Accept: */*" ]
}

@test "two pools: one that fails does not keep the other from its keys" {
    configure "jwks_uri = $(https good 500)"
    cp "$CONF" "$HERE/first"
    configure "jwks_uri = $(good)"
    sed "s/$POOL/eu-west-1_Other/" "$CONF" > "$HERE/second"
    run -1 --separate-stderr "$PROGRAM" "$HERE/first" "$HERE/second"
    has "$output" 'eu-west-1_Other: 2 keys'
    has "$stderr" "$POOL: HTTP 500"
    cmp "$SERVER/good.jwks" "$CACHE/eu-west-1_Other.jwks"
    cmp "$OLD" "$CACHED"
}

@test "--json" {
    configure "jwks_uri = $(https good 404)"
    cp "$CONF" "$HERE/first"
    configure "jwks_uri = $(good)"
    sed "s/$POOL/eu-west-1_Other/" "$CONF" > "$HERE/second"
    configure 'jwks_file = /some/"s\et'
    sed "s/$POOL/eu-west-1_Third/" "$CONF" > "$HERE/third"
    run -1 --separate-stderr "$PROGRAM" --json "$HERE/first" "$HERE/second" "$HERE/third"
    has "$stderr" 'HTTP 404'
    printf '%s' "$output" > "$HERE/json"
    run -0 python3 -c '
import json, sys
one, two, three = json.load(open(sys.argv[1]))
assert list(one) == ["pool", "uri", "result", "keys", "error"], one
assert one["pool"] == sys.argv[2] and one["result"] == "failed" and one["keys"] == 0, one
assert one["uri"].endswith("/404") and one["error"] == "HTTP 404 from " + one["uri"], one
assert two["pool"] == "eu-west-1_Other" and two["result"] == "current", two
assert two["keys"] == 2 and two["error"] is None, two
assert three["result"] == "jwks_file" and three["uri"] == "/some/\"s\\et", three
' "$HERE/json" "$POOL"
}

@test "a pool with jwks_file needs no fetch, no user and no cache" {
    configure "jwks_file = $HERE/placed.jwks" "jwks_uri = $(good)?placed"
    sed -i 's/^refresh_user.*/refresh_user = no-such-user/' "$CONF"
    rm -r "$CACHE"
    run -0 --separate-stderr "$PROGRAM" "$CONF"
    [ "$output" = "$POOL: nothing to fetch, jwks_file is $HERE/placed.jwks" ]
    [ "$(requests 'good?placed')" -eq 0 ]
    [ ! -e "$CACHE" ]
}

# ---- usage and configuration ----

@test "usage" {
    configure "jwks_uri = $(good)?usage"
    must_refuse '--json: not with --watch' --watch --json "$CONF"
    must_refuse '--clock: not with' --clock --watch "$CONF"
    must_refuse '--clock: not with' --json --clock "$CONF"
    must_refuse '--what: no such option' --what "$CONF"
    must_refuse 'not an absolute path' conf
    must_refuse 'not an absolute path' ''
    must_refuse 'a\x1b[31m' $'a\e[31m'
    must_refuse 'no-such-file: No such file' "$HERE/no-such-file"
    local many
    mapfile -t many < <(yes "$CONF" | head -17)
    must_refuse 'more than 16' "${many[@]}"
    run -0 "$PROGRAM" --help
    has "$output" 'usage: cognito-refresh [--watch | --json | --clock] [CONF...]'
    [ "$(requests 'good?usage')" -eq 0 ]
    cache_is "$OLD"
}

@test "a configuration that is refused" {
    configure "jwks_uri = $(good)" 'no_such_key = 1'
    must_refuse "conf:7: no_such_key: no such option" "$CONF"
    configure "jwks_uri = $(good)"
    chmod 0666 "$CONF"
    must_refuse "$CONF: this file can be written to" "$CONF"
    cache_is "$OLD"
}

@test "two configuration files of one pool" {
    configure "jwks_uri = $(good)"
    cp "$CONF" "$HERE/again"
    must_refuse "user_pool $POOL: in two" "$CONF" "$HERE/again"
    cache_is "$OLD"
}

@test "two configuration files with two users" {
    configure "jwks_uri = $(good)"
    sed "s/$POOL/eu-west-1_Other/; s/^refresh_user.*/refresh_user = daemon/" "$CONF" > "$HERE/two"
    must_refuse 'refresh_user: not the same' "$CONF" "$HERE/two"
    cache_is "$OLD"
}

@test "standard output that cannot be written is not passed over" {
    [ -e /dev/full ] || skip "no /dev/full"
    configure "jwks_uri = $(good)"
    run -2 --separate-stderr bash -c '"$@" > /dev/full' - "$PROGRAM" "$CONF"
    has "$stderr" 'standard output cannot be written'
    cache_is "$SERVER/good.jwks"
}

# ---- an unchanged set; one process at a time ----

@test "an unchanged set only gets a new time" {
    local inode
    configure "jwks_uri = $(good)"
    must_work
    inode=$(stat -c %i "$CACHED")
    touch -d '3 hours ago' "$CACHED"
    must_work
    [ "$(stat -c %i "$CACHED")" = "$inode" ]
    [ "$CACHED" -nt "$CONF" ]
    # One that the module would not take is written anew.
    chmod 0664 "$CACHED"
    must_work
    [ "$(stat -c '%i %a' "$CACHED")" != "$inode 664" ]
    [ "$(stat -c %a "$CACHED")" = 644 ]
}

@test "ten runs at once: one fetch, and all of them are content" {
    local i before
    local -a children=()
    configure "jwks_uri = $(good)?ten"
    mkdir "$HERE/out"
    rm "$CACHED"
    # The lock is held until all of them wait.
    touch "$CACHE/.$POOL.lock"
    give "$CACHE/.$POOL.lock"
    exec 7<> "$CACHE/.$POOL.lock"
    flock 7
    for i in 1 2 3 4 5 6 7 8 9 10; do
        "$PROGRAM" "$CONF" > "$HERE/out/$i" 2>&1 3>&- 7>&- &
        children+=($!)
    done
    for i in "${children[@]}"; do
        before=0
        until [ "$(readlink "/proc/$i/exe")" = "$PROGRAM" ] &&
            [ -n "$(find "/proc/$i/fd" -lname "*/.$POOL.lock" 2> /dev/null)" ]; do
            [ $((before += 1)) -lt 500 ]
            is_root || break
            sleep 0.01
        done
    done
    exec 7>&-
    for i in "${children[@]}"; do
        wait "$i"
    done
    cache_is "$SERVER/good.jwks"
    run cat "$HERE"/out/*
    [ "${#lines[@]}" -eq 10 ]
    if is_root; then
        [ "$(requests 'good?ten')" -eq 1 ]
    fi
}

@test "a lock that is never let go is no end" {
    configure "jwks_uri = $(good)"
    touch "$CACHE/.$POOL.lock"
    give "$CACHE/.$POOL.lock"
    run --separate-stderr flock "$CACHE/.$POOL.lock" "$PROGRAM" "$CONF"
    refused 'another process has held the lock for 10 s'
}

# ---- what a server can do ----

@test "every status but 200, though a good set comes with it" {
    local status_code
    for status_code in 201 203 206 304 400 403 404 429 500 503; do
        must_keep "$(https good $status_code)" "HTTP $status_code from"
    done
}

@test "a redirect is not followed, wherever it leads" {
    local target
    for target in https http file metadata; do
        must_keep "$(https good 301-$target)?redirect" 'HTTP 301 from'
    done
    [ "$(requests 'good?followed')" -eq 0 ]
}

@test "what is no key set" {
    must_keep "$(https good html)" 'jwks.json from'
    must_keep "$(https good trailing)" 'jwks.json from'
    must_keep "$(https good nul)" 'jwks.json from'
    must_keep "$(https good empty-keys)" 'key.none from'
}

@test "sets without a usable key" {
    must_keep "$(https good e1)" 'key.none from'
    must_keep "$(https good bits512)" 'key.none from'
    must_keep "$(https good use-enc)" 'key.none from'
}

@test "sets that are refused whole" {
    must_keep "$(https good duplicate-kid)" 'two keys have the same kid'
    must_keep "$(https good private)" 'a key shows its private half'
    must_keep "$(https good many-keys)" 'more than 64 keys'
    must_keep "$(https good 80000-keys)" 'more than 64 keys'
    must_keep "$(https good 100000-keys)" 'the answer is too long'
}

@test "a body that is too long, declared or not" {
    must_keep "$(https good long-declared)" 'the answer is too long'
    must_keep "$(https good long)" 'the answer is too long'
    must_keep "$(https good endless)" 'the answer is too long'
    must_keep "$(https good endless-chunked)" 'the answer is too long'
}

@test "a body of exactly the size limit" {
    configure "jwks_uri = $(https good just-fits)"
    run -0 --separate-stderr "$PROGRAM" "$CONF"
    [ "$(stat -c %s "$CACHED")" -eq 262144 ]
}

@test "headers without end" {
    must_keep "$(https good endless-headers)" 'the headers of the answer are too long'
}

@test "compression, which was not asked for" {
    must_keep "$(https good gzip)" 'an encoded answer, which was not asked for'
    must_keep "$(https good gzip-bomb)" 'an encoded answer, which was not asked for'
    # libcurl decodes this one by itself before 8.8, within our limit.
    must_keep "$(https good transfer-bomb)" 'from'
}

@test "an answer that is cut short" {
    must_keep "$(https good cut)" 'nothing from'
    must_keep "$(https good close)" 'nothing from'
    must_keep "$(https good reset)" 'nothing from'
    must_keep "$(https good reset-midway)" 'nothing from'
    must_keep "$(https good http09)" 'HTTP/0.9'
}

@test "nobody listens" {
    must_keep https://127.0.0.1:1/ 'nothing from'
}

@test "five seconds in all: a byte a second, and silence" {
    local path began
    for path in slow silent; do
        began=$SECONDS
        must_keep "$(https good $path)" 'timed out'
        [ $((SECONDS - began)) -ge 4 ]
        [ $((SECONDS - began)) -le 7 ]
    done
}

@test "two seconds to connect: no TLS handshake, no TCP handshake" {
    local listener began
    for listener in mute full; do
        began=$SECONDS
        must_keep "$(https $listener good)" 'nothing from' # in each libcurl's own words
        [ $((SECONDS - began)) -ge 1 ]
        [ $((SECONDS - began)) -le 4 ]
    done
}

@test "a name server that does not answer holds up nobody" {
    needs_root
    configure 'jwks_uri = https://keys.example/'
    echo 'nameserver 127.0.0.1' > "$HERE/resolv.conf"
    local began=$SECONDS
    run --separate-stderr unshare -mn bash -c '
        mount --bind "$1/resolv.conf" "$(realpath /etc/resolv.conf)"
        exec python3 -c "
import fcntl, socket, struct, subprocess, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(server, 0x8914, struct.pack(\"16sh14x\", b\"lo\", 1))  # SIOCSIFFLAGS, IFF_UP
server.bind((\"127.0.0.1\", 53))
sys.exit(subprocess.call(sys.argv[1:]))" "$2" "$3"' - "$HERE" "$PROGRAM" "$CONF"
    refused 'Resolving timed out'
    # An old libcurl waits for the look-up: three seconds of the ten that it would take.
    [ $((SECONDS - began)) -le 6 ]
}

# ---- whom it believes ----

@test "certificates that are refused" {
    must_keep "$(https wrong good)" 'no alternative certificate subject name'
    must_keep "$(https expired good)" 'certificate has expired'
    must_keep "$(https future good)" 'certificate is not yet valid'
    must_keep "$(https selfsigned good)" 'self-signed certificate'
    must_keep "https://localhost:$(port good)/good" 'localhost'
}

@test "TLS 1.1 is refused" {
    must_keep "$(https oldtls good)" 'nothing from'
    has "$stderr" 'protocol'
}

@test "without ca_file the system's authorities count, and no other" {
    configure_without_ca "jwks_uri = $(good)"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused 'unable to get local issuer certificate'
}

@test "with ca_file the system's do not count" {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Other \
        -keyout "$HERE/other.key" -out "$HERE/other.pem" 2> "$HERE/openssl.err"
    configure_without_ca "jwks_uri = $(good)" "ca_file = $HERE/other.pem"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused 'unable to get local issuer certificate'
}

@test "with ca_file the folder of the system's does not count, either" {
    needs_root
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Other \
        -keyout "$HERE/other.key" -out "$HERE/other.pem" 2> "$HERE/openssl.err"
    configure_without_ca "jwks_uri = $(good)" "ca_file = $HERE/other.pem"
    cp "$SERVER/ca.pem" "$HERE/$(openssl x509 -in "$SERVER/ca.pem" -noout -hash).0"
    run --separate-stderr unshare -m bash -c 'mount --bind "$1" /etc/ssl/certs && exec "$2" "$3"' - \
        "$HERE" "$PROGRAM" "$CONF"
    refused 'unable to get local issuer certificate'
}

@test "ca_file is judged like every file we trust" {
    configure_without_ca "jwks_uri = $(good)?ca" "ca_file = $HERE/ca.pem"
    must_refuse "$HERE/ca.pem: No such file" "$CONF"
    cp "$SERVER/ca.pem" "$HERE/ca.pem"
    chmod 0664 "$HERE/ca.pem"
    must_refuse "$HERE/ca.pem: this file can be written to" "$CONF"
    rm "$HERE/ca.pem"
    ln -s "$SERVER/ca.pem" "$HERE/ca.pem"
    must_refuse "$HERE/ca.pem: a symbolic link" "$CONF"
    rm "$HERE/ca.pem"
    { cat "$SERVER/ca.pem" && yes '' | head -c 1048576; } > "$HERE/ca.pem"
    must_refuse "$HERE/ca.pem: larger than 1048576 bytes" "$CONF"
    rm "$HERE/ca.pem"
    touch "$HERE/ca.pem"
    must_refuse "$HERE/ca.pem: empty" "$CONF"
    [ "$(requests 'good?ca')" -eq 0 ]
    echo "no certificate" > "$HERE/ca.pem"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused 'nothing from'
    has "$stderr" 'the certificates to trust cannot be read; check ca_file'
    [ "$(requests 'good?ca')" -eq 0 ]
}

# ---- what it does not listen to ----

@test "the environment changes nothing" {
    local proxy home
    proxy=http://127.0.0.1:$(port proxy)
    home=$HERE/home
    mkdir -m 0777 "$home"
    printf 'machine 127.0.0.1 login somebody password something\n' > "$home/.netrc"
    printf 'proxy = "%s"\nuser = "a:b"\nheader = "X-Curlrc: 1"\n' "$proxy" > "$home/.curlrc"
    hostile() {
        env https_proxy="$proxy" HTTPS_PROXY="$proxy" http_proxy="$proxy" all_proxy="$proxy" \
            ALL_PROXY="$proxy" HOME="$home" CURL_HOME="$home" NETRC="$home/.netrc" \
            XDG_CONFIG_HOME="$home" SSLKEYLOGFILE="$home/keys" CURL_CA_BUNDLE="$SERVER/ca.pem" \
            SSL_CERT_FILE="$SERVER/ca.pem" SSL_CERT_DIR="$home" OPENSSL_CONF="$home/openssl.cnf" \
            "$PROGRAM" "$CONF"
    }
    local before
    before=$(requests 'proxy uid=')
    configure "jwks_uri = $(good)?environment"
    run -0 --separate-stderr hostile
    cache_is "$SERVER/good.jwks"
    [ "$(requests 'good?environment')" -eq 1 ]
    [ "$(requests 'proxy uid=')" -eq "$before" ]
    run -1 grep -iE 'authorization|x-curlrc' "$SERVER/requests"
    [ ! -e "$home/keys" ]
    # No authority from there either.
    place_old
    configure_without_ca "jwks_uri = $(good)"
    run --separate-stderr hostile
    refused 'unable to get local issuer certificate'
}

@test "a proxy that is configured is used, and the certificate still counts" {
    local before
    before=$(requests 'proxy uid=')
    configure "jwks_uri = $(good)" "proxy = http://127.0.0.1:$(port proxy)"
    must_work
    [ "$(requests 'proxy uid=')" -eq $((before + 1)) ]
    [ "$(requests "CONNECT 127.0.0.1:$(port good) HTTP/1.1")" -eq 1 ]
    place_old
    configure "jwks_uri = $(https wrong good)" "proxy = http://127.0.0.1:$(port proxy)"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused 'no alternative certificate subject name'
}

@test "a proxy that is spoken to by TLS is verified like the server" {
    configure "jwks_uri = $(good)?proxied" "proxy = https://127.0.0.1:$(port tlsproxy)"
    must_work
    [ "$(requests "tlsproxy uid=")" -eq 1 ]
    place_old
    local name cause
    while read -r name cause; do
        configure "jwks_uri = $(good)?proxied" "proxy = https://127.0.0.1:$(port "$name")"
        run --separate-stderr "$PROGRAM" "$CONF"
        refused "$cause"
    done <<'END'
wrongproxy no alternative certificate subject name
expiredproxy certificate has expired
oldproxy protocol
END
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Other \
        -keyout "$HERE/other.key" -out "$HERE/other.pem" 2> "$HERE/openssl.err"
    configure_without_ca "jwks_uri = $(good)?proxied" "ca_file = $HERE/other.pem" \
        "proxy = https://127.0.0.1:$(port tlsproxy)"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused 'unable to get local issuer certificate'
    [ "$(requests 'good?proxied')" -eq 1 ]
}

@test "a proxy that refuses" {
    configure "jwks_uri = https://127.0.0.2:1/" "proxy = http://127.0.0.1:$(port proxy)"
    run --separate-stderr "$PROGRAM" "$CONF"
    refused '403'
}

# ---- where it writes ----

@test "cache_dir is missing" {
    configure "jwks_uri = $(good)"
    rm -r "$CACHE"
    if is_root; then
        must_work
        [ "$(stat -c '%a %U' "$CACHE")" = "755 $OWNER" ]
    else
        must_refuse "$CACHE: No such file" "$CONF"
    fi
}

@test "root makes no more than the last folder, and not in a place that is not root's" {
    needs_root
    configure "jwks_uri = $(good)"
    rm -r "$CACHE"
    sed -i "s|^cache_dir.*|cache_dir = $HERE/no/cache|" "$CONF"
    must_refuse "$HERE/no: No such file" "$CONF"
    [ ! -e "$HERE/no" ]
    mkdir -m 0755 "$HERE/theirs"
    chown daemon: "$HERE/theirs"
    sed -i "s|^cache_dir.*|cache_dir = $HERE/theirs/cache|" "$CONF"
    must_refuse "$HERE/theirs: this folder belongs to a user who is not trusted" "$CONF"
    chown root: "$HERE/theirs"
    chmod 0775 "$HERE/theirs"
    must_refuse "$HERE/theirs: this folder can be written to by its group" "$CONF"
    [ ! -e "$HERE/theirs/cache" ]
    ln -s "$HERE/nowhere" "$HERE/dangling"
    sed -i "s|^cache_dir.*|cache_dir = $HERE/dangling|" "$CONF"
    must_refuse "$HERE/nowhere: No such file" "$CONF"
    [ ! -e "$HERE/nowhere" ]
}

@test "cache_dir cannot be written" {
    configure "jwks_uri = $(good)?unwritable"
    chmod 0555 "$CACHE"
    must_refuse "$CACHE: cache_dir cannot be written: Permission denied" "$CONF"
    if is_root; then
        chmod 0755 "$CACHE"
        chown root: "$CACHE"
        must_refuse "$CACHE: cache_dir cannot be written: Permission denied" "$CONF"
    fi
    [ "$(requests 'good?unwritable')" -eq 0 ]
    cache_is "$OLD"
}

@test "cache_dir or a folder above it is open to others" {
    configure "jwks_uri = $(good)?shared"
    chmod 0775 "$CACHE"
    must_refuse "$CACHE: this folder can be written to by its group" "$CONF"
    chmod 0755 "$CACHE"
    chmod 0777 "$HERE"
    must_refuse "$HERE: this folder can be written to by its group" "$CONF"
    chmod 0755 "$HERE"
    [ "$(requests 'good?shared')" -eq 0 ]
    cache_is "$OLD"
}

@test "cache_dir belongs to somebody else" {
    needs_root
    configure "jwks_uri = $(good)?foreign"
    chown daemon: "$CACHE"
    must_refuse "$CACHE: this folder belongs to a user who is not trusted" "$CONF"
    [ "$(requests 'good?foreign')" -eq 0 ]
    cache_is "$OLD"
}

@test "cache_dir is a link: where it leads is what counts" {
    configure "jwks_uri = $(good)"
    mv "$CACHE" "$HERE/real"
    ln -s "$HERE/real" "$CACHE"
    chmod 0775 "$HERE/real"
    must_refuse "$HERE/real: this folder can be written to by its group" "$CONF"
    cmp "$OLD" "$HERE/real/$POOL.jwks"
    chmod 0755 "$HERE/real"
    run -0 --separate-stderr "$PROGRAM" "$CONF"
    cmp "$SERVER/good.jwks" "$HERE/real/$POOL.jwks"
}

@test "cache_dir is no folder" {
    configure "jwks_uri = $(good)"
    rm -r "$CACHE"
    touch "$CACHE"
    must_refuse "$CACHE" "$CONF"
    [ -f "$CACHE" ]
    [ ! -s "$CACHE" ]
}

@test "a link in the place of the set is replaced, and not what it leads to" {
    configure "jwks_uri = $(good)"
    printf 'precious' > "$HERE/precious"
    give "$HERE/precious"
    rm "$CACHED"
    ln -s "$HERE/precious" "$CACHED"
    must_work
    [ ! -L "$CACHED" ]
    [ "$(cat "$HERE/precious")" = precious ]
}

@test "a folder in the place of the set" {
    configure "jwks_uri = $(good)"
    rm "$CACHED"
    mkdir "$CACHED"
    run -1 --separate-stderr "$PROGRAM" "$CONF"
    has "$stderr" "$CACHE: the new set cannot replace the old one: Is a directory"
    has "$stderr" 'there is no old set'
    [ "$(cached_files)" = "$POOL.jwks" ]
}

@test "what dead runs left is removed, and nothing else" {
    configure "jwks_uri = $(good)"
    local dead=.$POOL.jwks.0123456789abcdef.tmp
    local alive=.$POOL.jwks.0123456789abcde0.tmp
    local keep=".$POOL.jwks.0123456789abcdeg.tmp .$POOL.jwks.0123456789.tmp $POOL.jwks.bak
        x$POOL.jwks.0123456789abcdef.tmp .jwks.tmp"
    local name
    for name in "$dead" $keep; do
        touch -d '2 minutes ago' "$CACHE/$name"
        give "$CACHE/$name"
    done
    touch "$CACHE/$alive"
    mkdir "$CACHE/.$POOL.jwks.00000000000000aa.tmp"
    touch -d '2 minutes ago' "$CACHE/.$POOL.jwks.00000000000000aa.tmp"
    run -0 --separate-stderr "$PROGRAM" "$CONF"
    [ ! -e "$CACHE/$dead" ]
    [ -e "$CACHE/$alive" ]
    [ -d "$CACHE/.$POOL.jwks.00000000000000aa.tmp" ]
    for name in $keep; do
        [ -e "$CACHE/$name" ]
    done
    cmp "$SERVER/good.jwks" "$CACHED"
}

@test "a full disk" {
    needs_root
    configure "jwks_uri = $(good)"
    run --separate-stderr unshare -m bash -c '
        mount -t tmpfs -o size=4k,mode=0755,uid="$(id -u "$4")" tmpfs "$1"
        cp -p "$5" "$1/$6"
        touch -d "3 hours ago" "$1/$6"
        "$2" "$3"
        echo "$?"
        ls -A --ignore=".*.lock" --ignore=".*.attempt" "$1"
        cmp "$5" "$1/$6" && echo same' - "$CACHE" "$PROGRAM" "$CONF" "$OWNER" "$OLD" "$POOL.jwks"
    [ "$output" = $'1\n'"$POOL.jwks"$'\nsame' ]
    has "$stderr" "$CACHE: the new set cannot be written: No space left on device; the old set"
}

# ---- what it inherits ----

@test "umask 0 and 0777" {
    local mask
    configure "jwks_uri = $(good)"
    for mask in 0 0777; do
        rm -f "$CACHED"
        if is_root; then
            rm -r "$CACHE"
        fi
        run -0 bash -c 'umask "$1" && "$2" "$3"' - "$mask" "$PROGRAM" "$CONF"
        cache_is "$SERVER/good.jwks"
        [ "$(stat -c %a "$CACHED")" = 644 ]
        [ "$(stat -c %a "$CACHE")" = 755 ]
    done
}

# As the user who refreshes, who cannot raise a hard limit; root takes it away where it can.
@test "a limit on the size of files" {
    local limit as=()
    if is_root; then
        as=(setpriv --reuid "$OWNER" --regid "$(id -g "$OWNER")" --clear-groups)
    fi
    configure "jwks_uri = $(good)"
    for limit in 0 1 900; do
        # Its messages through a pipe: the file they would go to has the limit, too.
        run --separate-stderr bash -c '{ "$@" 2>&1 >&3 | cat >&2; exit "${PIPESTATUS[0]}"; } 3>&1' \
            - prlimit --fsize=$limit "${as[@]}" "$PROGRAM" "$CONF"
        refused "$CACHE: the new set cannot be written: File too large"
        prlimit --fsize=$limit prlimit --fsize=unlimited true 2> /dev/null || continue
        run -0 prlimit --fsize=$limit "$PROGRAM" "$CONF"
        cache_is "$SERVER/good.jwks"
        place_old
    done
}

@test "kill -9 at random moments: the old set or the new one, whole" {
    configure "jwks_uri = $(https good alternate)"
    run -0 python3 "$BATS_TEST_DIRNAME/kill-at-random" "${COGNITO_TORTURE:-1000}" "$CACHED" \
        "$SERVER/old.jwks" "$SERVER/good.jwks" "$PROGRAM" "$CONF"
    echo "$output"
    # What was left is swept up, once it is old enough.
    find "$CACHE" -name '*.tmp' -exec touch -d '2 minutes ago' {} +
    configure "jwks_uri = $(good)"
    must_work
}

@test "closed descriptors" {
    configure "jwks_uri = $(good)"
    "$PROGRAM" "$CONF" <&- >&- 2>&-
    cache_is "$SERVER/good.jwks"
    place_old
    "$PROGRAM" "$CONF" <&- >&-
    cache_is "$SERVER/good.jwks"
    place_old
    configure "jwks_uri = $(https good 404)"
    run -1 bash -c '"$@" <&- >&- 2>&-' - "$PROGRAM" "$CONF"
    cache_is "$OLD"
}

@test "a pipe that nobody reads" {
    configure "jwks_uri = $(good)"
    run bash -c '"$@" 2> "$0" | true; exit "${PIPESTATUS[0]}"' "$HERE/err" "$PROGRAM" "$CONF"
    # Whether the reader was gone by then is chance; a death by signal would be 141.
    [ "$status" -eq 0 ] || [ "$status" -eq 2 ]
    cache_is "$SERVER/good.jwks"
}

# ---- root ----

@test "root becomes refresh_user, whole and for good, before it reaches the network" {
    needs_root
    configure "jwks_uri = $(https good hold)"
    # Opened for both, so that neither the opening nor the reading waits for ever.
    exec 8<> "$SERVER/events"
    setpriv --groups 4,27 "$PROGRAM" "$CONF" > "$HERE/out" 2>&1 3>&- 8>&- &
    local program=$! event state
    read -r -t 30 event <&8
    [ "$event" = holding ]
    state=$(cat "/proc/$program/status")
    kill "$program"
    wait "$program" || true
    local uid gid
    uid=$(id -u "$OWNER")
    gid=$(id -g "$OWNER")
    has "$state" $'Uid:\t'"$uid"$'\t'"$uid"$'\t'"$uid"$'\t'"$uid"
    has "$state" $'Gid:\t'"$gid"$'\t'"$gid"$'\t'"$gid"$'\t'"$gid"
    has "$state" $'Groups:\t \n'
    has "$state" $'CapPrm:\t0000000000000000'
    has "$state" $'CapEff:\t0000000000000000'
    [ "$(requests "good uid=$uid GET /hold ")" -eq 1 ]
    cache_is "$OLD"
}

@test "root without a user to become" {
    needs_root
    configure "jwks_uri = $(good)?nobody"
    sed -i 's/^refresh_user.*/refresh_user = no-such-user/' "$CONF"
    must_refuse 'refresh_user no-such-user: no such user' "$CONF"
    sed -i 's/^refresh_user.*/refresh_user = root/' "$CONF"
    must_refuse 'refresh_user root: this is root' "$CONF"
    [ "$(requests 'good?nobody')" -eq 0 ]
    cache_is "$OLD"
}

@test "a change of user that does not last is noticed" {
    needs_root
    configure "jwks_uri = $(good)?securebits"
    # These bits, inherited, leave a process all capabilities whatever its user is.
    run -2 --separate-stderr setpriv --securebits +no_setuid_fixup "$PROGRAM" "$CONF"
    has "$stderr" 'the change of user did not last'
    [ "$(requests 'good?securebits')" -eq 0 ]
    cache_is "$OLD"
}

@test "anybody else stays who they are" {
    needs_root
    configure "jwks_uri = $(good)"
    sed -i 's/^refresh_user.*/refresh_user = no-such-user/' "$CONF"
    run -0 setpriv --reuid "$OWNER" --regid "$(id -g "$OWNER")" --clear-groups "$PROGRAM" "$CONF"
    cache_is "$SERVER/good.jwks"
}
