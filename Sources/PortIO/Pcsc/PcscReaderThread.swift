// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Glibc
import Ports

/// Follows which readers pcscd has, on a thread of its own. Without pcscd it sleeps until its socket appears: no polling.
actor PcscReaderThread {
    private let loop = PortLoop(name: "pcsc-readers")
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let wanted: [String]
    private let listing: PcscListing
    private let remark: @Sendable (String) -> Void
    private let wait = PcscWait()
    private let folders: PathWatcher
    private let folderNews: Watch
    private var lastRemark: String?
    private var session = 0

    /// A socket is there before somebody listens at it, and a pcscd that ended may be started again by systemd at once.
    private static let (tries, pause) = (20, Duration.milliseconds(100))
    /// A rule that is added to polkit later is told by nobody.
    private static let patience: Duration = .seconds(60)

    /// `wanted` are the readers of the configuration, for what must be told when one of them is not there.
    init(wanted: [String], listing: PcscListing, remark: @escaping @Sendable (String) -> Void) throws(SystemError) {
        self.wanted = wanted
        self.listing = listing
        self.remark = remark
        folders = try PathWatcher([PcscAdvice.socket])
        folderNews = Watch(on: loop, descriptor: folders.descriptor, events: Int16(POLLIN))
    }

    /// From any thread.
    nonisolated func stop() {
        wait.stop()
        folderNews.close()
    }

    /// Works until it is stopped.
    func follow() async {
        do throws(SystemError) {
            while !wait.isStopped {
                // First listen, then look, so that a socket which appears in between is not missed.
                try folders.refresh()
                guard let error = await tryToFollow() else { return }
                let fault = PcscAdvice.fault(for: error)
                tell("PC/SC readers are not seen: \(fault.detail ?? fault.advice)")
                let denied = error.code == .securityViolation
                // An encoder whose port cannot be listed must be able to say why: so it is opened, and opening tells.
                listing.set(denied ? wanted.map { PcscListing.port($0, session: "denied") } : [])
                guard try await socketChanged(by: denied ? .now + Self.patience : nil) else { return }
            }
        } catch {
            remark("PC/SC readers are no longer followed (\(error.text)): restart the bridge.")
        }
    }

    /// `false`: stopped.
    private func socketChanged(by deadline: ContinuousClock.Instant?) async throws(SystemError) -> Bool {
        while !(try folders.drain()) {
            switch await folderNews.wait(by: deadline) {
            case .ready, .interrupted: continue
            case .deadline: return true
            case .closed: return false
            }
        }
        return true
    }

    /// Until pcscd is gone; `nil`: stopped.
    private func tryToFollow() async -> PcscError? {
        var left = Self.tries
        while true {
            do throws(PcscError) {
                let context = try PcscContext()
                session += 1
                left = Self.tries
                lastRemark = nil
                try followReaders(in: context)
                return nil
            } catch {
                listing.set([])
                let isAway = [.noService, .serviceStopped, .communicationError].contains(error.code)
                guard isAway, left > 0, !wait.isStopped,
                    access(PcscAdvice.socket, F_OK) == 0
                else { return error }
                left -= 1
            }
            await loop.rest(Self.pause)
        }
    }

    private func followReaders(in context: PcscContext) throws(PcscError) {
        while true {
            let names = try context.readers()
            listing.set(names.map { PcscListing.port($0, session: "\(session)") } + held(besides: names))
            var known = PcscReaderState(readers: names.count)
            guard try wait.change(of: PcscReaderState.readerList, &known, in: context) else { return }
        }
    }

    /// Wanted readers that the kernel may have taken away: their opening fails, and says so.
    private func held(besides names: [String]) -> [DetectedPort] {
        let missing = wanted.filter { !names.contains($0) && !names.map(PcscListing.shortName).contains($0) }
        guard !missing.isEmpty, let device = PcscAdvice.deviceHeldByKernel() else { return [] }
        tell("The kernel's driver pn533_usb holds USB device \(device), so pcscd cannot use it: \(PcscAdvice.releaseKernel)")
        return missing.map { PcscListing.port($0, session: "held") }
    }

    private func tell(_ sentence: String) {
        if sentence != lastRemark { remark(sentence) }
        lastRemark = sentence
    }
}
