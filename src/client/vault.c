/* SPDX-License-Identifier: MIT */
#include "client/vault.h"

#include <string.h>

#include <libsecret/secret.h>

/* By their names, which are public; the user of the session bus is the service's own matter. */
static const SecretSchema schema = {
    .name = "pam_cognito.refresh-token",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = {{"profile", SECRET_SCHEMA_ATTRIBUTE_STRING}, {NULL, 0}},
};

static void free_text(char **text)
{
    secret_password_free(*text); /* which wipes */
}

static bool complain(GError *error, struct complaint *why)
{
    (void)cognito_complain(why, "the secret service: %s", error->message);
    g_error_free(error);
    return false;
}

static enum kept_result take(struct span found, size_t max_size, struct secret *content,
                             struct complaint *why)
{
    return (found.len <= max_size ||
            cognito_complain(why, "the secret service: the entry is too long")) &&
                   (cognito_secret_append(content, found) || cognito_complain(why, "out of memory"))
               ? KEPT_READ
               : KEPT_REFUSED;
}

static enum kept_result complain_missing(const char *name, struct complaint *why)
{
    (void)cognito_complain(why, "the secret service has no entry for the profile %s", name);
    return KEPT_MISSING;
}

enum kept_result cognito_vault_read(const char *name, size_t max_size, struct secret *content,
                                    struct complaint *why)
{
    GError *error = NULL;
    char *text OWNED(free_text) =
        secret_password_lookup_nonpageable_sync(&schema, NULL, &error, "profile", name, NULL);
    if (error != NULL) {
        (void)complain(error, why);
        return KEPT_REFUSED;
    }
    return text == NULL ? complain_missing(name, why)
                        : take(span_of_string(text), max_size, content, why);
}

static enum kept_result look_at(SecretItem *item, size_t max_size, struct secret *content,
                                bool *locked, struct complaint *why)
{
    gsize len = 0;
    SecretValue *value = secret_item_get_secret(item);
    *locked = value == NULL;
    if (value == NULL)
        return KEPT_READ;
    const gchar *text = secret_value_get(value, &len);
    const enum kept_result result = take(span_of(text, len), max_size, content, why);
    secret_value_unref(value);
    return result;
}

/* Of a service that finds a locked item, its secret is not loaded. */
enum kept_result cognito_vault_look(const char *name, size_t max_size, struct secret *content,
                                    bool *locked, struct complaint *why)
{
    GError *error = NULL;
    GHashTable *attributes = secret_attributes_build(&schema, "profile", name, NULL);
    GList *items = secret_service_search_sync(NULL, &schema, attributes, SECRET_SEARCH_LOAD_SECRETS,
                                              NULL, &error);
    g_hash_table_unref(attributes);
    if (error != NULL) {
        (void)complain(error, why);
        return KEPT_REFUSED;
    }
    const enum kept_result result =
        items == NULL ? complain_missing(name, why)
                      : look_at(SECRET_ITEM(items->data), max_size, content, locked, why);
    g_list_free_full(items, g_object_unref);
    return result;
}

bool cognito_vault_write(const char *name, struct span first, struct span second,
                         struct complaint *why)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    char label[128];
    GError *error = NULL;
    if (!cognito_secret_append(&text, first) || !cognito_secret_append(&text, second) ||
        !cognito_secret_append(&text, span_of("", 1)))
        return cognito_complain(why, "out of memory");
    (void)g_snprintf(label, sizeof label, "cognito-login, profile %s", name);
    return secret_password_store_sync(&schema, SECRET_COLLECTION_DEFAULT, label,
                                      (const char *)text.data, NULL, &error, "profile", name,
                                      NULL) ||
           (error != NULL ? complain(error, why)
                          : cognito_complain(why, "the secret service keeps nothing"));
}

/* Nothing to remove is no error. */
bool cognito_vault_remove(const char *name, struct complaint *why)
{
    GError *error = NULL;
    (void)secret_password_clear_sync(&schema, NULL, &error, "profile", name, NULL);
    return error == NULL || complain(error, why);
}
