// SPDX-License-Identifier: Apache-2.0

/// Commands as they can be copied into a shell.
public enum Shell {
    /// A word as the shell takes it: in quotes where it has more than letters, digits and what means nothing to a shell.
    public static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "/._-:@%+=,".utf8.contains(byte)
                }
            }
        return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// The same commands with `--config` where the configuration is not at its usual place: as printed, they must read the same file.
    public static func naming(_ configuration: String, in command: String) -> String {
        guard configuration != MachineFacts().configuration, !command.contains("--config") else { return command }
        var command = command
        for name in ["probe", "check", "status", "card"] {
            command = command.replacing("encoder-bridge \(name)", with: "encoder-bridge \(name) --config \(quoted(configuration))")
        }
        return command
    }
}
