import LecternContent
import LecternCore
import LecternCrypto
import LecternServer

/// The settings of a preview: this machine alone, nothing that costs or reaches anybody.
func previewSettings(site: String, port: Int, catalogue: String, data: String?, secretFile: String) throws -> Settings {
    var problems: [Problem] = []
    let origin = SiteOrigin(site)
    if origin?.isLocal != true || origin?.isSecure == true {
        problems.append(Problem(.error, "--site of a preview is on this machine, as http://localhost:8080/: anybody can press its \"pay\"", file: ""))
    }
    if !(1...65_535).contains(port) { problems.append(Problem(.error, "--port is from 1 to 65535", file: "")) }
    let (secret, flaw) = previewSecret(secretFile)
    if let flaw { problems.append(flaw) }
    guard let origin, let secret, problems.isEmpty else { throw Problems(all: problems) }
    var settings = Settings(site: site.hasSuffix("/") ? site : site + "/", origin: origin, catalogue: catalogue, secret: secret)
    settings.listenPort = port
    settings.data = data
    settings.metricsPort = nil
    settings.isPreview = true
    return settings
}

private func previewSecret(_ path: String) -> (SiteSecret?, Problem?) {
    let bytes: [UInt8]
    do throws(Problem) { bytes = try readFile(path, shownAs: path, limitBytes: 64 << 10) } catch { return (nil, error) }
    guard let secret = SiteSecret(hexadecimal: bytes) else {
        return (nil, Problem(.error, "this is not 64 hexadecimal digits", file: path, help: ["lectern new makes one as site.secret"]))
    }
    return (secret, nil)
}
