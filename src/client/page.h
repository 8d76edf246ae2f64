/* SPDX-License-Identifier: MIT */
/*
 * A page, of mode 0600, that leads the browser on to an address. The browser is started with the
 * page's address: what is on a command line can be read by everybody on the machine, and who knows
 * the address of a sign-in can sign in there as somebody else, for us to keep.
 */
#ifndef COGNITO_CLIENT_PAGE_H
#define COGNITO_CLIENT_PAGE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"
#include "client/keptfile.h"
#include "client/profile.h"
#include "client/store.h"

struct page {
    struct kept file; /* its folder is the store's; .folder -1: there is none */
    char name[PROFILE_NAME_MAX + 16];
    struct secret url; /* file://..., with a NUL behind it */
};

/* Writes the page that leads to ADDRESS into STORE's runtime folder. PAGE is to be given to
 * cognito_page_remove before STORE is closed, whatever the result. */
MUST_USE bool cognito_page_write(const struct store *store, const char *address, struct page *page,
                                 struct complaint *why);

/* Wipes and removes it; one whose folder is -1 is fine. */
void cognito_page_remove(struct page *page);

#endif
