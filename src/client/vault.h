/* SPDX-License-Identifier: MIT */
/*
 * The person's secret service (the Secret Service API of freedesktop.org, such as gnome-keyring or
 * KWallet), where this was built with it: an entry for each profile, in the default collection. A
 * locked one is unlocked by the service, which asks the person. The only unit that knows libsecret.
 */
#ifndef COGNITO_CLIENT_VAULT_H
#define COGNITO_CLIENT_VAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/keptfile.h"

/* As cognito_kept_read, of the entry NAME. */
MUST_USE enum kept_result cognito_vault_read(const char *name, size_t max_size,
                                             struct secret *content, struct complaint *why);

/* The same without asking the person to unlock it: if it is *LOCKED, it is KEPT_READ and CONTENT is
 * as it was. */
MUST_USE enum kept_result cognito_vault_look(const char *name, size_t max_size,
                                             struct secret *content, bool *locked,
                                             struct complaint *why);

/* Replaces the entry by FIRST and then SECOND, which are text. */
MUST_USE bool cognito_vault_write(const char *name, struct span first, struct span second,
                                  struct complaint *why);

/* False if it is still there. */
MUST_USE bool cognito_vault_remove(const char *name, struct complaint *why);

#endif
