// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the site decided: `access:`.
public struct AccessRules: Sendable, Hashable {
    /// What is done when a code of ours was changed or removed at the lock itself.
    public enum Drift: String, Sendable, Hashable, CaseIterable {
        /// The guest's code is put back, in another slot where somebody's own code took its place.
        case restore
        /// It is only said.
        case report
    }

    public var map: SpaceMap
    public var issueOnCheckIn: Bool
    public var removeOnCheckOut: Bool
    public var codeLength: Int
    /// How long the old room stays open after the new one is.
    public var moveGrace: TimeInterval
    /// How long before arrival a code is put on locks that keep the window themselves; 0: at check-in only.
    public var preload: TimeInterval
    public var drift: Drift
    /// Sent behind the code to the PMS: the key that the guest presses to confirm, `#`.
    public var confirmKey: String
    /// So many codes of nobody are kept on each lock, for guests who come while it is offline.
    public var backupCodes: Int
    public var patience: LockPatience

    public init(
        map: SpaceMap, issueOnCheckIn: Bool = true, removeOnCheckOut: Bool = true, codeLength: Int = 6, moveGrace: TimeInterval = 0,
        preload: TimeInterval = 0, drift: Drift = .restore, confirmKey: String = "", backupCodes: Int = 0,
        patience: LockPatience = LockPatience()
    ) {
        self.map = map
        self.issueOnCheckIn = issueOnCheckIn
        self.removeOnCheckOut = removeOnCheckOut
        self.codeLength = codeLength
        self.moveGrace = moveGrace
        self.preload = preload
        self.drift = drift
        self.confirmKey = confirmKey
        self.backupCodes = backupCodes
        self.patience = patience
    }
}
