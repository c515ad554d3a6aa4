// Draws the pictures that other sites show for a page. Reads a request a line from standard input, `path TAB request`,
// writes a PNG to the path, and answers with a line: `drawn`, `drawn CHARACTERS` when no font has those, or
// `failed REASON`. Ends with its input.

import Glibc
import LecternMedia

var renderer = CardRenderer()
while let line = readLine() {
    let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let request = CardRequest(line: parts[1]) else {
        print("failed not a request")
        fflush(nil)
        continue
    }
    guard let (png, lacking) = renderer.draw(request) else {
        print("failed no code holds the address \(request.code?.url ?? "")")
        fflush(nil)
        continue
    }
    if let failure = writeFile(png, to: String(parts[0])) {
        print("failed \(parts[0]): \(failure)")
    } else {
        print(lacking.isEmpty ? "drawn" : "drawn \(lacking)")
    }
    // Our answer is waited for: it must not stay in a buffer.
    fflush(nil)
}

/// - Returns: the reason why it could not be written, or nil.
func writeFile(_ bytes: [UInt8], to path: String) -> String? {
    guard let file = fopen(path, "we") else { return String(cString: strerror(errno)) }
    let written = fwrite(bytes, 1, bytes.count, file)
    let failure = errno
    guard fclose(file) == 0 else { return String(cString: strerror(errno)) }
    return written == bytes.count ? nil : String(cString: strerror(failure))
}
