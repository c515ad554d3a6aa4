import LecternContent
import LecternMedia

/// In pixels.
struct PictureSize: Sendable {
    var width: Int
    var height: Int

    /// - Parameter logo: as written in `site.yml`; one on another host is not fetched.
    init?(logo: String, in folder: SiteFolder) {
        let path = logo.hasPrefix("/") ? String(logo.dropFirst()) : logo
        guard !hasScheme(logo), !path.split(separator: "/").contains(".."),
            let bytes = try? readFile(folder.root + "/static/" + path, shownAs: "static/" + path, limitBytes: 16 << 20),
            let size = pictureSize(bytes)
        else { return nil }
        (width, height) = size
    }
}
