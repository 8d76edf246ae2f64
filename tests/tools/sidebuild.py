# SPDX-License-Identifier: MIT
"""A build on the side: base, token, host and their unit tests, in a folder of its own and with flags
of one's own, for what the ordinary build is not made for: counting branches, and mutants. It asks
pkg-config where the libraries are and takes config.h from the ordinary build."""

import concurrent.futures
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

LIBRARIES = ["libcrypto", "json-c", "cmocka"]
NEEDED = ["gcc", "ar", "nm", "pkg-config"]


class Failed(Exception):
    """A command that had to succeed; says what it said."""


def run(command, **how):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **how)
    if done.returncode != 0:
        raise Failed("%s\n%s" % (" ".join(map(shlex.quote, command)), done.stdout))
    return done.stdout


def missing(tools):
    """The first of the tools and libraries that is not here, or None."""
    for tool in NEEDED + tools:
        if shutil.which(tool) is None:
            return tool
    for library in LIBRARIES:
        if subprocess.run(["pkg-config", "--exists", library], check=False).returncode != 0:
            return library
    return None


class SideBuild:
    """Objects lie below FOLDER as their sources lie below the top of the tree."""

    def __init__(self, built, folder, jobs=None):
        self.top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.built = os.path.abspath(built)
        self.folder = os.path.abspath(folder)
        self.jobs = jobs or os.cpu_count() or 1
        if not os.path.isfile(os.path.join(self.built, "config.h")):
            sys.exit("%s is not the folder of a build; set BUILD" % self.built)
        self.flags = ["-std=gnu11", "-O0", "-fPIC", "-w", "-D_GNU_SOURCE", "-I", self.path("src"),
                      "-I", self.path("tests/unit"), "-I", self.built]
        self.flags += shlex.split(run(["pkg-config", "--cflags"] + LIBRARIES))
        self.libraries = shlex.split(run(["pkg-config", "--libs"] + LIBRARIES))
        self.libraries.append("-lm")
        self.symbols = {}  # of an object: those it defines, those it needs

    def path(self, name):
        return os.path.join(self.top, name)

    def sources(self, *patterns):
        """The sources that match, relative to the top."""
        return sorted(os.path.relpath(path, self.top) for pattern in patterns
                      for path in glob.glob(self.path(pattern)))

    def object(self, source):
        return os.path.join(self.folder, re.sub(r"\.c$", ".o", source))

    def compile(self, source, flags=()):
        """Makes the object of one source."""
        made = self.object(source)
        os.makedirs(os.path.dirname(made), exist_ok=True)
        run(["gcc"] + self.flags + list(flags) + ["-c", "-o", made, self.path(source)],
            cwd=self.folder)
        return made

    def compile_all(self, sources, flags=()):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda source: self.compile(source, flags), sources))

    def archive(self, name, objects):
        made = os.path.join(self.folder, name)
        if os.path.exists(made):
            os.unlink(made)
        run(["ar", "rcs", made] + objects)
        return made

    def table(self, made):
        if made not in self.symbols:
            rows = [row.split() for row in run(["nm", "-P", made]).splitlines()]
            self.symbols[made] = ({row[0] for row in rows if row[1] in "TDBRVW"},
                                  {row[0] for row in rows if row[1] == "U"})
        return self.symbols[made]

    def parts_of(self, test, parts):
        """The objects of PARTS that the object of a test needs, and those that they need."""
        chosen = [test]
        for made in chosen:
            needed = self.table(made)[1]
            chosen += [part for part in parts
                       if part not in chosen and self.table(part)[0] & needed]
        return chosen

    def wraps(self, objects):
        """What a test calls __wrap_X stands for X."""
        names = {name for made in objects for name in self.table(made)[0]
                 if name.startswith("__wrap_")}
        return ["-Wl,--wrap=" + name[len("__wrap_"):] for name in sorted(names)]

    def link(self, made, objects, flags=(), libraries=None):
        run(["gcc", "-o", made] + list(flags) + list(objects) +
            (self.libraries if libraries is None else libraries), cwd=self.folder)
        return made

    def subject(self, test):
        """The source that tests/unit/test_X.c or test_X_WHAT.c is of, or None."""
        name = re.sub(r"^test_|\.c$", "", os.path.basename(test))
        while name:
            found = self.sources("src/base/%s.c" % name, "src/token/%s.c" % name,
                                 "src/host/%s.c" % name)
            if found:
                return found[0]
            name = name.rpartition("_")[0]
        return None
