/* SPDX-License-Identifier: MIT */
/* cognito_json_next_member with every text of LEN bytes, accepted by the guard or not, to its end.
 */
#include "base/jsonscan.h"

#include "driver.h"

int main(void)
{
    const struct span text = span_of(any_bytes(LEN), LEN);
    struct span name;
    struct span value;
    size_t at = 0;
    while (cognito_json_next_member(text, &at, &name, &value))
        ;
    return 0;
}
