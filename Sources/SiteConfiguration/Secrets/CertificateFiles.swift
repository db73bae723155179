// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files of ``EndpointTLS`` as they are on the disk now.
extension EndpointTLS {
    /// The certificate's text. It is no secret: everybody may read it.
    public func certificate() throws(SecretFault) -> String {
        guard access(certificateFile, R_OK) == 0 else {
            throw SecretFault(
                errno == EACCES
                    ? "the service's user may not read \(certificateFile), or a folder above it: run `sudo chmod 644` on it"
                    : "\(certificateFile) is not there: put the certificate with its chain into it, as PEM")
        }
        return try SecretFile.contents(certificateFile, mayBeShared: true)
    }

    /// The key's text, under the rules of all secrets.
    public func key() throws(SecretFault) -> String { try SecretFile.text(of: keyFile) }

    /// Another text once one of the files was changed or replaced, also behind a link, or others may read it. Reads nothing of what is in
    /// them.
    public var mark: String { [certificateFile, SecretFile.place(of: keyFile)].map(Self.mark).joined(separator: " ") }

    private static func mark(_ path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "none" }
        // Any change moves this time: of the content, and of owner, mode and ACL too.
        // Its bytes, because a release build of Swift 6.3 does not find the members of `timespec` here.
        let time = withUnsafeBytes(of: status.st_ctim) { Data($0).base64EncodedString() }
        return "\(status.st_dev):\(status.st_ino):\(status.st_size):\(time)"
    }
}
