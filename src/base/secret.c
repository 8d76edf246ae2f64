/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/secret.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void cognito_wipe(void *data, size_t len)
{
    if (data == NULL)
        return;
#ifdef HAVE_EXPLICIT_BZERO
    explicit_bzero(data, len);
#else
    memset(data, 0, len);
    /* Whoever may look at DATA, as far as the compiler knows, may do so here. */
    __asm__ volatile("" : : "r"(data) : "memory");
#endif
}

bool cognito_secret_reserve(struct secret *secret, size_t capacity)
{
    if (capacity <= secret->capacity) /* equivalent: it grows where it need not */
        return true;
    /* Not realloc: it would leave the old bytes behind. */
    unsigned char *data = malloc(capacity);
    if (data == NULL)
        return false;
    if (secret->len > 0) /* equivalent: that memcpy may not be given NULL is for the sanitizers */
        memcpy(data, secret->data, secret->len);
    cognito_wipe(secret->data, secret->capacity);
    free(secret->data);
    secret->data = data;
    secret->capacity = capacity;
    return true;
}

bool cognito_secret_append(struct secret *secret, struct span more)
{
    if (more.len == 0) /* equivalent: that memcpy may not be given NULL is for the sanitizers */
        return true;
    if (more.len > SIZE_MAX / 2 || secret->len > SIZE_MAX / 2 - more.len)
        return false;
    const size_t needed = secret->len + more.len;
    if (needed > secret->capacity && !cognito_secret_reserve(secret, needed * 2))
        return false;
    memcpy(secret->data + secret->len, more.data, more.len);
    secret->len = needed;
    return true;
}

void cognito_secret_free(struct secret *secret)
{
    cognito_wipe(secret->data, secret->capacity);
    free(secret->data);
    *secret = (struct secret){0};
}
