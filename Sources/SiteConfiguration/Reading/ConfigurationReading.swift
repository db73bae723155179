// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a driver has against its entry, found by whoever knows the drivers.
public struct DriverObjection: Sendable, Hashable {
    /// What of the entry it is about.
    public enum Subject: Sendable, Hashable {
        /// The driver's name itself, or a setting that is missing.
        case driver
        case setting(String)
        case layout
    }

    public var subject: Subject
    /// One sentence that says what to write.
    public var message: String

    public init(_ subject: Subject, _ message: String) {
        self.subject = subject
        self.message = message
    }

    /// - Parameter setting: `nil`: the driver's name itself, or a setting that is missing.
    public init(setting: String?, _ message: String) {
        subject = setting.map { .setting($0) } ?? .driver
        self.message = message
    }
}

/// Asks the catalog of drivers about one encoder, so that its answer can be placed at the right line.
public typealias DriverCheck = @Sendable (EncoderConfiguration) -> [DriverObjection]

/// Asks whoever knows the drivers why two encoders cannot hang on one port; `nil`: they can.
public typealias SharingCheck = @Sendable (_ first: EncoderConfiguration, _ second: EncoderConfiguration) -> String?

extension ConfigurationReading {
    /// A port has one owner.
    public static let nobodyShares: SharingCheck = { first, _ in "encoder '\(first.name)' has the same port: each needs one of its own" }
}

/// Reads the text behind a path of `cardKeys`.
public typealias SecretReader = @Sendable (_ path: String) throws(SecretFault) -> String

/// A configuration that was read, with all that is wrong in it. What has a problem is left out of the configuration, so the
/// bridge can go on serving the rest.
public struct ConfigurationReading: Sendable, Hashable {
    public var configuration: SiteConfiguration
    /// In the order of the file, then those of the environment.
    public var problems: [ConfigurationProblem]
    /// Encoders that the file names but that cannot be used as they are written.
    public var brokenEncoders: [EncoderName]

    /// Reads a file. Throws only when it cannot be read or is no YAML at all.
    public static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment, driverCheck: DriverCheck,
        sharingCheck: SharingCheck
    ) throws(ConfigurationProblem) -> ConfigurationReading {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }  // Only read: closing cannot lose anything.
            data = try handle.read(upToCount: YAMLTree.largestFile + 1) ?? Data()
        } catch {
            throw ConfigurationProblem(.wholeFile(path), key: "", Self.unreadable(path) + ", or name another one with --config")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationProblem(.wholeFile(path), key: "", "this file is not text in UTF-8: save it as UTF-8")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
        return try read(text, file: path, folder: folder, environment: environment, driverCheck: driverCheck, sharingCheck: sharingCheck)
    }

    /// Reads a text; pure but for the card keys, which `secrets` reads. `file` names it in problems, relative paths in it start from `folder`.
    public static func read(
        _ text: String, file: String, folder: String = "/etc/encoder-bridge", environment: [String: String] = [:],
        driverCheck: DriverCheck, sharingCheck: SharingCheck,
        secrets: SecretReader = { path throws(SecretFault) in try SecretFile.read(path) }
    ) throws(ConfigurationProblem) -> ConfigurationReading {
        let log = ProblemLog(environment: environment)
        let root = Section(root: try YAMLTree.parse(text, file: file), log: log)
        let sections = [
            "property", "journal", "queue", "endpoint", "cardKeys", "layouts", "encoders", "connector", "mqtt", "locks", "access", "alerts",
        ]
        root.refuseUnknown(besides: sections)
        let paths = PathRule(folder: folder)

        let keys = CardKeysRule.read(root.section("cardKeys"), paths: paths, secrets: secrets)
        let layouts = LayoutsRule.read(root.section("layouts"), keys: keys)
        let encoders = EncodersRule.read(
            root.section("encoders"), paths: paths, keys: keys.sound, layouts: layouts, driverCheck: driverCheck,
            sharingCheck: sharingCheck)
        var configuration = SiteConfiguration(
            timeZone: PropertyRule.timeZone(root.section("property")), language: PropertyRule.language(root.section("property")),
            journal: JournalRule.read(root.section("journal"), paths: paths),
            staleAfter: QueueRule.staleAfter(root.section("queue")),
            endpoint: EndpointRule.read(root.section("endpoint"), paths: paths),
            encoders: encoders.sound,
            mews: ConnectorRule.mews(root.section("connector"), paths: paths, encoders: encoders.sound.map(\.name) + encoders.broken),
            layouts: layouts.sound)
        let named = encoders.sound.map(\.name) + encoders.broken
        configuration.industryStandard = LockServerRule.industryStandard(root.section("connector"), encoders: named)
        configuration.fias = LockServerRule.fias(root.section("connector"), paths: paths, encoders: named)
        configuration.mqtt = MQTTRule.read(root.section("mqtt"), paths: paths)
        let locks = LocksRule.read(
            root.section("locks"), hasBroker: root.section("mqtt").isPresent || configuration.mqtt != nil, zone: configuration.timeZone)
        configuration.locks = locks.sound
        configuration.access = AccessRule.read(
            root.section("access"), locks: locks, encoders: named, hasMews: root.section("connector").section("mews").isPresent,
            hasFias: configuration.fias != nil)
        configuration.alerts = AlertsRule.read(root.section("alerts"), paths: paths)
        log.refuseUnusedVariables(of: sections)
        return ConfigurationReading(
            configuration: configuration, problems: log.problems.sorted(by: Self.comesFirst), brokenEncoders: encoders.broken)
    }

    /// Why a file cannot be read, as the kernel says it: what is hidden from this user is there all the same.
    private static func unreadable(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let code = descriptor < 0 ? errno : 0
        if descriptor >= 0 { close(descriptor) }
        return switch code {
        case ENOENT, ENOTDIR: "there is no such file: write it"
        case EACCES, EPERM:
            "this user may not read it, or a folder above it (EACCES): run `sudo chown root:encoder-bridge` and `sudo chmod 640` on it"
        case 0: "this file cannot be read: is it a folder?"
        default: "this file cannot be read (\(String(cString: strerror(code)))): check the path and the disk"
        }
    }

    private static func comesFirst(_ a: ConfigurationProblem, _ b: ConfigurationProblem) -> Bool {
        func rank(_ problem: ConfigurationProblem) -> (Int, Int, Int) {
            switch problem.place {
            case .wholeFile: (0, 0, 0)
            case .file(_, let line, let column): (1, line, column)
            case .environment: (2, 0, 0)
            }
        }
        return rank(a) < rank(b)
    }
}
