// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc

/// Several descriptors waited for as one: an epoll descriptor is readable when one of its members is.
final class HintSources: Sendable {
    private let epoll: Descriptor
    private let watch: Watch

    init(on loop: PortLoop) throws(SystemError) {
        epoll = Descriptor(try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        watch = Watch(on: loop, descriptor: epoll.pollNumber, events: Int16(POLLIN))
    }

    deinit { watch.close() }

    func add(_ descriptor: Int32) throws(SystemError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = descriptor
        _ = try epoll.call("epoll_ctl") { epoll_ctl($0, EPOLL_CTL_ADD, descriptor, &event) }
    }

    /// The members that have something; empty after ``stop()``. A member that is broken is removed and named in `broken`: it would be
    /// ready for ever.
    func next() async throws(SystemError) -> (ready: Set<Int32>, broken: Set<Int32>) {
        guard case .ready = await watch.wait(by: nil) else { return ([], []) }
        var events = [epoll_event](repeating: epoll_event(), count: 8)
        let count = try epoll.call("epoll_wait") { epoll_wait($0, &events, 8, 0) }
        var (ready, broken): (Set<Int32>, Set<Int32>) = ([], [])
        for event in events[..<Int(count)] {
            let member = event.data.fd
            ready.insert(member)
            if event.events & EPOLLHUP.rawValue != 0 {
                broken.insert(member)
                _ = try epoll.call("epoll_ctl") { epoll_ctl($0, EPOLL_CTL_DEL, member, nil) }
            }
        }
        return (ready, broken)
    }

    /// Ends ``next()``, now or when it is called. From any thread.
    func stop() { watch.close() }
}
