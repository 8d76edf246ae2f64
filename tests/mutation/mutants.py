# SPDX-License-Identifier: MIT
"""The mutants of one C source: small changes, each of which some test should notice.

It reads tokens, not C, and knows just enough of the project's style: a function's body begins with a
brace in the first column. A mutant that does not compile, or compiles to the same object, is the
runner's to drop, so this errs on the side of making too many. Where no verdict can show a kind of
mistake, but valgrind and the sanitizers do, which run the same tests (check-valgrind, check-rootless),
it makes none: see RELEASING, ROOM and TABLE_END.
"""

import collections
import re

TOKEN = re.compile(
    r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|[A-Za-z_]\w*|0[xX][0-9a-fA-F]+[uUlL]*|'
    r'\d+[uUlL]*|<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\S', re.DOTALL)

TURNED = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
          "==": ("!=",), "!=": ("==",), "&&": ("||",), "||": ("&&",)}
ASSIGNING = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
EDGES = {",", ";", "{", "}", "?", ":", "return", "case"} | ASSIGNING

# What a function of this type may return instead.
RETURNED = {
    "bool": ("true", "false"),
    "enum cognito_status": ("COGNITO_ACCEPTED", "COGNITO_SYSTEM_CONFIG"),
    "enum safefile_result": ("SAFEFILE_READ", "SAFEFILE_REFUSED", "SAFEFILE_MISSING"),
    "enum json_found": ("JSON_FOUND", "JSON_ABSENT", "JSON_MISTYPED"),
    "enum line_step": ("LINE_READ", "LINE_END", "LINE_FAULT"),
    "enum signature": ("SIGNATURE_VALID", "SIGNATURE_INVALID", "SIGNATURE_UNDECIDED"),
    "enum fit": ("FIT", "NO_FIT", "UNVERIFIED"),
    "enum first_pass": ("FIRST_PASS_ONLY", "FIRST_PASS_TRIED", "FIRST_PASS_IGNORED"),
    "int": ("PAM_SUCCESS", "PAM_IGNORE", "PAM_AUTH_ERR"),
    "const char *": ("NULL", '""'),
}

# What is always so need not be tried.
ALWAYS = {"true": re.compile(r"cognito_pass(_value)?\("),
          "false": re.compile(r"(REFUSE|complain|cognito_complain)\(")}

# Enumerators that stand for one another.
SWAPPED = [("ONCE", "AGAIN"), ("REQUIRED", "OPTIONAL"),
           ("KIND_ACCEPTED", "KIND_REFUSED", "KIND_OUTAGE", "KIND_MISCONFIGURED",
            "KIND_NO_MEMORY"),
           ("LEVEL_INFO", "LEVEL_NOTICE", "LEVEL_WARNING", "LEVEL_ERROR")]
# In the table of checks ONCE stays: what passed once passes again.
KEPT_IN_TABLES = {"ONCE"}

# Functions that compare with a name that somebody else gives; other texts are words for people.
NAMING = re.compile(r"cognito_json_(?!parse)\w+|span_is|is_absent_or|read_time|read_name|word|"
                    r"pam_set_data|pam_get_data|export$")

# Whether memory and descriptors are given back is for valgrind to see, not for a verdict. That goes
# for the functions that do nothing else as well; what they wipe is looked at.
RELEASING = re.compile(r"free|close$|va_end|_put$")
RELEASER = re.compile(r"(free|close)_\w+|cognito_\w+_free")

# How much memory is asked for is for the sanitizers to see: more is as good, less is overrun.
ROOM = re.compile(r"[cm]alloc|realloc|cognito_secret_reserve")

# Nobody can look at the stack of a function that has returned.
ON_STACK = re.compile(r"cognito_wipe\(&?(\w+), sizeof \1\)")

# What < is followed by where <= reads beyond a table: that is for the sanitizers to see.
TABLE_END = re.compile(r"sizeof \w+ / sizeof|(\w+(->|\.))?count\b|\w*MEMBERS\b")

Mutant = collections.namedtuple("Mutant", "path line start end text what inside")


class Token:
    def __init__(self, text, start):
        self.text, self.start, self.end = text, start, start + len(text)
        self.directive = ""  # the directive of the preprocessor that it stands in
        self.returns = None  # the type of the function that it stands in
        self.function = ""   # and its name
        self.match = None    # the index of the other parenthesis, bracket or brace


def tokens_of(text):
    found = [Token(match.group(), match.start()) for match in TOKEN.finditer(text)
             if not match.group().startswith("/*")]
    spans = [(m.start(), m.end(), m.group(1)) for m in
             re.finditer(r"^[ \t]*#[ \t]*(\w+)(?:\\\n|[^\n])*", text, re.MULTILINE)]
    for token in found:
        token.directive = next((name for a, b, name in spans if a <= token.start < b), "")
    return found


def mark(tokens, text):
    """Notes for each token its partner, and the type and the name of the function around it."""
    opened = []
    returns, function, depth, begin = None, "", 0, 0
    for i, token in enumerate(tokens):
        if token.directive:
            begin = i + 1 if depth == 0 else begin
            continue
        token.returns, token.function = returns, function
        if token.text in "([{":
            if token.text == "{" and depth == 0 and tokens[i - 1].text == ")":
                returns = type_of(tokens[begin:i], text)
                function = tokens[tokens[i - 1].match - 1].text
            depth += token.text == "{"
            opened.append(i)
        elif token.text in ")]}" and opened:
            token.match = opened.pop()
            tokens[token.match].match = i
            depth -= token.text == "}"
            if depth == 0 and token.text == "}":
                returns, function, begin = None, "", i + 1
        elif token.text == ";" and depth == 0:
            begin = i + 1


def type_of(head, text):
    """The type that a function's head begins with."""
    words = text[head[0].start:head[-1].end] if head else ""
    words = re.sub(r"__attribute__\(\(.*?\)\)\)?|\b(static|inline|PAM_EXTERN|MUST_USE)\b", " ", words)
    match = re.match(r"\s*((?:const )?(?:enum |struct )?\w+(?:\s+\*)?)\s*\w+\(", words)
    return re.sub(r"\s+", " ", match.group(1)) if match else "?"


class Maker:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.tokens = tokens_of(text)
        mark(self.tokens, text)
        self.found = {}

    def add(self, start, end, text, what):
        line = self.text.count("\n", 0, start) + 1
        old = self.text[start:end]
        inside = any(t.returns for t in self.tokens if start <= t.start < end) # of a function
        # Lines keep their numbers, and the object does not change for those.
        text += "\n" * (old.count("\n") - text.count("\n"))
        if text != old:
            self.found.setdefault((start, end, text),
                                  Mutant(self.path, line, start, end, text, what, inside))

    def replace(self, first, last, text, what=None):
        start, end = self.tokens[first].start, self.tokens[last].end
        old = re.sub(r"\s+", " ", self.text[start:end])
        self.add(start, end, text, what or "%s is %s" % (old, text))

    def words(self, first, last):
        return self.text[self.tokens[first].start:self.tokens[last].end]

    def operand(self, i, step, stops):
        """The last token of the operand that begins beside the operator at I."""
        k = i + step
        last = i
        while 0 <= k < len(self.tokens):
            token = self.tokens[k]
            if token.text in stops or token.directive:
                break
            if token.text in "([{" if step < 0 else token.text in ")]}":
                break
            if token.match is not None and (token.text in ")]}" if step < 0
                                            else token.text in "([{"):
                k = token.match
            last = k
            k += step
        return last

    # ---- the kinds of change ----

    def comparison(self, i):
        text = self.tokens[i].text
        at_end = text == "<" and TABLE_END.match(self.text[self.tokens[i + 1].start:])
        for other in TURNED[text]:
            if not (at_end and other == "<="):
                self.replace(i, i, other)
        if text in ("&&", "||"):
            stops = EDGES | ({"||", "&&"} if text == "&&" else {"||"})
            neutral = "1" if text == "&&" else "0"
            left = self.operand(i, -1, stops)
            right = self.operand(i, 1, stops)
            if left < i:
                self.replace(left, i - 1, neutral)
            if right > i:
                self.replace(i + 1, right, neutral)
        elif text not in ("==", "!="):
            for k in (i - 1, i + 1):
                self.bound(k, "-" if at_end else "+-")

    def bound(self, i, signs):
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", self.tokens[i].text) and self.tokens[i].text != "NULL":
            for sign in signs:
                self.replace(i, i, "(%s %s 1)" % (self.tokens[i].text, sign))

    def condition(self, i):
        """Of if and while, whose keyword is at I: turned round, or not asked at all."""
        opening = i + 1
        closing = self.tokens[opening].match
        if closing is None or closing == opening + 1:
            return
        words = self.words(opening + 1, closing - 1)
        self.replace(opening + 1, closing - 1, "0 && (%s)" % words, "never: %s" % flat(words))
        if self.tokens[i].text == "if":
            self.replace(opening + 1, closing - 1, "!(%s)" % words, "not: %s" % flat(words))
            self.replace(opening + 1, closing - 1, "1 || (%s)" % words, "always: %s" % flat(words))

    def choice(self, i):
        """The condition of ?: at I."""
        left = self.operand(i, -1, EDGES)
        if left < i:
            words = self.words(left, i - 1)
            self.replace(left, i - 1, "!(%s)" % words, "not: %s" % flat(words))

    def loop(self, i):
        """The second clause of for."""
        closing = self.tokens[i + 1].match
        semicolons = []
        k = i + 2
        while k < closing:
            if self.tokens[k].match is not None and self.tokens[k].text in "([{":
                k = self.tokens[k].match
            elif self.tokens[k].text == ";":
                semicolons.append(k)
            k += 1
        if len(semicolons) == 2 and semicolons[1] > semicolons[0] + 1:
            first, last = semicolons[0] + 1, semicolons[1] - 1
            words = self.words(first, last)
            self.replace(first, last, "0 && (%s)" % words, "never: %s" % flat(words))

    def number(self, i):
        token = self.tokens[i]
        if self.is_room(i):
            return
        if token.text.startswith("'"):
            for sign in "+-":
                self.replace(i, i, "(%s %s 1)" % (token.text, sign))
            return
        digits = re.match(r"0[xX][0-9a-fA-F]+|\d+", token.text).group()
        suffix = token.text[len(digits):]
        value = int(digits, 0) if digits.startswith(("0x", "0X")) else int(digits)
        for other in (value + 1, value - 1):
            if other >= 0:
                self.replace(i, i, "%d%s" % (other, suffix))

    def is_room(self, i):
        """Whether the number at I has a part in how much memory is asked for."""
        for k in range(i - 1, -1, -1):
            token = self.tokens[k]
            if token.text in ("{", "}", ";"):
                return False
            if token.match is None or token.match < i:
                continue
            if token.text == "[" and self.is_declared(k) or \
                    token.text == "(" and ROOM.fullmatch(self.tokens[k - 1].text):
                return True
        return False

    def is_declared(self, bracket):
        """Whether the bracket holds the size of an array that is declared, not an index."""
        before, name = (self.tokens[k].text if k >= 0 else "" for k in (bracket - 2, bracket - 1))
        return bool(re.fullmatch(r"[A-Za-z_]\w*|\*", before) and re.match(r"[A-Za-z_]", name)) and \
            before not in ("return", "case", "else")

    def name(self, i):
        """A text that something is compared with."""
        text = self.tokens[i].text
        if not re.fullmatch(r'"[\w:#]{1,20}"', text) or not self.is_compared(i):
            return
        self.replace(i, i, text[:-1] + '~"')

    def is_compared(self, i):
        for k in range(i - 1, max(i - 40, 0), -1):
            token = self.tokens[k]
            if token.text == "(" and token.match is not None and token.match > i:
                return bool(NAMING.fullmatch(self.tokens[k - 1].text))
            if token.text == "{" and token.match is not None and token.match > i:
                return self.words(max(k - 12, 0), k).replace(" ", "").endswith("[]={") and \
                    "char *" in self.words(max(k - 12, 0), k)
            if token.text in ";":
                return False
        return False

    def returned(self, i):
        """Something else is returned by the statement at I, whatever it does besides."""
        end = next((k for k in range(i, len(self.tokens)) if self.tokens[k].text == ";"), None)
        values = RETURNED.get(self.tokens[i].returns or "?", ())
        if end is None or end == i + 1:
            return
        words = self.words(i + 1, end - 1)
        for value in values:
            if words == value or (value in ALWAYS and ALWAYS[value].match(words)):
                continue
            plain = re.fullmatch(r"\w+|-1", words)
            self.replace(i + 1, end - 1, value if plain else "((void)(%s), %s)" % (words, value),
                         "returned: %s is %s" % (flat(words), value))
        for k in range(i + 1, end):
            self.reason(k)

    def reason(self, i):
        text = self.tokens[i].text
        if re.fullmatch(r"COGNITO_[A-Z_]+", text) and text not in ("COGNITO_ACCEPTED",):
            other = "COGNITO_TOKEN_EMPTY"
            self.replace(i, i, other if text != other else "COGNITO_TOKEN_JSON")

    def swap(self, i):
        text = self.tokens[i].text
        if text in KEPT_IN_TABLES and self.tokens[i].returns is None:
            return
        for group in SWAPPED:
            if text in group:
                self.replace(i, i, group[(group.index(text) + 1) % len(group)])

    def statement(self, i):
        """A statement that begins at I is left out, if it is a call or an assignment."""
        end = i
        while end < len(self.tokens) and self.tokens[end].text != ";":
            if self.tokens[end].text in "{}":
                return
            end = self.tokens[end].match if self.tokens[end].text in "([" else end
            end += 1
        first, second = self.tokens[i].text, self.tokens[i + 1].text
        if first in ("if", "for", "while", "do", "else", "return", "switch", "case", "default",
                     "break", "continue", "static", "const", "struct", "enum", "typedef"):
            return
        if re.fullmatch(r"\w+", first) and (re.fullmatch(r"\w+", second) or
                                            second == "*" and first not in ("*", "(")):
            return  # a declaration
        called = i + 3 if first == "(" and second == "void" else i
        words = self.words(i, end - 1)
        if RELEASING.search(self.tokens[called].text) or ON_STACK.fullmatch(words):
            return
        self.replace(i, end - 1, "", "left out: %s" % flat(words))

    def label(self, i):
        """A case is left out."""
        end = next(k for k in range(i, len(self.tokens)) if self.tokens[k].text == ":")
        self.replace(i, end, "", "left out: %s" % flat(self.words(i, end)))

    def rows(self):
        """Rows of tables, a line each, are left out."""
        for match in re.finditer(r"^    \{.*\},\n", self.text, re.MULTILINE):
            self.add(match.start(), match.end() - 1, "", "left out: %s" % flat(match.group()))

    def make(self):
        starts = {"{", "}", ";", ":", "else"}
        for i, token in enumerate(self.tokens):
            if re.match(r"\d|'", token.text) and token.directive in ("", "define") and \
                    not RELEASER.fullmatch(token.function):
                self.number(i)
            self.swap(i)
            if token.directive:
                continue
            if token.text.startswith('"'):
                self.name(i)
            if token.returns is None or \
                    RELEASER.fullmatch(token.function) and token.text != "cognito_wipe":
                continue
            if token.text in TURNED:
                self.comparison(i)
            elif token.text in ("if", "while") and self.tokens[i + 1].text == "(":
                self.condition(i)
            elif token.text == "for":
                self.loop(i)
            elif token.text == "?":
                self.choice(i)
            elif token.text == "return":
                self.returned(i)
            elif token.text == "case":
                self.label(i)
            elif token.text == "!":
                self.replace(i, i, " ", "left out: !")
            before = self.tokens[i - 1]
            behind = before.text == ")" and before.match and \
                self.tokens[before.match - 1].text in ("if", "for", "while")
            if before.text in starts or behind:
                self.statement(i)
        self.rows()
        return sorted(self.found.values())


def flat(words):
    return re.sub(r"\s+", " ", words).strip()


def mutants_of(path, text):
    return Maker(path, text).make()
