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
