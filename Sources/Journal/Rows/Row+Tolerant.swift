// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Columns of a row that may be damaged: GRDB's own subscripts stop the process where a value is of another type.
extension Row {
    func text(_ column: String) -> String? { String.fromDatabaseValue(self[column] as DatabaseValue) }
    func number(_ column: String) -> Int64? { Int64.fromDatabaseValue(self[column] as DatabaseValue) }
    func bytes(_ column: String) -> [UInt8] { (Data.fromDatabaseValue(self[column] as DatabaseValue)).map { [UInt8]($0) } ?? [] }
}
