// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import Glibc
import Ports
import Testing

@testable import PortIO

@Suite struct LineAttributesTests {
    /// Settings and the control flags that they mean beside the receiver and "no modem".
    static let controls: [(LineSettings, tcflag_t)] = [
        (LineSettings(baud: 9600), tcflag_t(CS8)),
        (LineSettings(baud: 9600, dataBits: 7, parity: .even), tcflag_t(CS7 | PARENB)),
        (LineSettings(baud: 9600, dataBits: 7, parity: .odd, stopBits: 2), tcflag_t(CS7 | PARENB | PARODD | CSTOPB)),
        (LineSettings(baud: 9600, dataBits: 5), tcflag_t(CS5)),
        (LineSettings(baud: 9600, dataBits: 6), tcflag_t(CS6)),
        (LineSettings(baud: 9600, flow: .hardware), tcflag_t(CS8) | tcflag_t(CRTSCTS)),
    ]

    @Test(arguments: controls)
    func controlFlags_followTheSettings(settings: LineSettings, flags: tcflag_t) throws {
        var line = try #require(settings.attributes)
        #expect(cfgetospeed(&line) == speed_t(B9600))
        #expect(line.c_cflag & ~tcflag_t(CBAUD) == flags | tcflag_t(CREAD | CLOCAL))
    }

    static let inputs: [(LineSettings, tcflag_t)] = [
        (LineSettings(baud: 9600), tcflag_t(IGNBRK)),
        (LineSettings(baud: 9600, parity: .even), tcflag_t(IGNBRK | INPCK)),
        (LineSettings(baud: 9600, flow: .software), tcflag_t(IGNBRK | IXON | IXOFF)),
    ]

    @Test(arguments: inputs)
    func inputFlags_followTheSettings(settings: LineSettings, flags: tcflag_t) throws {
        #expect(try #require(settings.attributes).c_iflag == flags)
    }

    @Test(arguments: [(300, B300), (1200, B1200), (4800, B4800), (19200, B19200), (57600, B57600), (115_200, B115200), (921_600, B921600)])
    func speed_isTheKernels(baud: Int, constant: Int32) throws {
        var line = try #require(LineSettings(baud: baud).attributes)
        #expect(cfgetispeed(&line) == speed_t(constant))
        #expect(cfgetospeed(&line) == speed_t(constant))
    }

    @Test(arguments: [
        LineSettings(baud: 0), LineSettings(baud: 12345), LineSettings(baud: -9600), LineSettings(baud: 9600, dataBits: 9),
        LineSettings(baud: 9600, stopBits: 0), LineSettings(baud: 9600, stopBits: 3),
    ])
    func attributes_areNil_whenNoLineHasThem(settings: LineSettings) {
        #expect(settings.attributes == nil)
    }

    @Test func reads_neverLookLikeTheEndOfTheFile_whenNothingIsThere() throws {
        let line = try #require(LineSettings(baud: 9600).attributes)
        #expect(line.control(VMIN) == 1)
        #expect(line.control(VTIME) == 0)
    }

    @Test func comparison_seesWhatALineRefused() throws {
        let wanted = try #require(LineSettings(baud: 9600, dataBits: 7, parity: .even).attributes)
        let eight = try #require(LineSettings(baud: 9600).attributes)
        var sevenEven = eight
        sevenEven.c_iflag = wanted.c_iflag
        let slower = try #require(LineSettings(baud: 4800, dataBits: 7, parity: .even).attributes)
        var echoing = wanted
        echoing.c_lflag |= tcflag_t(ECHO)
        #expect(wanted.does(wanted, pseudoTerminal: false))
        #expect(!sevenEven.does(wanted, pseudoTerminal: false))
        #expect(sevenEven.does(wanted, pseudoTerminal: true))
        #expect(!slower.does(wanted, pseudoTerminal: true))
        #expect(!echoing.does(wanted, pseudoTerminal: true))
    }
}
