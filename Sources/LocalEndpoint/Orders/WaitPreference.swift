// SPDX-License-Identifier: Apache-2.0

/// `Prefer: wait=30` (RFC 7240): how long the client would like to wait for the finished job.
enum WaitPreference {
    /// Whole seconds, at most ``RequestLimits/wait``; `nil` if there is no such preference or it makes no sense (a preference that is
    /// not understood is ignored, says the RFC). The first one counts.
    static func seconds(_ values: [String]) -> Int? {
        for preference in values.flatMap({ $0.split(separator: ",") }) {
            let bare = preference.prefix { $0 != ";" }
            let parts = bare.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard parts.first == "wait" else { continue }
            guard parts.count == 2, (1...9).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let seconds = Int(parts[1])
            else { return nil }
            return min(seconds, RequestLimits.wait)
        }
        return nil
    }
}
