import Glibc
import LecternContent
import LecternCore
import LecternCrypto
import LecternLayouts
import LecternMedia

/// What decides how every page looks, besides its own files: program, theme, layouts, `site.yml`, options.
struct SiteRules {
    let folder: SiteFolder
    let options: BuildOptions
    private let settingsBytes: Result<[UInt8]?, Problem>
    /// The creator's own layouts, styles and scripts, by file name.
    private let overrides: [String: [UInt8]]
    private let overrideProblems: [Problem]
    private let settings: SiteSettings
    private let settingsProblems: [Problem]
    private let translated: Set<String>
    /// Stands in every page's header, and so belongs to the rules: a logo of another size is another page.
    private let logoSize: PictureSize?
    private let secret: SiteSecret?
    private let lacksSecret: Bool
    private let epochs: Epochs
    /// Course pages lead to it, and the catalogue tells of it.
    private let survey: Survey?

    init(folder: SiteFolder, options: BuildOptions) {
        self.folder = folder
        self.options = options
        let settingsPath = folder.root + "/" + folder.settingsFile
        if folder.onlyCourse == nil, access(settingsPath, F_OK) == 0 {
            do throws(Problem) {
                settingsBytes = .success(try readText(settingsPath, shownAs: folder.settingsFile, limitBytes: TextLimit.yamlBytes))
            } catch { settingsBytes = .failure(error) }
        } else {
            settingsBytes = .success(nil)
        }
        var overrides: [String: [UInt8]] = [:]
        var problems: [Problem] = []
        if folder.onlyCourse == nil {
            let tree = SourceTree(root: folder.root, places: [folder.layoutsFolder])
            problems += tree.problems
            for file in tree.files {
                do throws(Problem) {
                    overrides[String(file.path.dropFirst(folder.layoutsFolder.utf8.count + 1))] = try readText(
                        folder.root + "/" + file.path, shownAs: file.path, limitBytes: 1 << 20)
                } catch { problems.append(error) }
            }
        }
        self.overrides = overrides
        overrideProblems = problems
        let (settings, settingsProblems) = readSettings(
            (try? settingsBytes.get()) ?? nil, file: folder.settingsFile, folderName: folder.name, baseURL: options.baseURL,
            companion: options.companion, language: { detectedLanguage(of: folder) })
        self.settings = settings
        let secretProblems: [Problem], epochsProblems: [Problem]
        (secret, secretProblems) = readSecret(options.secret, of: folder)
        lacksSecret = secret == nil && secretProblems.isEmpty
        (epochs, epochsProblems) = readEpochs(of: folder)
        var surveyProblems: [Problem]
        (survey, surveyProblems) = readSurvey(of: folder, languages: settings.languages)
        // A site that sells is only previewed without one.
        if survey != nil, settings.companion == nil, settings.payments.isEmpty {
            surveyProblems.append(
                Problem(.warning, "nobody is asked: this site has no companion to tell the answers to", file: folder.contentFolder + "survey.yml", help: ["name it in site.yml: companion: /api/"]))
        }
        self.settingsProblems = settingsProblems + secretProblems + epochsProblems + surveyProblems
        translated = translatedAddresses(of: settings, in: folder)
        logoSize = settings.theme.logo.flatMap { PictureSize(logo: $0.value, in: folder) }
    }

    /// Equal for two builds that would make the same pages of the same files.
    var digest: Digest {
        var out = BinaryWriter()
        out.write(UnitFacts.version)
        out.write(Self.programIdentity)
        out.write((try? settingsBytes.get()) ?? [])
        for (name, bytes) in overrides.sorted(by: { $0.key < $1.key }) {
            out.write(name)
            out.write(bytes)
        }
        out.write(folder.name)
        out.write(settings.language)
        out.write(options.drafts)
        out.write(options.skipsMedia)
        out.write(options.keepsGoing)
        out.write(options.baseURL)
        out.write(options.companion)
        out.write(translated.sorted())
        out.write(logoSize?.width ?? 0)
        out.write(logoSize?.height ?? 0)
        out.write(secret?.fingerprint.bytes ?? [])
        out.write(epochs.fileText)
        out.write(survey?.identity ?? "")
        return Digest(out.bytes)
    }

    var sells: Bool { settings.companion != nil }

    /// False when `site.yml` or a layout could not be read: its bytes are then not in the digest.
    var isReadable: Bool { (try? settingsBytes.get()) != nil && !overrideProblems.contains { $0.severity == .error } }

    /// What is wrong with `site.yml` and the layouts, for a build that has no use for the rest of the context.
    func problems() -> [Problem] { overrides.isEmpty ? overrideProblems + settingsProblems : context().problems }

    /// Another program may make other pages of the same files. Its theme is part of it.
    private static let programIdentity: [UInt8] = {
        var info = stat()
        guard stat("/proc/self/exe", &info) == 0 else { return [] }
        var out = BinaryWriter()
        out.write(Int(info.st_size))
        out.write(Int(info.st_mtim.tv_sec))
        out.write(Int(info.st_mtim.tv_nsec))
        return out.bytes
    }()

    /// - Returns: the site's context, and what is wrong with `site.yml` or the layouts; pages of a context with errors
    ///   are rendered to find more errors, and never published.
    func context() -> (site: SiteContext, problems: [Problem]) {
        var problems = overrideProblems
        if case .failure(let problem) = settingsBytes { problems.append(problem) }
        problems += settingsProblems
        let words = Dictionary(uniqueKeysWithValues: settings.languages.map { ($0, Words(language: $0)) })
        let (layouts, layoutProblems) = loadLayouts(words: words[settings.language] ?? Words(language: "en"))
        problems += layoutProblems
        let assets = Assets(theme: settings.theme, overrides: overrides)
        let context = SiteContext(
            folder: folder.root, settingsFile: folder.settingsFile, settings: settings, translated: translated, logoSize: logoSize, address: Address(origin: settings.origin, root: settings.root),
            publishing: Publishing(now: options.now, drafts: options.drafts), assets: assets, layouts: layouts, words: words,
            epochs: epochs, survey: settings.companion == nil ? nil : survey, secret: secret, lacksSecret: lacksSecret, policy: HostFiles.policy(companion: settings.companion), cacheFolder: folder.cache,
            skipsMedia: options.skipsMedia, keepsGoing: options.keepsGoing)
        return (context, problems)
    }

    private func loadLayouts(words: Words) -> (LayoutSet, [Problem]) {
        let theme = themeFiles(in: "layouts")
        let own = overrides.filter { $0.key.hasSuffix(".html") }
        let shapes = layoutShapes(words: words)
        let layouts = LayoutSet(theme: theme, overrides: own, shapes: shapes, overrideFolder: folder.layoutsFolder)
        return (layouts, layouts.problems)
    }
}
