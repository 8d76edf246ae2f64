/* SPDX-License-Identifier: MIT */
/* What an attacker would like to have loaded: it leaves a mark wherever it gets. */
#include <fcntl.h>
#include <unistd.h>

int OSSL_provider_init(void);

__attribute__((constructor)) static void leave_a_mark(void)
{
    const int mark = open("/tmp/trapped", O_WRONLY | O_CREAT, 0666);
    if (mark >= 0)
        (void)close(mark);
}

int OSSL_provider_init(void)
{
    leave_a_mark();
    return 0;
}
