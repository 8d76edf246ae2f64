/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>

#include "base/url.h"

#define SCHEME "must begin with a scheme, such as https://"
#define USER "must not contain a user name or password"
#define HOST "must name a host: letters, digits, '-' and '.', or an IPv6 address in brackets"
#define PORT "must have a number from 1 to 65535 as its port"
#define BYTES "must not contain spaces or other characters that a URL has to encode"
#define HTTPS "must begin with https://"
#define TAIL "must not contain '?' or '#'"
#define PROXY "must begin with http://, https:// or socks5h://"
#define END "must end after the host and port"

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void parts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *scheme, *host, *port, *path, *tail;
    } rows[] = {
        {"https://example.com", "https", "example.com", "", "", ""},
        {"https://example.com/", "https", "example.com", "", "/", ""},
        {"https://Ex-4.com:8443/a/b", "https", "Ex-4.com", "8443", "/a/b", ""},
        {"https://[2001:db8::1]:443/k", "https", "[2001:db8::1]", "443", "/k", ""},
        {"https://[::ffff:127.0.0.1]", "https", "[::ffff:127.0.0.1]", "", "", ""},
        {"http://127.0.0.1:1?x:y@z", "http", "127.0.0.1", "1", "", "?x:y@z"},
        {"https://h/a@b?c=/d#e", "https", "h", "", "/a@b", "?c=/d#e"},
        {"https://h#a?b@c", "https", "h", "", "", "#a?b@c"},
        {"socks5h://h:65535", "socks5h", "h", "65535", "", ""},
        {"https://h:00080/", "https", "h", "00080", "/", ""},
        {"https://h/-._~%!$&'()*+,;=:@/", "https", "h", "", "/-._~%!$&'()*+,;=:@/", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct url url = {0};
        const char *fault = cognito_url_parse(span_of_string(rows[i].text), &url);
        if (fault != NULL || !span_is(url.scheme, rows[i].scheme) ||
            !span_is(url.host, rows[i].host) || !span_is(url.port, rows[i].port) ||
            !span_is(url.path, rows[i].path) || !span_is(url.tail, rows[i].tail))
            FAIL_ROW("%s: %s\n", rows[i].text, fault == NULL ? "other parts" : fault);
    }
}

static void what_is_no_url(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", SCHEME},
        {"https", SCHEME},
        {"https:", SCHEME},
        {"https:/h", SCHEME},
        {"https:h//", SCHEME},
        {"://h", SCHEME},
        {"example.com/keys", SCHEME},
        {"HTTPS://h", SCHEME},
        {" https://h", SCHEME},
        {"h-s://h", SCHEME},
        {"https://me@h/", USER},
        {"https://me:pw@h/", USER},
        {"https://@h", USER},
        {"https://127.0.0.1\\@h/", USER},
        {"https://[::1]@h/", USER},
        {"https://", HOST},
        {"https:///keys", HOST},
        {"https://:443/", HOST},
        {"https://?x", HOST},
        {"https://#x", HOST},
        {"https://a_b/", HOST},
        {"https://a b/", HOST},
        {"https://a%41/", HOST},
        {"https://a\\b/", HOST},
        {"https://\xc3\xa4/", HOST},
        {"https://[]/", HOST},
        {"https://[::1/", HOST},
        {"https://[", HOST},
        {"https://[g::1]/", HOST},
        {"https://[fe80::1%25eth0]/", HOST},
        {"https://[::1]h/", PORT},
        {"https://h:/", PORT},
        {"https://h:x/", PORT},
        {"https://h:80a/", PORT},
        {"https://h:80:80/", PORT},
        {"https://h:-1/", PORT},
        {"https://h:0/", PORT},
        {"https://h:65536/", PORT},
        {"https://h:4294967297/", PORT},
        {"https://h:99999999999999999999/", PORT},
        {"https://h/a b", BYTES},
        {"https://h?a b", BYTES},
        {"https://h/\r\nX: y", BYTES},
        {"https://h/\x7f", BYTES},
        {"https://h/\xc3\xa4", BYTES},
        {"https://h/<script>", BYTES},
        {"https://h/#\"", BYTES},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        static const struct url none;
        struct url url = {0};
        const char *fault = cognito_url_parse(span_of_string(rows[i].text), &url);
        if (!same(fault, rows[i].fault))
            FAIL_ROW("%s: \"%s\" expected, not \"%s\"\n", rows[i].text, rows[i].fault,
                     fault == NULL ? "" : fault);
        assert_memory_equal(&url, &none, sizeof url);
    }
    struct url url;
    assert_non_null(cognito_url_parse(span_of(NULL, 0), &url));
}

/* Each byte in each part; what is a delimiter there means another part. */
static void characters(void **state)
{
    (void)state;
    static const char name[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./?#";
    static const char address[] = "ABCDEFabcdef0123456789.:";
    static const char path[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._~%!$&'()*+,;=:@/?#";
    struct url url;
    for (unsigned int byte = 0; byte < 256; byte++) {
        char text[32];
        const struct {
            const char *before, *after, *good;
        } rows[] = {{"https://h", "h", name},
                    {"https://[1", "1]", address},
                    {"https://h/", "", path}};
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            const size_t at = strlen(rows[i].before);
            (void)snprintf(text, sizeof text, "%sX%s", rows[i].before, rows[i].after);
            const size_t len = strlen(text);
            text[at] = (char)byte;
            const bool good = byte != 0 && strchr(rows[i].good, (int)byte) != NULL;
            if ((cognito_url_parse(span_of(text, len), &url) == NULL) != good)
                FAIL_ROW("byte %02x behind %s\n", byte, rows[i].before);
        }
    }
}

static void check(const char *(*fault_of)(struct span text), const char *text, const char *expected)
{
    const char *fault = fault_of(span_of_string(text));
    if (!same(fault, expected))
        FAIL_ROW("%s: \"%s\" expected, not \"%s\"\n", text, expected == NULL ? "" : expected,
                 fault == NULL ? "" : fault);
}

static void only_https_is_called(void **state)
{
    (void)state;
    static const char *const others[] = {
        "http://example.com/",
        "http://127.0.0.1/",
        "http://127.0.0.1:18080/jwks.json",
        "http://[::1]/",
        "http://localhost/",
        "http://127.evil.example/",
        "httpss://h/",
        "HTTPS://h/",
        "ftp://h/",
        "file:///etc/passwd",
        "https:/h",
        "example.com/keys",
        "http:https://h/",
        "",
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        check(cognito_url_fault, others[i], HTTPS);
        check(cognito_url_base_fault, others[i], HTTPS);
    }
    check(cognito_url_fault, "https://127.0.0.1:8443/keys", NULL);
    check(cognito_url_fault, "https://me@h/", USER);
    check(cognito_url_base_fault, "https://h:x/", PORT);
}

static void query_and_fragment(void **state)
{
    (void)state;
    check(cognito_url_fault, "https://h/keys?x=1#y", NULL);
    check(cognito_url_base_fault, "https://h/keys?x=1", TAIL);
    check(cognito_url_base_fault, "https://h#y", TAIL);
    check(cognito_url_base_fault, "https://h/keys", NULL);
}

static void hosts(void **state)
{
    (void)state;
    check(cognito_url_host_fault, "example.auth.us-east-1.amazoncognito.com", NULL);
    check(cognito_url_host_fault, "h:9229", NULL);
    check(cognito_url_host_fault, "[::1]:9229", NULL);
    check(cognito_url_host_fault, "", HOST);
    check(cognito_url_host_fault, "h/", HOST);
    check(cognito_url_host_fault, "h?x", HOST);
    check(cognito_url_host_fault, "me@h", USER);
    check(cognito_url_host_fault, "h:0", PORT);
}

static void proxies(void **state)
{
    (void)state;
    check(cognito_url_proxy_fault, "http://p:1", NULL);
    check(cognito_url_proxy_fault, "https://p:1/", NULL);
    check(cognito_url_proxy_fault, "socks5h://[::1]:1080", NULL);
    check(cognito_url_proxy_fault, "http://p", NULL);
    check(cognito_url_proxy_fault, "socks5://p:1", PROXY);
    check(cognito_url_proxy_fault, "p:1", PROXY);
    check(cognito_url_proxy_fault, "http://", HOST);
    check(cognito_url_proxy_fault, "http://:3128", HOST);
    check(cognito_url_proxy_fault, "http://me:pw@p:1", USER);
    check(cognito_url_proxy_fault, "http://p:x", PORT);
    check(cognito_url_proxy_fault, "http://p:1/path", END);
    check(cognito_url_proxy_fault, "http://p:1?x", END);
    check(cognito_url_proxy_fault, "http://p:1/#", END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),
        cmocka_unit_test(what_is_no_url),
        cmocka_unit_test(characters),
        cmocka_unit_test(only_https_is_called),
        cmocka_unit_test(query_and_fragment),
        cmocka_unit_test(hosts),
        cmocka_unit_test(proxies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
