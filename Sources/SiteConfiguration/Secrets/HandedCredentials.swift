// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The credentials that systemd will hand to the service, read while this process is still root: the service's user, as whom `check` judges
/// everything else, may not read the files that they come from, and need not.
public struct HandedCredentials: Sendable {
    private var held: [String: Result<String, SecretFault>] = [:]

    /// What a command of a technician works with; nothing in the daemon, which systemd itself hands them to.
    @TaskLocal static var known: HandedCredentials?

    /// Reads every file that `LoadCredential=` of the service's unit names, with its drop-ins.
    /// - Parameter folders: of unit files, the one that wins first.
    public init(units folders: [String] = UnitFile.folders, unit: String = "encoder-bridge.service") {
        for (name, path) in UnitFile.credentials(of: unit, in: folders) {
            held[name] = Result { () throws(SecretFault) in try SecretFile.contents(path, mayBeShared: false) }
        }
    }

    /// Runs `body`, in which `credential:NAME` is what was read here.
    public func whileKnown<T>(_ body: () throws -> T) rethrows -> T { try Self.$known.withValue(self, operation: body) }

    /// `nil` for a name that the unit does not load.
    func text(of name: String) throws(SecretFault) -> String? { try held[name]?.get() }
}
