/// The pictures of a storyboard as WebVTT of the kind "metadata", as players know it: a cue a picture, which holds the
/// address of its part of the sheet (W3C Media Fragments, section 4.2.2: `#xywh=` in pixels).
/// - Parameters:
///   - sheet: its address, as seen from this file.
///   - places: each picture's upper left corner.
public func webVTTStoryboard(
    sheet: String, stepMilliseconds: Int, durationMilliseconds: Int, places: [(x: Int, y: Int)], width: Int, height: Int
) -> [UInt8] {
    var text = "WEBVTT\n"
    for (index, place) in places.enumerated() {
        let start = index * stepMilliseconds
        let end = max(start + 1, min(start + stepMilliseconds, durationMilliseconds))
        text += "\n\(webVTTTime(start)) --> \(webVTTTime(end))\n\(sheet)#xywh=\(place.x),\(place.y),\(width),\(height)\n"
    }
    return Array(text.utf8)
}
