// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports
import Testing

@testable import PortIO

/// What is told of PC/SC readers. The readers themselves: EndToEndTests/PcscTests.
@Suite struct PcscReaderTests {
    @Test(
        arguments: [
            ("ACS ACR122U PICC Interface 00 00", "ACS ACR122U PICC Interface"), ("Virtual PCD 00 01", "Virtual PCD"),
            ("Reader [PICC] (AB 12) 01 00", "Reader [PICC] (AB 12)"), ("Plain", "Plain"), ("00 00", "00"), ("", ""),
        ])
    func shortName_leavesTheCountersOut(name: String, short: String) {
        #expect(PcscListing.shortName(of: name) == short)
    }

    @Test func reader_isMatchedByItsNameWithOrWithoutCounters() {
        let port = PcscListing.port("ACS ACR122U PICC Interface 00 00", session: "1")
        #expect(PortMatch.reader("ACS ACR122U PICC Interface 00 00").matches(port))
        #expect(PortMatch.reader("ACS ACR122U PICC Interface").matches(port))
        #expect(!PortMatch.reader("ACS ACR122U").matches(port))
        #expect(!PortMatch.device("ACS ACR122U PICC Interface 00 01").matches(port))
    }

    @Test(
        arguments: [
            (.noService, "offline", "systemctl enable --now pcscd.socket"), (.communicationError, "offline", "pcscd"),
            (.securityViolation, "notPermitted", "org.debian.pcsc-lite.access_pcsc"), (.sharingViolation, "busy", "another program"),
            (.timeout, "timeout", "SCARD_E_TIMEOUT"), (PcscCode(rawValue: 0x8010_0001), "offline", "0x80100001"),
        ] as [(PcscCode, String, String)])
    func failedCall_saysWhatToDo(code: PcscCode, kind: String, words: String) {
        let fault = PcscAdvice.fault(for: PcscError(call: "SCardEstablishContext", code: code))
        #expect(fault.kind.code == kind)
        #expect(fault.card == .untouched)
        #expect(fault.detail?.contains(words) == true, "\(fault.detail ?? "-")")
    }

    @Test func kernelsOwnDriver_isFoundByWhatItHolds() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pn533-\(UUID().uuidString)")
        #expect(PcscAdvice.deviceHeldByKernel(driver: folder.path) == nil)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // A module that is loaded and holds nothing has these.
        for name in ["bind", "module", "new_id", "uevent"] {
            #expect(FileManager.default.createFile(atPath: folder.appendingPathComponent(name).path, contents: nil))
        }
        #expect(PcscAdvice.deviceHeldByKernel(driver: folder.path) == nil)
        #expect(FileManager.default.createFile(atPath: folder.appendingPathComponent("1-2:1.0").path, contents: nil))
        #expect(PcscAdvice.deviceHeldByKernel(driver: folder.path) == "1-2:1.0")
    }
}
