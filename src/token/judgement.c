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
    explanation->passed(explanation->context, judgement->check, length < 0 ? "" : saw);
    return true;
}

bool cognito_pass_value(const struct judgement *judgement, const char *name, struct span value)
{
    if (judgement->explanation->passed == NULL)
        return true;
    return cognito_pass(judgement, "%s %s", name, cognito_escape(value).text);
}
