/* SPDX-License-Identifier: MIT */
/*
 * The verb that takes over a profile that somebody hands out, and signs in.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/folder.h"
#include "client/http.h"
#include "client/keptfile.h"
#include "client/ownfile.h"
#include "client/profiles.h"
#include "client/profiletext.h"
#include "client/terminal.h"
#include "client/verbs.h"

/* ---- where it comes from ---- */

static bool fetch(const char *url, struct secret *text, struct complaint *why)
{
    const struct http_settings settings = {0};
    const struct http_request request = {.method = "GET", .url = url, .max_size = PROFILE_TEXT_MAX};
    struct http_answer answer OWNED(cognito_http_answer_free) = {0};
    if (!cognito_http_send(&settings, &request, &answer, why))
        return false;
    if (answer.status != 200)
        return cognito_complain(why, "%s: HTTP %ld", url, answer.status);
    *text = answer.body; /* now the caller's */
    answer.body = (struct secret){0};
    return true;
}

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

/* Whose file it is does not matter: the person sees what is in it before it counts. */
static bool read_file(const char *path, struct secret *text, struct complaint *why)
{
    unsigned char chunk[4096];
    ssize_t got;
    const int descriptor OWNED(close_descriptor) =
        open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return cognito_complain(why, "%s: %s", path, cognito_error_words(errno));
    while ((got = read(descriptor, chunk, sizeof chunk)) > 0) {
        if (text->len + (size_t)got > PROFILE_TEXT_MAX)
            return cognito_complain(why, "%s: larger than %d bytes", path, PROFILE_TEXT_MAX);
        if (!cognito_secret_append(text, span_of(chunk, (size_t)got)))
            return cognito_complain(why, "out of memory");
    }
    return got == 0 || cognito_complain(why, "%s: %s", path, cognito_error_words(errno));
}

static bool read_source(const char *source, struct secret *text, struct complaint *why)
{
    return strstr(source, "://") != NULL ? fetch(source, text, why) : read_file(source, text, why);
}

/* ---- where it goes ---- */

/* One profile on its way into the person's file. */
struct adoption {
    const char *source;
    char name[PROFILE_NAME_MAX + 1];
    char path[PATH_SIZE_MAX]; /* of the person's own file */
    struct profile_text text;
    struct profile_text whole; /* with what else the file says for it */
    struct secret old, merged; /* the file before and afterwards */
    bool replaces;             /* the file has a profile of that name */
};

static void free_adoption(struct adoption *adoption)
{
    cognito_profile_text_free(&adoption->text);
    cognito_profile_text_free(&adoption->whole);
    cognito_secret_free(&adoption->old);
    cognito_secret_free(&adoption->merged);
}

static bool read_old(struct adoption *adoption, struct complaint *why)
{
    struct list names OWNED(cognito_list_free) = {0};
    const enum safefile_result result =
        cognito_ownfile_read(adoption->path, CONFIG_SIZE_MAX, &adoption->old, why);
    if (result != SAFEFILE_READ && result != SAFEFILE_MISSING)
        return false;
    if (!cognito_profile_names_of(secret_span(&adoption->old), adoption->path, DEFAULT_POOL, &names,
                                  why))
        return false;
    adoption->replaces = cognito_list_has(&names, span_of_string(adoption->name));
    return true;
}

/* What will be in the file is read as it will be read from then on: the name is a good one, and
 * what stands before the sections does no harm to the profile. */
static bool plan(const struct request *request, struct adoption *adoption, struct complaint *why)
{
    struct secret given OWNED(cognito_secret_free) = {0};
    if (!cognito_places_config(&request->places, adoption->path, why) ||
        !read_source(adoption->source, &given, why) ||
        !cognito_profile_text_read(secret_span(&given), adoption->source, &adoption->text, why))
        return false;
    const char *name = request->chosen != NULL ? request->chosen : adoption->text.name;
    if (strlen(name) > PROFILE_NAME_MAX)
        return cognito_complain(why, "the name of the profile is too long");
    (void)snprintf(adoption->name, sizeof adoption->name, "%s", name);
    if (!read_old(adoption, why) ||
        !cognito_profile_text_merge(&adoption->text, adoption->name, secret_span(&adoption->old),
                                    &adoption->merged, why))
        return false;
    if (adoption->merged.len > CONFIG_SIZE_MAX)
        return cognito_complain(why, "%s would be larger than %d bytes", adoption->path,
                                CONFIG_SIZE_MAX);
    return cognito_profile_text_settings(secret_span(&adoption->merged), adoption->path,
                                         adoption->name, &adoption->whole, why);
}

/* A link is followed to the file that it stands for. */
static bool store(const struct adoption *adoption, struct complaint *why)
{
    char whole[PATH_SIZE_MAX];
    if (!cognito_folder_make_above(adoption->path, why))
        return false;
    if (realpath(adoption->path, whole) == NULL) {
        if (errno != ENOENT)
            return cognito_complain(why, "%s: %s", adoption->path, cognito_error_words(errno));
        (void)snprintf(whole, sizeof whole, "%s", adoption->path);
    }
    char *slash = strrchr(whole, '/');
    *slash = '\0';
    const int folder OWNED(close_descriptor) = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return cognito_complain(why, "%s: %s", whole, cognito_error_words(errno));
    const struct kept kept = {folder, whole, slash + 1};
    return cognito_kept_write(&kept, secret_span(&adoption->merged), span_of(NULL, 0), why);
}

/* ---- what the person sees ---- */

static bool add(struct secret *text, const char *more)
{
    return cognito_secret_append(text, span_of_string(more));
}

static bool sets(const struct profile_text *text, const char *name)
{
    for (size_t i = 0; i < text->count; i++)
        if (strcmp(text->settings[i].name, name) == 0)
            return true;
    return false;
}

static bool describe_setting(const struct profile_setting *setting, bool given,
                             struct secret *words)
{
    return add(words, setting->concern != NULL ? "  ! " : "    ") && add(words, setting->name) &&
           add(words, " = ") && cognito_secret_append(words, secret_span(&setting->value)) &&
           add(words, given ? "\n" : "   (stands before the sections of your file)\n") &&
           (setting->concern == NULL ||
            (add(words, "      CAUTION: ") && add(words, setting->concern) && add(words, "\n")));
}

static bool describe(const struct adoption *adoption, struct secret *words)
{
    bool good = add(words, adoption->source) && add(words, " has this profile:\n\n");
    for (size_t i = 0; good && i < adoption->whole.count; i++) {
        const struct profile_setting *setting = &adoption->whole.settings[i];
        good = describe_setting(setting, sets(&adoption->text, setting->name), words);
    }
    return good && add(words, "\nIt will be the profile ") && add(words, adoption->name) &&
           add(words, " in ") && add(words, adoption->path) &&
           add(words, adoption->replaces ? ", REPLACING the one that is there.\n" : ".\n");
}

static bool show(const struct adoption *adoption, struct complaint *why)
{
    struct secret words OWNED(cognito_secret_free) = {0};
    struct secret shown OWNED(cognito_secret_free) = {0};
    if (!describe(adoption, &words) || !cognito_terminal_tame(secret_span(&words), &shown))
        return cognito_complain(why, "out of memory");
    (void)fwrite(shown.data, 1, shown.len, stderr);
    return true;
}

static bool agrees(struct complaint *why)
{
    struct secret answer OWNED(cognito_secret_free) = {0};
    if (!cognito_terminal_is_there())
        return cognito_complain(why, "there is no terminal to ask at, and nothing was stored; "
                                     "--yes stores it without asking");
    if (!cognito_terminal_ask(span_of_string("Store it? (y/N) "), true, &answer, why))
        return false;
    const struct span said = secret_span(&answer);
    return span_is(said, "y") || span_is(said, "Y") || span_is(said, "yes") ||
           cognito_complain(why, "nothing was stored");
}

/* ---- the verb ---- */

static int complain(const struct complaint *why, int status)
{
    (void)fprintf(stderr, "cognito-login: %s\n", why->text);
    return status;
}

int cognito_verb_adopt(const struct request *request)
{
    struct complaint why = {{0}};
    struct adoption adoption OWNED(free_adoption) = {.source = request->source};
    if (!plan(request, &adoption, &why))
        return complain(&why, EXIT_TROUBLE);
    if (!span_equal(secret_span(&adoption.old), secret_span(&adoption.merged))) {
        if (!show(&adoption, &why) || (!request->yes && !agrees(&why)) || !store(&adoption, &why))
            return complain(&why, EXIT_REFUSED);
        (void)fprintf(stderr, "Stored as the profile %s.\n", adoption.name);
    }
    struct request login = *request;
    login.profile = adoption.name;
    return cognito_verb_login(&login);
}
