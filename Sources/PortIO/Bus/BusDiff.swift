// SPDX-License-Identifier: Apache-2.0
import Ports

/// The events that lead from one list of ports to the next.
enum BusDiff {
    /// Those that left first: a device that was plugged again has left before it arrives. A port of which anything changed has
    /// left and arrived, so that nobody goes on with what is no longer true.
    static func events(from old: [DetectedPort], to new: [DetectedPort]) -> [BusEvent] {
        let (before, after) = (Set(old), Set(new))
        return old.filter { !after.contains($0) }.map(BusEvent.left) + new.filter { !before.contains($0) }.map(BusEvent.arrived)
    }
}
