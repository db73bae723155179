// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A terminal that is there already: the far end of a null-modem cable, or the device's side of a USB gadget (`/dev/ttyGS0`).
struct ExistingTerminal: ~Copyable, DeviceLine {
    let descriptor: Int32
    let path: String
    var opening: Int32 { -1 }
    var isLostWhenClosed: Bool { true }

    /// `nil`: it is not there now. Old input is dropped: it was meant for nobody.
    init?(path: String, baud: Int?) throws(SimulatorFault) {
        let descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if [ENOENT, ENXIO, ENODEV, EIO].contains(errno) { return nil }
            throw .system("cannot open the terminal", path)
        }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            let gone = errno == EIO
            close(descriptor)
            if gone { return nil }
            throw .system("cannot use this as a terminal", path)
        }
        cfmakeraw(&settings)
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~tcflag_t(HUPCL)
        if let baud, let speed = Self.speeds[baud] { cfsetspeed(&settings, speed) }
        _ = tcsetattr(descriptor, TCSANOW, &settings)
        tcflush(descriptor, TCIFLUSH)
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func forgetOpenings() {}
    /// Each end of a cable has a speed of its own.
    var baud: Int? { nil }

    /// A speed that is not here leaves the terminal as it was; a pseudo-terminal or a gadget has none anyway.
    private static let speeds: [Int: speed_t] = [
        1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800), 9600: speed_t(B9600), 19_200: speed_t(B19200),
        38_400: speed_t(B38400), 57_600: speed_t(B57600), 115_200: speed_t(B115200),
    ]
}
