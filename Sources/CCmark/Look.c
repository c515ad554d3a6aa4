#include "CCmark.h"

#include <string.h>

typedef struct {
  const char *start, *end;
} span;

static bool stands_before(span text, const char *at, const char *part) {
  size_t length = strlen(part);
  return (size_t)(at - text.start) >= length && memcmp(at - length, part, length) == 0;
}

static bool stands_after(span text, const char *at, const char *part) {
  size_t length = strlen(part);
  return (size_t)(text.end - at - 1) >= length && memcmp(at + 1, part, length) == 0;
}

// Whether `byte` stands somewhere with `before` on its left and `after` on its right.
static bool holds(span text, char byte, const char *before, const char *after) {
  const char *at = text.start;
  while (at < text.end && (at = memchr(at, byte, (size_t)(text.end - at)))) {
    if (stands_before(text, at, before) && stands_after(text, at, after)) return true;
    at++;
  }
  return false;
}

// Each search is for the rarest byte of what is looked for: memchr looks at 32 bytes at once.
lectern_features lectern_look(const char *bytes, size_t length) {
  span text = {bytes, bytes + length};
  bool custom_ids = holds(text, '{', "", "#");
  return (lectern_features){
      .footnotes = holds(text, '^', "[", ""),
      .autolinks = holds(text, ':', "", "//") || holds(text, '@', "", "") || holds(text, '.', "www", "") ||
                   holds(text, '.', "WWW", ""),
      .marks = custom_ids || holds(text, '!', "[", ""),
      .display_maths = holds(text, '$', "", "$"),
      .ids = custom_ids || holds(text, '=', "id", "") || holds(text, '=', "ID", "") || holds(text, '=', "name", ""),
  };
}
