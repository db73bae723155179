// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc

/// A call to the system that failed: which one, and with what error number.
struct SystemError: Error, Hashable {
    var call: String
    var code: Int32

    /// `open: ENOENT`, as it stands in a fault's `detail`.
    var text: String { "\(call): \(Self.name(of: code))" }

    static func name(of code: Int32) -> String {
        guard let name = device_error_name(code) else { return "error \(code)" }
        return String(cString: name)
    }

    /// The port is not there, or not any more.
    var asOffline: Fault { Fault(.offline, detail: text) }
}

/// The one place where a system call's result is looked at: repeats after EINTR and takes errno before anything can change it.
@discardableResult
func systemCall<Result: SignedInteger>(_ name: StaticString, _ body: () -> Result) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemError(call: "\(name)", code: code) }
    }
}
