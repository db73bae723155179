// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc
import Ports

extension SerialLine {
    /// Sets an open line anew, when everything that was written has gone out at the old speed.
    ///
    /// tcdrain would hold the encoder's thread, for ever behind a cable that withholds CTS; so the buffer is looked at until it is empty.
    /// What the adapter itself still holds then is waited for by `TCSADRAIN`, for a few bytes' time.
    static func change(_ line: LineSettings, of descriptor: Descriptor, on loop: PortLoop) async throws(Fault) {
        guard let wanted = line.attributes else {
            throw Fault(.rejected(reason: "no serial line has \(line.words)"), detail: "termios: EINVAL")
        }
        do throws(SystemError) {
            let giveUp = ContinuousClock.now + .seconds(1)
            while true {
                var unsent: Int32 = 0
                _ = try descriptor.tolerating(ENOTTY).call("TIOCOUTQ") { device_unsent_bytes($0, &unsent) }
                if unsent == 0 { break }
                guard ContinuousClock.now < giveUp else { throw SystemError(call: "TIOCOUTQ", code: ETIMEDOUT) }
                await loop.rest(.milliseconds(2))
            }
            try set(wanted, on: descriptor, TCSADRAIN)
        } catch {
            if error.code == ETIMEDOUT { throw Fault(.timeout, detail: error.text) }
            if error.code == EINVAL { throw Fault(.rejected(reason: "the serial port does not do \(line.words)"), detail: error.text) }
            throw error.asOffline
        }
    }
}
