// The embedded theme: every file under layouts/, styles/, scripts/ and words/ stands in this table,
// so that one binary is the whole program. A test fails when a file is missing here.
#include "LecternTheme.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char words_en[] = {
#embed "words/en.yml"
};

static const struct lectern_theme_file files[] = {
    {"words/en.yml", words_en, sizeof words_en},
};

unsigned long lectern_theme_file_count(void) { return sizeof files / sizeof files[0]; }

struct lectern_theme_file lectern_theme_file_at(unsigned long index) { return files[index]; }
