/* SPDX-License-Identifier: MIT */
/* cognito_json_next_element with every text of LEN bytes, accepted by the guard or not, to its end.
 */
#include "base/jsonscan.h"

#include "driver.h"

int main(void)
{
    const struct span text = span_of(any_bytes(LEN), LEN);
    struct span value;
    size_t at = 0;
    while (cognito_json_next_element(text, &at, &value))
        read_all(value);
    return 0;
}
