import LecternMedia

/// Grounds are kept: a site has a dozen of them, and thousands of cards.
struct CardRenderer {
    private let text = CardText()
    private var grounds: [CardColours: CardGround] = [:]
    /// By whether text starts at the right.
    private var groundRows: [Bool: [UInt8]] = [:]
    /// One for all cards: new memory for each would cost as much as the drawing.
    private var rows = [UInt8](repeating: 0, count: CardGround.rowBytes * CardRequest.height)

    /// - Returns: the PNG, and the characters that no font has; nil for a poster whose address no code can hold.
    mutating func draw(_ request: CardRequest) -> (png: [UInt8], lacking: String)? {
        let colours = CardColours(hue: request.hue, accent: request.accent)
        if grounds[colours] == nil {
            // A bound for sites with a colour for each page.
            if grounds.count >= 32 { grounds = [:] }
            grounds[colours] = CardGround(colours)
        }
        let ground = grounds[colours]!
        let isMirrored = request.isRightToLeft
        if groundRows[isMirrored] == nil { groundRows[isMirrored] = CardGround.rows(isMirrored: isMirrored) }
        let lacking = text.draw(request)
        ink(ground, over: groundRows[isMirrored]!)
        if let code = request.code {
            guard let foot = PosterFoot(code, language: request.language, text: text, firstIndex: ground.palette.count / 3) else { return nil }
            let png = palettePNG(
                width: CardRequest.width, height: CardRequest.posterHeight, palette: ground.palette + PosterFoot.palette, rows: rows + foot.rows)
            return (png, lacking + foot.lacking)
        }
        return (palettePNG(width: CardRequest.width, height: CardRequest.height, palette: ground.palette, rows: rows), lacking)
    }

    /// Lays the words over the ground: of each band's colours, the one so far on the way to white.
    private mutating func ink(_ ground: CardGround, over groundRows: [UInt8]) {
        let (coverage, stride) = text.coverage
        rows.withUnsafeMutableBufferPointer { rows in
            groundRows.withUnsafeBufferPointer { _ = rows.update(from: $0) }
            ground.bandOfIndex.withUnsafeBufferPointer { bands in
                for y in 0..<CardRequest.height {
                    let inked = coverage + y * stride
                    for x in 0..<CardRequest.width where inked[x] != 0 {
                        let step = (Int(inked[x]) * (CardGround.steps - 1) + 127) / 255
                        let at = y * CardGround.rowBytes + 1 + x
                        if step > 0 { rows[at] = bands[Int(rows[at])] * UInt8(CardGround.steps) + UInt8(step) }
                    }
                }
            }
        }
    }
}
