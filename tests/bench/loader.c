/* SPDX-License-Identifier: MIT */
/*
 * loader [MODULE MODULUS-FILE SIGNATURE-FILE INPUT-FILE]: a process that loads MODULE, floor.c, as
 * libpam loads modules, has it verify and unloads it; or one that does nothing. It is linked with
 * libpam, so that the dynamic linker has the same libraries to search.
 */
#include <dlfcn.h>
#include <stdio.h>

#include <security/pam_appl.h>

#include "contest.h"
#include "floor.h"

static size_t load(const char *path, unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "re");
    const size_t len = file == NULL ? 0 : fread(bytes, 1, size, file);
    if (file == NULL || fclose(file) != 0 || len == size)
        give_up("%s cannot be read", path);
    return len;
}

int main(int argc, char **argv)
{
    static struct floor floor;
    int (*verify)(struct floor *);
    if (pam_strerror(NULL, PAM_SUCCESS) == NULL || argc != 5)
        return argc == 1 ? 0 : 1;
    floor.modulus_len = load(argv[2], floor.modulus, sizeof floor.modulus);
    floor.signature_len = load(argv[3], floor.signature, sizeof floor.signature);
    floor.input_len = load(argv[4], floor.input, sizeof floor.input);
    void *module = dlopen(argv[1], RTLD_NOW);
    if (module == NULL)
        give_up("%s", dlerror());
    *(void **)&verify = dlsym(module, "floor_verify"); /* as POSIX has it */
    if (verify == NULL || !verify(&floor))
        give_up("OpenSSL refuses the signature");
    return dlclose(module) == 0 ? 0 : 1;
}
