#pragma once

/// One file of the embedded theme. `path` is relative to this folder, "layouts/lesson.html";
/// `bytes` lives as long as the program and is not terminated by a NUL.
struct lectern_theme_file {
    const char *path;
    const unsigned char *bytes;
    unsigned long size;
};

unsigned long lectern_theme_file_count(void);

/// `index` must be smaller than the count.
struct lectern_theme_file lectern_theme_file_at(unsigned long index);
