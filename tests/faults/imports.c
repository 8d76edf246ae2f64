/* SPDX-License-Identifier: MIT */
#include "imports.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../pam/text.h"

/* The tables of a loaded object. */
struct object {
    ElfW(Addr) base;
    const ElfW(Sym) * symbols;
    const char *strings;
    const ElfW(Rela) * relocations[2]; /* of data, of calls */
    size_t counts[2];
};

/* glibc has made addresses of these, but on a few machines. */
static const void *at(const struct object *object, ElfW(Addr) address)
{
    return (const void *)(address < object->base ? address + object->base : address);
}

static void take(struct object *object, const ElfW(Dyn) * entry)
{
    switch (entry->d_tag) {
    case DT_SYMTAB:
        object->symbols = at(object, entry->d_un.d_ptr);
        break;
    case DT_STRTAB:
        object->strings = at(object, entry->d_un.d_ptr);
        break;
    case DT_RELA:
        object->relocations[0] = at(object, entry->d_un.d_ptr);
        break;
    case DT_RELASZ:
        object->counts[0] = entry->d_un.d_val / sizeof *object->relocations[0];
        break;
    case DT_JMPREL:
        object->relocations[1] = at(object, entry->d_un.d_ptr);
        break;
    case DT_PLTRELSZ:
        object->counts[1] = entry->d_un.d_val / sizeof *object->relocations[1];
        break;
    case DT_PLTREL:
        if (entry->d_un.d_val != DT_RELA)
            give_up("relocations without addends are not known here");
        break;
    default:
        break;
    }
}

static struct object open_object(const char *path)
{
    struct link_map *map = NULL;
    void *handle = dlopen(path, RTLD_NOW);
    if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        give_up("%s", dlerror());
    struct object object = {.base = map->l_addr};
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
        take(&object, entry);
    if (object.symbols == NULL || object.strings == NULL)
        give_up("%s has no symbols", path);
    return object;
}

/* The linker has made these slots read-only. */
static void put(void **slot, void *value)
{
    const uintptr_t page = (uintptr_t)getpagesize();
    const uintptr_t start = (uintptr_t)slot & ~(page - 1);
    if (mprotect((void *)start, page, PROT_READ | PROT_WRITE) != 0)
        give_up("mprotect: %m");
    *slot = value;
}

void imports_visit(const char *path, import_visitor visit)
{
    const struct object object = open_object(path);
    for (size_t table = 0; table < 2; table++) {
        for (size_t i = 0; i < object.counts[table]; i++) {
            const ElfW(Rela) *relocation = &object.relocations[table][i];
            const size_t index = sizeof(void *) == 8 ? (size_t)(relocation->r_info >> 32)
                                                     : (size_t)(relocation->r_info >> 8);
            const ElfW(Sym) *symbol = &object.symbols[index];
            if (index == 0 || symbol->st_shndx != SHN_UNDEF)
                continue;
            void **slot = (void **)(object.base + relocation->r_offset);
            void *instead = visit(object.strings + symbol->st_name, *slot);
            if (instead != *slot)
                put(slot, instead);
        }
    }
}
