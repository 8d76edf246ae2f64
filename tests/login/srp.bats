#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# src/client/srp.c against what others wrote: AWS's own client library from npm. And the known
# values of tests/unit/test_srp.c against their origin. SRP_EXCHANGE is the program.

setup() {
    here=$(cd "$BATS_TEST_DIRNAME" && pwd)
    : "${SRP_EXCHANGE:=${BUILD:-$PWD}/srp-exchange}"
}

@test "the known values are those that the Python implementation gives" {
    python3 "$here/srp/cognito_srp.py" vectors >"$BATS_TEST_TMPDIR/vectors"
    cmp "$BATS_TEST_TMPDIR/vectors" "$here/../unit/srp_vectors.inc"
}

@test "AWS's client library gives the same A, timestamp and signature, and its verifier the same key" {
    folder=${BUILD:-$PWD}/tests/login/srp
    # Nobody's machine has to have node and npm, but the one that decides about a change does.
    obstacle=$("$here/../pool/install" "$folder" "$here/srp") || {
        [ -z "${CI:-}" ] || { echo "$obstacle"; return 1; }
        skip "$obstacle"
    }
    run node "$here/srp/compare.js" "$folder" "$SRP_EXCHANGE"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = "12 exchanges compared, 0 differences" ]
}
