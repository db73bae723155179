// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// The master side of a pseudo-terminal, with a symbolic link to its other side and a watch on who opens it. Closed with its owner.
///
/// The other side is not held open here: the kernel keeps settings such as exclusive use until the last one closes it, and a bridge
/// that was killed could not come back.
struct PseudoTerminal: ~Copyable, DeviceLine {
    let descriptor: Int32
    let opening: Int32
    /// Closed means only that nobody has the other side open.
    var isLostWhenClosed: Bool { false }
    let path: String
    private let link: String?

    init(link: String?) throws(SimulatorFault) {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard master >= 0 else { throw .system("cannot open a pseudo-terminal", "/dev/ptmx") }
        var number: UInt32 = 0
        guard device_pty_unlock(master) == 0, device_pty_number(master, &number) == 0 else {
            close(master)
            throw .system("cannot open a pseudo-terminal", "/dev/ptmx")
        }
        let path = "/dev/pts/\(number)"
        let opening = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
        guard opening >= 0 else {
            close(master)
            throw .system("cannot watch the pseudo-terminal", path)
        }
        do throws(SimulatorFault) {
            try Self.makeRaw(path)
            guard inotify_add_watch(opening, path, UInt32(IN_OPEN)) >= 0 else { throw .system("cannot watch the pseudo-terminal", path) }
            if let link { try Self.point(link, to: path) }
        } catch {
            close(master)
            close(opening)
            throw error
        }
        descriptor = master
        self.opening = opening
        self.path = path
        self.link = link
    }

    deinit {
        // Only a link that still leads here is ours to take away.
        if let link, Self.destination(of: link) == path { unlink(link) }
        close(opening)
        close(descriptor)
    }

    /// The speed that the other side has set; `nil` for one that no encoder has.
    var baud: Int? {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        return Self.speeds[cfgetospeed(&settings)]
    }

    private static let speeds: [speed_t: Int] = [
        speed_t(B9600): 9600, speed_t(B19200): 19200, speed_t(B38400): 38400, speed_t(B57600): 57600, speed_t(B115200): 115_200,
        speed_t(B230400): 230_400, speed_t(B460800): 460_800, speed_t(B921600): 921_600,
    ]

    /// Empties the list of openings.
    func forgetOpenings() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while Glibc.read(opening, &buffer, buffer.count) > 0 {}
    }

    /// No echo and no line editing before the first program opens it: it would hear itself.
    private static func makeRaw(_ path: String) throws(SimulatorFault) {
        let other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else { throw .system("cannot open the pseudo-terminal", path) }
        defer { close(other) }
        var settings = termios()
        guard tcgetattr(other, &settings) == 0 else { throw .system("cannot set the pseudo-terminal", path) }
        cfmakeraw(&settings)
        guard tcsetattr(other, TCSANOW, &settings) == 0 else { throw .system("cannot set the pseudo-terminal", path) }
    }

    /// Makes or replaces the link in one step, so that nobody finds it missing or half made.
    private static func point(_ link: String, to path: String) throws(SimulatorFault) {
        var status = stat()
        if lstat(link, &status) == 0, status.st_mode & S_IFMT != S_IFLNK {
            throw SimulatorFault("\(link) is there already and is no symbolic link: choose another path for the link")
        }
        let fresh = "\(link).\(getpid())"
        unlink(fresh)
        guard symlink(path, fresh) == 0, rename(fresh, link) == 0 else { throw .system("cannot make the link", link) }
    }

    private static func destination(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = readlink(link, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}

extension SimulatorFault {
    /// A system call failed: what could not be done, with what, and the system's reason.
    static func system(_ what: String, _ path: String) -> SimulatorFault {
        SimulatorFault("\(what) (\(path)): \(String(cString: strerror(errno)))")
    }
}
