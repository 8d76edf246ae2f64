/* SPDX-License-Identifier: MIT */
#include "base/status.h"

#include <stddef.h>

static const struct status_row rows[] = {
#define COGNITO_STATUS_ROW(name, code, kind, level, text, remedy) {code, kind, level, text, remedy},
    COGNITO_STATUS_TABLE(COGNITO_STATUS_ROW)
#undef COGNITO_STATUS_ROW
};

const struct status_row *cognito_status_row(enum cognito_status status)
{
    static const struct status_row undecided = {"system.undecided", KIND_REFUSED, LEVEL_ERROR,
                                                "no check came to a decision",
                                                "this is a defect of pam_cognito; report it"};
    const size_t index = (size_t)status;
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : &undecided;
}
