// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Reads `30s`, `500ms`, `5m`, `1h`, `400d`. `nil` for anything else.
    public init?(settingText text: String) {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (suffix, unit) in units where text.hasSuffix(suffix) {
            guard let number = Int(text.dropLast(suffix.count)), number >= 0, number <= 1_000_000 else { return nil }
            self = .milliseconds(unit * number)
            return
        }
        return nil
    }

    /// As a setting is written: whole seconds, or milliseconds.
    public var settingText: String {
        let milliseconds = Int((self / .milliseconds(1)).rounded())
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
