/* SPDX-License-Identifier: MIT */
#include "client/page.h"

#include <stdio.h>
#include <string.h>

static bool add(struct secret *text, const char *more)
{
    return cognito_secret_append(text, span_of_string(more));
}

/* HTML 13.1.2.4: what stands in an attribute between double quotes. */
static bool add_attribute(struct secret *html, const char *value)
{
    for (; *value != '\0'; value++) {
        const char one[] = {*value, '\0'};
        if (!add(html, *value == '&'   ? "&amp;"
                       : *value == '"' ? "&quot;"
                       : *value == '<' ? "&lt;"
                                       : one))
            return false;
    }
    return true;
}

static bool make_html(const char *address, struct secret *html)
{
    return add(html, "<!DOCTYPE html><meta charset=\"utf-8\"><title>Signing in</title>\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta http-equiv=\"refresh\" content=\"0; url=") &&
           add_attribute(html, address) && add(html, "\">\n<p><a href=\"") &&
           add_attribute(html, address) && add(html, "\">Sign in</a>\n");
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/-._~", c) != NULL);
}

/* RFC 8089 and RFC 3986, 2.1. */
static bool add_path(struct secret *url, const char *path)
{
    for (; *path != '\0'; path++) {
        char one[4] = {*path, '\0'};
        if (!is_plain(*path))
            (void)snprintf(one, sizeof one, "%%%02X", (unsigned int)(unsigned char)*path);
        if (!add(url, one))
            return false;
    }
    return true;
}

static bool make_url(const struct page *page, struct secret *url)
{
    return add(url, "file://") && add_path(url, page->file.path) && add(url, "/") &&
           add_path(url, page->file.name) && cognito_secret_append(url, span_of("", 1));
}

bool cognito_page_write(const struct store *store, const char *address, struct page *page,
                        struct complaint *why)
{
    struct secret html OWNED(cognito_secret_free) = {0};
    (void)snprintf(page->name, sizeof page->name, "%s.html", store->profile->name);
    page->file = (struct kept){store->runtime, store->runtime_path, page->name};
    if (!make_html(address, &html) || !make_url(page, &page->url))
        return cognito_complain(why, "out of memory");
    return cognito_kept_write(&page->file, secret_span(&html), span_of(NULL, 0), why);
}

void cognito_page_remove(struct page *page)
{
    struct complaint why = {{0}};
    if (page->file.folder >= 0 && !cognito_kept_remove(&page->file, &why))
        (void)fprintf(stderr, "cognito-login: %s\n", why.text);
    page->file.folder = -1;
    cognito_secret_free(&page->url);
}
