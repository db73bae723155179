// SPDX-License-Identifier: Apache-2.0
// Which sources this program was built from. Package.swift has it from packaging/version, through make; a plain `swift build` is not told.
#ifndef CBUILD_BUILD_H
#define CBUILD_BUILD_H

/// "0.2.0", or "0.2.0+5" five commits after that release; never null.
const char *build_version(void);
/// The commit, 12 digits, with "+" behind it where files were changed since; empty if the build was not told.
const char *build_commit(void);

#endif
