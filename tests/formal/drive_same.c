/* SPDX-License-Identifier: MIT */
/* cognito_json_same_string with every two contents of LEN and LEN / 2 bytes, which stand at both
 * ends of one object, either way round: whatever is read beyond one that stands behind is an alarm.
 */
#include "base/jsonscan.h"

#include "driver.h"

int main(void)
{
    const unsigned char *both = any_bytes(LEN + LEN / 2);
    (void)cognito_json_same_string(span_of(both, LEN), span_of(both + LEN, LEN / 2));
    (void)cognito_json_same_string(span_of(both + LEN / 2, LEN), span_of(both, LEN / 2));
    return 0;
}
