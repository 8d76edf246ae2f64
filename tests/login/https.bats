#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What cognito-login takes for its pool: certificates of the right authority and name, of today, and
# no TLS older than 1.2. Each server leads to the same pool, which has to hear nothing.
# shellcheck disable=SC2094,SC2119,SC2154

# shellcheck source-path=SCRIPTDIR source=steps.bash
. "$BATS_TEST_DIRNAME/steps.bash"

# authority NAME: NAME.crt and NAME.key.
authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.crt" -days 1 2>/dev/null
}

# certificate NAME AUTHORITY SUBJECT-ALTERNATIVE-NAME [OPTION]...: NAME.pem, with its key.
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial \
        -extfile <(echo "subjectAltName = $3") -days "${4:-1}" -out "$1.crt" 2>/dev/null
    cat "$1.key" "$1.crt" >"$1.pem"
}

# Keys and certificates of all tests. One of yesterday is made by an authority that is older.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    authority ours
    authority theirs
    certificate good ours 'IP:127.0.0.1'
    certificate stranger theirs 'IP:127.0.0.1'
    certificate elsewhere ours 'DNS:evil.example, IP:127.0.0.2'
    openssl req -newkey rsa:2048 -nodes -subj /CN=expired -keyout expired.key -out expired.csr 2>/dev/null
    : >index.txt
    openssl ca -config <(printf '%s\n' '[ca]' 'default_ca = x' '[x]' "database = $PWD/index.txt" \
        "new_certs_dir = $PWD" 'rand_serial = yes' 'policy = p' 'default_md = sha256' \
        'x509_extensions = e' '[p]' 'commonName = supplied' '[e]' 'subjectAltName = IP:127.0.0.1') \
        -batch -notext -in expired.csr -cert ours.crt -keyfile ours.key -out expired.crt \
        -startdate 20200101000000Z -enddate 20200102000000Z 2>/dev/null
    cat expired.key expired.crt >expired.pem
}

setup() {
    keys=$BATS_FILE_TMPDIR
    make_laptop
    start_pool
    configure
    sign_in 2>err
    mkfifo hold
    python3 "$login_here/tls.py" "$pool_port" ports "$keys"/{good,stranger,elsewhere,expired}.pem \
        "old:$keys/good.pem" <hold >tls.log 2>&1 3>&- 9>&- &
    exec 8>hold
    await_file ports
    read -r good stranger elsewhere expired old <ports
}

teardown() {
    exec 8>&-
    stop_pool
}

# Calls the pool through the server at PORT from now on; what is kept has expired.
behind() {
    keep_expired
    sed -i -E "s#^(domain|endpoint|jwks_uri) = https?://127.0.0.1:[0-9]+#\1 = https://127.0.0.1:$1#" \
        "$config"
    sed -i '/^ca_file/d' "$config"
    echo "ca_file = ${2-$keys/ours.crt}" >>"$config"
    heard=$(wc -l <"$pool/requests")
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
    behind "$good" "$keys/theirs.crt"
    is_refused "the server's certificate is not trusted"
    sed -i '/^ca_file/d' "$config" # the system's do not know it either
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

@test "TLS 1.1" {
    # That it can be spoken at all is the server's and this library's doing, not the certificate's.
    python3 - "$old" "$keys/ours.crt" <<'END' || skip 'OpenSSL here speaks no TLS 1.1'
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
context.set_ciphers("ALL:@SECLEVEL=0")
context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    context.wrap_socket(connection, server_hostname="127.0.0.1").close()
END
    behind "$old"
    is_refused "https://127.0.0.1:$old"
}

@test "no certificate for http, and no http but to this machine" {
    for url in http://localhost:1 http://10.0.0.1 http://pool.example; do
        sed -i "s#^domain = .*#domain = $url#" "$config"
        must_fail 2 'domain: an https:// URL was expected' login
    done
    behind "$pool_port" # TLS to a server that has none
    sed -i "s#^domain = .*#domain = https://127.0.0.1:$pool_port#" "$config"
    is_refused "https://127.0.0.1:$pool_port"
}

@test "keys from a server that is not trusted: tokens are not kept" {
    behind "$good"
    sed -i "s#^jwks_uri = .*#jwks_uri = https://127.0.0.1:$stranger/pool/.well-known/jwks.json#" "$config"
    cp "$runtime/default.id" before
    must_fail 1 "the server's certificate is not trusted" login token
    cmp before "$runtime/default.id"
}
