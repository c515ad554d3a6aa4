// One cmark-gfm syntax extension: `$x$`, `$$x$$` and blocks between lines of `$$`, and the shortcodes of other
// generators, which would otherwise be taken for HTML.
//
// Inside cmark's own parser, so that nesting comes out right: code spans, links, tables, quotes and lists.
#include "CCmark.h"

#include <string.h>

static cmark_syntax_extension *extension = NULL;
static const int *plain_lines = NULL;
static size_t plain_line_count = 0;

// The states of a "$$" block, kept as its node's user data.
static char state_open, state_open_with_text, state_closed;

static bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

// How many bytes one document's searches for closing marks may look at: each may run to its paragraph's end, so
// that a hostile one would take quadratic time. Past it, dollars are text.
static const long looks_per_document = 20 * 1000 * 1000;
static long looks_left = 0;

static unsigned char at(cmark_inline_parser *parser, int position) {
  looks_left--;
  return cmark_inline_parser_peek_at(parser, position);
}

// The end of the code span that starts at `position`, or -1 when these backticks open none.
static int code_span_end(cmark_inline_parser *parser, int position) {
  int start = position;
  while (at(parser, position) == '`') position++;
  int length = position - start;
  while (at(parser, position)) {
    if (at(parser, position) != '`') {
      position++;
      continue;
    }
    int run = position;
    while (at(parser, position) == '`') position++;
    if (position - run == length) return position;
  }
  return -1;
}

// Where the formula that opens at `start` ends (past its last dollar), or -1 when it is no formula.
//
// Pandoc's rules (tex_math_dollars): a non-space right of the opening dollar, a non-space left of the closing one,
// no digit right of it. A code span ends the search: "costs $5, run `echo a$`".
static int formula_end(cmark_inline_parser *parser, int start) {
  bool display = at(parser, start + 1) == '$';
  int position = start + (display ? 2 : 1);
  unsigned char first = at(parser, position);
  if (first == 0 || first == '$' || (!display && is_space(first))) return -1;
  while (at(parser, position)) {
    unsigned char c = at(parser, position);
    if (c == '\\' && at(parser, position + 1)) {
      position += 2;
    } else if (c == '`') {
      if (code_span_end(parser, position) >= 0) return -1;
      while (at(parser, position) == '`') position++;
    } else if (c == '$' && display) {
      if (at(parser, position + 1) == '$') return position + 2;
      position++;
    } else if (c == '$') {
      if (is_space(at(parser, position - 1)) || is_digit(at(parser, position + 1))) return -1;
      return position + 1;
    } else {
      position++;
    }
  }
  return -1;
}

static int shortcode_end(cmark_inline_parser *parser, int start) {
  unsigned char mark = at(parser, start + 2);
  if (at(parser, start + 1) != '{' || (mark != '<' && mark != '%')) return -1;
  unsigned char closing = mark == '<' ? '>' : '%';
  for (int position = start + 3; at(parser, position); position++) {
    if (at(parser, position) == closing && at(parser, position + 1) == '}' && at(parser, position + 2) == '}') {
      return position + 3;
    }
  }
  return -1;
}

static cmark_node *match_inline(cmark_syntax_extension *self, cmark_parser *parser, cmark_node *parent,
                                unsigned char character, cmark_inline_parser *inline_parser) {
  (void)parser;
  (void)parent;
  if ((character != '$' && character != '{') || looks_left < 0) return NULL;
  int start = cmark_inline_parser_get_offset(inline_parser);
  int end = character == '$' ? formula_end(inline_parser, start) : shortcode_end(inline_parser, start);
  if (end < 0) return NULL;

  cmark_node *node = cmark_node_new_with_mem(CMARK_NODE_CODE, lectern_arena());
  int length = end - start;
  char *text = lectern_arena()->calloc((size_t)length + 1, 1);
  for (int i = 0; i < length; i++) text[i] = (char)at(inline_parser, start + i);
  cmark_node_set_literal(node, text);
  cmark_node_set_syntax_extension(node, self);
  cmark_inline_parser_set_offset(inline_parser, end);
  return node;
}

static bool is_plain_line(int line) {
  for (size_t i = 0; i < plain_line_count; i++) {
    if (plain_lines[i] == line) return true;
  }
  return false;
}

static cmark_node *open_block(cmark_syntax_extension *self, int indented, cmark_parser *parser, cmark_node *parent,
                              unsigned char *input, int length) {
  int start = cmark_parser_get_first_nonspace(parser);
  if (indented || start + 2 > length || input[start] != '$' || input[start + 1] != '$') return NULL;
  int position = start + 2;
  bool has_text = false;
  for (; position < length; position++) {
    if (input[position] == '$') return NULL;  // "$$x$$" on one line is inline
    if (!is_space(input[position])) has_text = true;
  }
  if (is_plain_line(cmark_parser_get_line_number(parser))) return NULL;

  cmark_node *node = cmark_parser_add_child(parser, parent, CMARK_NODE_CODE_BLOCK, start + 1);
  cmark_node_set_syntax_extension(node, self);
  cmark_node_set_user_data(node, has_text ? &state_open_with_text : &state_open);
  cmark_parser_advance_offset(parser, (char *)input, start + 2 - cmark_parser_get_offset(parser), false);
  return node;
}

// Called for each later line: 1 while the block goes on. The closing line still belongs to it.
static int match_block(cmark_syntax_extension *self, cmark_parser *parser, unsigned char *input, int length,
                       cmark_node *node) {
  (void)self;
  void *state = cmark_node_get_user_data(node);
  if (state == &state_closed) return 0;
  int start = cmark_parser_get_first_nonspace(parser);
  while (length > start && is_space(input[length - 1])) length--;
  if (length == start) return state == &state_open;
  if (length - start >= 2 && input[length - 1] == '$' && input[length - 2] == '$' &&
      !(length - start >= 3 && input[length - 3] == '\\')) {
    cmark_node_set_user_data(node, &state_closed);
  }
  return 1;
}

bool lectern_maths_block_is_closed(cmark_node *node) { return cmark_node_get_user_data(node) == &state_closed; }

cmark_syntax_extension *lectern_syntax_extension(void) {
  if (extension) return extension;
  cmark_mem *mem = cmark_get_default_mem_allocator();
  extension = cmark_syntax_extension_new("lectern");
  cmark_llist *characters = cmark_llist_append(mem, NULL, (void *)'$');
  characters = cmark_llist_append(mem, characters, (void *)'{');
  cmark_syntax_extension_set_special_inline_chars(extension, characters);
  cmark_syntax_extension_set_match_inline_func(extension, match_inline);
  cmark_syntax_extension_set_open_block_func(extension, open_block);
  cmark_syntax_extension_set_match_block_func(extension, match_block);
  return extension;
}

void lectern_syntax_prepare(const int *lines, size_t count) {
  plain_lines = lines;
  plain_line_count = count;
  looks_left = looks_per_document;
}
