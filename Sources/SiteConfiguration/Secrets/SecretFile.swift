// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A secret that cannot be read; `description` says what to do and never holds any of it.
public struct SecretFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Secrets come from files that only their owner may read, or from systemd (`LoadCredential=`), never from the command line.
public enum SecretFile {
    static let credentialPrefix = "credential:"
    /// Longer files hold no token.
    static let largest = 65_536

    /// The secret in a file, without the white space around it: one line. `credential:NAME` reads what systemd put into the
    /// folder that `CREDENTIALS_DIRECTORY` names.
    public static func read(
        _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SecretFault) -> String {
        let text = try text(of: path, environment: environment).trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { throw SecretFault("\(path) is empty: put the secret into it, on one line") }
        if let mark = text.first, "\"'\u{201C}\u{2018}`".contains(mark) {
            throw SecretFault("what \(path) holds stands in quotes: leave only the secret in it, without them")
        }
        if text.contains(where: \.isNewline) { throw SecretFault("\(path) has several lines: leave only the secret in it, on one line") }
        return text
    }

    /// The whole text of a file with secrets on several lines (the endpoint's tokens), under the same rules for who may read it.
    public static func text(
        of path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SecretFault) -> String {
        if path.hasPrefix(credentialPrefix) {
            guard let name = credentialName(path) else {
                throw SecretFault("\(path) is no name of a credential: write credential: and a name without slashes")
            }
            if let known = HandedCredentials.known {
                guard let text = try known.text(of: name) else { throw notHanded(path, name) }
                return text
            }
            guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
                // `status` and its kin run outside of the unit. Root finds the file there that the packaged unit hands to the service.
                let source = "/etc/encoder-bridge/" + name
                if access(source, R_OK) == 0 { return try contents(source, mayBeShared: false) }
                throw notHanded(path, name)
            }
            // Of these files systemd's folder decides who may read them; their own mode may show an access list as group rights.
            return try contents(folder + "/" + name, mayBeShared: true)
        }
        return try contents(path, mayBeShared: false)
    }

    /// Where the file of a secret lies for the service; a path stays as it is.
    static func place(of path: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        guard path.hasPrefix(credentialPrefix), let name = credentialName(path) else { return path }
        return (environment["CREDENTIALS_DIRECTORY"] ?? "/etc/encoder-bridge") + "/" + name
    }

    /// The name behind `credential:`; `nil` if it could lead out of the folder.
    static func credentialName(_ path: String) -> String? {
        let name = String(path.dropFirst(credentialPrefix.count))
        return name.isEmpty || name.hasPrefix(".") || name.contains("/") || name.utf8.contains(0) ? nil : name
    }

    static func contents(_ path: String, mayBeShared: Bool) throws(SecretFault) -> String {
        // Not blocking: a pipe of that name must not stop the bridge.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw notOpened(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretFault("\(path) is not a file: write the path of a file that holds the secret")
        }
        guard mayBeShared || isClosed(status) else {
            throw SecretFault("other users may read \(path): run `chmod \(isOurs(status.st_gid) ? "640" : "600") \(quoted(path))`")
        }
        var bytes = [UInt8](repeating: 0, count: largest + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw notOpened(path, errno) }
            if got == 0 { break }
            count += got
        }
        guard count <= largest else { throw SecretFault("\(path) is too large for a secret: check the path") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw SecretFault("\(path) is not text: put the secret into it, on one line")
        }
        // Editors on Windows begin a file with a byte-order mark: nobody sees it, and it is part of no secret.
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    private static func notHanded(_ path: String, _ name: String) -> SecretFault {
        SecretFault("\(path) needs systemd: add `LoadCredential=\(name):FILE` to the unit, or write the path of a file")
    }

    /// The service's user and group, as packaging/ makes them.
    public static let serviceUser = "encoder-bridge"

    /// Only its owner may read it, or the service's group too: `root:encoder-bridge`, 0640, is what a technician sets as root.
    private static func isClosed(_ status: stat) -> Bool {
        status.st_mode & 0o077 == 0 || (status.st_mode & 0o037 == 0 && isOurs(status.st_gid))
    }

    private static func isOurs(_ group: gid_t) -> Bool {
        guard let service = getgrnam(serviceUser) else { return false }
        return service.pointee.gr_gid == group
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "/._-:@%+=".utf8.contains(byte)
        }
        return isPlain ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    private static func notOpened(_ path: String, _ code: Int32) -> SecretFault {
        switch code {
        case ENOENT, ENOTDIR: SecretFault("\(path) is not there: make it with the secret in it and run `chmod 600 \(quoted(path))`")
        case EACCES, EPERM:
            SecretFault(
                "the service's user may not read \(path): run `chown root:\(serviceUser) \(quoted(path))` and "
                    + "`chmod 640 \(quoted(path))`")
        default: SecretFault("\(path) could not be read (\(String(cString: strerror(code)))): check the path and the disk")
        }
    }
}
