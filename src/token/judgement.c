/* SPDX-License-Identifier: MIT */
#include "token/judgement.h"

#include <stdarg.h>
#include <stdio.h>

bool cognito_pass(const struct judgement *judgement, const char *format, ...)
{
    const struct explanation *explanation = judgement->explanation;
    if (explanation->passed == NULL)
        return true;
    char saw[COMPLAINT_MAX];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(saw, sizeof saw, format, arguments);
    va_end(arguments);
    /* equivalent: no check passes without a word */
    explanation->passed(explanation->context, judgement->check, length < 0 ? "" : saw);
    return true;
}

bool cognito_pass_value(const struct judgement *judgement, const char *name, struct span value)
{
    if (judgement->explanation->passed == NULL) /* equivalent: cognito_pass asks the same */
        return true;
    return cognito_pass(judgement, "%s %s", name, cognito_escape(value).text);
}
