/* SPDX-License-Identifier: MIT */
/*
 * A host with a life of its own: it uses OpenSSL and libcurl, or has lost its descriptors.
 *
 *   host [-c DESCRIPTORS] [-u URL -a AUTHORITIES] SERVICE USER TOKEN-FILE
 *
 * Authenticates with the token, account phase included, and ends with PAM's code. -c closes some of
 * 0, 1 and 2 first. -u fetches URL before and after over one connection; in between there are
 * errors and a mark in OpenSSL's queue, which have to be there afterwards. 100: they are not; 101:
 * nothing could be fetched; 102: a descriptor is open that was not, or the reverse.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/err.h>
#include <security/pam_appl.h>

enum { QUEUE_CHANGED = 100, NOT_FETCHED = 101, DESCRIPTORS_CHANGED = 102, USAGE = 103 };
enum { TOKEN_MAX = 65536, DESCRIPTORS_MAX = 64 };

struct options {
    const char *closed, *url, *authorities;
    const char *service, *user, *token;
};

/* ---- PAM ---- */

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *context)
{
    if (count < 1)
        return PAM_CONV_ERR;
    *responses = calloc((size_t)count, sizeof **responses);
    for (int i = 0; *responses != NULL && i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            (*responses)[i].resp = strdup(context);
    return *responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static int log_in(const struct options *options, char *token)
{
    const struct pam_conv conversation = {converse, token};
    pam_handle_t *pamh = NULL;
    int code = pam_start(options->service, options->user, &conversation, &pamh);
    if (code != PAM_SUCCESS)
        return code;
    code = pam_authenticate(pamh, 0);
    if (code == PAM_SUCCESS)
        code = pam_acct_mgmt(pamh, 0);
    (void)pam_end(pamh, code);
    return code;
}

/* ---- what the host does besides ---- */

static size_t count(char *bytes, size_t size, size_t number, void *sum)
{
    (void)bytes;
    *(size_t *)sum += size * number;
    return size * number;
}

static bool fetch(CURL *curl)
{
    size_t sum = 0;
    return curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sum) == CURLE_OK &&
           curl_easy_perform(curl) == CURLE_OK && sum > 0;
}

static CURL *open_curl(const struct options *options)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL || curl_easy_setopt(curl, CURLOPT_URL, options->url) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->authorities) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count) != CURLE_OK)
        exit(NOT_FETCHED);
    return curl;
}

/* Two errors, a mark, one more. */
static void fill_queue(void)
{
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 1);
    ERR_raise(ERR_LIB_USER, 2);
    (void)ERR_set_mark();
    ERR_raise(ERR_LIB_USER, 3);
}

static bool is_queue_whole(void)
{
    const bool last = ERR_GET_REASON(ERR_peek_last_error()) == 3;
    const bool marked = ERR_pop_to_mark() == 1;
    const bool first = ERR_GET_REASON(ERR_get_error()) == 1;
    const bool second = ERR_GET_REASON(ERR_get_error()) == 2;
    return last && marked && first && second && ERR_get_error() == 0;
}

static unsigned long open_descriptors(void)
{
    unsigned long open = 0;
    for (int descriptor = 0; descriptor < DESCRIPTORS_MAX; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0)
            open |= 1UL << descriptor;
    return open;
}

static int log_in_between(const struct options *options, char *token)
{
    CURL *curl = open_curl(options);
    if (!fetch(curl))
        return NOT_FETCHED;
    fill_queue();
    const int code = log_in(options, token);
    if (!is_queue_whole())
        return QUEUE_CHANGED;
    const bool again = fetch(curl);
    curl_easy_cleanup(curl);
    return again ? code : NOT_FETCHED;
}

/* ---- the program ---- */

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int option; (option = getopt(argc, argv, "c:u:a:")) != -1;) {
        if (option == 'c')
            options->closed = optarg;
        else if (option == 'u')
            options->url = optarg;
        else if (option == 'a')
            options->authorities = optarg;
        else
            return false;
    }
    if (argc - optind != 3)
        return false;
    options->service = argv[optind];
    options->user = argv[optind + 1];
    options->token = argv[optind + 2];
    return true;
}

static bool read_token(const char *path, char token[static TOKEN_MAX])
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    const size_t got = fread(token, 1, TOKEN_MAX - 1, file);
    token[got] = '\0';
    token[strcspn(token, "\n")] = '\0';
    return fclose(file) == 0 && got > 0;
}

int main(int argc, char **argv)
{
    static char token[TOKEN_MAX];
    struct options options = {.closed = ""};
    if (!read_options(argc, argv, &options) || !read_token(options.token, token))
        return USAGE;
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (strchr(options.closed, '0' + descriptor) != NULL)
            (void)close(descriptor);
    /* syslog(3) opens its socket now, and not in between. */
    openlog("host", LOG_NDELAY, LOG_AUTHPRIV);
    const unsigned long before = open_descriptors();
    const int code =
        options.url == NULL ? log_in(&options, token) : log_in_between(&options, token);
    /* libcurl has its own. */
    if (options.url == NULL && open_descriptors() != before)
        return DESCRIPTORS_CHANGED;
    return code;
}
