/* SPDX-License-Identifier: MIT */
#include "admin/findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/complaint.h"
#include "base/jsonprint.h"

static const char *const names[] = {
    [FINDING_OK] = "OK", [FINDING_WARN] = "WARN", [FINDING_FAIL] = "FAIL"};

void cognito_findings_begin(struct findings *findings, bool json)
{
    *findings = (struct findings){.json = json};
    if (json)
        (void)fputs("[", stdout);
}

void cognito_findings_end(struct findings *findings)
{
    if (findings->json)
        (void)fputs("]\n", stdout);
}

static void print_json(struct findings *findings, enum finding_level level, const char *subject,
                       const char *remedy, const char *text)
{
    size_t count = 0;
    (void)fputs(findings->count == 0 ? "{" : ",\n {", stdout);
    cognito_json_print_member(stdout, &count, "level", span_of_string(names[level]));
    cognito_json_print_member(stdout, &count, "subject", span_of_string(subject));
    cognito_json_print_member(stdout, &count, "finding", span_of_string(text));
    cognito_json_print_member(stdout, &count, "remedy", span_of_string(remedy));
    (void)fputs("}", stdout);
}

void cognito_find(struct findings *findings, enum finding_level level, const char *subject,
                  const char *remedy, const char *format, ...)
{
    struct complaint plain = {{0}};
    va_list arguments;
    va_start(arguments, format);
    (void)cognito_complain_list(&plain, format, arguments);
    va_end(arguments);
    if (findings->json)
        print_json(findings, level, subject, remedy, plain.text);
    else
        (void)printf("%-4s  %-13s %s%s%s\n", names[level], subject, plain.text,
                     remedy[0] == '\0' ? "" : "; ", remedy);
    findings->count++;
    if ((size_t)level > findings->worst)
        findings->worst = (size_t)level;
}
