/* SPDX-License-Identifier: MIT */
/*
 * What a loaded module calls of other libraries. Its relocations are the list, so that nothing can
 * be forgotten, and changing them changes what this module alone calls.
 */
#ifndef TESTS_FAULTS_IMPORTS_H
#define TESTS_FAULTS_IMPORTS_H

/* Told of a function, or a variable, that the module takes from elsewhere, and where it is. Returns
 * what the module is to have instead, or CURRENT. */
typedef void *(*import_visitor)(const char *symbol, void *current);

/* Loads the module at PATH for the rest of the process, so that libpam finds it loaded, and shows
 * VISIT each of its imports. Gives up on what it does not understand. */
void imports_visit(const char *path, import_visitor visit);

#endif
