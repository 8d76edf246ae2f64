/* SPDX-License-Identifier: MIT */
#include "config.h"

#if !HAVE_DECL_CURLOPT_PROTOCOLS_STR
#define CURL_DISABLE_DEPRECATION /* CURLOPT_PROTOCOLS, where this is built for an older libcurl */
#endif

#include "sys/curlcompat.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if !HAVE_DECL_CURLOPT_CAINFO_BLOB
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#endif

bool cognito_curl_only_https(CURL *transfer)
{
#if HAVE_DECL_CURLOPT_PROTOCOLS_STR
    return curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK;
#else
    return curl_easy_setopt(transfer, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS) == CURLE_OK;
#endif
}

bool cognito_curl_end_at_once(CURL *transfer)
{
#if HAVE_DECL_CURLOPT_QUICK_EXIT
    return curl_easy_setopt(transfer, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
#else
    (void)transfer;
    return true;
#endif
}

bool cognito_curl_bound_lookups(void)
{
#if HAVE_DECL_CURLOPT_QUICK_EXIT
    return true;
#else
    return setenv("RES_OPTIONS", "timeout:3 attempts:1", 1) == 0; /* resolv.conf(5) */
#endif
}

/* Distributions build libcurl with a folder of the system's certificates, which would be trusted
 * along with ours: it goes. */
static bool forget_system(CURL *transfer)
{
    return curl_easy_setopt(transfer, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAPATH, NULL) == CURLE_OK;
}

#if HAVE_DECL_CURLOPT_CAINFO_BLOB

bool cognito_curl_trust(CURL *transfer, const struct span *pem)
{
    struct curl_blob blob = {(void *)(uintptr_t)pem->data, pem->len, CURL_BLOB_COPY};
    return forget_system(transfer) &&
           curl_easy_setopt(transfer, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAINFO_BLOB, &blob) == CURLE_OK;
}

#else

/*
 * The bytes that were judged when they were read are the ones that are trusted. A name given to
 * libcurl (CURLOPT_CAINFO) would be opened a second time, perhaps as another file, and not at all
 * by a fetcher that may open nothing; /proc/self/fd needs /proc. So OpenSSL, which libcurl must be
 * built with here, gets them from memory.
 */

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

static void free_infos(STACK_OF(X509_INFO) * *infos)
{
    sk_X509_INFO_pop_free(*infos, X509_INFO_free);
}

static void free_store(X509_STORE **store)
{
    X509_STORE_free(*store);
}

/* As libcurl does it with a file: certificates and revocation lists; at least one certificate. */
static bool fill(X509_STORE *store, struct span pem)
{
    BIO *bio OWNED(free_bio) = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.data, (int)pem.len);
    if (bio == NULL)
        return false;
    STACK_OF(X509_INFO) * infos OWNED(free_infos) = PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
    int certificates = 0;
    for (int i = 0; i < sk_X509_INFO_num(infos); i++) {
        const X509_INFO *info = sk_X509_INFO_value(infos, i);
        if ((info->x509 != NULL && X509_STORE_add_cert(store, info->x509) != 1) ||
            (info->crl != NULL && X509_STORE_add_crl(store, info->crl) != 1))
            return false;
        certificates += info->x509 != NULL;
    }
    return certificates > 0;
}

/* libcurl has set CONTEXT up for the server or for a proxy. A new store takes the place of the one
 * that is there, with whatever it may hold; how to verify stays as libcurl wants it. */
static CURLcode replace_store(CURL *transfer, void *context, void *pem)
{
    (void)transfer;
    const X509_VERIFY_PARAM *how = X509_STORE_get0_param(SSL_CTX_get_cert_store(context));
    X509_STORE *store OWNED(free_store) = X509_STORE_new();
    if (store == NULL || X509_STORE_set1_param(store, how) != 1)
        return CURLE_OUT_OF_MEMORY;
    if (!fill(store, *(const struct span *)pem))
        return CURLE_SSL_CACERT_BADFILE;
    SSL_CTX_set_cert_store(context, store);
    store = NULL; /* now the context's */
    return CURLE_OK;
}

/* A context of another library, or of another OpenSSL, is none that we can fill. */
static bool has_our_openssl(void)
{
    char ours[32];
    const char *theirs = curl_version_info(CURLVERSION_NOW)->ssl_version;
    const int len = snprintf(ours, sizeof ours, "OpenSSL/%u.", OPENSSL_version_major());
    return theirs != NULL && len > 0 && strncmp(theirs, ours, (size_t)len) == 0;
}

bool cognito_curl_trust(CURL *transfer, const struct span *pem)
{
    return has_our_openssl() && forget_system(transfer) &&
           curl_easy_setopt(transfer, CURLOPT_SSL_CTX_FUNCTION, replace_store) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_SSL_CTX_DATA, (void *)(uintptr_t)pem) == CURLE_OK;
}

#endif
