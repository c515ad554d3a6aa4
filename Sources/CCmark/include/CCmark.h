// cmark-gfm, and what Lectern adds to it in C: an arena for its trees, and syntax that its extensions lack.
#ifndef LECTERN_CCMARK_H
#define LECTERN_CCMARK_H

#include <cmark-gfm.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm-core-extensions.h>
#include <stdbool.h>
#include <stddef.h>

/// What a node is, cmark's own kinds and the extensions' in one list.
typedef enum __attribute__((enum_extensibility(closed))) LecternKind {
  LecternKindOther,
  LecternKindDocument,
  LecternKindBlockQuote,
  LecternKindList,
  LecternKindItem,
  LecternKindCodeBlock,
  LecternKindHtmlBlock,
  LecternKindParagraph,
  LecternKindHeading,
  LecternKindThematicBreak,
  LecternKindFootnoteDefinition,
  LecternKindText,
  LecternKindSoftBreak,
  LecternKindLineBreak,
  LecternKindCode,
  LecternKindHtmlInline,
  LecternKindEmphasis,
  LecternKindStrong,
  LecternKindLink,
  LecternKindImage,
  LecternKindFootnoteReference,
  LecternKindStrikethrough,
  LecternKindTable,
  LecternKindTableRow,
  LecternKindTableCell,
  /// Literal: the TeX with its dollars, "$x$" or "$$x$$".
  LecternKindMaths,
  /// Literal: the lines between the "$$" and the last line, whose "$$" still stands at its end.
  LecternKindMathsBlock,
  /// Literal: another generator's shortcode as written, "{{< youtube x >}}".
  LecternKindShortcode,
} LecternKind;

/// What a document holds, found by a quick look at its bytes, so that most documents need not pay for what few have.
typedef struct lectern_features {
  /// "[^"
  bool footnotes;
  /// "://", "www." or "@"
  bool autolinks;
  /// "{#", "[!": text that is read over the borders of cmark's text nodes.
  bool marks;
  /// "$$"
  bool display_maths;
  /// "id=", "name=" or "{#": an id that the author wrote.
  bool ids;
} lectern_features;

lectern_features lectern_look(const char *text, size_t length);

/// Parses one Markdown document; the tree lives until the same thread's next parse, and belongs to that thread.
///
/// Threads take turns, since cmark-gfm cannot parse in two at a time.
///
/// `text` is valid UTF-8. `plain_dollar_lines` names lines (from 1, ascending) that start with "$$" and are text all the same.
cmark_node *lectern_markdown_parse(const char *text, size_t length, lectern_features features,
                                   const int *plain_dollar_lines, size_t plain_count);

/// Any kind of node.
LecternKind lectern_node_kind(cmark_node *node);

/// Whether a "$$" block met its closing "$$".
bool lectern_maths_block_is_closed(cmark_node *node);

/// A new paragraph without text, in the current tree's memory.
cmark_node *lectern_new_paragraph(void);

/// The thread's own memory, given back all at once: lectern_arena_reset makes every pointer from it void.
cmark_mem *lectern_arena(void);
void lectern_arena_reset(void);

/// The extension that adds maths and notices shortcodes, made at the first call.
cmark_syntax_extension *lectern_syntax_extension(void);
void lectern_syntax_prepare(const int *plain_dollar_lines, size_t plain_count);

#endif
