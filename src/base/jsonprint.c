/* SPDX-License-Identifier: MIT */
#include "base/jsonprint.h"

#include "base/jsonguard.h"

/* The bytes of the UTF-8 character at the front of STRING, or 0: the guard's own rules decide. */
static size_t character(struct span string)
{
    /* equivalent: no other length is one character; the sanitizers see what is overrun */
    for (size_t len = 2; len <= 4 && len <= string.len; len++) {
        unsigned char object[] = "{\"\":\"\0\0\0\0\"}";
        memcpy(object + 5, string.data, len);
        /* OBJECT is a span, not a string. NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        memcpy(object + 5 + len, "\"}", 2); /* equivalent: its NUL as well changes nothing */
        if (cognito_json_guard(span_of(object, len + 7), NULL))
            return len;
    }
    return 0;
}

void cognito_json_print(FILE *stream, struct span string)
{
    (void)fputc('"', stream);
    while (string.len > 0) {
        const unsigned char byte = string.data[0];
        size_t len = 1;
        if (byte < 0x20 || byte == 0x7f) {
            (void)fprintf(stream, "\\u%04x", (unsigned int)byte);
        } else if (byte < 0x80) { /* equivalent: DEL was printed above */
            if (byte == '"' || byte == '\\')
                (void)fputc('\\', stream);
            (void)fputc(byte, stream);
        } else {
            len = character(string);
            if (len == 0)
                (void)fputc('?', stream);
            else
                (void)fwrite(string.data, 1, len, stream);
            len = len == 0 ? 1 : len;
        }
        string = span_after(string, len);
    }
    (void)fputc('"', stream);
}

void cognito_json_print_member(FILE *stream, size_t *count, const char *name, struct span string)
{
    (void)fputs((*count)++ == 0 ? "" : ", ", stream);
    cognito_json_print(stream, span_of_string(name));
    (void)fputs(": ", stream);
    cognito_json_print(stream, string);
}
