#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# make bench works, in small; and no change makes the decision take many more instructions.

setup() {
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BUILD=${BUILD:-$TOP/build}
    ! grep -q '^HARDEN_CFLAGS = .*-fsanitize' "$BUILD/Makefile" || skip "this build has sanitizers"
}

@test "make bench in small: bench.json has its rows and fields" {
    run "$TOP/tests/bench/run" --quick --json "$BATS_TEST_TMPDIR/bench.json" "$BUILD"
    echo "$output"
    [ "$status" = 0 ]
    python3 - "$BATS_TEST_TMPDIR/bench.json" <<-'END'
	import json, sys
	with open(sys.argv[1], encoding="utf-8") as source:
	    rows = json.load(source)
	names = ("verify_cold verify_warm libjwt aws_jwt_verify jose pam_process ssh_login"
	         " ssh_login_20ms p99_500 slope_token slope_map slope_keys ledger rss leak").split()
	assert [row["name"] for row in rows] == names
	numbers = lambda *values: all(type(value) in (int, float) for value in values)
	for row in rows:
	    assert set(row) == {"name", "unit", "ours", "floor", "ratio", "target", "met"}, row
	    assert row["unit"] in ("µs", "KiB") and numbers(row["target"]), row
	    if row["ratio"] is None:
	        assert row["ours"] is row["floor"] is row["met"] is None, row
	    else:
	        assert numbers(row["ours"], row["floor"], row["ratio"]), row
	        assert type(row["met"]) is bool, row
	        assert row["ratio"] <= row["target"] if row["met"] else row["ratio"] >= row["target"], row
	# What needs nothing but the build is there, whatever else is missing.
	here = {row["name"] for row in rows if row["ratio"] is not None}
	assert here >= {"verify_cold", "verify_warm", "slope_token", "slope_map", "slope_keys",
	                "pam_process", "ledger", "rss", "leak"}, here
	END
}

@test "a decision takes hardly more instructions than those committed for this compiler" {
    local counts=() committed=()
    run "$TOP/tests/bench/count-instructions" "$BUILD"
    echo "$output"
    [ "$status" != 2 ] || skip "$output"
    [ "$status" = 0 ]
    read -r -a counts <<<"$output"
    echo "# figure: instructions of our own: ${counts[0]} for a key set, ${counts[1]} for a decision" >&3
    read -r -a committed < <(grep -v '^#' "$TOP/tests/bench/instructions" |
        grep -F -- " ${counts[*]:2}") || skip "nothing is committed for ${counts[*]:2}"
    [ "${#committed[@]}" = "${#counts[@]}" ] || skip "nothing is committed for ${counts[*]:2}"
    [ $((counts[0] * 10)) -le $((committed[0] * 11)) ]
    [ $((counts[1] * 10)) -le $((committed[1] * 11)) ]
}
