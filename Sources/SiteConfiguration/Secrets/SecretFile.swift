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
            guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
                // `check` and `status` run outside of the unit. Root finds the file there that the packaged unit hands to the service.
                let source = "/etc/encoder-bridge/" + name
                if access(source, R_OK) == 0 { return try contents(source, mayBeShared: false) }
                throw SecretFault("\(path) needs systemd: add `LoadCredential=\(name):FILE` to the unit, or write the path of a file")
            }
            // Of these files systemd's folder decides who may read them; their own mode may show an access list as group rights.
            return try contents(folder + "/" + name, mayBeShared: true)
        }
        return try contents(path, mayBeShared: false)
    }

    /// The name behind `credential:`; `nil` if it could lead out of the folder.
    static func credentialName(_ path: String) -> String? {
        let name = String(path.dropFirst(credentialPrefix.count))
        return name.isEmpty || name.hasPrefix(".") || name.contains("/") || name.utf8.contains(0) ? nil : name
    }

    private static func contents(_ path: String, mayBeShared: Bool) throws(SecretFault) -> String {
        // Not blocking: a pipe of that name must not stop the bridge.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw notOpened(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretFault("\(path) is not a file: write the path of a file that holds the secret")
        }
        guard mayBeShared || status.st_mode & 0o077 == 0 else {
            throw SecretFault("other users may read \(path): run `chmod 600 \(path)`")
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
        return text
    }

    private static func notOpened(_ path: String, _ code: Int32) -> SecretFault {
        switch code {
        case ENOENT, ENOTDIR: SecretFault("\(path) is not there: make it with the secret in it and run `chmod 600 \(path)`")
        case EACCES, EPERM: SecretFault("the bridge may not read \(path): run `chown encoder-bridge \(path)`")
        default: SecretFault("\(path) could not be read (\(String(cString: strerror(code)))): check the path and the disk")
        }
    }
}
