// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import Glibc

/// What a failed call to PC/SC means for the port, with the command that puts it right.
enum PcscAdvice {
    /// Where pcscd listens.
    static var socket: String {
        // The library looks at the same variable.
        getenv("PCSCLITE_CSOCK_NAME").map { String(cString: $0) } ?? "/run/pcscd/pcscd.comm"
    }

    static let startService = "sudo apt-get install pcscd && sudo systemctl enable --now pcscd.socket"
    static let releaseKernel =
        "echo 'blacklist pn533_usb' | sudo tee /etc/modprobe.d/encoder-bridge-pcsc.conf && sudo modprobe -r pn533_usb && sudo systemctl restart pcscd"

    static func fault(for error: PcscError) -> Fault {
        switch error.code {
        // The last is how the library sees the end of a pcscd that it was talking to.
        case .noService, .serviceStopped, .communicationError:
            return Fault(.offline, detail: "\(error.code): nobody answers at \(socket): \(startService)")
        case .securityViolation:
            return Fault(
                .notPermitted(path: socket),
                detail: "\(error.code): polkit refuses user \(user) the actions org.debian.pcsc-lite.access_pcsc and "
                    + "org.debian.pcsc-lite.access_card: put the rule of hardware-notes/pcsc.md into /etc/polkit-1/rules.d/")
        case .unknownReader, .readerUnavailable, .noReaders:
            guard let device = deviceHeldByKernel() else {
                return Fault(.offline, detail: "\(error.code): pcscd does not list this reader: encoder-bridge probe shows those it lists")
            }
            return Fault(
                .heldBy(process: nil),
                detail: "\(error.code): the kernel's own driver pn533_usb holds USB device \(device), so pcscd cannot: \(releaseKernel)")
        case .sharingViolation:
            return Fault(.busy, detail: "\(error.code): another program has the card: close it")
        case .timeout: return Fault(.timeout, detail: "\(error.code)")
        default: return Fault(.offline, detail: "\(error.call): \(error.code)")
        }
    }

    /// The first reader that the NFC driver of the kernel took away from pcscd (ACR122U, and others with a PN533 inside).
    static func deviceHeldByKernel(driver folder: String = "/sys/bus/usb/drivers/pn533_usb") -> String? {
        // No such folder: the module is not loaded.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().first { $0.first?.isNumber == true && $0.contains(":") }
    }

    private static var user: String {
        guard let name = getpwuid(geteuid())?.pointee.pw_name else { return "\(geteuid())" }
        return String(cString: name)
    }
}
