// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

extension EncoderDriver {
    /// What this encoder can: all of its family can it, and some sites' settings add to that.
    package var capabilities: [EncoderCapability] { Self.manifest.capabilities + keys.besides }
}
