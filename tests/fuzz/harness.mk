# SPDX-License-Identifier: MIT
#
# Builds the fuzz targets with clang in the current folder, apart from the build that is tested:
#
#   make -f .../harness.mk TOP=SOURCES [COVERAGE=yes] [all | fuzz-NAME]
#
# The units of src are compiled once for all targets, and a target links those that it needs.

CLANG = clang
FUZZ = $(TOP)/tests/fuzz
UNIT = $(TOP)/tests/unit
PC = pkg-config

TARGETS = answers askpass base64url callback claims config conversation deny files guard http \
	jwks jws map pam profile

WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Werror
ifeq ($(COVERAGE),yes)
INSTRUMENTS = -fprofile-instr-generate
COUNTED = -fcoverage-mapping
else
INSTRUMENTS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
FLAGS = -std=gnu11 -D_GNU_SOURCE -DLOCALSTATEDIR='"/var"' -DRUNSTATEDIR='"/run"' -g1 -O1 \
	-I$(FUZZ) -I$(UNIT) -I$(TOP)/src $(shell $(PC) --cflags libcrypto json-c libcurl) -MMD -MP
LIBRARIES = $(shell $(PC) --libs libcrypto json-c libcurl)

UNITS = $(filter-out %/cognito-askpass.c %/cognito-login.c %/keeping.c %/login.c %/vault.c %/ways.c, \
	$(foreach unit,base sys token host client,$(wildcard $(TOP)/src/$(unit)/*.c)))
OBJECTS = $(UNITS:$(TOP)/src/%.c=%.o)
SHARED = fuzz.o mutate.o oracle.o reader.o reference.o signer.o

# What a target takes the place of: --wrap leads every call of ours to the harness.
wraps = $(foreach name,$(1),-Wl,--wrap=$(name))
WORK = EVP_PKEY_fromdata EVP_DigestVerify json_tokener_parse_ex cognito_map_next
MEMORY = malloc calloc realloc strdup strndup vasprintf asprintf json_tokener_new_ex
WRAPS_answers = $(call wraps,cognito_http_send)
WRAPS_callback = $(call wraps,clock_gettime fprintf poll)
WRAPS_claims = $(call wraps,$(WORK) $(MEMORY))
WRAPS_files = $(call wraps,$(MEMORY) read fstat openat open)
WRAPS_guard = $(call wraps,$(MEMORY))
WRAPS_http = $(call wraps,curl_easy_perform)
WRAPS_jwks = $(call wraps,$(MEMORY))
WRAPS_jws = $(call wraps,$(WORK) $(MEMORY))
WRAPS_pam = $(call wraps,$(WORK) $(MEMORY) clock_gettime getrandom \
	free getpwnam_r cognito_ledger_enter cognito_nudge)
PARTS_config = settings.o rows.o
PARTS_profile = settings.o rows.o
PARTS_deny = rows.o
PARTS_map = rows.o
PARTS_claims = judging.o work.o failing.o
PARTS_files = failing.o
PARTS_guard = failing.o
PARTS_jwks = failing.o
PARTS_jws = judging.o work.o failing.o
PARTS_pam = work.o failing.o pam_cognito.o fakepam.o pamtalk.o pamworld.o

all: $(TARGETS:%=fuzz-%)

libunits.a: $(OBJECTS)
	@rm -f $@
	@ar rc $@ $(OBJECTS)

# What guides the fuzzer are the branches of the project, not those of the harness.
$(OBJECTS): %.o: $(TOP)/src/%.c
	@mkdir -p $(@D)
	@$(CLANG) $(FLAGS) $(INSTRUMENTS) $(COUNTED) -fsanitize=fuzzer-no-link -c -o $@ $<

pam_cognito.o: $(TOP)/pam_cognito.c
	@$(CLANG) $(FLAGS) $(INSTRUMENTS) $(COUNTED) -fsanitize=fuzzer-no-link -c -o $@ $<

%.o: $(FUZZ)/%.c
	@$(CLANG) $(FLAGS) $(if $(COUNTED),,$(INSTRUMENTS)) $(WARNINGS) -c -o $@ $<

failing.o: $(UNIT)/failing.c
	@$(CLANG) $(FLAGS) $(if $(COUNTED),,$(INSTRUMENTS)) $(WARNINGS) -c -o $@ $<

.SECONDEXPANSION:
fuzz-%: %.o $(SHARED) $$(PARTS_%) libunits.a
	@$(CLANG) $(INSTRUMENTS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(WRAPS_$*) libunits.a $(LIBRARIES)

.PHONY: all
.SECONDARY:
-include $(wildcard *.d */*.d)
