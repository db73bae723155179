// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import Foundation

/// Locks and grants as `encoder-bridge access` prints them.
package enum AccessPage {
    package static func text(_ locks: [LockDocument], _ grants: [GrantDocument], _ withoutCode: [RefusalDocument]) -> String {
        var lines: [String] = []
        if locks.isEmpty { lines.append("No locks: write them under `locks:`, and rooms under `access:`.") }
        for lock in locks {
            var parts = ["\(lock.name)  \(lock.state.rawValue)", "\(lock.codes) of \(lock.slots) slots"]
            if let ready = lock.backupCodes, ready > 0 { parts.append("\(ready) back-up code\(ready == 1 ? "" : "s")") }
            if let battery = lock.battery { parts.append("battery \(battery) %") }
            if !lock.foreignSlots.isEmpty {
                parts.append("other people's codes in slot \(lock.foreignSlots.map(String.init).joined(separator: ", "))")
            }
            lines.append(parts.joined(separator: ", "))
        }
        for grant in grants {
            lines.append("")
            lines.append(
                "\(mark(grant.state)) \(grant.reservationNumber)  \(grant.target) (\(grant.lock))  \(grant.state.rawValue)"
                    + (grant.code.map { "  \($0)" } ?? ""))
            lines.append(
                "    \(moment(grant.validFrom)) to \(moment(grant.validUntil))"
                    + (grant.onLockSince.map { ", on the lock since \(moment($0))" } ?? ""))
            if grant.isBackup == true { lines.append("    a back-up code: other doors have another code") }
            if let reason = grant.reason { lines.append("    \(reason)") }
            if grant.state == .failed || grant.state == .overdue { lines.append("    encoder-bridge access --retry \(grant.id)") }
        }
        for refusal in withoutCode {
            lines.append("")
            lines.append("- \(refusal.reservationNumber)  \(refusal.reason)")
        }
        return lines.joined(separator: "\n")
    }

    private static func mark(_ state: Grant.State) -> String {
        switch state {
        case .set: "+"
        case .failed, .overdue: "!"
        case .unset, .setting, .removing: "."
        case .removed: "-"
        }
    }

    /// In UTC: this command may run far from the hotel.
    private static func moment(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeZone: .gmt)).replacing(
            "Z", with: " UTC")
    }
}
