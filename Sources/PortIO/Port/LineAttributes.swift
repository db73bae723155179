// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import Glibc

extension LineSettings {
    /// The terminal attributes that these settings mean: every byte as it is, nothing echoed or changed, reads that return what there is.
    ///
    /// `nil` for a speed or a size of character that no serial line has.
    var attributes: termios? {
        guard let speed = Self.speeds[baud], let size = Self.sizes[dataBits], (1...2).contains(stopBits) else { return nil }
        var line = termios()
        // A cable that is pulled or plugged makes a break; as data it would be a zero byte.
        line.c_iflag = tcflag_t(IGNBRK)
        // Enabled receiver, modem status ignored: encoders are wired with two or three lines.
        line.c_cflag = tcflag_t(CREAD | CLOCAL) | size
        switch parity {
        case .none: break
        case .even: line.c_cflag |= tcflag_t(PARENB)
        case .odd: line.c_cflag |= tcflag_t(PARENB | PARODD)
        }
        // A byte that came damaged is read as zero, and the frame's check fails.
        if parity != .none { line.c_iflag |= tcflag_t(INPCK) }
        if stopBits == 2 { line.c_cflag |= tcflag_t(CSTOPB) }
        switch flow {
        case .none: break
        case .hardware: line.c_cflag |= tcflag_t(CRTSCTS)
        case .software: line.c_iflag |= tcflag_t(IXON | IXOFF)
        }
        // One byte is enough for a read, and none is EAGAIN: with VMIN 0 it would look like the end of the file.
        line.setControl(VMIN, 1)
        line.setControl(VTIME, 0)
        line.setControl(VSTART, 0x11)
        line.setControl(VSTOP, 0x13)
        // Cannot fail: the speed is from the table.
        cfsetispeed(&line, speed)
        cfsetospeed(&line, speed)
        return line
    }

    /// In a person's words: `9600 baud, 8 data bits, no parity, 1 stop bit`.
    var words: String {
        let parity = parity == .none ? "no" : parity.rawValue
        let stops = stopBits == 1 ? "1 stop bit" : "\(stopBits) stop bits"
        let flow = flow == .none ? "" : ", \(flow.rawValue) flow control"
        return "\(baud) baud, \(dataBits) data bits, \(parity) parity, \(stops)\(flow)"
    }

    private static let sizes: [Int: tcflag_t] = [5: tcflag_t(CS5), 6: tcflag_t(CS6), 7: tcflag_t(CS7), 8: tcflag_t(CS8)]

    private static let speeds: [Int: speed_t] = [
        300: speed_t(B300), 600: speed_t(B600), 1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800),
        9600: speed_t(B9600), 19200: speed_t(B19200), 38400: speed_t(B38400), 57600: speed_t(B57600),
        115_200: speed_t(B115200), 230_400: speed_t(B230400), 460_800: speed_t(B460800), 921_600: speed_t(B921600),
    ]
}

extension termios {
    func control(_ index: Int32) -> UInt8 {
        withUnsafeBytes(of: c_cc) { $0[Int(index)] }
    }

    mutating func setControl(_ index: Int32, _ value: UInt8) {
        withUnsafeMutableBytes(of: &c_cc) { $0[Int(index)] = value }
    }

    /// What a pseudo-terminal does: whole bytes without parity, whatever it is told. glibc's tcsetattr says EINVAL of a parity that the
    /// kernel left out, but only when nothing else changed: the first open went well and every later one did not.
    mutating func keepToBytes() {
        c_cflag = c_cflag & ~tcflag_t(CSIZE | PARENB | PARODD) | tcflag_t(CS8)
    }

    /// Whether a line that was told `wanted` does it. A pseudo-terminal has no wire: it keeps eight bits without parity whatever it is
    /// told.
    func does(_ wanted: termios, pseudoTerminal: Bool) -> Bool {
        var mattering = tcflag_t(CLOCAL | HUPCL)
        if !pseudoTerminal { mattering |= tcflag_t(CSIZE | PARENB | PARODD | CSTOPB | CREAD) | tcflag_t(CRTSCTS) }
        guard c_iflag == wanted.c_iflag, c_oflag == wanted.c_oflag, c_lflag == wanted.c_lflag else { return false }
        guard c_cflag & mattering == wanted.c_cflag & mattering else { return false }
        guard control(VMIN) == wanted.control(VMIN), control(VTIME) == wanted.control(VTIME) else { return false }
        var (kept, told) = (self, wanted)
        return cfgetospeed(&kept) == cfgetospeed(&told) && cfgetispeed(&kept) == cfgetispeed(&told)
    }
}
