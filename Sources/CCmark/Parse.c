#define _GNU_SOURCE  // memmem
#include "CCmark.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Exported by the extensions' library, though its headers do not name them.
extern cmark_node_type CMARK_NODE_TABLE, CMARK_NODE_TABLE_ROW, CMARK_NODE_TABLE_CELL, CMARK_NODE_STRIKETHROUGH;

static cmark_syntax_extension *extensions[5];
static cmark_syntax_extension *autolink;
static const int extension_count = sizeof extensions / sizeof extensions[0];

static void find_extensions(void) {
  if (extensions[0]) return;
  cmark_gfm_core_extensions_ensure_registered();
  // Ours first: the table extension says that it opened a block whenever it looked at a paragraph, and ends the search.
  extensions[0] = lectern_syntax_extension();
  extensions[1] = cmark_find_syntax_extension("table");
  extensions[2] = cmark_find_syntax_extension("strikethrough");
  extensions[3] = autolink = cmark_find_syntax_extension("autolink");
  extensions[4] = cmark_find_syntax_extension("tasklist");
}

// cmark-gfm edits a global table of special characters at the start and end of every parse with extensions
// (cmark_manage_extensions_special_characters): parses at the same time come out silently wrong, so they take turns.
static pthread_mutex_t parsing = PTHREAD_MUTEX_INITIALIZER;

// How many bytes of a character that no page may hold stand here: controls and noncharacters, in UTF-8.
static size_t refused_length(const unsigned char *at) {
  if (at[0] < 0x80) return (at[0] < 0x20 && at[0] != '\t' && at[0] != '\n' && at[0] != '\r') || at[0] == 0x7F;
  if (at[0] == 0xC2) return at[1] < 0xA0 ? 2 : 0;
  if (at[0] == 0xEF && at[1] == 0xB7) return at[2] >= 0x90 && at[2] <= 0xAF ? 3 : 0;
  if (at[0] == 0xEF && at[1] == 0xBF) return at[2] >= 0xBE ? 3 : 0;
  if (at[0] >= 0xF0 && (at[1] & 0x0F) == 0x0F && at[2] == 0xBF) return at[3] >= 0xBE ? 4 : 0;
  return 0;
}

// Puts U+FFFD for each of them, as HTML does for a reference to NUL. The text itself holds none: a source with one is
// refused when it is read, so it came by a reference: "&#11;".
static void replace_refused(cmark_node *node) {
  const unsigned char *text = (const unsigned char *)cmark_node_get_literal(node);
  const unsigned char *at = text;
  while (*at && !refused_length(at)) at++;
  if (!*at) return;
  char *mended = malloc(3 * strlen((const char *)text) + 1);
  if (!mended) return;
  char *end = mended;
  for (at = text; *at;) {
    size_t length = refused_length(at);
    if (length) {
      memcpy(end, "\xEF\xBF\xBD", 3);
      end += 3;
      at += length;
    } else {
      *end++ = (char)*at++;
    }
  }
  *end = 0;
  cmark_node_set_literal(node, mended);
  free(mended);
}

static void replace_all_refused(cmark_node *root) {
  cmark_iter *iter = cmark_iter_new(root);
  while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
    cmark_node *node = cmark_iter_get_node(iter);
    if (cmark_node_get_type(node) == CMARK_NODE_TEXT) replace_refused(node);
  }
  cmark_iter_free(iter);
}

cmark_node *lectern_markdown_parse(const char *text, size_t length, lectern_features features,
                                   const int *plain_dollar_lines, size_t plain_count) {
  lectern_arena_reset();
  pthread_mutex_lock(&parsing);
  find_extensions();
  lectern_syntax_prepare(plain_dollar_lines, plain_count);
  // Double tildes only: "10~20 分钟,30~40 分钟" is a common way to write ranges, not a deletion.
  // Source positions make cmark count the lines inside code spans and tags.
  int options = CMARK_OPT_UNSAFE | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE | CMARK_OPT_SOURCEPOS;
  // Footnotes walk the whole tree twice, autolinks once, in each document.
  if (features.footnotes) options |= CMARK_OPT_FOOTNOTES;
  cmark_parser *parser = cmark_parser_new_with_mem(options, lectern_arena());
  for (int i = 0; i < extension_count; i++) {
    if (extensions[i] == autolink && !features.autolinks) continue;
    cmark_parser_attach_syntax_extension(parser, extensions[i]);
  }
  cmark_parser_feed(parser, text, length);
  cmark_node *root = cmark_parser_finish(parser);
  pthread_mutex_unlock(&parsing);
  if (features.marks) cmark_consolidate_text_nodes(root);
  if (memmem(text, length, "&#", 2)) replace_all_refused(root);
  return root;
}

cmark_node *lectern_new_paragraph(void) { return cmark_node_new_with_mem(CMARK_NODE_PARAGRAPH, lectern_arena()); }

LecternKind lectern_node_kind(cmark_node *node) {
  cmark_node_type type = cmark_node_get_type(node);
  switch (type) {
    case CMARK_NODE_TEXT: return LecternKindText;
    case CMARK_NODE_PARAGRAPH: return LecternKindParagraph;
    case CMARK_NODE_SOFTBREAK: return LecternKindSoftBreak;
    case CMARK_NODE_LINEBREAK: return LecternKindLineBreak;
    case CMARK_NODE_CODE:
      if (cmark_node_get_syntax_extension(node) != extensions[0]) return LecternKindCode;
      return cmark_node_get_literal(node)[0] == '$' ? LecternKindMaths : LecternKindShortcode;
    case CMARK_NODE_EMPH: return LecternKindEmphasis;
    case CMARK_NODE_STRONG: return LecternKindStrong;
    case CMARK_NODE_LINK: return LecternKindLink;
    case CMARK_NODE_IMAGE: return LecternKindImage;
    case CMARK_NODE_HTML_INLINE: return LecternKindHtmlInline;
    case CMARK_NODE_FOOTNOTE_REFERENCE: return LecternKindFootnoteReference;
    case CMARK_NODE_HEADING: return LecternKindHeading;
    case CMARK_NODE_LIST: return LecternKindList;
    case CMARK_NODE_ITEM: return LecternKindItem;
    case CMARK_NODE_CODE_BLOCK:
      return cmark_node_get_syntax_extension(node) == extensions[0] ? LecternKindMathsBlock : LecternKindCodeBlock;
    case CMARK_NODE_HTML_BLOCK: return LecternKindHtmlBlock;
    case CMARK_NODE_BLOCK_QUOTE: return LecternKindBlockQuote;
    case CMARK_NODE_THEMATIC_BREAK: return LecternKindThematicBreak;
    case CMARK_NODE_FOOTNOTE_DEFINITION: return LecternKindFootnoteDefinition;
    case CMARK_NODE_DOCUMENT: return LecternKindDocument;
    default: break;
  }
  if (type == CMARK_NODE_TABLE_CELL) return LecternKindTableCell;
  if (type == CMARK_NODE_TABLE_ROW) return LecternKindTableRow;
  if (type == CMARK_NODE_TABLE) return LecternKindTable;
  if (type == CMARK_NODE_STRIKETHROUGH) return LecternKindStrikethrough;
  return LecternKindOther;
}
