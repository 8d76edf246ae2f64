/* SPDX-License-Identifier: MIT */
#include "token/identity.h"

#include "base/json.h"

void cognito_identity_free(struct identity *identity)
{
    cognito_json_free(identity->claims);
    *identity = (struct identity){0};
}
