#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What cognito-login takes for its pool, and for a proxy: certificates of the right authority and
# name, of today, and no TLS older than 1.2. Each server is the same pool, which has to hear nothing.
# shellcheck disable=SC2016,SC2094,SC2119,SC2154

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# Keys and certificates of all tests; make_certificates makes those of the pool itself.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    local tool=$login_top/tests/tools/tls.py
    make_certificates
    "$tool" authority theirs
    "$tool" certificate stranger theirs IP:127.0.0.1
    "$tool" certificate elsewhere tls/ca DNS:evil.example,IP:127.0.0.2
    "$tool" certificate expired tls/ca IP:127.0.0.1 -3 -1
}

setup() {
    keys=$BATS_FILE_TMPDIR
    make_laptop
    start_pool "$keys"/{stranger,elsewhere,expired} "old:$keys/tls/server" plain
    read -r stranger elsewhere expired old plain <<<"$pool_ports"
    good=$pool_port
    configure
    sign_in 2>err
}

teardown() {
    stop_pool
}

# Calls the pool at PORT from now on; what is kept has expired.
behind() {
    keep_expired
    sed -i -E "s#^(domain|endpoint|jwks_uri) = https://127.0.0.1:[0-9]+#\1 = https://127.0.0.1:$1#" \
        "$config"
    trust "${2-$pool/ca.pem}"
    heard=$(wc -l <"$pool/requests")
}

trust() { # [FILE]
    sed -i '/^ca_file/d' "$config"
    [ $# = 0 ] || echo "ca_file = $1" >>"$config"
}

# Nobody was told a refresh token, and the one that is kept is as it was.
is_refused() {
    cp "$state/default.refresh" before
    must_fail 1 "$1" login token
    [ "$(wc -l <"$pool/requests")" = "$heard" ]
    cmp before "$state/default.refresh"
}

@test "the right authority, name and time" {
    behind "$good"
    login token >token
    [ $(("$(expiry_of <token)" - $(date +%s))) -gt 3500 ]
    [ "$(wc -l <"$pool/requests")" -gt "$heard" ]
}

@test "an authority that nobody named" {
    behind "$stranger"
    is_refused "the server's certificate is not trusted"
    behind "$good" "$keys/theirs.pem"
    is_refused "the server's certificate is not trusted"
    trust # the system's do not know it either
    is_refused "the server's certificate is not trusted"
}

@test "a name that is another's" {
    behind "$elsewhere"
    is_refused "the server's certificate is not trusted"
}

@test "a certificate that has expired" {
    behind "$expired"
    is_refused "the server's certificate is not trusted"
    grep -q 'is the clock of this machine right' err
}

# As on a machine whose OpenSSL takes anything: what is refused then is refused by us.
take_any_tls() {
    export OPENSSL_CONF=$PWD/openssl.cnf
    printf '%s\n' 'openssl_conf = a' '[a]' 'ssl_conf = b' '[b]' 'system_default = c' '[c]' \
        'MinProtocol = TLSv1' 'CipherString = DEFAULT:@SECLEVEL=0' >"$OPENSSL_CONF"
}

# Whether the server and a library here can speak TLS 1.1 at all, whatever the certificate.
speaks_old_tls() {
    python3 - "$old" "$pool/ca.pem" <<'END'
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
context.set_ciphers("ALL:@SECLEVEL=0")
context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    context.wrap_socket(connection, server_hostname="127.0.0.1").close()
END
}

@test "TLS 1.1 to the pool" {
    speaks_old_tls || skip 'OpenSSL here speaks no TLS 1.1'
    behind "$old"
    take_any_tls
    is_refused protocol
}

@test "nothing is called by http, not even on this machine" {
    local name
    behind "$good"
    cp "$config" as-it-was
    for name in domain endpoint issuer jwks_uri; do
        sed "s#^$name = .*#$name = http://127.0.0.1:$plain#" as-it-was >"$config"
        must_fail 2 "$config:$(grep -n "^$name" "$config" | cut -d: -f1): $name: must begin with https://" \
            login token
    done
    [ "$(wc -l <"$pool/requests")" = "$heard" ]
    cp as-it-was "$config"
    behind "$plain" # TLS to a server that has none
    is_refused "https://127.0.0.1:$plain"
}

# The pool itself is the right one.
through() { # PROXY
    sed -i '/^proxy/d' "$config"
    echo "proxy = $1" >>"$config"
}

@test "a proxy: what goes through it is for the pool alone" {
    behind "$good"
    through "http://127.0.0.1:$plain"
    login token >token
    grep -q "^CONNECT 127.0.0.1:$good" "$pool/requests"
}

@test "a proxy that is spoken to by TLS is verified by ca_file, like the server" {
    local port
    behind "$good"
    through "https://127.0.0.1:$good"
    login token >token
    grep -q "^CONNECT 127.0.0.1:$good" "$pool/requests"
    for port in "$stranger" "$elsewhere" "$expired"; do
        behind "$good"
        through "https://127.0.0.1:$port"
        is_refused "the server's certificate is not trusted"
    done
    behind "$good" "$keys/theirs.pem"
    through "https://127.0.0.1:$good"
    is_refused "the server's certificate is not trusted"
}

@test "a proxy that the system trusts, and ca_file does not" {
    [ "$(id -u)" = 0 ] || skip 'needs root'
    behind "$good"
    through "https://127.0.0.1:$stranger"
    mkdir authorities
    cp "$keys/theirs.pem" "authorities/$(openssl x509 -in "$keys/theirs.pem" -noout -hash).0"
    # shellcheck disable=SC2329 # is_refused calls it
    login() {
        unshare -m bash -c 'mount --bind "$1" /etc/ssl/certs && shift && exec "$@"' - authorities \
            "$login_build/cognito-login" "$@"
    }
    is_refused "the server's certificate is not trusted"
}

@test "TLS 1.1 to a proxy" {
    speaks_old_tls || skip 'OpenSSL here speaks no TLS 1.1'
    behind "$good"
    through "https://127.0.0.1:$old"
    take_any_tls
    is_refused protocol
}

@test "keys from a server that is not trusted: tokens are not kept" {
    behind "$good"
    sed -i "s#^jwks_uri = .*#jwks_uri = https://127.0.0.1:$stranger/pool/.well-known/jwks.json#" "$config"
    cp "$runtime/default.id" before
    must_fail 1 "the server's certificate is not trusted" login token
    cmp before "$runtime/default.id"
}
