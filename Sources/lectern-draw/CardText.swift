import CDraw
import LecternMedia

/// Sets the words of a card, as coverage from 0 to 255: how much of each pixel is ink.
///
/// Owns C objects, and lives as long as the process.
struct CardText {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let layout: OpaquePointer

    private static let margin = 80.0
    /// Sizes of the title in pixels, each with the lines that it may take; the last one is cut with an ellipsis.
    private static let sizes: [(pixels: Double, lines: Int)] = [(92, 2), (80, 3), (70, 3), (60, 4), (52, 4), (46, 4)]
    private static let titleWidth = 860.0
    private static let titleBottom = 556.0

    init() {
        surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(CardRequest.width), Int32(CardRequest.height))
        context = cairo_create(surface)
        // No hinting: shapes and places of letters are the same whatever the machine's screen settings say.
        let options = cairo_font_options_create()
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_set_font_options(context, options)
        layout = pango_cairo_create_layout(context)
        pango_cairo_context_set_font_options(pango_layout_get_context(layout), options)
        pango_cairo_context_set_resolution(pango_layout_get_context(layout), 96)
        cairo_font_options_destroy(options)
        // A word wider than the box is broken without a hyphen that its author did not write.
        let attributes = pango_attr_list_new()
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    }

    /// - Returns: the characters that no font has, each once.
    func draw(_ request: CardRequest) -> String {
        clear()
        let isRightToLeft = request.isRightToLeft
        let pango = pango_layout_get_context(layout)
        pango_context_set_base_dir(pango, isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
        pango_context_set_language(pango, pango_language_from_string(request.language))
        pango_layout_set_auto_dir(layout, 0)
        pango_layout_set_alignment(layout, isRightToLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        var lacking = ""

        func show(top: (Double) -> Double, ink: Double) -> Double {
            var width: Int32 = 0, height: Int32 = 0
            pango_layout_get_size(layout, &width, &height)
            let boxWidth = Double(pango_layout_get_width(layout)) / Double(PANGO_SCALE)
            let y = top(Double(height) / Double(PANGO_SCALE))
            cairo_move_to(context, isRightToLeft ? Double(CardRequest.width) - Self.margin - boxWidth : Self.margin, y)
            cairo_set_source_rgba(context, 0, 0, 0, ink)
            pango_cairo_show_layout(context, layout)
            if pango_layout_get_unknown_glyphs_count(layout) > 0 { lacking += unknownCharacters() }
            return y
        }

        let sans = Self.sans(request.language)
        set(request.siteTitle.withoutEmoji, family: sans, weight: PANGO_WEIGHT_MEDIUM, pixels: 32, lines: 1, width: 1040)
        _ = show(top: { _ in 108 }, ink: 0.86)
        let title = request.title.withoutEmoji
        fit(title, family: Self.serif(request.language))
        let top = show(top: { Self.titleBottom - $0 }, ink: 1)
        let kicker = request.kicker.withoutEmoji
        if !kicker.isEmpty {
            set(kicker, family: sans, weight: PANGO_WEIGHT_MEDIUM, pixels: 34, lines: 1, width: Self.titleWidth)
            _ = show(top: { top - $0 - 10 }, ink: 0.86)
        }
        cairo_surface_flush(surface)
        return String(Set(lacking).sorted().prefix(20))
    }

    /// Sets one line in the middle of the surface's first rows, and nothing else.
    /// - Returns: how many rows it takes, and the characters that no font has.
    func draw(line: String, language: String, pixels: Double) -> (rows: Int, lacking: String) {
        clear()
        pango_context_set_language(pango_layout_get_context(layout), pango_language_from_string(language))
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
        let width = Double(CardRequest.width) - 2 * Self.margin
        set(line.withoutEmoji, family: Self.sans(language), weight: PANGO_WEIGHT_MEDIUM, pixels: pixels, lines: 1, width: width)
        cairo_move_to(context, Self.margin, 0)
        cairo_set_source_rgba(context, 0, 0, 0, 1)
        pango_cairo_show_layout(context, layout)
        cairo_surface_flush(surface)
        var height: Int32 = 0
        pango_layout_get_size(layout, nil, &height)
        let lacking = pango_layout_get_unknown_glyphs_count(layout) > 0 ? unknownCharacters() : ""
        return (min(Int(height / PANGO_SCALE) + 1, CardRequest.height), lacking)
    }

    private func clear() {
        cairo_save(context)
        cairo_set_operator(context, CAIRO_OPERATOR_CLEAR)
        cairo_paint(context)
        cairo_restore(context)
    }

    /// Row by row, `stride` bytes a row.
    var coverage: (bytes: UnsafePointer<UInt8>, stride: Int) {
        (UnsafePointer(cairo_image_surface_get_data(surface)), Int(cairo_image_surface_get_stride(surface)))
    }

    /// The largest size at which the title has few lines, and then the narrowest box that needs no more of them:
    /// lines of about one length, and no last line of a single character. Where it costs no line, the first one ends
    /// at the title's own colon.
    private func fit(_ title: String, family: String) {
        let broken = title.brokenAfterColon
        for (pixels, lines) in Self.sizes {
            set(title, family: family, weight: PANGO_WEIGHT_BOLD, pixels: pixels, lines: nil, width: Self.titleWidth)
            let count = pango_layout_get_line_count(layout)
            guard count <= lines, !breaksAWord() || pixels == Self.sizes.last?.pixels else { continue }
            if let broken {
                pango_layout_set_text(layout, broken, -1)
                if pango_layout_get_line_count(layout) > count { pango_layout_set_text(layout, title, -1) }
            }
            var (narrow, wide) = (Self.titleWidth / 2, Self.titleWidth)
            while wide - narrow > 8 {
                let middle = (narrow + wide) / 2
                pango_layout_set_width(layout, Int32(middle * Double(PANGO_SCALE)))
                if pango_layout_get_line_count(layout) <= count, !breaksAWord() { wide = middle } else { narrow = middle }
            }
            pango_layout_set_width(layout, Int32(wide * Double(PANGO_SCALE)))
            return
        }
        let (pixels, lines) = Self.sizes[Self.sizes.count - 1]
        set(title, family: family, weight: PANGO_WEIGHT_BOLD, pixels: pixels, lines: lines, width: Self.titleWidth)
    }

    /// A line ends inside a word, since the word alone is wider than the box.
    private func breaksAWord() -> Bool {
        var count: Int32 = 0
        guard let attributes = pango_layout_get_log_attrs_readonly(layout, &count) else { return false }
        let text = pango_layout_get_text(layout)!
        for index in 1..<max(pango_layout_get_line_count(layout), 1) {
            guard let line = pango_layout_get_line_readonly(layout, index) else { continue }
            let offset = g_utf8_pointer_to_offset(text, text + Int(line.pointee.start_index))
            if offset < Int(count), attributes[offset].is_line_break == 0 { return true }
        }
        return false
    }

    /// - Parameter lines: cut with an ellipsis after so many; nil never cuts.
    private func set(_ text: String, family: String, weight: PangoWeight, pixels: Double, lines: Int?, width: Double) {
        let description = pango_font_description_new()
        pango_font_description_set_family(description, family)
        pango_font_description_set_weight(description, weight)
        pango_font_description_set_absolute_size(description, pixels * Double(PANGO_SCALE))
        pango_layout_set_font_description(layout, description)
        pango_font_description_free(description)
        pango_layout_set_text(layout, text, -1)
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_line_spacing(layout, 0)
        pango_layout_set_spacing(layout, Int32(pixels * -0.12 * Double(PANGO_SCALE)))
        pango_layout_set_ellipsize(layout, lines == nil ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END)
        // A negative height counts lines.
        pango_layout_set_height(layout, Int32(-(lines ?? 1)))
    }

    private func unknownCharacters() -> String {
        let iterator = pango_layout_get_iter(layout)
        defer { pango_layout_iter_free(iterator) }
        var found = ""
        let text = pango_layout_get_text(layout)!
        repeat {
            guard let run = pango_layout_iter_get_run_readonly(iterator), let glyphs = run.pointee.glyphs,
                let item = run.pointee.item
            else { continue }
            // PANGO_GLYPH_UNKNOWN_FLAG, a macro.
            for index in 0..<Int(glyphs.pointee.num_glyphs) where glyphs.pointee.glyphs[index].glyph & 0x1000_0000 != 0 {
                let start = text + Int(item.pointee.offset) + Int(glyphs.pointee.log_clusters[index])
                if let scalar = Unicode.Scalar(g_utf8_get_char(start)) { found.unicodeScalars.append(scalar) }
            }
        } while pango_layout_iter_next_run(iterator) != 0
        return found
    }

    /// One package, fonts-noto-cjk, holds a serif and a sans-serif for Chinese, Japanese, Korean and Latin text.
    private static func serif(_ language: String) -> String {
        "Noto Serif CJK \(variant(language)),Source Serif 4,Noto Serif,serif"
    }

    private static func sans(_ language: String) -> String {
        "Noto Sans CJK \(variant(language)),Inter,Noto Sans,sans-serif"
    }

    private static func variant(_ language: String) -> String {
        let tag = language.lowercased()
        if tag.hasPrefix("ja") { return "JP" }
        if tag.hasPrefix("ko") { return "KR" }
        if tag.hasPrefix("zh-hk") || tag.hasPrefix("zh-mo") { return "HK" }
        return tag.hasPrefix("zh-tw") || tag.hasPrefix("zh-hant") ? "TC" : "SC"
    }
}

extension CardRequest {
    var isRightToLeft: Bool {
        ["ar", "he", "fa", "ur", "ps", "yi", "ug", "dv", "ckb", "sd"].contains(language.lowercased().prefix { $0 != "-" })
    }
}

extension String {
    /// With a line separator behind the first colon that something follows; nil when there is none.
    fileprivate var brokenAfterColon: String? {
        for index in indices.dropFirst() where self[index] == "：" || self[index] == ":" {
            let rest = self[self.index(after: index)...]
            let isWide = self[index] == "："
            guard isWide ? !rest.isEmpty : rest.hasPrefix(" ") else { continue }
            return self[...index] + "\u{2028}" + rest.drop { $0 == " " }
        }
        return nil
    }

    /// What is left can be drawn in one colour. A text of emoji only stays as it is.
    var withoutEmoji: String {
        let kept = filter { character in
            !character.unicodeScalars.contains { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }
        }
        let words = kept.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? self : words
    }
}
