import Foundation
import LecternCore
import LecternCrypto

/// Each file whole or not at all; readable by whoever runs this alone, since it is about people and money.
func writeFolder(_ folder: String, _ files: [(name: String, text: String)]) throws(Problem) {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw Problem(.error, "the folder cannot be made: \(String(cString: strerror(errno)))", file: folder)
    }
    for (name, text) in files { try writeWhole(inside(folder, name), Array(text.utf8), mode: 0o600) }
}

func inside(_ folder: String, _ name: String) -> String { (folder.hasSuffix("/") ? folder : folder + "/") + name }

private func writeWhole(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(Problem) {
    let beside = path + ".new"
    // One that was left behind may have another mode.
    unlink(beside)
    let descriptor = open(beside, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Problem(.error, "it cannot be written: \(String(cString: strerror(errno)))", file: path) }
    // Whatever mask the companion runs with.
    let code = fchmod(descriptor, mode) == 0 ? Terminal.put(bytes, descriptor) : errno
    guard close(descriptor) == 0, code == 0, rename(beside, path) == 0 else {
        let why = String(cString: strerror(code == 0 ? errno : code))
        unlink(beside)
        throw Problem(.error, "it cannot be written: \(why)", file: path)
    }
}

/// Puts a report, sealed, into the output of a built site, which has the page that opens it.
/// - Parameter folder: the output: what the host serves.
/// - Throws: where there is no such page, or it cannot be written.
func publishReport(_ page: String, into folder: String, secret: SiteSecret, now: Instant) throws(Problem) {
    guard access(inside(folder, CreatorReport.folder + "index.html"), F_OK) == 0 else {
        throw Problem(
            .error, "this is no built site with a companion: there is no \(CreatorReport.folder)index.html in it", file: folder,
            help: ["name the folder that lectern build writes: --publish output/", "build it anew if an older Lectern made it"])
    }
    let epoch = CreatorReport.epoch(publishedAt: now)
    let sealed = sealFile(
        Array(page.utf8), path: CreatorReport.sealedPath, key: reportKey(secret: secret, epoch: epoch), secret: secret, epoch: epoch, chunkBytes: 1 << 20)
    // For the web server to read: what is in it opens for nobody without the key.
    try writeWhole(inside(folder, CreatorReport.file), sealed, mode: 0o644)
}
