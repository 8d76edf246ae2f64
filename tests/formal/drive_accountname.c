/* SPDX-License-Identifier: MIT */
/* cognito_account_name with every name of up to LEN bytes, which end where their object ends. */
#include "base/accountname.h"

#include "driver.h"

int main(void)
{
    unsigned char name[LEN];
    Frama_C_make_unknown((char *)name, LEN);
    /*@ loop unroll LEN + 1; */
    for (size_t len = 0; len <= LEN; len++)
        (void)cognito_account_name(span_of(name + LEN - len, len));
    return 0;
}
