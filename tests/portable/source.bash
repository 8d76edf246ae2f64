# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For tests that build once more, in a folder of their own.

# Prints a source tree that configure takes for a build elsewhere: ours or, where that has been
# configured itself, a copy. clean_source TOP BUILT FOLDER
clean_source() {
    if [ ! -f "$1/config.status" ]; then
        echo "$1"
        return
    fi
    make -s -C "$2" distdir distdir="$3" >&2 && echo "$3"
}

# Whether the build in a folder has sanitizers.
has_sanitizers() {
    grep -q '^HARDEN_CFLAGS = .*-fsanitize' "$1/Makefile"
}

# Runs a test file, or those of its tests whose name matches, with the programs of another build.
# passes_with FOLDER FILE [FILTER]
passes_with() {
    local folder=$1 file=$2 filter=${3:-.} said
    if ! said=$(env BUILD="$folder" COGNITO_REFRESH="$folder/cognito-refresh" \
        bats -f "$filter" "$TOP/tests/$file") || [[ $said != *'ok 1 '* ]]; then
        echo "$said"
        return 1
    fi
}
