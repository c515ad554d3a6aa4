import Glibc
import LecternMedia

/// The picture below the words: rings around a point under the lower corner, as on the course's pages, and the accent's
/// mark. Each pixel is an index into a palette of fewer than 256 colours, so that a card is a small file that is
/// packed in a millisecond.
struct CardGround {
    /// RGB, three bytes a colour.
    let palette: [UInt8]
    /// Which band a pixel of that index belongs to.
    let bandOfIndex: [UInt8]

    /// Steps from a band's own colour (0) to white (15): text is drawn with these.
    static let steps = 16
    static let rowBytes = CardRequest.width + 1
    private static let edgeSteps = 7
    private static let radii = [640.0, 510, 380, 250, 130]
    private static let firstEdge = (radii.count + 1) * steps
    private static let firstMark = firstEdge + radii.count * edgeSteps

    init(_ colours: CardColours) {
        let bands = colours.bands
        precondition(bands.count == Self.radii.count + 1, "a ring divides two bands")
        var palette: [UInt8] = []
        var bandOfIndex: [UInt8] = []
        func add(_ colour: Colour, _ band: Int) {
            palette += colour.bytes
            bandOfIndex.append(UInt8(band))
        }
        for (band, colour) in bands.enumerated() {
            for step in 0..<Self.steps { add(colour.mixed(with: .white, Double(step) / Double(Self.steps - 1)), band) }
        }
        for band in 0..<bands.count - 1 {
            for step in 1...Self.edgeSteps {
                let share = Double(step) / Double(Self.edgeSteps + 1)
                add(bands[band].mixed(with: bands[band + 1], share), share < 0.5 ? band : band + 1)
            }
        }
        for step in 1...Self.edgeSteps + 1 { add(bands[0].mixed(with: colours.mark, Double(step) / Double(Self.edgeSteps + 1)), 0) }
        (self.palette, self.bandOfIndex) = (palette, bandOfIndex)
    }

    /// Rows of a PNG: `rowBytes` each, of which the first is 0. The same for all colours, and made in some ten milliseconds.
    /// - Parameter isMirrored: for text that starts at the right.
    static func rows(isMirrored: Bool) -> [UInt8] {
        let (width, height) = (CardRequest.width, CardRequest.height)
        let (centreX, centreY) = (1180.0, 700.0)
        var rows = [UInt8](repeating: 0, count: rowBytes * height)
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (Double(x) + 0.5 - centreX, Double(y) + 0.5 - centreY)
                let distance = (dx * dx + dy * dy).squareRoot()
                let band = radii.prefix { distance < $0 - 0.5 }.count
                var index = band * steps
                // On the edge to the next band, in as many eighths as the pixel lies inside.
                let inside = band < radii.count ? max(radii[band] + 0.5 - distance, 0) : 0
                let eighths = Int((inside * Double(edgeSteps + 1)).rounded())
                if eighths > edgeSteps {
                    index = (band + 1) * steps
                } else if eighths > 0 {
                    index = firstEdge + band * edgeSteps + eighths - 1
                }
                let cover = markCover(Double(x) + 0.5, Double(y) + 0.5)
                let step = Int((cover * Double(edgeSteps + 1)).rounded())
                if step > 0 { index = firstMark + step - 1 }
                rows[y * rowBytes + 1 + (isMirrored ? width - 1 - x : x)] = UInt8(index)
            }
        }
        return rows
    }

    /// How much of a pixel the mark covers: a bar of 56 by 10 with round ends, at the margin.
    private static func markCover(_ x: Double, _ y: Double) -> Double {
        let radius = 5.0
        let dx = max(abs(x - 108) - (28 - radius), 0)
        let dy = max(abs(y - 85) - (5 - radius), 0)
        return min(max(radius + 0.5 - (dx * dx + dy * dy).squareRoot(), 0), 1)
    }
}
