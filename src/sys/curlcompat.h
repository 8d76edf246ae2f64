/* SPDX-License-Identifier: MIT */
/*
 * What later releases of libcurl do in a better way than 7.76: configure looks for each, and the
 * older way is taken where there is none. All return false if libcurl refuses.
 */
#ifndef COGNITO_SYS_CURLCOMPAT_H
#define COGNITO_SYS_CURLCOMPAT_H

#include <stdbool.h>

#include <curl/curl.h>

#include "base/attributes.h"
#include "base/span.h"

/* TRANSFER uses no scheme but https. */
MUST_USE bool cognito_curl_only_https(CURL *transfer);

/*
 * The server, and a proxy that is spoken to by TLS, are trusted by the certificates in PEM alone,
 * not by the system's. PEM and its bytes are borrowed until the transfer is over. A transfer with
 * none that can be read ends with CURLE_SSL_CACERT_BADFILE.
 */
MUST_USE bool cognito_curl_trust(CURL *transfer, const struct span *pem);

/*
 * The end of TRANSFER does not wait for the thread that looks up a name, beyond every time limit.
 * Before 7.87 it does, for as long as the resolver takes. cognito_curl_bound_lookups makes that
 * three seconds for each name server, by RES_OPTIONS in the environment: it is for a process whose
 * environment is its own, before its first look-up. Who gives up sooner loses nothing by it.
 */
MUST_USE bool cognito_curl_end_at_once(CURL *transfer);
MUST_USE bool cognito_curl_bound_lookups(void);

#endif
