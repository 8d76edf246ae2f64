/* SPDX-License-Identifier: MIT */
/*
 * ledger FOLDER ENTRIES TURNS: what entering a token costs where ENTRIES tokens are live, against
 * an empty ledger.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "contest.h"
#include "host/ledger.h"

enum { PATH_MAX_HERE = 4096 };

struct ledgers {
    char full[PATH_MAX_HERE], empty[PATH_MAX_HERE];
    int64_t now;
    unsigned long entered;
};

static void enter(struct ledgers *ledgers, const char *folder)
{
    char id[32];
    struct complaint why = {{0}};
    (void)snprintf(id, sizeof id, "%lu", ledgers->entered++);
    const struct identity who = {.issuer = span_of_string("https://issuer.example"),
                                 .token_id = span_of_string(id),
                                 .expires_at = ledgers->now + 3600};
    const struct span token = span_of_string("a.b.c");
    if (cognito_ledger_enter(folder, &who, token, ledgers->now, &why) != COGNITO_ACCEPTED)
        give_up("%s", why.text);
}

static void enter_full(void *context)
{
    struct ledgers *ledgers = context;
    enter(ledgers, ledgers->full);
}

static void enter_empty(void *context)
{
    struct ledgers *ledgers = context;
    enter(ledgers, ledgers->empty);
}

/* Beside what a first login makes: the directory of its day. */
static void fill(const struct ledgers *ledgers, size_t entries)
{
    char path[PATH_MAX_HERE + 128];
    const long long expiry = (long long)ledgers->now + 3600;
    const long long day = expiry / 86400;
    for (size_t i = 0; i < entries; i++) {
        (void)snprintf(path, sizeof path, "%s/%lld/%lld-%064zu", ledgers->full, day, expiry, i);
        const int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (file < 0 || close(file) != 0)
            give_up("%s: %s", path, strerror(errno));
    }
}

int main(int count, char **words)
{
    static struct ledgers ledgers;
    if (count != 4)
        give_up("usage: ledger FOLDER ENTRIES TURNS");
    ledgers.now = (int64_t)time(NULL);
    (void)snprintf(ledgers.full, sizeof ledgers.full, "%s/ledger-full", words[1]);
    (void)snprintf(ledgers.empty, sizeof ledgers.empty, "%s/ledger-empty", words[1]);
    enter_full(&ledgers);
    enter_empty(&ledgers);
    fill(&ledgers, number_of(words[2]));
    report_row("ledger", &(struct contest){.ours = enter_full,
                                           .floor = enter_empty,
                                           .context = &ledgers,
                                           .calls = 4,
                                           .turns = number_of(words[3])});
    return 0;
}
