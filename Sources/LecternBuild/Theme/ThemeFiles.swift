import LecternTheme

/// The embedded theme's files in one of its folders, by name: `themeFiles(in: "layouts")["lesson.html"]`.
public func themeFiles(in folder: String) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for index in 0..<lectern_theme_file_count() {
        let file = lectern_theme_file_at(index)
        let path = String(cString: file.path)
        guard path.hasPrefix(folder + "/") else { continue }
        files[String(path.dropFirst(folder.utf8.count + 1))] = Array(UnsafeBufferPointer(start: file.bytes, count: Int(file.size)))
    }
    return files
}
