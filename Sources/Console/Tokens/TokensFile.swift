// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import SiteConfiguration

/// The tokens file of a site as `encoder-bridge token` changes it: marks only, the secrets are shown once.
package struct TokensFile: Sendable {
    /// What cannot be done; says what to do.
    package struct Trouble: Error, CustomStringConvertible {
        package let description: String
    }

    /// The client of the machine's own commands: with marks alone in the file, `status` and `card` would have nothing to show.
    package static let commands = "commands"

    private let setting: String
    package let path: String
    private var text: TokensText

    /// - Parameter setting: `endpoint.tokensFile`.
    package init(_ setting: String) throws(Trouble) {
        self.setting = setting
        path = TokensPlace.file(setting)
        do {
            text = TokensText(FileManager.default.fileExists(atPath: path) ? try SecretFile.text(of: path) : "")
        } catch {
            throw Trouble(description: error.description)
        }
    }

    /// What makes the service take a change.
    package var nextStep: String { TokensPlace.nextStep(setting) }

    package func tokens() throws(Trouble) -> [EndpointToken] {
        do { return try text.tokens() } catch { throw Trouble(description: "\(path), \(error)") }
    }

    /// Lets a new client in.
    /// - Returns: its secret, which stands nowhere.
    package mutating func add(_ name: String, _ scope: EndpointToken.Scope, on encoders: Set<EncoderName>?) throws(Trouble) -> String {
        do {
            let new = try EndpointToken.make(name: name, scope: scope, encoders: encoders)
            try text.add(line: new.line)
            try keepCommandsToken()
            try write(text.text, to: path)
            return new.secret
        } catch {
            throw Trouble(description: "\(path): \(error)")
        }
    }

    /// - Returns: whether there was such a client.
    package mutating func remove(_ name: String) throws(Trouble) -> Bool {
        guard text.remove(name: name) else { return false }
        do { try write(text.text, to: path) } catch { throw Trouble(description: "\(path): \(error)") }
        if name == Self.commands { unlink(TokensPlace.ofCommands(setting)) }
        return true
    }

    /// Once: a token of the commands, root's alone.
    private mutating func keepCommandsToken() throws {
        let place = TokensPlace.ofCommands(setting)
        guard !FileManager.default.fileExists(atPath: place) else { return }
        _ = text.remove(name: Self.commands)
        let new = try EndpointToken.make(name: Self.commands, scope: .write, encoders: nil)
        try text.add(line: new.line)
        try write(new.secret + "\n", to: place)
    }

    /// A whole file in the place of the old one, with its owner and mode: a lost power leaves the one or the other.
    private func write(_ content: String, to target: String) throws {
        var before = stat()
        let isThere = stat(target, &before) == 0
        let temporary = target + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Trouble(description: "cannot be written (\(String(cString: strerror(errno)))): run this with sudo")
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, isThere ? before.st_mode & 0o7777 : 0o600) == 0,
            !isThere || fchown(descriptor, before.st_uid, before.st_gid) == 0
        else { throw Trouble(description: "owner and mode cannot be kept: run this with sudo") }
        if !isThere, target == path, path == setting { shareWithService(descriptor) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: Data(content.utf8))
        guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
            throw Trouble(description: "cannot be written (\(String(cString: strerror(errno))))")
        }
    }

    /// A file that no unit hands over is read by the service itself.
    private func shareWithService(_ descriptor: Int32) {
        guard geteuid() == 0, let group = getgrnam(SecretFile.serviceUser) else { return }
        if fchown(descriptor, 0, group.pointee.gr_gid) == 0 { fchmod(descriptor, 0o640) }
    }
}
