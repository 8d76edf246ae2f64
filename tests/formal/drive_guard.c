/* SPDX-License-Identifier: MIT */
/* cognito_json_guard with every text of LEN bytes. */
#include "base/jsonguard.h"

#include "driver.h"

int main(void)
{
    struct json_fault fault;
    (void)cognito_json_guard(span_of(any_bytes(LEN), LEN), &fault);
    return 0;
}
