// SPDX-License-Identifier: Apache-2.0

/// Which files `endpoint.tokensFile` means to the commands of a technician.
public enum TokensPlace {
    /// How a configuration names a secret's file: the service's own by a credential of systemd, which a bridge that is run by hand has not.
    public static func setting(_ name: String, isInstalled: Bool) -> String {
        isInstalled ? SecretFile.credentialPrefix + name : name
    }

    /// The file itself; of a credential the one that systemd reads.
    public static func file(_ tokensFile: String) -> String {
        guard tokensFile.hasPrefix(SecretFile.credentialPrefix), let name = SecretFile.credentialName(tokensFile) else { return tokensFile }
        return UnitFile.credentials(of: "encoder-bridge.service", in: UnitFile.folders)[name] ?? "/etc/encoder-bridge/\(name)"
    }

    /// The token that this machine's root shows when it calls a command: beside the file, because that one holds marks only.
    public static func ofCommands(_ tokensFile: String) -> String { file(tokensFile) + ".commands" }

    /// What makes the service take a changed file. systemd hands a credential over at a start and not at a reload.
    public static func nextStep(_ tokensFile: String) -> String {
        "sudo systemctl \(tokensFile.hasPrefix(SecretFile.credentialPrefix) ? "restart" : "reload") encoder-bridge"
    }
}
