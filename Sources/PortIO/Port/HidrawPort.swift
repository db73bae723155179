// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc
import Ports

/// A HID device without a line: bytes go out as reports of a fixed length and come in as the reports that the device sends.
///
/// Reading, hang-up and closing are those of any other descriptor. Sending is not: the kernel hands each report to the device before
/// the call returns, and a device that hangs holds it, with the thread of its own encoder, for up to 5 s.
struct HidrawPort: Port {
    private let descriptor: Descriptor
    private let line: FileDescriptorPort
    private let reports: ReportSettings

    /// Takes over an open, non-blocking descriptor.
    init(_ descriptor: Descriptor, reports: ReportSettings, on loop: PortLoop) {
        self.descriptor = descriptor
        self.reports = reports
        line = FileDescriptorPort(descriptor, kind: .hidraw, on: loop)
    }

    /// Opens a node for sole use. A lock is all there is for it: another program that asks for none is not kept out.
    static func open(_ path: String, reports: ReportSettings, permissionGrace: Duration, on loop: PortLoop) async throws(Fault)
        -> HidrawPort
    {
        let descriptor = Descriptor(try await SerialLine.openNode(path, grace: permissionGrace, on: loop))
        do throws(SystemError) {
            _ = try descriptor.call("flock") { device_lock($0) }
        } catch {
            // Close first: our own descriptor must not count among the holders.
            descriptor.close()
            throw SerialLine.fault(error, opening: path, line: nil)
        }
        return HidrawPort(descriptor, reports: reports, on: loop)
    }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        for start in stride(from: 0, to: bytes.count, by: reports.length) {
            let report = bytes[start..<min(bytes.count, start + reports.length)]
            // The number of a report comes first, and is 0 where a device has only one kind.
            let numbered = [0] + report + [UInt8](repeating: 0, count: reports.length - report.count)
            switch reports.way {
            case .output: try await line.write(numbered, by: deadline)
            case .feature: try send(feature: numbered)
            }
        }
    }

    private func send(feature report: [UInt8]) throws(Fault) {
        var report = report
        do throws(SystemError) {
            let length = UInt32(report.count)
            _ = try descriptor.call("HIDIOCSFEATURE") { device_hid_feature_set($0, &report, length) }
        } catch {
            switch error.code {
            case EPIPE:
                throw Fault(
                    .rejected(reason: "the device takes no such reports: it may be another maker's, or need the setting reports: output"),
                    detail: error.text)
            case ETIMEDOUT, EAGAIN: throw Fault(.timeout, detail: error.text)
            default:
                close()
                throw error.asOffline
            }
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent { try await line.read(by: deadline) }
    func wake() { line.wake() }
    func close() { line.close() }
}
