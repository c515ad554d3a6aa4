import LecternCore

/// Where the files of a site go. The building of pages knows nothing else about output.
struct PageSink {
    /// Path below the output folder, and the file's bytes.
    var put: (_ path: String, _ bytes: [UInt8]) throws(Problem) -> Void
    /// Path of a file that is still as the last build left it.
    var keep: (_ path: String) throws(Problem) -> Void
    /// Path below the output folder, and an absolute path of the file that it is a copy of.
    var link: (_ path: String, _ file: String) throws(Problem) -> Void
    /// Nothing of what it is given is kept: slow work for it would be in vain.
    var makesNothing = false

    /// For `check`: makes nothing.
    static var nowhere: PageSink {
        PageSink(put: { (_, _) throws(Problem) in }, keep: { (_) throws(Problem) in }, link: { (_, _) throws(Problem) in }, makesNothing: true)
    }
}
