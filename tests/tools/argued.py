# SPDX-License-Identifier: MIT
"""Where a source argues, in comments, that no test can see something:

    /* KIND: why */

KIND being a word such as unreachable. It speaks for its own line where it stands behind code, otherwise
for the one below it."""

import re


def arguments_in(text, *kinds):
    """By the first line of each argument of one of KINDS: the line that it speaks for."""
    found = {}
    for match in re.finditer(r"/\*\s*(?:%s):\s*\S.*?\*/" % "|".join(kinds), text, re.DOTALL):
        first = text.count("\n", 0, match.start()) + 1
        last = text.count("\n", 0, match.end()) + 1
        before = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        found[first] = first if before.strip() else last + 1
    return found
